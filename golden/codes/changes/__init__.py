"""Change of code in flight: one file for each kind of change, one interface."""
