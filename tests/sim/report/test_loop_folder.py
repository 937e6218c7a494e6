"""The log of a loop becomes tables and a picture."""

from pathlib import Path

import pytest

from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.loop_log import LoopLog
from quantacore.sim.report.loop_folder import read_loop
from quantacore.sim.report.section import ADAPTATION
from quantacore.sim.report.sources import read_place
from tests.sim.experiments.loop_epochs import loop_epoch
from tests.sim.report.test_page import PNG


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    log = LoopLog(tmp_path, LoopSettings(seed=3))
    for index in range(2):
        log.append(loop_epoch(index, swaps=(5,), changed=index == 1))
    return tmp_path


def test_loop_has_all_epochs(folder: Path) -> None:
    section = read_loop(folder / "log.jsonl")
    assert section is not None
    assert section.subject == ADAPTATION
    whole, by_epoch = section.tables
    assert [row[1:3] for row in whole.rows][:2] == [["2000", "24"], ["2000", "40"]]
    assert len(by_epoch.rows) == 2
    assert section.pictures[0].png.startswith(b"\x89PNG")


def test_picture_of_the_loop_is_not_shown_twice(folder: Path) -> None:
    (folder / "loop.png").write_bytes(PNG)
    (section,) = read_place(str(folder)).sections
    assert len(section.pictures) == 1


def test_epoch_that_was_cut_is_left_out(folder: Path) -> None:
    log = folder / "log.jsonl"
    log.write_text(log.read_text()[:-40])
    section = read_loop(log)
    assert section is not None
    assert len(section.tables[1].rows) == 1


def test_loop_without_epochs_says_so(folder: Path) -> None:
    log = folder / "log.jsonl"
    log.write_text(log.read_text().splitlines()[0] + "\n")
    with pytest.raises(ValueError, match="has no epoch yet"):
        read_loop(log)
