"""Verb `dashboard`."""

import socket

import pytest

from tests.sim.dashboard.live_logs import look_record, write_lines
from tests.sim.dashboard.served import Served


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path, look_record())
    return path


@pytest.mark.slow
def test_dashboard_says_where_its_page_is_and_ends_quietly(log):
    with Served(log.parent) as served:
        assert served.said.startswith(f"Live page of {log}: http://127.0.0.1:")
        assert served.stop() == (0, "")


@pytest.mark.slow
def test_dashboard_warns_where_others_can_read_it(log):
    log.write_text(log.read_text() + '{"half')
    with Served(log, "--host", "0.0.0.0", "--replay", "--speed", "inf") as served:
        served.wait_for("the log ends within a line")
        code, complaints = served.stop()
    assert code == 0
    warning, cut = complaints.splitlines()
    assert "warning: anyone who reaches this machine (0.0.0.0) on port" in warning
    assert "the log ends within a line: read to its last whole one, line 2" in cut


def test_dashboard_refuses_what_is_no_log(refused, log, tmp_path):
    assert "nothing: must be a log or the --out of `quantacore run`" in refused(
        "dashboard", tmp_path / "nothing"
    )
    (tmp_path / "empty").mkdir()
    assert "must hold a log, but has neither live.jsonl nor log.jsonl" in refused(
        "dashboard", tmp_path / "empty"
    )
    other = tmp_path / "notes.txt"
    other.write_text("Dear diary\n")
    assert "notes.txt: must begin with the header of a log of QuantaCore" in refused(
        "dashboard", other
    )


def test_dashboard_refuses_bad_flags(refused, log):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port} must be free to listen on" in refused(
            "dashboard", log, "--port", port
        )
    assert "--speed must come with --replay" in refused("dashboard", log, "--speed", 2)
    assert "Speed must be above 0, not 0.0" in refused("dashboard", log, "--replay", "--speed", 0)
    assert "Port must be 0 to 65535" in refused("dashboard", log, "--port", -1)
    assert "--host must be an address of this machine, not 'no such host'" in refused(
        "dashboard", log, "--host", "no such host"
    )
