"""Action `codes advise`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.choice import measured_rates as module
from quantacore.sim.choice.measured_rates import MeasuredRates
from tests.sim.choice.machines import QUBITS
from tests.sim.cli.conftest import Answer

QUICK = ["--shots", 5000, "--errors", 100, "--largest", 5, "--workers", 0, "--families", "xzzx"]


@pytest.fixture(scope="module")
def hardware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("machine") / "h.toml"
    path.write_text(QUBITS)
    return path


def test_advice_is_a_table_with_reasons(
    quantacore: Callable[..., Answer], hardware: Path, tmp_path: Path
) -> None:
    words = ["codes", "advise", "--noise", hardware, "--out", tmp_path / "kept", *QUICK]
    answer = quantacore(*words, "--target", 0.1)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("small, 50 qubits or modes: build xzzx 3\n")
    assert "\n* its whole 95 % interval is below the target" in answer.out
    assert "\n| best | xzzx 3 " in answer.out
    found = json.loads(quantacore(*words, "--target", 1e-3, "--json").out)
    assert not found["reached"]
    assert [choice["d_x"] for choice in found["choices"]] == [5, 3]


def test_target_out_of_reach_is_said_in_a_line(
    quantacore: Callable[..., Answer], hardware: Path
) -> None:
    answer = quantacore("codes", "advise", "--noise", hardware, *QUICK, "--target", 1e-12)
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "nothing within 50 qubits or modes reaches 1e-12 per round; the best is xzzx 5" in (
        answer.err
    )


def test_log_gives_the_rates(
    quantacore: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rates = MeasuredRates(model_p=0.004, p=0.008, changed=2, edges=9, hottest=3.0, windows=100)
    monkeypatch.setattr(module, "measured_rates", lambda folder: rates)
    words = ["codes", "advise", "--log", tmp_path, *QUICK, "--target", 0.1]
    answer = quantacore(*words, "--budget", 20)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("counters of 100 windows: p = 0.008, the model's 0.004 times 2;")
    assert "links runtime, 4 lanes" in answer.out or "links none" in answer.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--noise FILE --target 0", "target must be above 0 and below 0.5, not 0.0"),
        ("--noise FILE --target -1", "target must be above 0 and below 0.5"),
        ("--noise FILE --target nan", "target must be above 0 and below 0.5, not nan"),
        ("--noise FILE --target 1e-3 --budget 3", "budget must be at least 17"),
        ("--noise FILE", "the following arguments are required: --target"),
        ("--target 1e-3", "--noise or --log must be given"),
        ("--log DIR --target 1e-3", "must be the folder of a loop, but has no log.jsonl"),
        ("--noise FILE --target 1e-3 --per hour", "invalid choice: 'hour'"),
    ],
)
def test_advise_rejects(
    refused: Callable[..., str], hardware: Path, tmp_path: Path, words: str, message: str
) -> None:
    paths = {"FILE": hardware, "DIR": tmp_path}
    assert message in refused("codes", "advise", *(paths.get(word, word) for word in words.split()))
