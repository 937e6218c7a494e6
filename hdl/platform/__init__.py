"""Boards: the core behind a UART, clocks and pins around it, and the tools that make bitstreams."""
