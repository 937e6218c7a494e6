"""What the core exports predicts its errors better than what is for free."""

import pytest

from quantacore.sim.experiments.accuracy import measure_accuracy
from quantacore.sim.experiments.confidence import (
    CANDIDATES,
    EXPORTED,
    GAP,
    ConfidenceRow,
    measure_confidence,
)
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.experiments.point import Point


@pytest.fixture(scope="module")
def rows() -> dict[str, ConfidenceRow]:
    point = Point(distance=5, p=0.005, shots=30_000)
    return {row.label: row for row in measure_confidence(point, passes=4, seed=1)}


def test_exported_confidence_leaves_fewer_errors_than_others(
    rows: dict[str, ConfidenceRow],
) -> None:
    for name in CANDIDATES:
        if name == EXPORTED:
            continue
        for share in (0.01, 0.03, 0.1):
            curve = rows[name].curve
            assert rows[EXPORTED].curve.errors_left(share) < curve.errors_left(share), (name, share)
    # Far from the few percent between two seeds.
    assert rows[EXPORTED].curve.share_left(0.03) < 0.8 * rows["growth steps"].curve.share_left(0.03)


def test_gap_is_best_when_many_shots_are_discarded(rows: dict[str, ConfidenceRow]) -> None:
    exported, gap = rows[EXPORTED].curve, rows[GAP].curve
    assert gap.errors_left(0.1) < exported.errors_left(0.1)


def test_every_confidence_is_better_than_none(rows: dict[str, ConfidenceRow]) -> None:
    assert list(rows) == [*CANDIDATES, GAP, f"{GAP} on its own errors"]
    for row in rows.values():
        assert row.curve.num_shots == 30_000
        assert row.curve.share_left(0.1) < 0.8


@pytest.mark.parametrize(("basis", "passes"), [("Z", 3), ("X", 1)])
def test_confidence_has_the_shots_of_the_accuracy_bench(basis: str, passes: int) -> None:
    point = Point(distance=3, p=0.01, basis=basis, shots=7_000)
    progress: list[int] = []
    rows = measure_confidence(point, passes=passes, seed=5, progress=progress.append)
    counted = measure_accuracy(point, length_bits=[4], passes=[passes], seed=5)
    errors = {row.decoder: row.paired.errors for row in counted}
    for row in rows:
        # Ties between equal weights may be broken otherwise when the observable is a detector.
        slack = 10 if row.decoder == MATCHING else 0
        assert row.curve.num_errors == pytest.approx(errors[row.decoder], abs=slack)
    assert progress == [0, 5_000, 7_000]


@pytest.mark.parametrize(
    ("point", "words", "message"),
    [
        (Point(distance=3, p=0.01), {}, "Number of shots must be given, not None"),
        (Point(distance=3, p=0.01, shots=1), {"passes": 8}, "Number of passes must be 1 to 7"),
        (Point(distance=3, p=0.01, shots=1), {"length_bits": 1}, "must be"),
        (Point(distance=3, p=0.01, shots=1), {"seed": -1}, "Seed must be"),
    ],
)
def test_confidence_rejects(point: Point, words: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        measure_confidence(point, **words)  # type: ignore[arg-type]
