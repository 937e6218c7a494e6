"""Verb `simulate` with streaming cores."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.sim.cli.main import main
from tests.sim.cli.conftest import Answer

Run = Callable[..., Answer]
Refused = Callable[..., str]


@pytest.fixture(scope="session")
def stream_core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a streaming core and circuits for it once; nothing is simulated yet."""
    folder = tmp_path_factory.mktemp("stream")
    for name, rounds in (("c", 4), ("long", 9)):
        circuit = rotated_memory(distance=3, p=0.01, rounds=rounds)
        circuit.to_file(folder / f"{name}.stim")
        sampler = circuit.compile_detector_sampler(seed=1)
        sampler.sample_write(50, filepath=str(folder / f"{name}.b8"), format="b8")
    rotated_memory(distance=3, p=0.02).to_file(folder / "noisier.stim")
    rotated_memory(distance=5, p=0.01).to_file(folder / "larger.stim")
    sizes = ["--stream", "--commit", "2", "--buffer", "2", "--links", "baked"]
    circuit = str(folder / "c.stim")
    assert main(["generate", "--circuit", circuit, "--out", str(folder / "core"), *sizes]) == 0
    return folder


@pytest.mark.verilator
def test_simulate_streams_sampled_shots(quantacore: Run, stream_core: Path) -> None:
    words = ["--core", stream_core / "core", "--circuit", stream_core / "c.stim"]
    answer = quantacore("simulate", *words, "--shots", 200, "--seed", 3)
    assert answer.code == 0, answer
    assert answer.out.startswith("0 mismatches in 400 windows of 200 shots with 5 rounds: frames")
    slow = quantacore("simulate", *words, "--shots", 200, "--seed", 3, "--period", 90, "--json")
    report = json.loads(slow.out)
    assert (report["shots"], report["mismatches"], report["faults"]) == (200, 0, {})
    assert 80 < report["cycles_per_round"] <= 90
    assert report["reaction"]["p50"] < 60 < report["error_rate"]["high"] * 6000


@pytest.mark.verilator
def test_simulate_streams_shots_of_any_length_from_a_file(
    quantacore: Run, stream_core: Path
) -> None:
    words = ["--core", stream_core / "core", "--circuit", stream_core / "long.stim", "--json"]
    file = ["--in", stream_core / "long.b8", "--in_format", "b8"]
    report = json.loads(quantacore("simulate", *words, *file).out)
    assert (report["rounds_per_shot"], report["windows"], report["mismatches"]) == (10, 200, 0)
    assert "errors" not in report


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--in or --circuit must be given"),
        (["--in", "c.b8"], "--circuit must be given for a streaming core"),
        (["--circuit", "c.stim", "--isolated"], "--isolated must be left out"),
        (["--circuit", "c.stim", "--image", "i.json"], "--image must be left out"),
        (["--circuit", "c.stim", "--period", "-1"], "--period must be at least 0 cycles, not -1"),
        (["--circuit", "larger.stim"], "larger.stim: Rounds must have the core's 8 detectors"),
        (["--circuit", "c.stim", "--in", "long.b8", "--in_format", "b8"], "must hold whole shots"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_simulate_rejects_flags_that_do_not_suit_a_streaming_core(
    refused: Refused,
    stream_core: Path,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(stream_core)
    assert message in refused("simulate", "--core", "core", *flags)


@pytest.mark.verilator
def test_simulate_rejects_links_that_are_not_the_streaming_cores(
    refused: Refused, stream_core: Path
) -> None:
    words = ["--core", stream_core / "core", "--circuit", stream_core / "noisier.stim"]
    assert "links that are baked into the core" in refused("simulate", *words)


def test_simulate_rejects_a_period_for_a_core_of_whole_shots(
    quantacore: Run, refused: Refused, stream_core: Path, tmp_path: Path
) -> None:
    circuit = ["--circuit", stream_core / "c.stim"]
    assert quantacore("generate", *circuit, "--out", tmp_path / "core").code == 0
    words = ["--core", tmp_path / "core", *circuit, "--period", 100]
    assert "--period must be left out with a core of whole shots" in refused("simulate", *words)
