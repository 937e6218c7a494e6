"""Tests of the repository itself: layers, packaging, documents."""
