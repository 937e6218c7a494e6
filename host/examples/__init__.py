"""Scripts that a lab would start from."""
