"""Tests of `quantacore.golden.codes`."""
