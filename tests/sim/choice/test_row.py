"""What a row makes of its parts, and costs of codes that were not built."""

import dataclasses
import math

import pytest

from quantacore.golden.metrics import Interval
from quantacore.sim.choice.candidates import Candidate
from quantacore.sim.choice.counts import OURS, Counts
from quantacore.sim.choice.row import COUNTED, EXTRAPOLATED, BasisRate, cost_model
from tests.sim.choice.machines import made_up_row


def test_bases_are_added_and_a_lone_one_doubled() -> None:
    row = made_up_row(value=1e-3, cycle_us=4.0)
    assert row.per_round == Interval(value=2e-3, low=1e-3, high=4e-3)
    assert row.per_us.value == 5e-4
    lone = dataclasses.replace(row, rates={"z": row.rates["z"]})
    assert lone.doubled
    assert lone.per_round == row.per_round


def test_kind_is_that_of_what_matters() -> None:
    row = made_up_row(value=1e-3)
    tiny = BasisRate(
        interval=Interval(value=1e-6, low=0.0, high=1e-5), kind=EXTRAPOLATED, reason=""
    )
    assert dataclasses.replace(row, rates={**row.rates, "x": tiny}).kind == COUNTED
    large = dataclasses.replace(tiny, interval=Interval(value=1e-6, low=0.0, high=1e-3))
    assert dataclasses.replace(row, rates={**row.rates, "x": large}).kind == EXTRAPOLATED


def test_ratios_are_of_the_same_shots() -> None:
    row = made_up_row(errors=(90, 60, 80))
    assert row.passes_ratio is not None
    assert row.matching_ratio is not None
    assert row.passes_ratio.value == pytest.approx(1.5)
    assert row.matching_ratio.value == pytest.approx(4 / 3)
    assert made_up_row(kind=EXTRAPOLATED).matching_ratio is None
    assert made_up_row(links=0).passes_ratio is None


def test_cost_of_larger_codes_follows_those_that_were_counted() -> None:
    def counts(nodes: int, edges: int, effort: float) -> Counts:
        plain = Counts(shots=10, nodes=nodes, edges=edges, links=1)
        return dataclasses.replace(plain, effort={**plain.effort, OURS: 10 * effort})

    three, five, seven = (Candidate(family="rotated", distances=(d, d)) for d in (3, 5, 7))
    cost = cost_model({three: counts(24, 78, 4.0), five: counts(120, 502, 40.0)})
    known, beyond = cost(five, 25.0), cost(seven, 25.0)
    assert (known.nodes, known.edges) == (120, 502)
    assert known.us_per_round == pytest.approx(known.cycles_per_round / 25)
    assert beyond.nodes == 336  # as it has: measurements times rounds
    volume = 48 * 7 / (24 * 5)
    power = math.log(10) / math.log(24 * 5 / (8 * 3))
    expected = (2 + 0.66 * 40 * volume**power) / 7
    assert beyond.cycles_per_round == pytest.approx(expected)
    assert not beyond.measured
