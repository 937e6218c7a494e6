"""Noise put into circuits."""
