"""Tests of the golden model: hand-made answers, properties, PyMatching as yardstick."""
