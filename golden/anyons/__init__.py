"""Anyons: gates made by braiding, Fibonacci and Ising, with certificates."""
