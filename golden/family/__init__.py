"""Several experiments on one core: their union, and each of them as an image of it."""
