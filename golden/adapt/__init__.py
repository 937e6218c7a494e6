"""From what a decoder counts to better weights."""
