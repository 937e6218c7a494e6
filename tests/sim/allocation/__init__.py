"""Tests of the simulated machine of cores and CPUs."""
