"""Changes of code beside doing nothing."""

from dataclasses import replace

import pytest

from quantacore.sim.experiments.code_changes import (
    CHANGE,
    SCENARIOS,
    STALE,
    STAY,
    STREAM,
    measure_change,
)


@pytest.mark.slow
def test_frame_change_pays_under_biased_noise() -> None:
    name = "css to xzzx, d = 3, bias 0.5 to 100"
    row = measure_change(name, SCENARIOS[name], shots=1500)
    errors = {contender: sum(counts.values()) for contender, counts in row.errors.items()}
    assert set(errors) == {STAY, CHANGE, STREAM}
    assert errors[CHANGE] < 0.8 * errors[STAY]
    # Sliding windows cost little.
    assert errors[STREAM] < 1.3 * errors[CHANGE]
    assert row.qubit_rounds[STAY] == row.qubit_rounds[CHANGE] == 24 * 17


@pytest.mark.slow
def test_isolation_of_a_useless_ancilla_pays() -> None:
    name = "isolate ancilla of d = 5, 50 %"
    row = measure_change(name, replace(SCENARIOS[name], rounds=(6, 8)), shots=500)
    errors = {contender: sum(counts.values()) for contender, counts in row.errors.items()}
    assert 4 * errors[CHANGE] < errors[STAY] < errors[STALE]
    assert row.fewest_faults[CHANGE] == {"z": 5, "x": 5}


def test_scenarios_carry_both_observables() -> None:
    for scenario in SCENARIOS.values():
        for basis in "zx":
            assert scenario.change(basis).num_rounds == sum(scenario.rounds)
