"""Rates of gates: quadratic in the noise where one fault does no harm."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.css_codes import STEANE
from quantacore.golden.gates.preparation import Preparation, cached_preparation, prepared_gate
from quantacore.sim.experiments import gate_rates
from quantacore.sim.experiments.gate_rates import (
    DECODERS,
    _lightest,
    _syndromes,
    measure_decoded,
    measure_state,
)
from quantacore.sim.experiments.stats_file import StatsFile


def test_errors_of_a_verified_state_go_as_the_square() -> None:
    gate = GATES["prepare-steane-zero"].build()
    high, low = (
        measure_state(gate, STEANE, "z", p=p, num_shots=200_000, seed=1) for p in (0.01, 0.0025)
    )
    assert 10 < high.rate.value / low.rate.value < 22
    assert high.accepted < low.accepted < low.shots


def test_errors_of_an_unverified_state_go_as_the_noise() -> None:
    made = cached_preparation(STEANE, "z")
    bare = Preparation(num_qubits=7, plus=made.plus, encoder=made.encoder)
    gate = prepared_gate(STEANE, "z", bare.circuit(), order=1)
    high, low = (
        measure_state(gate, STEANE, "z", p=p, num_shots=200_000, seed=1) for p in (0.004, 0.001)
    )
    assert low.accepted == low.shots
    assert 3 < high.rate.value / low.rate.value < 7


def test_lightest_error_has_its_syndrome() -> None:
    table = _lightest(7, STEANE.z)
    assert np.array_equal(_syndromes(table, STEANE.z), np.arange(8))
    assert table.sum(axis=1).tolist() == [0] + [1] * 7


@pytest.mark.parametrize("experiment", ["x", "z"])
def test_decoders_of_a_merge_agree_on_most_shots(experiment: str) -> None:
    gate = GATES["merge-zz"].build(3)
    row = measure_decoded(gate, experiment, p=2e-3, num_shots=5000, seed=1)
    assert row.detectors == 152
    for name in DECODERS:
        assert 0 < row.errors[name] < 0.1 * row.shots
        assert max(row.observables[name]) <= row.errors[name]


def test_decoding_goes_on_where_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, counted = GATES["fold-h"].build(), gate_rates._counted
    calls = 0

    def measure(stats: StatsFile | None) -> gate_rates.DecodedRow:
        return measure_decoded(built, "z", p=0.01, num_shots=500, seed=1, gate="g", stats=stats)

    def breaking(*args: Any) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return counted(*args)

    monkeypatch.setattr(gate_rates, "BATCH_SHOTS", 150)
    whole = measure(None)
    monkeypatch.setattr(gate_rates, "_counted", breaking)
    file = tmp_path / "counts.csv"
    with pytest.raises(KeyboardInterrupt), StatsFile(file) as stats:
        measure(stats)
    with StatsFile(file) as stats:
        assert measure(stats) == whole
    assert calls == 3 * 4 + 1  # three decoders, four batches, and the one that was broken off

    monkeypatch.setattr(gate_rates, "sample_shots", None)  # finished: nothing is sampled again
    with StatsFile(file) as stats:
        assert measure(stats) == whole
    assert calls == 3 * 4 + 1
