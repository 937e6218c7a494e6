"""Components against golden functions, in the Amaranth simulator."""
