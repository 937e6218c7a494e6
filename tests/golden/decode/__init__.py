"""Tests of `quantacore.golden.decode`."""
