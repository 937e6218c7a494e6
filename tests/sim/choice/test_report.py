"""CSV, JSON and the page hold what the rows say."""

import csv
import io
import json
import math

import pytest

from quantacore.sim.choice.report import HEAD, cells, record, to_csv, to_html, to_json
from quantacore.sim.choice.row import EXTRAPOLATED, UNKNOWN
from tests.sim.choice.machines import QUBITS, machine, made_up_row

ROWS = [
    made_up_row(value=1e-3),
    made_up_row(distance=5, value=1e-4, kind=EXTRAPOLATED),
    made_up_row(distance=7, value=math.nan, low=0.0, high=0.5, kind=UNKNOWN),
]


def test_record_has_rates_counts_and_cost() -> None:
    first, second, third = map(record, ROWS)
    assert (first["per_round"], first["per_round_low"]) == pytest.approx((2e-3, 1e-3))
    assert first["z_errors_quantacore"] == 60
    assert first["shots"] == 20_000
    assert first["matching_ratio"] == pytest.approx(80 / 60)
    assert (second["kind"], second["z_errors_quantacore"]) == ("extrapolated", None)
    assert (third["per_round"], third["kind"]) == (None, "unknown")
    assert list(first) == list(second) == list(third)


def test_csv_and_json_agree() -> None:
    hardware = machine(QUBITS + "eta = inf")
    found = json.loads(to_json(ROWS, hardware, {"shots": 1}))
    assert (found["format"], found["version"]) == ("quantacore-code-comparison", 1)
    assert found["hardware"]["qubits"]["eta"] == "inf"
    lines = list(csv.DictReader(io.StringIO(to_csv(ROWS))))
    assert [float(line["qubits"]) for line in lines] == [17, 49, 97]
    assert float(lines[0]["per_us"]) == found["rows"][0]["per_us"]


def test_page_needs_no_other_file() -> None:
    page = to_html(ROWS, machine(QUBITS.replace('"small"', '"<s>"')), picture=b"png", command="a<b")
    assert "<s>" not in page.replace("<style>", "")
    assert "a&lt;b" in page
    assert "data:image/png;base64,cG5n" in page
    for word in ("http:", "https:", "src='/", "<link", "<script"):
        assert word not in page
    assert page.count("<tr") == 1 + len(ROWS)
    assert 'class="extrapolated"' in page
    assert "made up" in page  # what the fit rests on


def test_table_has_its_columns() -> None:
    assert all(len(cells(row)) == len(HEAD) for row in ROWS)
    assert "unknown" in cells(ROWS[2])
