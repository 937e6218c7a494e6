"""Lessons: what a predictor would hear, and what came after it."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.recurrent_inputs import INPUTS
from quantacore.host.predict.recurrent_lessons import NUM_SPOILT, lessons_of, untaught_weights
from tests.host.predict.synthetic_runs import synthetic_run

RUNS = [synthetic_run(seed=seed, num_epochs=20, num_groups=4, wander=0.5) for seed in (1, 2)]
WEIGHTS = untaught_weights(RUNS, num_units=2, horizons=(1, 4))


def test_lesson_answers_are_those_of_so_many_epochs_later() -> None:
    lesson = lessons_of(RUNS, WEIGHTS, neighbours=None)[0]
    assert RUNS[0].log_ratios is not None
    assert lesson.told.shape == (20, 4, len(INPUTS))
    np.testing.assert_array_equal(lesson.truth[:16, :, 1], RUNS[0].log_ratios[4:])
    np.testing.assert_array_equal(lesson.counts[:19, :, 0], RUNS[0].counts[1:])
    assert np.isnan(lesson.truth[16:, :, 1]).all() and (lesson.exposures[16:, :, 1] == 0).all()


def test_spoilt_lessons_have_the_answers_of_the_whole_run() -> None:
    whole, _, spoilt, *others = lessons_of(RUNS, WEIGHTS, neighbours=None, seed=3)
    assert len(others) == NUM_SPOILT * len(RUNS) - 1
    assert RUNS[0].log_ratios is not None
    # Find the epochs that were heard by what came after them.
    rows = [
        int(np.flatnonzero((RUNS[0].log_ratios[1:] == answer).all(axis=1))[0])
        for answer in spoilt.truth[:, :, 0]
        if np.isfinite(answer).all()
    ]
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(spoilt.exposures[: len(rows)], whole.exposures[rows])
    assert (spoilt.kept[np.flatnonzero(np.diff(rows) > 1) + 1] < 1).all()


def test_lessons_are_the_same_for_the_same_seed() -> None:
    first, second, other = (
        lessons_of(RUNS, WEIGHTS, neighbours=None, seed=seed)[2].told for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, second)
    assert first.shape != other.shape or (first != other).any()


def test_lessons_reject_runs_without_truth() -> None:
    with pytest.raises(ValueError, match="must have its true log ratios to teach by them"):
        lessons_of([replace(RUNS[0], log_ratios=None)], WEIGHTS, neighbours=None)
