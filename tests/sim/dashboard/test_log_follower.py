"""Whole lines of a file that grows, is cut, replaced, or gone."""

import os

import pytest

from quantacore.sim.dashboard import log_follower
from quantacore.sim.dashboard.log_follower import LogFollower


def test_follower_reads_what_is_new(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"one\ntw")
    follower = LogFollower(path)
    assert follower.read() == [b"one"]
    assert follower.partial_bytes == 2
    assert follower.read() == []
    with open(path, "ab") as file:
        file.write(b"o\nthree\n")
    assert follower.read() == [b"two", b"three"]
    assert follower.partial_bytes == 0
    assert follower.at_end
    assert follower.restarts == 0


def test_follower_begins_anew_when_the_file_is_replaced(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo\n")
    follower = LogFollower(path)
    follower.read()
    (tmp_path / "new").write_bytes(b"other, and longer\nlines\n")
    (tmp_path / "new").replace(path)
    assert follower.read() == [b"other, and longer", b"lines"]
    assert follower.restarts == 1


def test_follower_begins_anew_when_the_file_is_shortened(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo\nthr")
    follower = LogFollower(path)
    follower.read()
    path.write_bytes(b"one\n")
    assert follower.read() == [b"one"]
    assert follower.restarts == 1
    assert follower.partial_bytes == 0


def test_follower_waits_for_a_file_that_is_gone(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    follower = LogFollower(path)
    follower.read()
    path.rename(tmp_path / "away")
    assert follower.read() == []
    assert follower.gone
    (tmp_path / "away").rename(path)
    assert follower.read() == []
    assert not follower.gone
    assert follower.restarts == 0


def test_follower_begins_anew_when_the_file_is_written_over(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo\n")
    follower = LogFollower(path)
    follower.read()
    path.write_bytes(b"uno\ndue\ntre\n")  # the same file, and it has not become shorter
    assert follower.read() == [b"uno", b"due", b"tre"]
    assert follower.restarts == 1


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_follower_waits_when_something_else_takes_the_place(tmp_path, make):
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    follower = LogFollower(path)
    follower.read()
    path.rename(tmp_path / "away")
    make(path)
    assert follower.read() == []
    assert follower.gone
    assert follower.at_end, "or the page would look again without a pause"
    path.rmdir() if path.is_dir() else path.unlink()
    (tmp_path / "away").rename(path)
    assert follower.read() == []
    assert (follower.gone, follower.restarts) == (False, 0)


def test_follower_keeps_little_of_a_large_file(tmp_path, monkeypatch):
    monkeypatch.setattr(log_follower, "PIECE_BYTES", 64)
    monkeypatch.setattr(log_follower, "MOST_LINE_BYTES", 200)
    path = tmp_path / "log"
    path.write_bytes(b"a\n" + b"x" * 1000 + b"\nb\n" + b"y" * 150 + b"\nc\n")
    follower = LogFollower(path)
    found = []
    while not follower.at_end:
        found += follower.read()
        assert follower.partial_bytes <= 200
    assert found == [b"a", b"b", b"y" * 150, b"c"]
    assert follower.left_out == 1
