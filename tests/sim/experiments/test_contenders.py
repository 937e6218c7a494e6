"""The decoders that experiments compare."""

import pytest

from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.spec.image import build_image
from quantacore.sim.experiments.contenders import (
    CORRELATED,
    MATCHING,
    UNION_FINDS,
    rotated_memory_contest,
)


def test_contest_names_every_pair_of_width_and_passes() -> None:
    contest = rotated_memory_contest(distance=3, p=0.01, length_bits=[4, 5], passes=[1, 3])
    assert list(contest.decoders) == [
        MATCHING,
        CORRELATED,
        "quantacore b=4, 1 pass",
        "quantacore b=4, 3 passes",
        "quantacore b=5, 1 pass",
        "quantacore b=5, 3 passes",
    ]
    decoder = contest.decoders["quantacore b=5, 3 passes"]
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


def test_contest_takes_one_more_contender_by_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        UNION_FINDS,
        "mine",
        lambda graph, length_bits, passes: UnionFindDecoder(
            graph, build_image(graph, length_bits=length_bits, nu=0), passes=passes
        ),
    )
    contest = rotated_memory_contest(distance=3, p=0.01, length_bits=[4], passes=[1, 2])
    assert list(contest.decoders)[-2:] == ["mine b=4, 1 pass", "mine b=4, 2 passes"]
    fingerprints = {name: each.fingerprint() for name, each in contest.contenders.items()}
    assert fingerprints["mine b=4, 1 pass"] == fingerprints["quantacore b=4, 1 pass"]
    assert fingerprints["mine b=4, 2 passes"] != fingerprints["quantacore b=4, 2 passes"]


def test_contest_has_both_bases() -> None:
    x, z = (
        rotated_memory_contest(distance=3, p=0.01, basis=basis, length_bits=[4], passes=[1])
        for basis in "XZ"
    )
    assert x.contenders[MATCHING].fingerprint() != z.contenders[MATCHING].fingerprint()
    with pytest.raises(ValueError, match="Basis must be one of x and z, not 'y'"):
        rotated_memory_contest(distance=3, p=0.01, basis="Y", length_bits=[4], passes=[1])
