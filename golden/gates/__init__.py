"""Fault-tolerant gates, each with a certificate that anyone can check again."""
