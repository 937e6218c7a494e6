"""Links to a core on hardware: `quantacore.host.links.serial_port` (a board's UART)."""
