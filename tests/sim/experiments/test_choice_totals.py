"""Totals of contenders, and intervals over histories."""

import pytest

from quantacore.sim.experiments.choice_totals import HistoryTotal, row_of_histories


def history(errors, option="d3"):
    found = HistoryTotal()
    for number in range(2):
        found.add(
            option,
            shots=100,
            errors=errors,
            qubit_rounds=17 if option == "d3" else 49,
            switched=number == 1,
            in_flight=False,
        )
    return found


def test_rows_add_up_and_ratios_are_over_histories():
    small = row_of_histories("hot", "static d3", [history(10), history(30)])
    large = row_of_histories("hot", "static d5", [history(5, "d5"), history(3, "d5")])
    assert (small.shots, small.errors, small.qubit_rounds) == (400, 80, 68)
    assert (small.switches, small.in_flight, small.epochs) == (2, 0, {"d3": 4})
    assert small.rate.value == 0.2
    assert (small.rate.low, small.rate.high) == (0.1, 0.3)
    assert large.per_error_of(small).value == pytest.approx(0.2)
    assert large.per_error_of(small).low == pytest.approx(0.1)
    assert small.qubits_per_qubit_of(large).value == pytest.approx(17 / 49)


def test_one_history_has_the_interval_of_its_shots():
    row = row_of_histories("hot", "counted", [history(10)])
    assert row.rate.low < 0.1 == row.rate.value < row.rate.high
