"""The order of doubts, and thresholds that discard no more than was asked for."""

import numpy as np
import pytest

from quantacore.golden.spec.confidence import UNMATCHED_DOUBT, doubt_threshold, doubts_of
from quantacore.golden.spec.config import MOST_VOLUME
from quantacore.golden.spec.results import DecodedShots


def decoded(**fields: np.ndarray | None) -> DecodedShots:
    nothing = np.zeros(4, np.uint32)
    return DecodedShots(
        predictions=np.zeros((4, 1), np.uint8),
        corrections=None,
        growth_steps=nothing,
        passes=nothing.astype(np.uint8),
        unmatched=np.array([False, False, False, True]),
        **fields,
    )


def test_doubts_put_unmatched_before_contested_before_volume() -> None:
    doubts = doubts_of(
        decoded(
            volumes=np.array([7, MOST_VOLUME, 0, 0], np.uint32),
            contested=np.array([False, False, True, False]),
        )
    )
    assert doubts.dtype == np.uint32
    assert doubts.tolist() == [7, 65535, 65536, UNMATCHED_DOUBT]


def test_doubts_reject_a_decoder_without_volumes() -> None:
    with pytest.raises(ValueError, match="must be given by the decoder, not None"):
        doubts_of(decoded())


def test_doubt_threshold_discards_at_most_what_was_asked_for() -> None:
    doubts = np.random.default_rng(1).integers(0, 30, 1000).astype(np.uint32)
    for discarded in (0.0, 0.001, 0.03, 0.1, 0.3, 0.5, 0.999):
        threshold = doubt_threshold(doubts, discarded=discarded)
        assert (doubts > threshold).mean() <= discarded
        assert threshold == 0 or (doubts > threshold - 1).mean() > discarded


@pytest.mark.parametrize("discarded", [-0.1, 1.0, float("nan")])
def test_doubt_threshold_rejects_shares_out_of_range(discarded: float) -> None:
    with pytest.raises(ValueError, match="Share of discarded shots must be in"):
        doubt_threshold(np.zeros(3, np.uint32), discarded=discarded)


def test_doubt_threshold_rejects_no_shots() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        doubt_threshold(np.zeros(0, np.uint32), discarded=0.1)
