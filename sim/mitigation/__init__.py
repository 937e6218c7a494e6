"""Error mitigation on top of decoding: counts, estimators, and mitiq in its own environment."""
