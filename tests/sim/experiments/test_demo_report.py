"""Tables and JSON of the demo."""

import json
import math

from quantacore.sim.experiments.demo import DECODERS
from quantacore.sim.experiments.demo_report import (
    TITLE,
    accuracy_table,
    hardware_table,
    report_text,
    rows_to_json,
    unfinished_report,
)
from tests.sim.experiments.demo_rows import demo_row


def test_accuracy_table_shows_rates_with_intervals() -> None:
    head, _, line = accuracy_table([demo_row(errors=20)]).splitlines()
    assert [cell.strip() for cell in head.split("|")][4:-1] == list(DECODERS)
    assert line.count("20.0 [13.0, 30.7]") == len(DECODERS)


def test_hardware_table_shouts_when_a_bit_differs() -> None:
    assert "| yes" in hardware_table([demo_row()])
    assert "| NO" in hardware_table([demo_row(mismatches=1)])
    assert "| NO" in hardware_table([demo_row(same_files=False)])


def test_rows_to_json_can_be_read_by_any_program() -> None:
    def no_constants(name: str) -> float:
        raise AssertionError(f"JSON must not hold {name}")

    text = rows_to_json([demo_row(errors=0)], seed=1)
    data = json.loads(text, parse_constant=no_constants)
    assert data["format"] == "quantacore-demo"
    (row,) = data["rows"]
    assert row["error_rates"]["PyMatching"]["value"] == 0
    assert math.isclose(sum(row["cycle_counts"]), row["shots"])


def test_report_begins_so_that_its_folder_is_known() -> None:
    finished = report_text(
        [demo_row()], pictures=[("a.png", "What it shows.")], files="", command=""
    )
    assert finished.startswith(TITLE)
    assert unfinished_report().startswith(TITLE)
