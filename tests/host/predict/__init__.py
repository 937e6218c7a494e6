"""Predictors of error rates, without a core."""
