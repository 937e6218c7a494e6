"""What the world does to a circuit: noise that differs from place to place, and drifts."""
