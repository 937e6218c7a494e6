"""How a decoder core is used from a control computer. Drivers and control loops will live here."""
