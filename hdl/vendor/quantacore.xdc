# The one clock of @TOP@, for runs of the core alone (out of context).
# @NOT_RUN@
#
# In a block design the clock comes constrained from its source: there this file is not used. All
# ports are sampled and driven with aclk, aresetn too, so nothing here is a false path. If your
# signals come from another clock, synchronise them before they reach the core, and put the
# exceptions of that crossing beside it.
create_clock -name aclk -period @PERIOD_NS@ [get_ports aclk]
