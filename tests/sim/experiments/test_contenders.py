"""The decoders that experiments compare."""

import pytest

from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.sim.experiments.contenders import CORRELATED, MATCHING, rotated_memory_contest


def test_contest_names_every_pair_of_width_and_passes() -> None:
    contest = rotated_memory_contest(distance=3, p=0.01, length_bits=[4, 5], passes=[1, 3])
    assert list(contest.decoders) == [
        MATCHING,
        CORRELATED,
        "b=4, 1 pass",
        "b=4, 3 passes",
        "b=5, 1 pass",
        "b=5, 3 passes",
    ]
    decoder = contest.decoders["b=5, 3 passes"]
    assert isinstance(decoder, UnionFindDecoder)
    assert (decoder.image.length_bits, decoder.passes) == (5, 3)
    assert contest.circuit.num_detectors == decoder.num_detectors == 24


@pytest.mark.parametrize("p", [0, -0.1, 0.51, float("nan")])
def test_contest_rejects_noise(p: float) -> None:
    with pytest.raises(ValueError, match=r"Noise strength must be in \(0, 0.5\], not"):
        rotated_memory_contest(distance=3, p=p, length_bits=[4], passes=[1])


@pytest.mark.parametrize("distance", [0, 1, 4])
def test_contest_rejects_distance(distance: int) -> None:
    with pytest.raises(ValueError, match="Distance must be odd and at least 3, not"):
        rotated_memory_contest(distance=distance, p=0.01, length_bits=[4], passes=[1])
