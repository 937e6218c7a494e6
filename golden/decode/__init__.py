"""Reference decoders: readable, fast, and PyMatching as the yardstick."""
