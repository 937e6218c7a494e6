"""The slowest path is read from nextpnr's report."""

import pytest

from quantacore.sim.synthesis.critical_path import Hop, critical_path


def hop(kind: str, delay: float, cell: str, net: str | None = None) -> dict:
    end = {"cell": cell, "port": "D", "loc": [1, 2]}
    return {"type": kind, "delay": delay, "from": end, "to": end} | ({"net": net} if net else {})


def report(*paths: tuple[str, str, list[dict]]) -> dict:
    return {
        "critical_paths": [{"from": start, "to": end, "path": path} for start, end, path in paths]
    }


PATH = [
    hop("clk-to-q", 0.5249999761581421, "a"),
    hop("routing", 1.25, "b", "a.q"),
    hop("logic", 0.25, "b"),
    hop("routing", 2.0, "c", "b.z"),
    hop("setup", 0.1, "c"),
]


def test_critical_path_splits_logic_and_routing() -> None:
    others = [hop("logic", 9.0, "x")]
    found = critical_path(
        report(
            ("<async>", "posedge clk", others),
            ("posedge clk", "posedge clk", []),
            ("posedge clk", "posedge clk", PATH),
            ("posedge clk", "<async>", others),
        ),
        "clk",
    )
    assert found.logic_ns == pytest.approx(0.875)
    assert found.routing_ns == pytest.approx(3.25)
    assert found.hops[:2] == (
        Hop(kind="logic", delay_ns=0.525, cell="a", port="D", net=""),
        Hop(kind="routing", delay_ns=1.25, cell="b", port="D", net="a.q"),
    )


def test_critical_path_must_be_of_the_clock() -> None:
    with pytest.raises(StopIteration):
        critical_path(report(("posedge clk", "posedge clk", PATH)), "other")
