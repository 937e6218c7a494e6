# Synthesise, place and route the core alone, and report timing and utilisation.
# @NOT_RUN@
#
#   vivado -mode batch -source vivado_implement.tcl
#   vivado -mode batch -source vivado_implement.tcl -tclargs PART FOLDER
#
# Reports and checkpoints go to FOLDER (default: vivado_PART in the present folder). The exit code is
# 1 if the clock period of quantacore.xdc is not met.

set part @PART@
if {[llength $argv] > 0} {
    set part [lindex $argv 0]
}
set folder [file join [pwd] vivado_$part]
if {[llength $argv] > 1} {
    set folder [file normalize [lindex $argv 1]]
}
set here [file dirname [file normalize [info script]]]
file mkdir $folder

create_project -in_memory -part $part
read_verilog [list [file join $here core.v] [file join $here @TOP@.v]]
read_xdc -mode out_of_context [file join $here quantacore.xdc]

synth_design -top @TOP@ -part $part -mode out_of_context
write_checkpoint -force [file join $folder synthesised.dcp]
report_utilization -hierarchical -file [file join $folder utilisation_synthesised.txt]

opt_design
place_design
phys_opt_design
route_design
write_checkpoint -force [file join $folder routed.dcp]
report_utilization -hierarchical -file [file join $folder utilisation.txt]
report_timing_summary -file [file join $folder timing.txt]
report_drc -file [file join $folder drc.txt]

# Without a path the constraint was lost, which must not pass for success.
set paths [get_timing_paths -setup -max_paths 1]
if {[llength $paths] == 0} {
    puts "quantacore: no timing path was found"
    exit 1
}
set slack [get_property SLACK [lindex $paths 0]]
puts "quantacore: $part, period @PERIOD_NS@ ns, worst slack $slack ns; reports in $folder"
if {$slack < 0} {
    exit 1
}
exit 0
