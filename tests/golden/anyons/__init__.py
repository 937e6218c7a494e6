"""Tests of the anyons."""
