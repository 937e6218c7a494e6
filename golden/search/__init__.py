"""Search for fault-tolerant preparation of CSS states: targets, opponents, exhaustive proof.

Greedy and beam searches and set cover need numpy alone; the exact cover needs OR-tools and the
learning opponent gymnasium, PyTorch and sb3-contrib: the extra `search`.
"""
