"""Verb `simulate`: the core against the golden model."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.cli.main import main
from tests.sim.cli.conftest import NUM_SHOTS, Answer

Run = Callable[..., Answer]
Refused = Callable[..., str]


@pytest.fixture(scope="session")
def core(experiment: Path) -> Path:
    """Generate the core of the experiment once; nothing is simulated yet."""
    folder = experiment / "core"
    assert main(["generate", "--dem", str(experiment / "m.dem"), "--out", str(folder)]) == 0
    return folder


@pytest.mark.verilator
def test_simulate_finds_no_mismatch_in_sampled_shots(
    quantacore: Run, core: Path, experiment: Path
) -> None:
    words = ["--core", core, "--circuit", experiment / "c.stim", "--shots", 500, "--seed", 3]
    answer = quantacore("simulate", *words)
    assert answer.code == 0, answer
    assert answer.out.startswith("0 mismatches in 500 shots: prediction, correction and growth")
    report = json.loads(quantacore("simulate", *words, "--isolated", "--json").out)
    assert (report["shots"], report["mismatches"]) == (500, 0)
    cycles = report["cycles"]
    assert 0 < cycles["p50"] <= cycles["p99"] <= cycles["max"]


@pytest.mark.verilator
def test_simulate_runs_later_passes_and_refuses_other_links(
    quantacore: Run, refused: Refused, experiment: Path, tmp_path: Path
) -> None:
    dem = ["--dem", experiment / "m.dem"]
    core = tmp_path / "core"
    assert quantacore("generate", *dem, "--out", core, "--links", "baked").code == 0
    words = ["--core", core, "--circuit", experiment / "c.stim", "--shots", 500]
    report = json.loads(quantacore("simulate", *words, "--json").out)
    assert (report["passes"], report["mismatches"]) == (3, 0)
    other = (experiment / "m.dem").read_text().replace("error(0.0", "error(0.00")
    (tmp_path / "other.dem").write_text(other)
    shots = ["--in", experiment / "s.b8", "--in_format", "b8", "--dem", tmp_path / "other.dem"]
    assert "links" in refused("simulate", "--core", core, *shots)


@pytest.mark.verilator
def test_simulate_loads_runtime_links_of_any_model(
    quantacore: Run, experiment: Path, tmp_path: Path
) -> None:
    dem = ["--dem", experiment / "m.dem"]
    core = tmp_path / "core"
    assert quantacore("generate", *dem, "--out", core, "--links", "runtime").code == 0
    other = (experiment / "m.dem").read_text().replace("error(0.0", "error(0.00")
    (tmp_path / "other.dem").write_text(other)
    shots = ["--core", core, "--in", experiment / "s.b8", "--in_format", "b8", "--json"]
    for model in (experiment / "m.dem", tmp_path / "other.dem"):
        report = json.loads(quantacore("simulate", *shots, "--dem", model).out)
        assert (report["passes"], report["mismatches"]) == (3, 0)


@pytest.mark.verilator
@pytest.mark.parametrize("lengths", ["--dem", "--graph", "--image", "core"])
def test_simulate_takes_shots_from_a_file(
    quantacore: Run, core: Path, experiment: Path, tmp_path: Path, lengths: str
) -> None:
    files = {"--dem": experiment / "m.dem", "--graph": experiment / "g.json"}
    files["--image"] = tmp_path / "i.json"
    dem = ["--dem", experiment / "m.dem"]
    quantacore("graph", *dem, "--image_out", files["--image"], "--nu", 0)
    flags = [lengths, files[lengths]] if lengths in files else []
    shots = ["--in", experiment / "s.b8", "--in_format", "b8"]
    answer = quantacore("simulate", "--core", core, *shots, *flags, "--json")
    report = json.loads(answer.out)
    assert (report["shots"], report["mismatches"]) == (NUM_SHOTS, 0)
    assert "errors" not in report


@pytest.mark.verilator
def test_simulate_exits_with_1_on_a_mismatch(
    quantacore: Run, core: Path, experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from quantacore.sim.batch import BatchCore

    decode_shots = BatchCore.decode_shots

    def lie_about_shot_7(self: BatchCore, *args: Any, **options: Any) -> DecodedShots:
        decoded = decode_shots(self, *args, **options)
        steps = decoded.growth_steps + np.where(np.arange(len(decoded.growth_steps)) == 7, 1, 0)
        return replace(decoded, growth_steps=steps.astype(np.uint32))

    monkeypatch.setattr(BatchCore, "decode_shots", lie_about_shot_7)
    answer = quantacore("simulate", "--core", core, "--in", experiment / "s.01")
    assert answer.code == 1
    assert answer.out.startswith(f"1 mismatches in {NUM_SHOTS} shots")
    assert "shot 7: growth_steps" in answer.out


def test_simulate_rejects_a_graph_of_another_core(
    refused: Refused, core: Path, tmp_path: Path
) -> None:
    (tmp_path / "m.dem").write_text("error(0.1) D0\n")
    (tmp_path / "s").write_text("1\n")
    words = ["--core", core, "--dem", tmp_path / "m.dem", "--in", tmp_path / "s"]
    assert f"Graph must be that of core {core}" in refused("simulate", *words)


def test_simulate_rejects_an_image_of_another_length_width(
    quantacore: Run, refused: Refused, core: Path, experiment: Path, tmp_path: Path
) -> None:
    image = tmp_path / "i.json"
    dem = ["--dem", experiment / "m.dem"]
    quantacore("graph", *dem, "--image_out", image, "--length_bits", 5)
    words = ["--core", core, "--in", experiment / "s.01", "--image", image]
    assert "must have the core's 4-bit lengths, not 5-bit" in refused("simulate", *words)


def test_simulate_rejects_a_core_whose_files_were_changed(
    refused: Refused, core: Path, experiment: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "core"
    changed.mkdir()
    for path in core.iterdir():
        (changed / path.name).write_bytes(path.read_bytes())
    with open(changed / "core.v", "a") as verilog:
        verilog.write("// changed\n")
    words = ["--core", changed, "--in", experiment / "s.01"]
    assert "generate the core again" in refused("simulate", *words)


@pytest.mark.parametrize("content", [None, "hello", "{}", '{"format": "quantacore-core"}'])
def test_simulate_rejects_a_folder_without_a_core(
    refused: Refused, experiment: Path, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    assert str(tmp_path) in refused("simulate", "--core", tmp_path, "--in", experiment / "s.01")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--in or --circuit must be given"),
        (["--dem", "m.dem"], "--in or --circuit must be given"),
        (["--in", "s.01", "--shots", "5"], "--shots must be left out with --in"),
        (["--circuit", "c.stim", "--shots", "0"], "at least 1, not 0"),
        (["--circuit", "c.stim", "--seed", "-1"], "Seed must be 0 to 2**64 - 1, not -1"),
        (["--in", "no-such-file"], "no-such-file: No such file"),
    ],
    ids=" ".join,
)
def test_simulate_rejects_flags(
    refused: Refused,
    core: Path,
    experiment: Path,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(experiment)
    assert message in refused("simulate", "--core", core, *flags)


def test_simulate_rejects_no_shots(
    refused: Refused, core: Path, experiment: Path, tmp_path: Path
) -> None:
    sampled = ["--circuit", experiment / "c.stim", "--shots", 0]
    assert "--shots must be at least 1, not 0" in refused("simulate", "--core", core, *sampled)
    (tmp_path / "none.b8").touch()
    file = ["--in", tmp_path / "none.b8", "--in_format", "b8"]
    assert "Shots must be at least 1, not 0" in refused("simulate", "--core", core, *file)
