"""Tests of `quantacore.golden.spec`."""
