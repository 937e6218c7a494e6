"""A small experiment on disk, and the command run in this process."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.graph_json import graph_to_json
from quantacore.sim.cli.main import main

NUM_SHOTS = 300


@dataclass(frozen=True)
class Answer:
    """What one run of the command gave back."""

    code: int
    out: str
    err: str
    out_bytes: bytes


@pytest.fixture
def quantacore(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Run the command in process; keyword ``stdin`` is what it reads."""

    def run(*words: object, stdin: bytes = b"") -> Answer:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        capsysbinary.readouterr()
        code = main([str(word) for word in words])
        captured = capsysbinary.readouterr()
        return Answer(
            code, captured.out.decode(errors="replace"), captured.err.decode(), captured.out
        )

    return run


@pytest.fixture
def refused(quantacore: Callable[..., Answer]) -> Callable[..., str]:
    """Run the command on bad input: exit code 2, nothing on stdout, one line that is returned."""

    def run(*words: object, stdin: bytes = b"") -> str:
        answer = quantacore(*words, stdin=stdin)
        assert answer.code == 2, answer
        assert answer.out == ""
        assert answer.err.startswith("quantacore: error: ")
        assert answer.err.count("\n") == 1
        assert answer.err.endswith("\n")
        return answer.err

    return run


@pytest.fixture(scope="session")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a distance-3 memory: circuit, model, graph, shots and observables."""
    folder = tmp_path_factory.mktemp("experiment")
    circuit = rotated_memory(distance=3, p=0.01)
    circuit.to_file(folder / "c.stim")
    circuit.detector_error_model(decompose_errors=True).to_file(folder / "m.dem")
    (folder / "g.json").write_text(graph_to_json(graph_from_circuit(circuit)))
    for format in ("b8", "01"):
        circuit.compile_detector_sampler(seed=1).sample_write(
            NUM_SHOTS,
            filepath=str(folder / f"s.{format}"),
            format=format,
            obs_out_filepath=str(folder / f"o.{format}"),
            obs_out_format=format,
        )
    return folder
