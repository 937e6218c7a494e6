"""End to end: generated Verilog, simulated, against the golden model."""
