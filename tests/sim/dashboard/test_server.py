"""The server of the live page: what it gives, and to whom."""

import http.client
import json
import re
import socket
from importlib.resources import files

import pytest

from quantacore.sim.dashboard.server import MOST_STREAMS, PAGES, bind, is_local
from tests.sim.dashboard.live_logs import look_record, write_lines
from tests.sim.dashboard.served import Served

CSS = files("quantacore.sim.dashboard").joinpath("page.css").read_text()
THEMES = [dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in CSS.split("@media", 2)[:2]]

pytestmark = pytest.mark.slow  # a process of its own


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    path = tmp_path_factory.mktemp("loop") / "live.jsonl"
    write_lines(path, look_record())
    with Served(path) as found:
        yield found


def ask(served, path="/", *, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request(method, path, headers=headers)
    return connection.getresponse()


@pytest.mark.parametrize("path", [*PAGES, "/plotly.js"])
def test_server_gives_files_that_load_nothing_from_elsewhere(served, path):
    answer = ask(served, path)
    text = answer.read().decode()
    assert answer.status == 200
    assert "default-src 'none'; script-src 'self';" in answer.headers["Content-Security-Policy"]
    if path != "/plotly.js":
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("// ", ""), (
            "no addresses"
        )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/stream"])
def test_server_can_only_be_read(served, method, path):
    assert ask(served, path, method=method).status == 405


@pytest.mark.parametrize("path", ["/page.py", "/../server.py", "/live.jsonl", "/docs"])
def test_server_gives_nothing_else(served, path):
    assert ask(served, path).status == 404


def test_server_answers_local_names_only(served):
    assert ask(served, "/stream", Host=f"evil.example:{served.port}").status == 400
    for name in ("localhost", "127.0.0.1", "[::1]"):
        assert ask(served, Host=f"{name}:{served.port}").status == 200


def test_server_answers_whether_there_is_a_stream(served):
    assert ask(served, "/stream", method="HEAD").read() == b""


def test_stream_begins_with_a_snapshot(served, tmp_path):
    answer = ask(served, "/stream")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    lines = [answer.readline() for _ in range(4)]
    assert lines[2] == b"event: snapshot\n"
    page = json.loads(lines[3].removeprefix(b"data: "))
    assert page["data"]["shots"] == 100
    # The end of the path says which log; where it lies is nobody's business.
    assert page["status"]["log"].endswith("/live.jsonl")
    assert page["status"]["log"].count("/") == 1
    answer.close()


def test_streams_are_limited(served):
    answers = [ask(served, "/stream") for _ in range(MOST_STREAMS)]
    for answer in answers:
        assert answer.readline()
    refused = ask(served, "/stream")
    assert (refused.status, refused.read()) == (503, b"16 pages are open: close one")
    for answer in answers:
        answer.close()


def test_bind_rejects_what_it_cannot_have():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ValueError, match=r"must be free to listen on, but is not .*--port"):
            bind("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(ValueError, match="Port must be 0 to 65535, not 70000"):
        bind("127.0.0.1", 70_000)
    with pytest.raises(ValueError, match=r"192\.0\.2\.1:0 must be free to listen on, but is not"):
        bind("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *((host, True) for host in ("127.0.0.1", "127.8.0.1", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.0.2.7", "lab")),
    ],
)
def test_local_addresses_are_known(host, local):
    assert is_local(host) is local


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, as WCAG 2 has it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "quiet", "blue", "orange", "red", "green"])
@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_words_can_be_read(theme, name):
    for behind in ("card", "back"):
        dark, light = sorted(luminance(theme[which]) for which in (name, behind))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, behind
