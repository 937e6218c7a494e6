"""The verb `allocate`: what it prints, and what it refuses in one line."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantacore.sim.allocation import measured, outcome
from quantacore.sim.allocation.measured import CpuTimes
from quantacore.sim.allocation.tiers import Tier
from quantacore.sim.cli.main import main
from tests.repo.sources import ROOT


@pytest.fixture
def quick_tiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No replay, no timing: measured times by hand."""
    joint = (np.array([0.4]), np.array([0.5]), np.array([0.2]))
    core = Tier(times_us=np.array([0.1, 0.3]), joint_us=joint)
    monkeypatch.setattr(measured, "core_tier", lambda *_, **__: core)
    times = CpuTimes(single=(20.0,), joint=((30.0,), (30.0,), (20.0,)))
    monkeypatch.setattr(measured, "measure_cpu", lambda *_, **__: times)


@pytest.mark.usefixtures("quick_tiers")
def test_allocate_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    words = "allocate --qubits 6 --cores 1 --windows 300 --json --clock_mhz 50"
    words += " --workloads memory surgery --policies edf elastic"
    assert main(words.split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "quantacore-allocation"
    assert [(r["workload"], r["policy"]) for r in found["rows"]] == [
        ("memory", "edf"),
        ("memory", "elastic"),
        ("surgery", "edf"),
        ("surgery", "elastic"),
    ]
    assert found["rows"][0]["slowdown"] is None
    assert found["rows"][3]["slowdown"]["value"] > 1
    assert found["rows"][0]["reaction_p999_us"]["high"] is None
    assert found["rows"][0]["long_enough"] is False


@pytest.mark.usefixtures("quick_tiers")
def test_allocate_finds_the_smallest_machine(capsys: pytest.CaptureFixture[str]) -> None:
    words = "allocate --qubits 6 --cpus 0 --target_us 1 --windows 300 --clock_mhz 50"
    assert main([*words.split(), "--workloads", "memory", "--policies", "edf"]) == 0
    assert "| memory   | edf    | 1/0 " in capsys.readouterr().out


@pytest.mark.usefixtures("quick_tiers")
def test_allocate_leaves_optimal_out_without_or_tools(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    words = "allocate --qubits 6 --cores 1 --windows 200 --clock_mhz 50 --workloads memory"
    assert main([*words.split(), "--policies", "edf", "optimal"]) == 0
    said = capsys.readouterr()
    assert "pip install '.[allocate]' in the checkout: left out" in said.err
    assert "| edf " in said.out and "optimal" not in said.out


@pytest.mark.usefixtures("quick_tiers")
def test_allocate_draws_its_rows(tmp_path: Path) -> None:
    words = "allocate --qubits 6 --cores 1 --windows 200 --clock_mhz 50 --workloads memory"
    assert main([*words.split(), "--policies", "edf", "--plot", str(tmp_path)]) == 0
    assert (tmp_path / "allocation.png").stat().st_size > 1000


@pytest.mark.usefixtures("quick_tiers")
def test_allocate_goes_on_where_it_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows"
    flags = "--qubits 6 --cores 1 --windows 300 --clock_mhz 50 --workloads memory surgery"
    words = ["allocate", *flags.split(), "--policies", "edf", "static", "--out", str(out)]
    assert main(words) == 0
    whole = capsys.readouterr().out
    log = out / "log.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:3]) + lines[3][:40])  # killed while it wrote the third row
    done: list[outcome.Setup] = []
    real = outcome.simulate

    def watched(setup: outcome.Setup, **rest: Any) -> outcome.Outcome:
        done.append(setup)
        return real(setup, **rest)

    monkeypatch.setattr(outcome, "simulate", watched)
    monkeypatch.setattr(measured, "measure_cpu", None)  # the times are in the folder
    assert main(words) == 0
    assert [(s.workload, s.policy) for s in done] == [("surgery", "edf"), ("surgery", "static")]
    assert capsys.readouterr().out == whole
    assert main([*words, "--seed", "7"]) == 2
    assert "was made with seed 1, not 7: choose another --out" in capsys.readouterr().err


@pytest.mark.usefixtures("quick_tiers")
def test_allocate_says_where_clocks_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    words = "allocate --distance 5 --qubits 4 --cores 2 --windows 200 --policies edf"
    record = str(ROOT / "docs" / "synthesis.json")
    assert main([*words.split(), "--workloads", "memory", "--record", record]) == 0
    error = capsys.readouterr().err
    assert "EXTRAPOLATED to a core of whole shots, d = 5" in error
    assert "runs are too short for intervals" in error


@pytest.mark.usefixtures("quick_tiers")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--cores 0 --cpus 0", "Machine must have at least one core or CPU, not none"),
        ("--cores -1", "Number of cores must be at least 0, not -1"),
        ("--qubits 0", "--qubits must be at least 1, not 0"),
        ("--qubits 5000", "give it more of them, or fewer qubits"),
        ("--round_us -1", "--round_us must be a number above 0, not -1.0"),
        ("--unmatched_rate -0.1", "--unmatched_rate must be in [0, 1], not -0.1"),
        ("--policies fifo", "--policies must be of static, round_robin, edf, elastic, optimal"),
        ("--workloads chess", "--workloads must be of memory, surgery, mixed, not 'chess'"),
        ("--gate fold-x", "Gate must be one of"),
        ("--gate steane-h", "Gate must be made of rounds"),
        ("--qubits 1", "--qubits must be at least 2 for programs, not 1"),
        ("--qubits 1000000", "--qubits must be at most 100000, not 1000000"),
        ("--windows 0", "--windows must be a number above 0, not 0"),
        ("--clock_mhz 0", "--clock_mhz must be above 0 and at most 10000, not 0"),
        ("--clock_mhz 1e12", "--clock_mhz must be above 0 and at most 10000, not 1e+12"),
        ("--distance 4", "istance must be"),
        ("--round_us 1e99", "--round_us must be at most 1e+06, not 1e+99"),
        ("--target_us nan", "--target_us must be a number above 0, not nan"),
    ],
)
def test_allocate_rejects_in_one_line(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["allocate", "--clock_mhz", "50", *words.split()]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
