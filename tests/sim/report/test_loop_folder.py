"""The log of a loop becomes tables and a picture."""

from pathlib import Path

import pytest

from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.code_loop import code_epoch
from quantacore.sim.experiments.code_records import CODE_LOOP
from quantacore.sim.experiments.epoch_log import EpochLog
from quantacore.sim.experiments.loop_log import LoopLog
from quantacore.sim.report.loop_folder import read_loop
from quantacore.sim.report.section import ADAPTATION
from quantacore.sim.report.sources import read_place
from tests.sim.cli.test_run_codes import SETTINGS
from tests.sim.cli.test_run_codes import epoch as code_epoch_of
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


def test_loop_over_codes_has_contenders_and_epochs(tmp_path: Path) -> None:
    log = EpochLog(tmp_path, SETTINGS, kind=CODE_LOOP, read_epoch=code_epoch)
    log.append(code_epoch_of(0, ("3x3", "3x3"), "3x3"))
    log.append(code_epoch_of(1, ("3x3", "5x5"), "5x5"))
    (section,) = read_place(str(tmp_path)).sections
    assert section.subject == ADAPTATION
    assert section.title == "Codes on one core: 3x3, 5x5, noise: bursts"
    after_calm, by_epoch = section.tables
    assert [row[:3] for row in after_calm.rows] == [
        ["core, which follows", "100", "13"],
        ["right code of each epoch, seen afterwards", "100", "6"],
        ["3x3 alone", "100", "20"],
        ["5x5 alone", "100", "6"],
    ]
    assert [row[4] for row in after_calm.rows] == ["33", "49", "17", "49"]
    assert [row[5] for row in by_epoch.rows] == ["3x3", "3x3 5x5"]
    assert section.pictures[0].png.startswith(b"\x89PNG")
    path = tmp_path / "log.jsonl"
    path.write_text(path.read_text().replace('"rounds_lost": 0', '"rounds": 0'))
    with pytest.raises(ValueError, match="must be the log of a loop of this version, undamaged"):
        read_loop(path)


def test_loop_over_codes_that_is_calm_so_far(tmp_path: Path) -> None:
    log = EpochLog(tmp_path, SETTINGS, kind=CODE_LOOP, read_epoch=code_epoch)
    log.append(code_epoch_of(0, ("3x3", "3x3"), "3x3"))
    (section,) = read_place(str(tmp_path)).sections
    assert [table.title for table in section.tables] == ["Errors by epoch"]
