"""The log of a loop: whole, continued, and refused where it is not its own."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from quantacore.sim.experiments.closed_loop import LoopSettings, LoopState
from quantacore.sim.experiments.loop_log import (
    COUNTS_FILE,
    EPOCHS_FILE,
    LOG_FILE,
    STATE_FILE,
    LoopLog,
)
from tests.sim.experiments.loop_epochs import loop_epoch

SETTINGS = LoopSettings(seed=3)


def state(epochs):
    return LoopState(
        epochs=epochs, counts=np.arange(3.0), windows=np.full(3, 9.0), ratios=np.ones(3)
    )


@pytest.fixture
def folder(tmp_path):
    log = LoopLog(tmp_path, SETTINGS)
    log.append(loop_epoch(0), state(1))
    log.append(loop_epoch(1, swaps=[100]), state(2))
    return tmp_path


def test_log_is_read_again(folder):
    again = LoopLog(folder, LoopSettings(seed=3, epochs=50))
    assert again.epochs == [loop_epoch(0), loop_epoch(1, swaps=[100])]
    assert again.state.epochs == 2
    assert again.state.counts.tolist() == [0, 1, 2]


@pytest.mark.parametrize("tail", ['{"index": 2, "sh', json.dumps({"index": 2}) + "\n"])
def test_epoch_without_its_state_is_done_again(folder, tail):
    before = (folder / LOG_FILE).read_text()
    (folder / LOG_FILE).write_text(before + tail)
    assert len(LoopLog(folder, SETTINGS).epochs) == 2
    assert (folder / LOG_FILE).read_text() == before


def test_tables_hold_every_epoch_and_edge(folder):
    LoopLog(folder, SETTINGS).write_tables()
    epochs = pq.read_table(folder / EPOCHS_FILE).to_pydict()
    assert epochs["epoch"] == [0, 1]
    assert epochs["errors_static"] == [20, 20]
    assert epochs["swaps"] == [[], [100]]
    counts = pq.read_table(folder / COUNTS_FILE).to_pydict()
    assert counts["edge"] == [0, 1, 2, 0, 1, 2]
    assert counts["corrections"] == [3, 0, 5, 3, 0, 5]


def test_log_of_another_loop_is_refused(folder):
    with pytest.raises(
        ValueError, match="was made with shots 5000, not 77, seed 3, not 4: choose another"
    ):
        LoopLog(folder, LoopSettings(seed=4, shots=77))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (LOG_FILE, "hello\n", "must begin with the settings of a loop"),
        (LOG_FILE, "", "must begin with the settings of a loop"),
        (STATE_FILE, "hello", "is damaged"),
        (STATE_FILE, "", "is damaged"),
    ],
)
def test_damaged_files_are_refused(folder, name, text, message):
    (folder / name).write_text(text)
    with pytest.raises(ValueError, match=message):
        LoopLog(folder, SETTINGS)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_half_a_state_is_refused(folder, kept):
    data = (folder / STATE_FILE).read_bytes()
    (folder / STATE_FILE).write_bytes(data[: int(kept * len(data))])
    with pytest.raises(ValueError, match="is damaged"):
        LoopLog(folder, SETTINGS)


def test_log_without_its_state_is_kept(folder):
    before = (folder / LOG_FILE).read_text()
    (folder / STATE_FILE).unlink()
    with pytest.raises(
        ValueError, match="must be of 2 epochs, as the log, but is of 0: bring back"
    ):
        LoopLog(folder, SETTINGS)
    assert (folder / LOG_FILE).read_text() == before


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


def test_lost_lines_are_told(folder):
    lines = (folder / LOG_FILE).read_text().splitlines(keepends=True)
    (folder / LOG_FILE).write_text("".join(lines[:-1]))
    with pytest.raises(ValueError, match="must have 2 epochs"):
        LoopLog(folder, SETTINGS)
