"""Which file is the log, and what its lines say."""

import dataclasses
import json

import pytest

from quantacore.host.live_log import LIVE_FILE
from quantacore.sim.dashboard.log_records import find_log, read_header
from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.epoch_log import LOG_FILE
from quantacore.sim.experiments.loop_log import LoopLog
from tests.sim.dashboard.live_logs import HEADER, look_record
from tests.sim.experiments.loop_epochs import loop_epoch


def test_live_log_of_a_folder_comes_first(tmp_path):
    (tmp_path / LOG_FILE).touch()
    assert find_log(tmp_path) == tmp_path / LOG_FILE
    (tmp_path / LIVE_FILE).touch()
    assert find_log(tmp_path) == tmp_path / LIVE_FILE
    assert find_log(tmp_path / LOG_FILE) == tmp_path / LOG_FILE


def test_log_must_be_there(tmp_path):
    with pytest.raises(ValueError, match="nothing: must be a log or the --out of"):
        find_log(tmp_path / "nothing")
    with pytest.raises(ValueError, match="must hold a log, but has neither live"):
        find_log(tmp_path)


def test_records_of_a_live_log_are_its_lines():
    header, records_of = read_header(json.dumps(HEADER).encode())
    assert header == HEADER
    assert list(records_of(look_record())) == [look_record()]


def test_log_from_before_live_logs_is_read(tmp_path):
    log = LoopLog(tmp_path, LoopSettings(seed=3, distance=5))
    log.append(loop_epoch(0))
    line = (tmp_path / LOG_FILE).read_bytes().splitlines()[0]
    header, records_of = read_header(line)
    assert len(header["slots"]) == 24
    assert header["settings"]["seed"] == 3
    records = list(records_of(dataclasses.asdict(loop_epoch(0))))
    assert [record["kind"] for record in records] == ["look", "look", "event", "errors"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"hello", "must begin with the header of a log"),
        (b"", "must begin with the header"),
        (b"[]", "must begin with the header"),
        (b"\xff\xfe", "must begin with the header"),
        (b'{"format": "quantacore-live", "version": 99}', "version that is known, not .*live' 99"),
        (b'{"format": "quantacore-closed-loop", "version": 2}', "must be those of a loop"),
    ],
)
def test_other_files_are_no_logs(line, message):
    with pytest.raises(ValueError, match=message):
        read_header(line)
