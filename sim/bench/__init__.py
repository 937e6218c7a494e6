"""A user's bench around the generated core: cocotb drives the ports of the Verilog as it is.

Runs on Verilator and on Icarus. Inputs change after the rising edge of the clock, everything is
sampled at the falling edge: then all simulators agree on what each cycle saw.
"""
