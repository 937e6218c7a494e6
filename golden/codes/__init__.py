"""Code families: circuits and models to decode."""
