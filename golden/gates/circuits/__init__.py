"""Preparations that were long searched for, as stim text: `quantacore.golden.gates.found`."""
