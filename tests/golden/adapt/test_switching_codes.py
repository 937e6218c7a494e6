"""The policy on codes: it follows a qubit that gets hot and recovers, and not its noise."""

import random
from functools import cache

from quantacore.golden.adapt.member_rates import predicted_rate
from quantacore.golden.adapt.switching import Reason, SwitchPolicy
from quantacore.golden.codes.patches import Patch
from quantacore.golden.noise.scaled import with_factor_at
from quantacore.golden.source.dem import graph_from_circuit

PATCHES = {"nw": Patch(width=3, height=3), "se": Patch(width=3, height=3, corner=(2, 2))}
HOT = (3, 3)
RATE = 0.02
"""Errors per shot of either, measured without a hot qubit (docs/switching.md)."""


@cache
def cool_graph():
    return graph_from_circuit(PATCHES["nw"].memory(p=0.003, rounds=3))


def rates_under(factor):
    """Return what is predicted of each member if one qubit is so much noisier."""
    circuit = with_factor_at(PATCHES["nw"].memory(p=0.003, rounds=3), HOT, factor)
    graph = graph_from_circuit(circuit)
    rate = predicted_rate(graph, reference=cool_graph(), reference_rate=RATE)
    assert HOT not in PATCHES["se"].qubits
    return {"nw": rate, "se": RATE}


def test_policy_follows_a_qubit_that_gets_hot_and_recovers():
    rng = random.Random("switching_codes/hot")
    policy = SwitchPolicy({name: patch.qubits for name, patch in PATCHES.items()}, start="nw")
    truth = [1.0] * 25 + [30.0] * 25 + [1.0] * 25
    chosen = []
    for factor in truth:
        measured = factor * rng.lognormvariate(0, 0.2)
        rate = 0.003 * measured
        chosen.append(policy.decide(rates_under(measured), {HOT: rate}))
    at = [epoch for epoch, decision in enumerate(chosen) if decision.switched]
    # Away within a few epochs of its getting hot. Both are equally good when it is cool again, so
    # that there is no reason to come back.
    assert len(at) == 1 and 25 < at[0] <= 35, at
    assert chosen[at[0]].reason is Reason.BETTER
    assert chosen[-1].member == "se"


def test_policy_comes_back_to_the_better_member_when_a_dead_qubit_recovers():
    better = PATCHES | {"all": Patch(width=5, height=5)}
    policy = SwitchPolicy({name: patch.qubits for name, patch in better.items()}, start="all")
    chosen = []
    for qubit_rate in [0.003] * 30 + [0.5] * 30 + [0.003] * 30:
        # The large code is better, as far as weights can say, also with the hot qubit.
        decision = policy.decide({"nw": RATE, "se": RATE, "all": RATE / 5}, {HOT: qubit_rate})
        chosen.append(decision.member)
    assert chosen == ["all"] * 30 + ["se"] * 30 + ["all"] * 30
