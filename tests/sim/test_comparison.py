"""A difference between core and golden model is found and described."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.comparison import MOST_GROWTH_STEPS, compare_shots

NUM_SHOTS = 5


@pytest.fixture
def golden() -> DecodedShots:
    return DecodedShots(
        predictions=np.array([[0], [1], [0], [2], [0]], np.uint8),
        corrections=np.array([[0, 0], [1, 0], [0, 3], [0, 0], [9, 0]], np.uint8),
        growth_steps=np.arange(NUM_SHOTS, dtype=np.uint32),
        passes=np.ones(NUM_SHOTS, np.uint8),
        unmatched=np.zeros(NUM_SHOTS, np.bool_),
    )


def changed(golden: DecodedShots, field: str, shot: int, value: object) -> DecodedShots:
    array = getattr(golden, field).copy()
    array[shot] = value
    return replace(golden, **{field: array})


def test_compare_shots_finds_nothing_in_equal_answers(golden: DecodedShots) -> None:
    found = replace(golden, cycles=np.full(NUM_SHOTS, 7, np.uint32))
    comparison = compare_shots(found, golden)
    assert comparison.mismatching.tolist() == [False] * NUM_SHOTS
    assert comparison.first == ()


@pytest.mark.parametrize(
    ("field", "shot", "value", "text"),
    [
        ("predictions", 1, 3, "shot 101: predictions [0, 1], golden says [0]"),
        ("corrections", 2, [0, 1], "shot 102: corrections [8], golden says [8, 9]"),
        ("growth_steps", 3, 8, "shot 103: growth_steps 8, golden says 3"),
        ("unmatched", 4, True, "shot 104: unmatched True, golden says False"),
    ],
)
def test_compare_shots_describes_each_difference(
    golden: DecodedShots, field: str, shot: int, value: object, text: str
) -> None:
    comparison = compare_shots(changed(golden, field, shot, value), golden, first_shot=100)
    assert np.flatnonzero(comparison.mismatching).tolist() == [shot]
    assert [str(mismatch) for mismatch in comparison.first] == [text]


def test_compare_shots_expects_growth_steps_to_saturate(golden: DecodedShots) -> None:
    assert MOST_GROWTH_STEPS == 65535
    many = changed(golden, "growth_steps", 3, 70000)
    assert not compare_shots(changed(golden, "growth_steps", 3, 65535), many).mismatching.any()
    for wrong in (70000 - 65536, 65534, 70000):
        comparison = compare_shots(changed(golden, "growth_steps", 3, wrong), many)
        assert np.flatnonzero(comparison.mismatching).tolist() == [3]
        assert comparison.first[0].expected == "65535"


def test_compare_shots_counts_a_shot_once(golden: DecodedShots) -> None:
    found = changed(changed(golden, "growth_steps", 3, 8), "predictions", 3, 0)
    comparison = compare_shots(found, golden)
    assert comparison.mismatching.sum() == 1
    assert [mismatch.field for mismatch in comparison.first] == ["predictions", "growth_steps"]


def test_compare_shots_describes_the_first_few(golden: DecodedShots) -> None:
    found = replace(golden, growth_steps=golden.growth_steps + 1)
    comparison = compare_shots(found, golden, most=2)
    assert comparison.mismatching.all()
    assert [mismatch.shot for mismatch in comparison.first] == [0, 1]


def test_compare_shots_leaves_out_corrections_that_one_side_lacks(golden: DecodedShots) -> None:
    assert not compare_shots(replace(golden, corrections=None), golden).mismatching.any()


def test_compare_shots_takes_no_observables(golden: DecodedShots) -> None:
    none = replace(golden, predictions=np.zeros((NUM_SHOTS, 0), np.uint8))
    assert not compare_shots(none, none).mismatching.any()


def test_compare_shots_rejects_another_number_of_shots(golden: DecodedShots) -> None:
    found = replace(golden, predictions=golden.predictions[1:])
    with pytest.raises(ValueError, match="must answer 5 shots, not 4"):
        compare_shots(found, golden)
