"""Tests of the search for preparation circuits."""
