"""Gateware: how the decoder is built. Amaranth components and the Verilog generator."""
