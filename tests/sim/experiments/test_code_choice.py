"""Dynamic selection of codes under drift."""

import numpy as np
import pytest

from quantacore.sim.experiments import code_choice
from quantacore.sim.experiments.code_choice import (
    CONTENDERS,
    COUNTED,
    HOLE,
    LARGE,
    QUBITS,
    SMALL,
    ChoiceBench,
    Option,
    moved,
)

FAST = tuple(name for name in CONTENDERS if name != QUBITS)
"""That need no graph for each part of the noise of distance 5."""


@pytest.fixture(scope="module")
def bench():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_choice, "CALIBRATION_SHOTS", 5000)
        yield ChoiceBench(p=0.002, target=0.02, shots=60)


def test_moves_in_flight_are_those_with_a_circuit() -> None:
    small, large = Option(name=SMALL), Option(name=LARGE)
    hole = Option(name=HOLE, hole=(5, 5))
    assert moved(small, large).before == SMALL
    assert moved(large, small).before == LARGE
    assert moved(large, hole).before == LARGE
    assert not moved(hole, large).before
    assert not moved(large, large).before
    assert [option.qubits for option in (small, large, hole)] == [17, 49, 48]


def test_larger_codes_are_better_without_drift(bench: ChoiceBench) -> None:
    assert bench.rates[LARGE] < bench.rates[HOLE] < bench.rates[SMALL]


def test_prediction_without_drift_is_what_was_measured(bench: ChoiceBench) -> None:
    calm = np.ones(bench._still.num_qubits)
    options, rates = bench._predicted(calm, Option(name=SMALL))
    assert set(options) == {SMALL, LARGE}
    assert rates == pytest.approx({name: bench.rates[name] for name in options})


@pytest.mark.slow
def test_hot_qubit_offers_a_hole_there(bench: ChoiceBench) -> None:
    hot = np.ones(bench._still.num_qubits)
    hot[bench._places[5, 3]] = 300
    options, rates = bench._predicted(hot, Option(name=LARGE))
    assert options[HOLE].hole == (5, 3)
    assert rates[HOLE] == pytest.approx(bench.rates[HOLE], rel=0.5)
    assert rates[LARGE] > 3 * bench.rates[LARGE]


@pytest.mark.slow
def test_contenders_get_the_same_shots_while_they_hold_the_same_code(bench: ChoiceBench) -> None:
    rows = {
        row.contender: row for row in bench.measure("quiet", epochs=2, histories=2, contenders=FAST)
    }
    assert tuple(rows) == FAST
    static = rows["static d3"]
    for name in ("counted", "informed"):
        assert rows[name].epochs == {SMALL: 4}
        assert rows[name].history_errors == static.history_errors
        assert rows[name].qubit_rounds == static.qubit_rounds
    assert static.shots == 2 * 2 * 2 * 60
    assert static.qubit_rounds == 2 * 2 * 12 * 17
    assert len(set(static.history_errors)) == 2 or static.errors < 4  # seeds differ


@pytest.mark.slow
def test_counts_alone_tell_that_all_rates_have_doubled(bench: ChoiceBench) -> None:
    book = bench._books[COUNTED].begin(least_shots=2000)
    calm = np.ones(bench._still.num_qubits)
    found = {}
    for factor in (1.0, 2.0):
        for name in (SMALL, LARGE):
            seen = bench._shots(Option(name=name), factor * calm, shots=2000, seed=9).events
            assert book.add(name, seen)
            found[factor, name] = book.rates()
            assert set(found[factor, name]) == {SMALL, LARGE}
    for name in (SMALL, LARGE):  # whichever counts, it knows of both
        before, after = found[1.0, name], found[2.0, name]
        assert before[SMALL] == pytest.approx(bench.rates[SMALL], rel=0.4)
        assert 2.5 < after[SMALL] / before[SMALL] < 6
        assert after[LARGE] > 2.5 * before[LARGE] and after[LARGE] < 0.5 * after[SMALL]
