"""Tests of the comparison of codes and of the advice."""
