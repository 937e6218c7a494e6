"""The policy switches for good reasons, and never flaps."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantacore.golden.adapt.switching import Reason, SwitchPolicy

QUBITS = {"large": {(0.0, 0.0), (2.0, 0.0)}, "left": {(0.0, 0.0)}, "right": {(2.0, 0.0)}}
EVEN = {"large": 1e-3, "left": 1e-3, "right": 1e-3}


def policy(**settings):
    return SwitchPolicy(QUBITS, **({"start": "large"} | settings))


def switches(policy, rates):
    return sum(policy.decide(epoch).switched for epoch in rates)


def wobbling(epochs, *, seed, spread):
    """Return rates of two members that cross again and again."""
    rng = random.Random(f"switching/{seed}")
    return [
        {
            "large": 1e-3,
            "left": 1e-3 * math.exp(rng.gauss(0, spread)),
            "right": 1e-2,
        }
        for _ in range(epochs)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_policy_does_not_flap_at_break_even(seed):
    rates = wobbling(1000, seed=seed, spread=0.3)
    eager = policy(margin=1, dwell_epochs=1, smoothing=1)
    assert switches(eager, rates) > 300, f"{seed=}"  # so there is something to resist
    assert switches(policy(), rates) == 0, f"{seed=}"


@pytest.mark.parametrize("dwell_epochs", [1, 5, 50])
def test_policy_switches_at_most_once_per_dwell(dwell_epochs):
    rates = wobbling(1000, seed="wild", spread=5)
    wild = policy(margin=1, dwell_epochs=dwell_epochs, smoothing=1)
    at = [epoch for epoch, found in enumerate(map(wild.decide, rates)) if found.switched]
    assert len(at) > 10
    assert min(b - a for a, b in itertools.pairwise(at)) >= dwell_epochs


@given(
    st.lists(st.fixed_dictionaries({name: st.floats(-0.5, 0.5) for name in QUBITS}), max_size=30),
    st.floats(0.01, 1),
)
def test_rates_within_the_margin_never_switch(epochs, smoothing):
    # Half the margin up and half of it down: together no more than it.
    steady = policy(margin=math.exp(1.001), smoothing=smoothing, dwell_epochs=1)
    rates = [{name: 1e-3 * math.exp(value) for name, value in epoch.items()} for epoch in epochs]
    assert switches(steady, rates) == 0


def test_policy_switches_when_another_member_is_better_by_the_margin():
    better = {"large": 1e-3, "left": 0.9e-3, "right": 0.5e-3}
    here = policy()
    assert {here.decide(EVEN).reason for _ in range(20)} == {Reason.STAYS}
    # The average of log rates follows slowly: one epoch does not do.
    found = [here.decide(better) for _ in range(30)]
    at = next(epoch for epoch, decision in enumerate(found) if decision.switched)
    assert 5 <= at <= 10
    assert (found[at].member, found[at].reason) == ("right", Reason.BETTER)
    assert not any(decision.switched for decision in found[at + 1 :])


def test_member_dwells_after_a_switch():
    here = policy(margin=1.2, dwell_epochs=4, smoothing=1)
    forth = {"large": 1e-3, "left": 1e-4, "right": 1e-2}
    assert [here.decide(forth).member for _ in range(4)] == ["large"] * 3 + ["left"]
    back = {"large": 1e-5, "left": 1e-3, "right": 1e-2}
    found = [here.decide(back) for _ in range(4)]
    assert [decision.reason for decision in found] == [Reason.DWELLS] * 3 + [Reason.BETTER]
    assert found[-1].member == "large"


def test_policy_leaves_a_dead_qubit_at_once_and_comes_back_when_it_has_recovered():
    rates = {"large": 1e-4, "left": 1e-3, "right": 2e-3}
    here = policy(dwell_epochs=2)
    assert here.decide(rates, {(0.0, 0.0): 0.01}).member == "large"
    gone = here.decide(rates, {(0.0, 0.0): 0.4})
    assert (gone.member, gone.switched, gone.reason) == ("right", True, Reason.AVOIDS)
    # Nothing new is known of the qubit, or it is between the limits: it stays dead.
    assert not here.decide(rates).switched
    assert not here.decide(rates, {(0.0, 0.0): 0.2}).switched
    assert here.dead == {(0.0, 0.0)}
    found = [here.decide(rates, {(0.0, 0.0): 0.05}) for _ in range(4)]
    assert [decision.member for decision in found] == ["large"] * 4
    assert [decision.switched for decision in found] == [True, False, False, False]
    assert not here.dead


@pytest.mark.parametrize("seed", range(5))
def test_wobbling_qubit_does_not_flap(seed):
    rng = random.Random(f"switching/qubit/{seed}")
    rates = {"large": 1e-4, "left": 1e-3, "right": 2e-3}
    here = policy(dwell_epochs=1)
    count = 0
    for _ in range(500):
        count += here.decide(rates, {(0.0, 0.0): 0.3 * math.exp(rng.gauss(0, 0.2))}).switched
    assert count == 1, f"{seed=}"


def test_policy_is_cornered_when_every_member_has_a_dead_qubit():
    here = policy(dwell_epochs=1)
    dead = {(0.0, 0.0): 0.5, (2.0, 0.0): 0.5}
    found = here.decide({"large": 1e-5, "left": 1e-3, "right": 1e-4}, dead)
    # Of those with fewest dead qubits the best one.
    assert (found.member, found.reason) == ("right", Reason.CORNERED)
    assert here.decide(EVEN).reason is Reason.CORNERED


def test_policy_rejects_settings():
    for settings, message in (
        ({"start": "d9"}, "Start must be one of large, left, right, not 'd9'"),
        ({"margin": 0.9}, "Margin must be at least 1, not 0.9"),
        ({"dwell_epochs": 0}, "Dwell must be at least 1 epoch, not 0"),
        ({"smoothing": 0}, r"Smoothing must be in \(0, 1\], not 0"),
        ({"revived_rate": 0.4}, r"Revived rate must be in \(0, 0.3\], the dead rate, not 0.4"),
    ):
        with pytest.raises(ValueError, match=message):
            policy(**settings)


@pytest.mark.parametrize("rate", [0, -1.0, float("nan"), None])
def test_policy_rejects_rates_and_learns_nothing(rate):
    here = policy(smoothing=1)
    rates = EVEN | {"right": rate}
    if rate is None:
        del rates["right"]
    with pytest.raises(ValueError, match="Rate of member right must be above 0, not"):
        here.decide(rates, {(0.0, 0.0): 0.9})
    assert not here.dead
