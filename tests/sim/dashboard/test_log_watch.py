"""A log that grows, is cut, goes on, is replayed."""

import asyncio
import contextlib
import json
import time

import pytest

from quantacore.sim.dashboard import log_watch
from quantacore.sim.dashboard.log_watch import LogWatch
from tests.sim.dashboard.live_logs import HEADER, event_record, look_record, write_lines

END = {"kind": "end", "t_s": 9.0, "text": "all done"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(log_watch, "POLL_S", 0.005)
    monkeypatch.setattr(log_watch, "PARTIAL_S", 0.05)


def run_watch(watch, story):
    """Run the watch while the story goes on."""

    async def both():
        running = asyncio.create_task(watch.run())
        try:
            await story()
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    asyncio.run(both())


async def until(watch, holds, *, timeout_s=5.0):
    """Wait until a page is as it should be, and return it."""
    deadline = time.monotonic() + timeout_s
    while True:
        page = json.loads(watch.page())
        if holds(page):
            return page
        assert time.monotonic() < deadline, page
        await asyncio.sleep(0.005)


def has_phase(phase):
    return lambda page: page["status"]["phase"] == phase


def has_shots(shots):
    return lambda page: page["data"] and page["data"]["shots"] == shots


def append(path, text):
    with open(path, "a") as file:
        file.write(text)


def test_watch_follows_a_log_to_its_end(tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path)
    watch = LogWatch(path)

    async def story():
        page = await until(watch, has_phase("waiting"))
        assert page["data"]["title"] == HEADER["title"]
        append(path, json.dumps(look_record()) + "\n")
        page = await until(watch, has_phase("following"))
        assert page["data"]["shots"] == 100
        append(path, json.dumps(look_record()) + "\n" + json.dumps(END) + "\n")
        page = await until(watch, has_phase("ended"))
        assert page["data"]["shots"] == 200
        assert page["status"]["end_text"] == "all done"
        assert page["status"]["note"] == ""
        assert page["status"]["lines"] == 4

    run_watch(watch, story)


def test_watch_waits_for_the_header(tmp_path):
    path = tmp_path / "live.jsonl"
    path.touch()
    watch = LogWatch(path)

    async def story():
        page = await until(watch, has_phase("waiting"))
        assert page["data"] is None
        write_lines(path, look_record())
        await until(watch, has_shots(100))

    run_watch(watch, story)


@pytest.mark.parametrize("replay", [False, True], ids=["follow", "replay"])
def test_log_that_was_cut_is_read_to_its_last_whole_line(tmp_path, replay):
    path = tmp_path / "live.jsonl"
    write_lines(path, look_record(), look_record())
    line = json.dumps(look_record())
    append(path, line[:40])
    watch = LogWatch(path, replay=replay)

    async def story():
        page = await until(watch, lambda page: page["status"]["note"])
        assert page["status"]["note"] == (
            "the log ends within a line: read to its last whole one, line 3"
        )
        assert page["data"]["shots"] == 200
        assert watch.summary() == page["status"]["note"]
        # The loop was only slow: the note goes away.
        if not replay:
            append(path, line[40:] + "\n")
            page = await until(watch, has_shots(300))
            assert page["status"]["note"] == ""

    run_watch(watch, story)


def test_damaged_lines_are_left_out_and_told(tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path, look_record())
    append(path, '{"kind": "look"}\nnonsense\n[1]\n\xff\n' + json.dumps(look_record()) + "\n")
    watch = LogWatch(path)

    async def story():
        page = await until(watch, has_shots(200))
        assert page["status"]["note"] == "4 damaged lines were left out, the first is 3"

    run_watch(watch, story)


def test_watch_begins_anew_with_a_new_log(tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path, look_record(), look_record())
    watch = LogWatch(path)

    async def story():
        await until(watch, has_shots(200))
        path.unlink()
        await until(watch, has_phase("gone"))
        write_lines(path, look_record(shots=7), header=HEADER | {"title": "another"})
        page = await until(watch, has_shots(7))
        assert page["data"]["title"] == "another"
        assert page["status"]["restarts"] == 1

    run_watch(watch, story)


def test_replay_takes_the_time_of_the_log(tmp_path):
    path = tmp_path / "live.jsonl"
    # Four seconds apart; then a night, which counts as ten seconds; then a clock that went back.
    times = (100.0, 104.0, 40_000.0, 39_000.0)
    write_lines(path, *(look_record(t_s=t_s) for t_s in times))
    watch = LogWatch(path, replay=True, speed=40.0)

    async def story():
        seen = []
        began = time.monotonic()
        for shots in (100, 200, 300, 400):
            await until(watch, lambda page, shots=shots: page["data"]["shots"] >= shots)
            seen.append(time.monotonic() - began)
        assert seen[0] < 0.08
        assert 0.09 < seen[1] < 0.25
        assert 0.34 < seen[2] < 0.8
        page = await until(watch, has_phase("ended"))
        assert page["status"]["speed"] == 40.0

    run_watch(watch, story)


def test_replay_of_any_length_at_once(tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path, *(event_record(t_s=1000.0 * k) for k in range(3_000)))
    watch = LogWatch(path, replay=True, speed=float("inf"))

    async def story():
        page = await until(watch, has_phase("ended"))
        assert page["data"]["event_totals"] == {"image": 3_000}
        assert page["status"]["speed"] is None

    run_watch(watch, story)


@pytest.mark.parametrize("text", ["hello\n", "hello", "{}\n", "\n"])
def test_watch_rejects_what_is_no_log(tmp_path, text):
    path = tmp_path / "live.jsonl"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"live\.jsonl: must begin with the header of a log"):
        LogWatch(path)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_watch_rejects_a_speed(tmp_path, speed):
    with pytest.raises(ValueError, match="Speed must be above 0"):
        LogWatch(tmp_path, replay=True, speed=speed)
