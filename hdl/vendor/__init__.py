"""Files that other tools read beside a core's Verilog."""
