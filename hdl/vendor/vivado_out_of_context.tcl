# Read by Vivado projects that FuseSoC makes: synthesise the core alone, without pads at its ports.
# @NOT_RUN@
set_property -name {STEPS.SYNTH_DESIGN.ARGS.MORE OPTIONS} -value {-mode out_of_context} \
    -objects [get_runs synth_1]
