"""The live page in a real browser: data come, go on coming, and survive what happens to a page."""

import json
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from quantacore.host.live_log import LiveLog
from tests.sim.dashboard.live_logs import (
    HEADER,
    PLACES,
    event_record,
    look_record,
    tell_epoch,
    write_lines,
)
from tests.sim.dashboard.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAPTOP = {"width": 1366, "height": 768}
WAIT_MS = 60_000
EVENTS_PER_S = 10_000
LOAD_S = 3


@pytest.fixture(scope="module")
def chromium():
    import shutil

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


class Watched:
    """A tab, and all that it complains about or asks for."""

    def __init__(self, chromium):
        self.tab = chromium.new_page(viewport=LAPTOP)
        self.tab.set_default_timeout(WAIT_MS)
        self.complaints, self.asked = [], []
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append((request.method, request.url)))

    def until_text(self, place, text):
        self.tab.wait_for_function(
            "([place, text]) => document.querySelector(place).textContent.includes(text)",
            arg=[place, text],
        )

    def number(self, script):
        return self.tab.evaluate(script)


@pytest.fixture
def page(chromium):
    watched = Watched(chromium)
    yield watched
    watched.tab.close()


def test_page_shows_data_as_it_comes(page, tmp_path):
    rng = np.random.default_rng(1)
    with LiveLog(tmp_path / "live.jsonl", HEADER) as log, Served(tmp_path) as served:
        page.tab.goto(served.url)
        page.until_text("#status", "no data yet")
        page.until_text("#chart-lattice", "no data yet")
        page.until_text("#title", "A made-up loop")
        tell_epoch(log, rng)
        page.until_text("#shots", "1\u2009000")
        page.until_text("#status", "following the log")
        drawn = {
            "lattice": (".points path", len(PLACES)),
            "errors": (".errorbar", 3),
            "priors": (".points path", 60),
            "lengths": (".hm image", 1),
            "cycles": (".bars path", 10),
            "buffer": (".points path", 1),
        }
        for chart, (selector, least) in drawn.items():
            count = page.tab.locator(f"#chart-{chart} {selector}").count()
            assert count >= least, f"{chart}: {count} of {selector}"
        rates = page.number(
            "document.querySelector('#chart-lattice .js-plotly-plot').data[0].customdata"
        )
        assert 0.02 < rates[1] < 0.04

        assert page.tab.locator("#buffer").text_content().endswith(" of 64")
        assert page.tab.locator(".alarm").count() == 0

        tell_epoch(log, rng, hot=True, behind=True)
        log.event("image", "image 2 <b>is</b> in force")
        log.event("code", "from d3 to d5")
        page.until_text("#shots", "2\u2009000")
        page.until_text("#codes", "1")
        page.until_text("#images", "1")
        assert page.tab.locator("#buffer").text_content() == "63 / 63 of 64"
        page.until_text("#buffer-label", "FULL in 1 looks: the decoder falls behind")
        assert page.tab.locator(".alarm #buffer").count() == 1
        first = page.tab.locator("#events li").first
        assert first.text_content() == "codefrom d3 to d5 shot 2\u2009000"
        # What a log says is text, never markup.
        assert "image 2 <b>is</b> in force" in page.tab.locator("#events").text_content()
        rates = page.number(
            "document.querySelector('#chart-lattice .js-plotly-plot').data[0].customdata"
        )
        assert 0.06 < rates[1] < 0.1
        assert page.tab.locator("#rate").text_content().count("0.0") == 3

        log.end("two epochs")
        page.until_text("#status", "log ended: two epochs")
        size = page.number(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size == [LAPTOP["width"], LAPTOP["height"]], "fits a laptop without scrolling"
        assert page.complaints == []
        assert {method for method, _ in page.asked} == {"GET"}
        assert all(url.startswith((served.url, "data:", "blob:")) for _, url in page.asked)


def test_page_survives_a_server_that_goes_and_comes(page, tmp_path):
    rng = np.random.default_rng(2)
    with LiveLog(tmp_path / "live.jsonl", HEADER) as log:
        tell_epoch(log, rng)
        with Served(tmp_path) as served:
            page.tab.goto(served.url)
            page.until_text("#shots", "1\u2009000")
            assert page.complaints == []
        page.until_text("#status", "connection lost, retrying")
        assert page.tab.locator("#shots").text_content() == "1\u2009000"
        tell_epoch(log, rng)
        with Served(tmp_path, "--port", served.port):
            page.until_text("#shots", "2\u2009000")
            page.until_text("#status", "following the log")
            # The browser itself tells of each attempt while nobody listens; the page says nothing.
            assert all("net::ERR_" in text for text in page.complaints), page.complaints
            page.complaints.clear()
            tell_epoch(log, rng)
            page.until_text("#shots", "3\u2009000")
            assert page.complaints == []


def test_page_says_that_a_log_was_cut(page, tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path, look_record(), look_record())
    with open(path, "a") as file:
        file.write(json.dumps(look_record())[:50])
    with Served(path, "--replay", "--speed", "inf") as served:
        page.tab.goto(served.url)
        page.until_text("#note", "the log ends within a line: read to its last whole one, line 3")
        page.until_text("#status", "log ended")
        assert page.tab.locator("#note").is_visible()
        assert page.tab.locator("#shots").text_content() == "200"
        assert page.complaints == []


def memory_kb(process):
    """Return the memory of a process that is in use."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def cpu_s(process):
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_ten_thousand_events_a_second_stay_bounded(page, tmp_path):
    path = tmp_path / "live.jsonl"
    write_lines(path, look_record())
    kinds = ("image", "code", "fault", "note")
    written = threading.Event()

    def write() -> None:
        began = time.monotonic()
        with open(path, "a") as file:
            for batch in range(10 * LOAD_S):
                for k in range(EVENTS_PER_S // 10):
                    record = event_record(what=kinds[k % 4], text=f"{batch}, {k}")
                    if k % 20 == 0:
                        record = look_record(cycles=[[batch, 1]])
                    file.write(json.dumps(record) + "\n")
                file.flush()
                time.sleep(max(0.0, began + (batch + 1) / 10 - time.monotonic()))
            file.write(json.dumps({"kind": "end", "t_s": 1.0, "text": "enough"}) + "\n")
        written.set()

    with Served(path) as served:
        page.tab.goto(served.url)
        page.until_text("#status", "following the log")
        heap = page.tab.context.new_cdp_session(page.tab)
        before_s = cpu_s(served.process)
        before_kb = memory_kb(served.process)
        writing = threading.Thread(target=write)
        writing.start()
        page.until_text("#status", "log ended: enough")
        writing.join()
        page.until_text("#images", "6\u2009000")
        lines = 2 + EVENTS_PER_S * LOAD_S + 1
        page.until_text("#log", f"{lines:,} lines".replace(",", "\u2009"))
        assert cpu_s(served.process) - before_s < 2 * LOAD_S
        assert memory_kb(served.process) - before_kb < 30_000
        heap.send("HeapProfiler.collectGarbage")
        assert heap.send("Runtime.getHeapUsage")["usedSize"] < 60e6
        assert page.tab.locator("#events li").count() == 100
        assert page.number("document.querySelectorAll('*').length") < 6_000
        assert page.complaints == []
        assert served.stop() == (0, "")
    assert written.is_set()
