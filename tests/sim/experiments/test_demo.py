"""A small demo from circuit to report: the files, the numbers, and what it refuses."""

import filecmp
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.cli.main import main
from quantacore.sim.experiments.demo import DemoRow, default_shots, make_problem
from tests.sim.experiments.demo_rows import demo_row

SHOTS = 400
COMMAND = ["demo", "--distances", "3", "--ps", "0.005", "0.02", "--shots", str(SHOTS)]


@pytest.fixture(scope="module")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a demo that ran without a mismatch."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert main([*COMMAND, "--out", str(folder)]) == 0
    return folder


@pytest.mark.verilator
def test_demo_writes_a_file_for_each_layer(finished_demo: Path) -> None:
    for name in ("core.v", "manifest.json", "graph.json"):
        assert (finished_demo / "d3" / "core" / name).stat().st_size
    for p in ("p0.005", "p0.02"):
        folder = finished_demo / "d3" / p
        for name in ("circuit.stim", "model.dem", "graph.json", "image.json", "observables.b8"):
            assert (folder / name).stat().st_size
        assert (folder / "shots.b8").stat().st_size == SHOTS * 3  # 24 detectors
        golden, rtl = (folder / f"predictions_{name}.b8" for name in ("golden", "rtl"))
        assert golden.stat().st_size == SHOTS
        assert filecmp.cmp(golden, rtl, shallow=False)


@pytest.mark.verilator
def test_demo_files_give_the_same_predictions_on_the_command_line(
    finished_demo: Path, tmp_path: Path
) -> None:
    folder = finished_demo / "d3" / "p0.02"
    words = ["--in", str(folder / "shots.b8"), "--in_format", "b8", "--out_format", "b8"]
    words += ["--passes", "1", "--out", str(tmp_path / "p.b8")]
    assert main(["decode", "--dem", str(folder / "model.dem"), *words]) == 0
    assert filecmp.cmp(tmp_path / "p.b8", folder / "predictions_rtl.b8", shallow=False)


@pytest.mark.verilator
def test_demo_reports_what_it_measured(finished_demo: Path) -> None:
    results = json.loads((finished_demo / "results.json").read_text())
    assert [row["p"] for row in results["rows"]] == [0.005, 0.02]
    for row in results["rows"]:
        assert row["mismatches"] == 0
        assert row["same_files"]
        assert row["errors"]["RTL 1 pass"] == row["errors"]["golden 1 pass"]
        assert sum(row["cycle_counts"]) == row["shots"] == SHOTS
        assert row["cycles"]["p99"] <= row["cycles"]["max"]
    report = (finished_demo / "demo.md").read_text()
    for name in ("error_rates.png", "latencies.png", "decoded_shot.png"):
        assert f"]({name})" in report
        assert (finished_demo / name).read_bytes().startswith(b"\x89PNG")
    assert "| yes          | 0          |" in report


@pytest.mark.verilator
def test_demo_repeats_itself_in_its_own_folder(finished_demo: Path) -> None:
    before = (finished_demo / "results.json").read_bytes()
    (finished_demo / "d9" / "p0.1").mkdir(parents=True)
    (finished_demo / "d9" / "p0.1" / "circuit.stim").write_text("left by an earlier demo")
    assert main([*COMMAND, "--out", str(finished_demo)]) == 0
    assert (finished_demo / "results.json").read_bytes() == before
    assert not (finished_demo / "d9").exists()


def test_demo_rejects_a_folder_that_is_not_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    assert main([*COMMAND, "--out", str(tmp_path)]) == 2
    assert "Output folder must be new, empty or an earlier demo's" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--distances", "4"], "Distance must be odd"),
        (["--ps", "0.7"], "Noise strength must be in"),
        (["--shots", "0"], "Number of shots must be at least 1"),
        (["--seed", "-1"], "Seed must be 0 to"),
    ],
    ids=["distance", "p", "shots", "seed"],
)
def test_demo_rejects_bad_values_before_it_writes(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path / "out"), *words]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_demo_fails_when_a_bit_differs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from quantacore.sim.cli.demo_run import verdict

    good, bad = demo_row(), demo_row(p=0.01, mismatches=2)
    assert verdict([good], tmp_path, seconds=1) == 0
    assert verdict([good, bad], tmp_path, seconds=1) == 1
    assert "RTL differs from golden in 2 of 2000 shots" in capsys.readouterr().err


def test_make_problem_shares_the_topology_between_noise_strengths(tmp_path: Path) -> None:
    hashes = {
        make_problem(distance=3, p=p, folder=tmp_path).graph.topology_hash for p in (0.001, 0.01)
    }
    assert len(hashes) == 1


def test_demo_row_counts_cycles() -> None:
    row = demo_row(cycle_counts=(0, 0, 985, 0, 5, 10))
    assert row.cycles_mean == pytest.approx((2 * 985 + 4 * 5 + 5 * 10) / 1000)
    assert row.cycles_p99 == 4
    assert row.cycles_max == 5


@pytest.mark.parametrize("change", [{"mismatches": 1}, {"same_files": False}], ids=str)
def test_demo_row_is_not_bit_exact(change: dict[str, object]) -> None:
    make: Callable[..., DemoRow] = demo_row
    assert make().bit_exact
    assert not make(**change).bit_exact


def test_default_shots_shrink_with_the_code_and_the_noise() -> None:
    assert default_shots(distance=7, p=0.001) < default_shots(distance=5, p=0.001)
    assert default_shots(distance=5, p=0.01) < default_shots(distance=5, p=0.001)
    assert default_shots(distance=31, p=0.5) >= 1
