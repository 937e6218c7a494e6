"""Tables mark what was not measured; JSON has every number."""

import dataclasses
import json

import pytest

from quantacore.golden.metrics import Interval
from quantacore.sim.scale.figures import exact
from quantacore.sim.scale.tables import (
    interval_text,
    keeps_up,
    number,
    stops,
    tables,
    to_json,
)
from tests.sim.scale.made_up import core_figures, made_up_scaling


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (12.345, "12.3"),
        (0.0123, "0.0123"),
        (1234567, "1234567"),
        (4.5e-6, "4.50e-06"),
        (float("nan"), "?"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_interval_without_an_end_says_so() -> None:
    assert interval_text(Interval(value=2.0, low=0.0, high=float("inf"))) == "2.00 [?]"
    assert interval_text(Interval(value=2.0, low=2.0, high=2.0)) == "2.00"


def test_cost_table_marks_each_cell() -> None:
    table = tables(made_up_scaling(), p=0.01)[0]
    last = dict(zip(table.head, table.rows[-1], strict=True))
    assert last["d"] == "9"
    assert last["cycles per shot"] == "81.0 m"
    assert last["clock MHz"] == "30.0 e"
    assert last["build s"] == "?"
    assert last["share of ECP5-85"].endswith(" e, fits")
    first = dict(zip(table.head, table.rows[0], strict=True))
    assert first["cycles per shot"] == "10.0"
    assert first["host ms per update"] == "500"


def test_every_row_is_as_wide_as_its_head() -> None:
    for table in tables(made_up_scaling(), p=0.01):
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.head)}


def test_where_it_stops_is_said() -> None:
    cores = {d: core_figures(d) for d in (3, 5, 7)} | {9: core_figures(9, lut4=10**6, lut6=10**6)}
    words = stops(made_up_scaling(cores=cores))
    assert words[0].startswith("ECP5-85: d = 7 fits (")
    assert words[0].endswith("of its LUTs), d = 9 does not (1196%)")
    assert words[1].endswith("d = 9 does not (235%)")


def test_without_synthesis_nothing_is_said_to_fit() -> None:
    cores = {d: core_figures(d, lut4=None, lut6=None) for d in (3, 5, 7, 9)}
    found = made_up_scaling(cores=cores, with_record=False)
    assert stops(found)[0] == "ECP5-85: no core was synthesised"
    table = tables(found, p=0.01)[0]
    row = dict(zip(table.head, table.rows[0], strict=True))
    assert (row["LUT4"], row["share of ECP5-85"], row["us per round"]) == ("?", "?", "?")


def test_what_keeps_up_is_said() -> None:
    words = stops(made_up_scaling())
    assert "ECP5-85, streaming: d = 9 fits" in words[2]
    assert (
        words[4]
        == "Streaming, p = 0.01, a round per us: keeps up at d = 3, 5; falls behind at d = 7, 9"
    )
    assert words[5].startswith("p = 0.01, shots of 4 d rounds, look-ahead 1 d: 1.2")
    assert "(d = 7) times the errors per round of whole shots; Lambda" in words[5]


@pytest.mark.parametrize(
    ("mean", "p99", "words"),
    [(0.1, 0.9, "keeps up"), (0.1, 1.0, "keeps up, waits at times"), (1.0, 2.0, "falls behind")],
)
def test_core_keeps_up_up_to_a_microsecond(mean: float, p99: float, words: str) -> None:
    at = made_up_scaling().lines[0].at[0.01]
    at = dataclasses.replace(at, window_us=exact(mean), window_us_p99=exact(p99))
    assert keeps_up(at) == words


def test_json_is_whole_and_without_nan() -> None:
    found = made_up_scaling()
    data = json.loads(json.dumps(to_json(found, {}, tables(found, p=0.01)), allow_nan=False))
    assert data["format"] == "quantacore-scale"
    assert [line["distance"] for line in data["lines"]] == [3, 5, 7, 9]
    assert data["lines"][3]["at"][0]["cycles"]["kind"] == "modelled"
    assert data["validation"][0]["holds"] is True
    assert len(data["tables"]) == 6
