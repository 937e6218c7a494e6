"""The choice among codes of different size."""

import random

import pytest

from quantacore.golden.adapt.code_choice import CodeChoice, Why

QUBITS = {"small": 17, "large": 49, "hole": 48}


def test_choice_grows_at_once_when_the_target_is_missed() -> None:
    policy = CodeChoice(start="small", target=0.01, smoothing=1.0)
    choice = policy.decide({"small": 0.03, "large": 0.004}, QUBITS)
    assert (choice.option, choice.switched, choice.why) == ("large", True, Why.BETTER)


def test_choice_shrinks_after_the_dwell_and_with_the_margin() -> None:
    policy = CodeChoice(start="large", target=0.01, smoothing=1.0, dwell_epochs=3)
    near = {"small": 0.009, "large": 0.001}
    assert policy.decide(near, QUBITS).why == Why.STAYS
    fine = {"small": 0.005, "large": 0.001}
    policy = CodeChoice(start="large", target=0.01, smoothing=1.0, dwell_epochs=3)
    found = [policy.decide(fine, QUBITS).why for _ in range(3)]
    assert found == [Why.DWELLS, Why.DWELLS, Why.CHEAPER]
    assert policy.option == "small"


def test_choice_takes_the_best_if_none_is_good_enough() -> None:
    policy = CodeChoice(start="small", target=0.001, smoothing=1.0)
    assert policy.decide({"small": 0.3, "large": 0.1, "hole": 0.05}, QUBITS).option == "hole"


def test_choice_prefers_the_better_of_two_that_cost_about_the_same() -> None:
    policy = CodeChoice(start="small", target=0.01, smoothing=1.0, dwell_epochs=1)
    rates = {"small": 0.05, "large": 0.0003, "hole": 0.001}
    assert policy.decide(rates, QUBITS).option == "large"
    assert policy.decide(rates, QUBITS).why == Why.STAYS


def test_choice_does_not_switch_for_less_than_it_costs() -> None:
    rates = {"small": 0.02, "large": 0.01}
    for cost, option in ((0.02, "large"), (0.04, "small")):
        policy = CodeChoice(
            start="small", target=0.015, smoothing=1.0, switch_cost=cost, horizon_epochs=3
        )
        assert policy.decide(rates, QUBITS).option == option


def test_choice_never_takes_what_is_predicted_to_harm() -> None:
    rng = random.Random("code_choice/harm")
    policy = CodeChoice(start="small", target=0.01, smoothing=1.0)
    switches = 0
    for _ in range(3000):
        rates = {name: 10 ** rng.uniform(-4, -0.5) for name in QUBITS}
        before = policy.option
        choice = policy.decide(rates, QUBITS)
        switches += choice.switched
        if choice.switched:
            assert rates[choice.option] < max(rates[before], policy.target)
    assert switches > 300


def test_choice_does_not_flap_about_the_target() -> None:
    rng = random.Random("code_choice/flap")
    policy = CodeChoice(start="small", target=0.01)
    switches = 0
    for _ in range(1000):
        small = 0.0085 * 10 ** rng.uniform(-0.1, 0.1)
        rates = {"small": small, "large": small / 8}
        switches += policy.decide(rates, QUBITS).switched
    bare = CodeChoice(start="small", target=0.01, margin=1.0, dwell_epochs=1, smoothing=1.0)
    flaps = 0
    for _ in range(1000):
        small = 0.0085 * 10 ** rng.uniform(-0.1, 0.1)
        flaps += bare.decide({"small": small, "large": small / 8}, QUBITS).switched
    assert switches <= 2
    assert flaps > 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"target": 0}, "Target must be above 0"),
        ({"margin": 0.9}, "Margin must be"),
        ({"dwell_epochs": 0}, "Dwell must be"),
        ({"smoothing": 0}, "Smoothing must be"),
        ({"switch_cost": -1}, "Cost of a switch must be"),
        ({"horizon_epochs": 0}, "Horizon must be above 0"),
    ],
)
def test_choice_rejects(words: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CodeChoice(**({"start": "small", "target": 0.01} | words))


def test_decide_rejects_missing_rates_and_costs() -> None:
    policy = CodeChoice(start="small", target=0.01)
    with pytest.raises(ValueError, match="Rate of option small must be above 0"):
        policy.decide({"large": 0.1}, QUBITS)
    with pytest.raises(ValueError, match="Qubits of option other must be given"):
        policy.decide({"small": 0.1, "other": 0.1}, QUBITS)
