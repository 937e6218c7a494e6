"""Tests of `quantacore.golden.source`."""
