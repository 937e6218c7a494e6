"""Tests of `quantacore.golden.gates`."""
