"""Where golden model and gateware meet and are compared; also the command line."""
