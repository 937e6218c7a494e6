"""Measurements that the project states in its documents, each a function that returns rows."""
