"""Verb `package`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.spec.core_folder import read_any_manifest
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.hdl.generate import generate_core
from tests.sim.cli.conftest import Answer


@pytest.fixture
def stream_core(quantacore: Callable[..., Answer], tmp_path: Path) -> Path:
    circuit = tmp_path / "c.stim"
    circuit.write_text(str(rotated_memory(distance=3, p=0.005)))
    flags = ["--stream", "--commit", 1, "--buffer", 1]
    answer = quantacore("generate", "--circuit", circuit, "--out", tmp_path / "core", *flags)
    assert answer.code == 0
    return tmp_path / "core"


def test_package_writes_the_core_and_what_its_users_need(
    quantacore: Callable[..., Answer],
    refused: Callable[..., str],
    stream_core: Path,
    tmp_path: Path,
) -> None:
    words = ["package", "--core", stream_core, "--out", tmp_path / "out"]
    answer = quantacore(*words, "--board", "pynq_z2", "--period_ns", 8, "--json")
    assert answer.code == 0
    report = json.loads(answer.out)
    assert (report["part"], report["period_ns"]) == ("xc7z020clg400-1", 8)
    assert report["files"] == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert {"core.v", "quantacore_axi.v", "vivado_implement.tcl"} <= set(report["files"])
    # It is a core folder still, for every other verb.
    assert read_any_manifest(tmp_path / "out") == read_any_manifest(stream_core)
    assert "add --force" in refused(*words, "--board", "zcu104")
    answer = quantacore(*words, "--part", "xcku040-ffva1156-2-e", "--force")
    assert answer.code == 0
    assert answer.out.count("\n") == 1
    assert "xcku040-ffva1156-2-e" in (tmp_path / "out" / "vivado_implement.tcl").read_text()
    assert "Part must be" in refused(*words, "--part", "Kintex", "--force")
    assert "Clock period must be" in refused(*words, "--board", "zcu104", "--period_ns", 0)
    assert "invalid choice" in refused(*words, "--board", "nexys")


def test_package_rejects_core_of_whole_shots(refused: Callable[..., str], tmp_path: Path) -> None:
    graph = DecodingGraph(
        num_observables=0,
        detectors=(Detector(),),
        edges=(Edge(detectors=(0,), prior=0.1, observables=0),),
    )
    generate_core(graph, tmp_path / "core")
    words = ["--core", tmp_path / "core", "--board", "zcu216", "--out", tmp_path / "out"]
    assert "Core must be one for streams" in refused("package", *words)
    assert not (tmp_path / "out").exists()
