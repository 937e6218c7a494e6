"""Tests: they mirror the layers, plus `system` (end to end) and `repo` (the architecture)."""
