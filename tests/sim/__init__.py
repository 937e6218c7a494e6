"""Tests of `quantacore.sim`."""
