"""Tests of the packages of `quantacore.golden.family`."""
