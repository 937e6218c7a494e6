"""The bench `soak` as it is typed."""

import json
from collections.abc import Callable

import pytest

from quantacore.sim.experiments.soak import SoakTest
from tests.sim.cli.conftest import Answer


@pytest.mark.slow
@pytest.mark.verilator
def test_bench_soak_prints_what_happened(
    quantacore: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["bench", "soak", "--rounds", "9000", "--writes", "100"]
    answer = quantacore(*words)
    assert (answer.code, answer.err) == (0, "")
    assert "short_packet" in answer.out.splitlines()[2]
    (row,) = json.loads(quantacore(*words, "--json").out)["rows"]
    assert row["mismatches"] == 0
    assert row["rounds"] >= 9000
    monkeypatch.setattr(
        SoakTest, "fuzz", lambda self, writes: self.complaints.append("it has become slow")
    )
    answer = quantacore(*words)
    assert answer.code == 1
    assert answer.err == "it has become slow\n"


def test_bench_soak_refuses(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("bench", "soak", "--rounds", "-1")
    assert answer.code == 2
    assert "--rounds must be at least 0, not -1" in answer.err
