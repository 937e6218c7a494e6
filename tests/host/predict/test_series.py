"""What a run of counts must be."""

import numpy as np
import pytest

from quantacore.host.predict.series import CountSeries


def series(**changes: object) -> CountSeries:
    fields: dict[str, object] = {
        "name": "quiet-1",
        "regime": "quiet",
        "times": np.arange(1.0, 4.0),
        "counts": np.ones((3, 2)),
        "exposures": np.ones((3, 2)),
        "environment": np.zeros((3, 1)),
        "log_ratios": np.zeros((3, 2)),
    }
    return CountSeries(**{**fields, **changes})  # type: ignore[arg-type]


def test_count_series_says_its_size() -> None:
    run = series()
    assert (run.num_epochs, run.num_groups) == (3, 2)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"counts": np.ones(3)}, "Counts must be of shape"),
        ({"exposures": np.ones((3, 3))}, "Exposures must be of shape"),
        ({"times": np.arange(2.0)}, "Times must be of shape"),
        ({"environment": np.zeros((2, 1))}, "Environment must be of shape"),
        ({"log_ratios": np.zeros((2, 2))}, "Log ratios must be of shape"),
        ({"counts": -np.ones((3, 2))}, "Counts must be finite and at least 0"),
        ({"exposures": np.full((3, 2), np.nan)}, "Exposures must be finite"),
        (
            {"times": np.array([1.0, 3.0, 2.0])},
            "epoch 1 ends at 3.0 s and the next one at 2.0 s: did a clock jump",
        ),
        (
            {"times": np.array([1.0, np.nan, 2.0])},
            "Times must be finite, but that of epoch 1 is nan",
        ),
    ],
)
def test_count_series_rejects_what_does_not_fit(changes: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        series(**changes)
