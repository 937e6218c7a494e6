"""Tests of area and clock."""
