"""Families on a small lattice, for tests."""

from functools import cache

import numpy as np

from quantacore.golden.codes.patches import Patch
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.family.member import Member
from quantacore.golden.source.member import member_of_circuit
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.config import CoreConfig

WINDOW = {"commit_rounds": 2, "buffer_rounds": 2}
PATCHES = {
    "west": Patch(width=3, height=3),
    "east": Patch(width=3, height=3, corner=(1, 0)),
    "wide": Patch(width=4, height=3),
    "column": Patch(width=1, height=3, corner=(2, 0)),
    "narrow": Patch(width=2, height=3),
}
"""The X checks of the narrow one are two components, which wider ones join."""


CORE_CONFIG = CoreConfig(links="runtime", with_counters=True)
"""Of the family's core: one for all tests, as it takes a while to build."""


@cache
def source(patch: Patch, p: float = 0.01) -> RepeatingCircuit:
    return RepeatingCircuit(patch.memory(p=p, rounds=4))


@cache
def member(name: str, patch: Patch, p: float = 0.01) -> Member:
    return member_of_circuit(name, source(patch, p), **WINDOW)


@cache
def family() -> CodeFamily:
    return CodeFamily([member(name, patch) for name, patch in PATCHES.items()])


def sampled(patch: Patch, *, num_rounds: int, shots: int, seed: int) -> np.ndarray:
    """Return shots of a patch: bool, (shots, num_rounds, number of its slots)."""
    of = source(patch)
    events = (
        of.circuit(num_rounds).compile_detector_sampler(seed=seed).sample(shots, bit_packed=True)
    )
    return rounds_of_events(events, of.places(num_rounds), num_slots=of.num_slots)
