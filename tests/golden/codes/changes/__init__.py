"""Tests of golden.codes.changes."""
