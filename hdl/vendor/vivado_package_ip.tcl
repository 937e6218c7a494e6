# Package the core as an IP for Vivado's IP catalogue.
# @NOT_RUN@
#
#   vivado -mode batch -source vivado_package_ip.tcl
#   vivado -mode batch -source vivado_package_ip.tcl -tclargs PART FOLDER
#
# FOLDER (default: quantacore_ip in the present folder) is then added to a project with
# set_property ip_repo_paths. Interfaces come from the attributes in @TOP@.v.

set part @PART@
if {[llength $argv] > 0} {
    set part [lindex $argv 0]
}
set folder [file join [pwd] quantacore_ip]
if {[llength $argv] > 1} {
    set folder [file normalize [lindex $argv 1]]
}
set here [file dirname [file normalize [info script]]]

# No constraints are packaged: the clock comes constrained from the design around the core.
create_project -force -part $part quantacore_project [file join $folder project]
add_files -norecurse [list [file join $here core.v] [file join $here @TOP@.v]]
set_property top @TOP@ [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir [file join $folder ip] -vendor quantacore -library decoder \
    -taxonomy /UserIP -import_files -set_current true
set core [ipx::current_core]
set_property name @TOP@ $core
set_property version 1.0 $core
set_property display_name "QuantaCore decoder" $core
set_property description "Union-find decoder for endless streams of rounds" $core
ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
close_project
exit 0
