"""Tests of the files for other tools."""
