"""Verb `graph`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.image_json import image_from_json
from tests.sim.cli.conftest import Answer


def test_graph_report_counts_what_is_there(
    quantacore: Callable[..., Answer], experiment: Path
) -> None:
    answer = quantacore("graph", "--circuit", experiment / "c.stim")
    assert answer.code == 0
    lines = dict(line.split("  ", 1) for line in answer.out.splitlines())
    assert lines["detectors"].split()[0] == "24"
    assert lines["components"].split()[0] == "2"
    assert lines["rounds"].split()[0] == "4"


def test_graph_report_as_json_says_the_same(
    quantacore: Callable[..., Answer], experiment: Path
) -> None:
    report = json.loads(quantacore("graph", "--dem", experiment / "m.dem", "--json").out)
    assert report["format"] == "quantacore-graph-report"
    assert (report["detectors"], report["observables"], report["fused_edges"]) == (24, 1, 0)
    assert report["conflicting_observables"] == 0


@pytest.mark.parametrize("flag", ["--circuit c.stim", "--dem m.dem", "--graph g.json"])
def test_graph_writes_the_same_graph_from_every_source(
    quantacore: Callable[..., Answer], experiment: Path, tmp_path: Path, flag: str
) -> None:
    word, name = flag.split()
    assert quantacore("graph", word, experiment / name, "--out", tmp_path / "g.json").code == 0
    circuit = circuit_from_text((experiment / "c.stim").read_text())
    written = graph_from_json((tmp_path / "g.json").read_text())
    assert written.content_hash == graph_from_circuit(circuit).content_hash


def test_graph_writes_an_image(
    quantacore: Callable[..., Answer], experiment: Path, tmp_path: Path
) -> None:
    path = tmp_path / "i.json"
    flags = ["--image_out", path, "--length_bits", 5, "--nu", 0.5]
    assert quantacore("graph", "--dem", experiment / "m.dem", *flags).code == 0
    image = image_from_json(path.read_text())
    assert (image.length_bits, image.nu) == (5, 0.5)


def test_graph_passes_through_standard_streams(
    quantacore: Callable[..., Answer], experiment: Path
) -> None:
    text = (experiment / "g.json").read_text()
    answer = quantacore("graph", "--graph", "-", "--out", "-", stdin=text.encode())
    assert answer.out == text


def test_graph_rejects_two_outputs_of_a_name(
    refused: Callable[..., str], experiment: Path, tmp_path: Path
) -> None:
    both = ["--out", tmp_path / "x", "--image_out", tmp_path / "x"]
    assert "twice" in refused("graph", "--dem", experiment / "m.dem", *both)
    assert "standard output" in refused(
        "graph", "--dem", experiment / "m.dem", "--out", "-", "--json"
    )
