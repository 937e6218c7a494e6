"""Core cycles: small runs, the definition of a cycle count, runs that go on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sinter

from quantacore.golden.metrics import wrong_shots
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.batch import BatchCore
from quantacore.sim.experiments import latency
from quantacore.sim.experiments.latency import Noise, latency_row, measure_latency
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.stats_file import StatsFile


@pytest.mark.verilator
@pytest.mark.parametrize("passes", [1, 3])
def test_latency_of_circuit_noise_stays_near_the_cycle_model(passes: int) -> None:
    point = Point(distance=3, p=0.005, shots=2000)
    row = measure_latency(Noise.CIRCUIT, point, passes=passes)
    assert row.mismatches == 0
    assert row.yardstick is not None
    percentiles = [row.histogram.percentile(percent) for percent in (50, 99, 99.9)]
    assert 2 <= percentiles[0] <= percentiles[1] <= percentiles[2] <= row.histogram.max
    assert row.histogram.mean <= row.yardstick + 4


@pytest.mark.verilator
def test_latency_of_runtime_links_is_counted_apart() -> None:
    point = Point(distance=3, p=0.005, shots=2000)
    baked = measure_latency(Noise.CIRCUIT, point, passes=3)
    row = measure_latency(Noise.CIRCUIT, point, passes=3, links="runtime", lanes=2)
    assert (row.mismatches, row.links, row.lanes) == (0, "runtime", 2)
    assert (baked.links, baked.lanes) == ("baked", None)
    assert baked.histogram.mean < row.histogram.mean < 2 * baked.histogram.mean
    assert row.decoder != baked.decoder


@pytest.mark.verilator
@pytest.mark.parametrize("p", [0.001, 0.005])
def test_latency_of_phenomenological_noise_is_at_most_half_of_helios(p: float) -> None:
    row = measure_latency(Noise.PHENOMENOLOGICAL, Point(distance=3, p=p, shots=2000))
    assert (row.mismatches, row.errors) == (0, 0)
    assert row.num_detectors == 12
    assert row.yardstick is not None
    assert row.histogram.mean <= row.yardstick / 2


@pytest.mark.verilator
@pytest.mark.parametrize("basis", ["X", "Z"])
def test_latency_keeps_every_shot_in_a_file(
    basis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latency, "BATCH_SHOTS", 100)
    cycles: list[int] = []
    wrong: list[bool] = []
    decode = BatchCore.decode_shots
    observables: list[np.ndarray] = []

    def sample_and_keep(*args: Any, **kwargs: Any) -> tuple[np.ndarray, np.ndarray]:
        batch = sample_shots(*args, **kwargs)
        observables.append(batch[1])
        return batch

    def decode_and_keep(*args: Any, **kwargs: Any) -> DecodedShots:
        found = decode(*args, **kwargs)
        assert found.cycles is not None
        cycles.extend(found.cycles)
        wrong.extend(wrong_shots(found.predictions, observables[-1][: len(found.predictions)]))
        return found

    monkeypatch.setattr(latency, "sample_shots", sample_and_keep)
    monkeypatch.setattr(BatchCore, "decode_shots", decode_and_keep)
    point = Point(distance=3, p=0.01, basis=basis, shots=250)
    whole = measure_latency(Noise.CIRCUIT, point)
    assert (len(cycles), sum(wrong)) == (250, whole.errors)
    monkeypatch.undo()
    monkeypatch.setattr(latency, "BATCH_SHOTS", 100)
    for shots in (130, 250, 250):
        with StatsFile(tmp_path / "a.csv") as stats:
            part = Point(distance=3, p=0.01, basis=basis, shots=shots)
            measure_latency(Noise.CIRCUIT, part, stats=stats)
    (found,) = sinter.read_stats_from_csv_files(str(tmp_path / "a.csv"))
    row = latency_row(found)
    assert (row.shots, row.errors, row.mismatches) == (250, whole.errors, 0)
    for percent in (50, 99, 99.9):
        assert row.histogram.percentile(percent) == np.percentile(cycles, percent)
    assert row.histogram.mean == pytest.approx(np.mean(cycles))
    assert row.histogram.max == max(cycles)
    assert row.point.basis == basis


def test_latency_rejects_passes_out_of_range() -> None:
    with pytest.raises(ValueError, match="Number of passes must be 1 to 7, not 8"):
        measure_latency(Noise.CIRCUIT, Point(distance=3, p=0.01, shots=1), passes=8)
