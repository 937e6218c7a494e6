"""Verb `generate`."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.spec.manifest import manifest_from_json
from tests.sim.cli.conftest import Answer


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a model whose core is generated in a moment."""
    path = tmp_path / "m.dem"
    path.write_text("error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.1) D1\n")
    return path


def test_generate_writes_a_core(
    quantacore: Callable[..., Answer], model: Path, tmp_path: Path
) -> None:
    flags = ["--length_bits", 5, "--word_bits", 16, "--no_corrections"]
    answer = quantacore("generate", "--dem", model, "--out", tmp_path / "core", *flags)
    assert answer.code == 0
    assert answer.out.count("\n") == 1
    assert sorted(os.listdir(tmp_path / "core")) == ["core.v", "graph.json", "manifest.json"]
    manifest = manifest_from_json((tmp_path / "core" / "manifest.json").read_text())
    config = manifest.config
    assert (config.length_bits, config.word_bits, config.with_corrections) == (5, 16, False)


def test_generate_reports_as_json(
    quantacore: Callable[..., Answer], model: Path, tmp_path: Path
) -> None:
    answer = quantacore("generate", "--dem", model, "--out", tmp_path / "core", "--json")
    report = json.loads(answer.out)
    assert (report["detectors"], report["edges"], report["observables"]) == (2, 3, 1)
    assert report["verilog_bytes"] == (tmp_path / "core" / "core.v").stat().st_size


def test_generate_makes_room_for_runtime_links(
    quantacore: Callable[..., Answer], model: Path, tmp_path: Path
) -> None:
    flags = ["--links", "runtime", "--lanes", 2, "--json"]
    report = json.loads(quantacore("generate", "--dem", model, "--out", tmp_path / "a", *flags).out)
    assert report["image_words"] == 3
    manifest = manifest_from_json((tmp_path / "a" / "manifest.json").read_text())
    assert (manifest.config.lanes, manifest.config.link_rows, manifest.links_hash) == (2, 3, "")
    flags += ["--link_rows", 9]
    report = json.loads(quantacore("generate", "--dem", model, "--out", tmp_path / "b", *flags).out)
    assert report["image_words"] == 9


def test_generate_replaces_a_core_only_when_told(
    quantacore: Callable[..., Answer], refused: Callable[..., str], model: Path, tmp_path: Path
) -> None:
    words = ["generate", "--dem", model, "--out", tmp_path / "core"]
    assert quantacore(*words).code == 0
    assert "add --force" in refused(*words)
    assert quantacore(*words, "--force").code == 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--length_bits", "1"], "not 1"),
        (["--word_bits", "0"], "not 0"),
        (["--out", "no/such/core"], "parent of the output folder does not exist"),
        (["--lanes", "2"], "--lanes must be left out without --links runtime"),
        (["--links", "runtime", "--lanes", "17"], "Number of lanes must be 1 to 16, not 17"),
        (["--links", "runtime", "--link_rows", "2"], "Number of link rows must be at least 3"),
        (["--out", "."], "must be new, empty or hold a core"),
    ],
)
def test_generate_rejects_flags(
    refused: Callable[..., str], model: Path, tmp_path: Path, flags: list[str], message: str
) -> None:
    out = tmp_path / "core"
    assert message in refused("generate", "--dem", model, "--out", out, *flags)
    assert not out.exists()


def test_generate_rejects_a_graph_without_edges(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "m.dem").write_text("detector D0\n")
    assert "edge" in refused("generate", "--dem", tmp_path / "m.dem", "--out", tmp_path / "core")
    assert os.listdir(tmp_path) == ["m.dem"]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Return a circuit with a REPEAT block."""
    path = tmp_path / "c.stim"
    path.write_text(str(rotated_memory(distance=3, p=0.01)))
    return path


def test_generate_makes_a_core_for_streams(
    quantacore: Callable[..., Answer], memory: Path, tmp_path: Path
) -> None:
    words = ["generate", "--circuit", memory, "--out", tmp_path / "core", "--stream"]
    answer = quantacore(*words, "--commit", 1, "--buffer", 2, "--buffer_depth", 9)
    assert answer.code == 0
    assert "windows of 1 + 2 rounds" in answer.out
    manifest = manifest_from_json((tmp_path / "core" / "manifest.json").read_text())
    assert manifest.window is not None
    assert (manifest.window.commit_rounds, manifest.window.buffer_rounds) == (1, 2)
    assert manifest.window.buffer_depth == 9
    report = json.loads(quantacore(*words, "--buffer", 1, "--force", "--json").out)
    assert report["window"] == {"commit": 3, "buffer": 1}
    assert report["image_chunks"] > 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--commit", 3], "--commit must be left out without --stream"),
        (["--buffer_depth", 3], "--buffer_depth must be left out without --stream"),
        (["--counters"], "--counters must be left out without --stream"),
        (["--stream", "--commit", 0, "--buffer", 1], "Commit must be at least 1 round, not 0"),
        (["--stream", "--buffer_depth", 1], "Depth must be at least 3, not 1"),
        (
            ["--stream", "--links", "baked", "--image", "i.json"],
            "--image must be left out with --stream",
        ),
    ],
)
def test_generate_refuses_flags_that_do_not_fit_streams(
    refused: Callable[..., str], memory: Path, tmp_path: Path, flags: list[str], message: str
) -> None:
    out = tmp_path / "core"
    assert message in refused("generate", "--circuit", memory, "--out", out, *flags)
    assert not out.exists()


def test_streams_need_a_circuit_that_repeats(
    refused: Callable[..., str], model: Path, tmp_path: Path
) -> None:
    words = ["--out", tmp_path / "core", "--stream"]
    assert "--circuit must be given" in refused("generate", "--dem", model, *words)
    path = tmp_path / "flat.stim"
    path.write_text(str(rotated_memory(distance=3, p=0.01).flattened()))
    message = refused("generate", "--circuit", path, *words)
    assert "flat.stim: Circuit must have one REPEAT block" in message
