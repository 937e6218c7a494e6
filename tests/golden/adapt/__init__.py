"""From counts to weights."""
