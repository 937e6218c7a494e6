"""Tests of error mitigation."""
