"""Decide which server decodes which window: pure rules, for simulations and real machines alike."""

from quantacore.host.scheduling.policy import (
    CORE,
    CPU,
    POLICIES,
    Assignment,
    Policy,
    Server,
    Window,
    make_policy,
)

__all__ = [
    "CORE",
    "CPU",
    "POLICIES",
    "Assignment",
    "Policy",
    "Server",
    "Window",
    "make_policy",
]
