"""Area and clock of generated cores, from open synthesis tools.

Nothing here has seen an FPGA: the figures are what the tools say.
"""
