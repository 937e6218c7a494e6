"""The section of a document comes from the record, and from nothing else."""

from dataclasses import replace

import pytest

from quantacore.sim.experiments.area import AreaRecord, read_record
from quantacore.sim.experiments.area_points import Problem
from quantacore.sim.experiments.area_section import (
    BEGIN,
    END,
    area_section,
    replace_section,
    section_of,
)
from tests.repo.sources import ROOT
from tests.sim.experiments.area_rows import area_row, cycles_row


def cells(section: str, *start: str) -> list[str]:
    """Return the cells after the first ones of the one row of a table that begins so."""
    (line,) = [line for line in section.splitlines() if line.startswith(f"| {' | '.join(start)} |")]
    return [cell.strip() for cell in line.split("|")[1 + len(start) : -1]]


def test_page_shows_what_the_record_says() -> None:
    page = (ROOT / "docs" / "performance.md").read_text()
    record = read_record(ROOT / "docs" / "synthesis.json")
    assert record.rows
    assert section_of(page) == area_section(record), "write it with: make area"


def test_area_section_sets_ours_beside_helios() -> None:
    section = area_section(AreaRecord(rows=(area_row(),), cycles=(cycles_row(2.0),)))
    ours = ["12", "389", "50", "110", "2", "1", "429", "36", "0.5%", "90 / 100 / 110", "276", "23"]
    assert cells(section, "3", "ours") == ours
    assert cells(section, "3", "Helios")[6:10] == ["2145", "179", "2.6%", "88"]
    ratio = cells(section, "3", "**ratio**")
    assert (ratio[1], ratio[6], ratio[9], ratio[10]) == ("0.20", "**0.20**", "**1.14**", "0.20")
    # 2 cycles at 100 MHz beside 12.3 cycles at 88 MHz.
    assert cells(section, "3", "0.001")[1:] == ["2.00", "100.0", "20", "12.3", "140", "0.14"]
    assert "post-route estimate" in section
    assert "*3*" not in section


def test_area_section_marks_what_is_out_of_date() -> None:
    rows = (area_row(Problem.BAKED, generator="old"), area_row(Problem.ONE_PASS))
    section = area_section(AreaRecord(rows=rows))
    assert cells(section, "*3*", "*baked*")[0] == "*12*"
    assert cells(section, "3", "one pass")[0] == "12"
    assert "Rows in *italics* are of the core as it was" in section
    assert "links are of p = 0.005." in section
    assert "{" not in section
    assert "Helios' published Verilog" not in section


@pytest.mark.parametrize(
    ("unplaced", "said"), [("does not fit", "does not fit"), ("ERROR: x", "not placed")]
)
def test_area_section_says_what_was_not_placed(unplaced: str, said: str) -> None:
    row = replace(area_row(), combs=None, fmax_mhz={}, path={}, unplaced=unplaced)
    section = area_section(AreaRecord(rows=(row,), cycles=(cycles_row(),)))
    assert cells(section, "3", "ours")[6:10] == ["", "", "", said]
    assert cells(section, "3", "**ratio**")[1] == "0.20"
    assert "Core time" not in section


def test_area_section_names_a_router_that_is_not_the_default() -> None:
    section = area_section(AreaRecord(rows=(replace(area_row(), router="router2"),)))
    assert cells(section, "3", "ours")[9] == "90 / 100 / 110, router2"
    assert "router1" not in area_section(AreaRecord(rows=(area_row(),)))


def test_area_section_of_nothing_says_so() -> None:
    assert "Nothing was measured yet" in area_section(AreaRecord())


def test_replace_section_changes_nothing_else() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    section = area_section(AreaRecord())
    changed = replace_section(page, section)
    assert changed == f"before\n{section}\nafter\n"
    assert section_of(changed) == section


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{BEGIN}{END}{BEGIN}{END}"])
def test_replace_section_rejects_a_page_without_markers(page: str) -> None:
    with pytest.raises(ValueError, match="Page must have the lines"):
        replace_section(page, "")
