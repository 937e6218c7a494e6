"""Drivers against simulated cores, over every link."""
