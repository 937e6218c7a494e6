"""Shots by number: any stretch, at any time, the same shots."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.sampling import sample_shots
from quantacore.sim.experiments.shot_sequence import ShotSequence

CIRCUIT = rotated_memory(distance=3, p=0.1)


def sequence(key: str = "key") -> ShotSequence:
    return ShotSequence(
        lambda shots, seed: sample_shots(CIRCUIT, num_shots=shots, seed=seed),
        key=key,
        batch_shots=50,
    )


def test_shot_sequence_gives_the_same_shots_in_pieces() -> None:
    whole = [
        np.concatenate(each)
        for each in zip(sequence().shots(0, 50), sequence().shots(50, 100), strict=True)
    ]
    pieces = sequence()
    for start, stop in [(50, 63), (0, 7), (7, 50), (63, 100)]:
        for found, expected in zip(pieces.shots(start, stop), whole, strict=True):
            np.testing.assert_array_equal(found, expected[start:stop])


def test_shot_sequence_repeats_neither_batches_nor_keys() -> None:
    batches = [sequence(key).shots(start, start + 50)[0] for key in "ab" for start in (0, 50)]
    assert len({batch.tobytes() for batch in batches}) == 4


@pytest.mark.parametrize(("start", "stop"), [(0, 51), (49, 51), (5, 5), (7, 3), (-3, 2)])
def test_shot_sequence_rejects_shots_of_no_single_batch(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match=f"Shots must be of one batch, not {start} to {stop}"):
        sequence().shots(start, stop)
