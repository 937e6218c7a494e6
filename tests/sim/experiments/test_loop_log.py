"""The log of a loop: whole, continued, and refused where it is not its own."""

import json

import pyarrow.parquet as pq
import pytest

from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.epoch_log import LOG_FILE
from quantacore.sim.experiments.loop_log import (
    COUNTS_FILE,
    EPOCHS_FILE,
    LoopLog,
)
from tests.sim.experiments.loop_epochs import loop_epoch

SETTINGS = LoopSettings(seed=3)


@pytest.fixture
def folder(tmp_path):
    log = LoopLog(tmp_path, SETTINGS)
    log.append(loop_epoch(0))
    log.append(loop_epoch(1, swaps=[100]))
    return tmp_path


def test_log_is_read_again(folder):
    again = LoopLog(folder, LoopSettings(seed=3, epochs=50))
    assert again.epochs == [loop_epoch(0), loop_epoch(1, swaps=[100])]


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_epoch_that_was_cut_is_done_again(folder, kept):
    before = (folder / LOG_FILE).read_text()
    line = before.splitlines(keepends=True)[-1]
    (folder / LOG_FILE).write_text(before + line[: int(kept * len(line))])
    assert len(LoopLog(folder, SETTINGS).epochs) == 2
    assert (folder / LOG_FILE).read_text() == before


def test_tables_hold_every_epoch_and_edge(folder):
    LoopLog(folder, SETTINGS).write_tables()
    epochs = pq.read_table(folder / EPOCHS_FILE).to_pydict()
    assert epochs["epoch"] == [0, 1]
    assert epochs["errors_static"] == [20, 20]
    assert epochs["swaps"] == [[], [100]]
    counts = pq.read_table(folder / COUNTS_FILE).to_pydict()
    assert epochs["events"] == [[9, 11], [9, 11]]
    assert epochs["windows"] == [2000, 2000]
    assert counts["epoch"] == [0] * 6 + [1] * 6
    assert counts["look"] == [0, 0, 0, 1, 1, 1] * 2
    assert counts["edge"] == [0, 1, 2] * 4
    assert counts["corrections"] == [3, 0, 5, 1, 1, 1] * 2
    assert counts["learned"] == [True, True, True, False, False, False] * 2


def test_tables_of_no_epochs_are_empty(tmp_path):
    LoopLog(tmp_path, SETTINGS).write_tables()
    assert pq.read_table(tmp_path / COUNTS_FILE).num_rows == 0


def test_log_of_another_loop_is_refused(folder):
    with pytest.raises(
        ValueError, match="was made with shots 5000, not 77, seed 3, not 4: choose another"
    ):
        LoopLog(folder, LoopSettings(seed=4, shots=77))


def test_log_of_before_there_were_other_cores_is_of_the_rtl(folder):
    log = folder / LOG_FILE
    log.write_text(log.read_text().replace(', "core": "rtl"', "", 1))
    with pytest.raises(ValueError, match="was made with core 'rtl', not 'golden': choose"):
        LoopLog(folder, LoopSettings(seed=3, core="golden"))
    assert len(LoopLog(folder, SETTINGS).epochs) == 2


@pytest.mark.parametrize("text", ["hello\n", "", "[]\n"])
def test_log_without_settings_is_refused(folder, text):
    (folder / LOG_FILE).write_text(text)
    with pytest.raises(ValueError, match="must begin with the settings of a loop"):
        LoopLog(folder, SETTINGS)


def test_line_without_a_field_is_refused(folder):
    lines = (folder / LOG_FILE).read_text().splitlines()
    record = json.loads(lines[1])
    del record["swaps"]
    (folder / LOG_FILE).write_text("\n".join([lines[0], json.dumps(record), lines[2]]) + "\n")
    with pytest.raises(ValueError, match="has a damaged line"):
        LoopLog(folder, SETTINGS)


def test_loop_that_never_ran_leaves_no_log(tmp_path):
    LoopLog(tmp_path, SETTINGS)
    assert LoopLog(tmp_path, LoopSettings(seed=77)).epochs == []


def test_lost_line_in_the_middle_is_told(folder):
    lines = (folder / LOG_FILE).read_text().splitlines(keepends=True)
    (folder / LOG_FILE).write_text(lines[0] + lines[2])
    with pytest.raises(ValueError, match="lacks an epoch before the last"):
        LoopLog(folder, SETTINGS)
