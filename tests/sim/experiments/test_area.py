"""The record of area and clock is kept row by row."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from quantacore.golden.spec.core_folder import read_any_manifest
from quantacore.sim.core_cache import generator_digest
from quantacore.sim.experiments import area
from quantacore.sim.experiments.area import (
    AreaRecord,
    cycles_from_file,
    find_record,
    measure_area,
    read_record,
    record_from_json,
    record_to_json,
)
from quantacore.sim.experiments.area_points import AreaCore, Problem
from quantacore.sim.experiments.cycle_histogram import counts_of_cycles
from quantacore.sim.experiments.stats_file import StatsFile, new_task
from quantacore.sim.synthesis.flow import Synthesis
from quantacore.sim.synthesis.programs import DoesNotFitError, SynthesisError
from tests.sim.experiments.area_rows import area_row, cycles_row


def test_area_record_keeps_the_last_row_of_a_core() -> None:
    record = AreaRecord()
    assert record.generator is None
    old = [area_row(generator="old"), area_row(Problem.BAKED, generator="old")]
    for row in [*old, area_row(generator="new")]:
        record = record.with_row(row)
    assert record.rows == (old[1], area_row(generator="new"))
    assert record.generator == "new"


def test_area_record_keeps_the_last_cycles_of_a_point() -> None:
    record = AreaRecord().with_cycles([cycles_row(2.0), cycles_row(4.0, p=0.005)])
    record = record.with_cycles([cycles_row(3.0)])
    assert record.cycles == (cycles_row(3.0), cycles_row(4.0, p=0.005))


def test_area_record_as_json_gives_an_equal_one_back(tmp_path: Path) -> None:
    record = AreaRecord(rows=(area_row(), area_row(Problem.BAKED)), cycles=(cycles_row(),))
    path = tmp_path / "record.json"
    assert read_record(path) == AreaRecord()
    path.write_text(record_to_json(record))
    assert read_record(path) == record
    assert "seconds" not in path.read_text()


@pytest.mark.parametrize("change", [{"rows": [{}]}, {"cycles": None}, {"version": 2}])
def test_area_record_rejects(change: dict) -> None:
    data = json.loads(record_to_json(AreaRecord())) | change
    with pytest.raises(ValueError, match=r"Area record must|Version of quantacore-area must"):
        record_from_json(json.dumps(data))


@pytest.mark.synth
def test_measure_area_synthesises_for_both_targets(
    tiny_core: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AreaCore, "folder", lambda core: tiny_core)
    row = measure_area(Problem.ONE_PASS, 3, seeds=[1])
    assert (row.problem, row.distance, row.num_detectors) == (Problem.ONE_PASS, 3, 3)
    assert row.combs is not None
    assert row.cells["LUT4"] < row.combs < 1000
    assert list(row.fmax_mhz) == ["1"]
    assert row.lut6["luts"] < row.cells["LUT4"]
    assert row.generator == generator_digest()[:12]
    assert record_from_json(record_to_json(AreaRecord(rows=(row,)))).rows == (row,)


@pytest.mark.parametrize(
    ("error", "unplaced"),
    [
        (DoesNotFitError("planted"), "does not fit"),
        (SynthesisError("nextpnr failed:\nERROR: planted"), "ERROR: planted"),
    ],
)
def test_measure_area_counts_what_cannot_be_placed(
    tiny_core: Path, monkeypatch: pytest.MonkeyPatch, error: SynthesisError, unplaced: str
) -> None:
    synthesis = Synthesis(
        target="ecp5",
        core=read_any_manifest(tiny_core),
        tools={},
        options={},
        cells={"LUT4": 7},
    )

    def synthesise(core: Path, *, seeds: Sequence[int], **_: object) -> Synthesis:
        if seeds:
            raise error
        return synthesis

    monkeypatch.setattr(AreaCore, "folder", lambda core: tiny_core)
    monkeypatch.setattr(area, "wheel_program", lambda name: None)
    monkeypatch.setattr(area, "synthesise_ecp5", synthesise)
    monkeypatch.setattr(area, "synthesise_lut6", lambda core, **_: synthesis)
    row = measure_area(Problem.ONE_PASS, 3, seeds=[1])
    assert (row.unplaced, row.combs, row.fmax_mhz, row.path) == (unplaced, None, {}, {})
    assert row.cells["LUT4"] == 7


def test_measure_area_wants_nextpnr_before_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area, "NEXTPNR_ECP5", "no-such-wheel")
    with pytest.raises(SynthesisError, match="no-such-wheel is missing"):
        measure_area(Problem.HELIOS, 3, seeds=[1])


def test_cycles_from_file_takes_what_the_latency_bench_counted(tmp_path: Path) -> None:
    path = tmp_path / "cycles.csv"
    with StatsFile(path) as stats:
        for noise, passes, links, cycles in (
            ("phenomenological", 1, "none", [2, 4]),
            ("circuit", 3, "baked", [10, 11]),
            ("circuit", 3, "runtime", [99]),
        ):
            metadata = {"bench": "latency", "noise": noise, "d": 3, "r": 3, "p": 0.001}
            metadata |= {"basis": "Z", "passes": passes, "links": links, "num_detectors": 12}
            task = new_task("core", metadata)
            counts = Counter(mismatches=0, **counts_of_cycles(np.array(cycles)))
            stats.add(task.with_edits(shots=len(cycles), custom_counts=counts))
    found = {(row.problem, row.p): (row.mean, row.shots) for row in cycles_from_file(str(path))}
    assert found == {(Problem.HELIOS, 0.001): (3.0, 2), (Problem.BAKED, 0.001): (10.5, 2)}


def test_cycles_from_file_rejects_a_file_without_any(tmp_path: Path) -> None:
    path = tmp_path / "cycles.csv"
    with StatsFile(path) as stats:
        stats.add(new_task("PyMatching", {}).with_edits(shots=1))
    with pytest.raises(ValueError, match=r"cycles\.csv: File must have rows of `quantacore bench"):
        cycles_from_file(str(path))


def test_find_record_looks_here_first_then_in_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_record(find_record(None)).rows  # of the checkout
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "synthesis.json").write_text(record_to_json(AreaRecord()))
    assert not read_record(find_record(None)).rows
    with pytest.raises(FileNotFoundError, match="does not exist"):
        find_record("nowhere.json")
