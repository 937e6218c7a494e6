"""Proofs: properties of components for all inputs and all times."""
