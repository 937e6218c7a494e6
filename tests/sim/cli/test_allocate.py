"""The verb `allocate`: what it prints, and what it refuses in one line."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from quantacore.host.scheduling import CORE, CPU
from quantacore.sim.allocation import measured
from quantacore.sim.allocation.tiers import Tier
from quantacore.sim.cli.main import main


@pytest.fixture
def quick_tiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No simulator, no timing: measured times by hand."""
    tiers = {
        CORE: Tier(times_us=np.array([0.1, 0.3])),
        CPU: Tier(times_us=np.array([20.0]), transfer_us=2.0),
    }
    monkeypatch.setattr(measured, "measured_tiers", lambda *_, **__: tiers)


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
    assert found["rows"][3]["slowdown"] > 1


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
