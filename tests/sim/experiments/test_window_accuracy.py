"""Windows beside whole shots: the same shots, counts that add up, runs that go on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.metrics import PairedErrors
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import unpack_masks
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.experiments import window_accuracy
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.stats_file import StatsFile, read_stats
from quantacore.sim.experiments.window_accuracy import (
    BATCH_SHOTS,
    StreamedShots,
    WindowRow,
    measure_windows,
    window_row,
)


def measure(path: Path | None, shots: int | None, **settings: Any) -> list[WindowRow]:
    windows = settings.pop("windows", [(2, 1), (3, 3)])
    point = Point(distance=3, p=settings.pop("p", 0.01), rounds=9, shots=shots)
    with StatsFile(path) as stats:
        return measure_windows(point, windows, stats=stats, **settings)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_accuracy, "BATCH_SHOTS", 100)


@pytest.mark.parametrize("basis", ["X", "Z"])
def test_windows_are_counted_on_the_shots_of_the_whole(
    basis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[np.ndarray] = []

    def sample_and_keep(*args: Any, **kwargs: Any) -> tuple[np.ndarray, np.ndarray]:
        batch = sample_shots(*args, **kwargs)
        batches.extend(batch)
        return batch

    monkeypatch.setattr(window_accuracy, "sample_shots", sample_and_keep)
    point = Point(distance=3, p=0.01, basis=basis, rounds=12, shots=BATCH_SHOTS)
    whole, row = measure_windows(point, [(2, 2)], passes=2, length_bits=5, seed=4)
    events, observables = batches
    flips = unpack_masks(observables)

    # The circuit as stim gives it for so many rounds, not as windows unroll it.
    circuit = rotated_memory(distance=3, p=0.01, basis=basis.lower(), rounds=12)
    source = RepeatingCircuit(circuit)
    assert source.circuit(13) == circuit
    graph = source.graph(13)
    decoder = UnionFindDecoder(graph, build_image(graph, length_bits=5), passes=2)
    whole_wrong = unpack_masks(decoder.decode_shots(events).predictions) != flips
    image = build_window_image(window_plan(source, commit_rounds=2, buffer_rounds=2), length_bits=5)
    rounds = rounds_of_events(events, source.places(13), num_slots=8)
    wrong = WindowDecoder(image, passes=2).decode_shots(rounds).predictions != flips

    errors = int(whole_wrong.sum())
    assert whole.paired == PairedErrors(
        shots=BATCH_SHOTS, errors=errors, reference_errors=errors, both=errors
    )
    assert row.paired == PairedErrors(
        shots=BATCH_SHOTS,
        errors=int(wrong.sum()),
        reference_errors=errors,
        both=int((wrong & whole_wrong).sum()),
    )
    assert (whole.window, row.window, row.passes, row.length_bits) == (None, (2, 2), 2, 5)
    assert row.paired.errors > whole.paired.errors > 100
    assert row.ratio_per_round.value == pytest.approx(row.rate_per_round / whole.rate_per_round)
    assert row.ratio_per_round.value > row.ratio.value > 1


@pytest.mark.usefixtures("small_batches")
def test_windows_go_on_as_if_they_had_never_stopped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for shots in (100, 130, 250):
        measure(path, shots, windows=[(2, 1)])
    # Windows that come later get the shots that the others have had.
    rows = measure(path, 320)
    assert rows == measure(None, 320) == measure(path, 320)
    found = read_stats([path])
    assert [stats.shots for stats in found] == [320] * 3
    assert [window_row(stats) for stats in found] == rows
    assert {stats.decoder for stats in found} == {
        "whole shots b=4, 3 passes",
        "windows 2x1 b=4, 3 passes",
        "windows 3x3 b=4, 3 passes",
    }
    assert found[0].json_metadata.items() >= {"d": 3, "r": 9, "basis": "Z"}.items()


@pytest.mark.usefixtures("small_batches")
def test_windows_of_other_settings_are_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    first = measure(path, 200, p=0.02)
    for other in ({"passes": 1}, {"length_bits": 5}, {"seed": 2}):
        assert measure(path, 200, p=0.02, **other) != first
    assert measure(path, 200, p=0.02) == first
    assert len(read_stats([path])) == 4 * 3


@pytest.mark.usefixtures("small_batches")
def test_windows_stop_when_all_have_their_errors() -> None:
    rows = measure(None, None, max_errors=40)
    shots = rows[0].paired.shots
    assert shots % 100 == 0
    assert all(row.paired.shots == shots and row.paired.errors >= 40 for row in rows)
    assert min(row.paired.errors for row in measure(None, shots - 100)) < 40


def test_unmatched_windows_make_an_unmatched_shot() -> None:
    # Without edges a defect has no partner.
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    plan = window_plan(source, commit_rounds=2, buffer_rounds=2)
    plan.tables[:] = -1
    decoder = StreamedShots(source, plan, num_rounds=7, length_bits=4, passes=1)
    events = np.zeros((2, (decoder.num_detectors + 7) // 8), np.uint8)
    events[1, 3] = 1
    assert decoder.decode_shots(events).unmatched.tolist() == [False, True]


def test_windows_reject() -> None:
    with pytest.raises(ValueError, match="Seed must be"):
        measure(None, 5, seed=-1)
    with pytest.raises(ValueError, match="Number of passes must be 1 to 7, not 8"):
        measure(None, 5, passes=8)
    with pytest.raises(ValueError, match="Buffer must be at least 1 round, not 0"):
        measure(None, 5, windows=[(1, 0)])
    with pytest.raises(ValueError, match="Number of shots or number of errors"):
        measure(None, None)
