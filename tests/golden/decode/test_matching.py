"""PyMatching behind our interface answers as PyMatching does."""

import numpy as np
import pymatching
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.matching import MatchingDecoder


@pytest.mark.parametrize("correlated", [False, True])
def test_matching_matches_pymatching(correlated: bool) -> None:
    circuit = rotated_memory(distance=3, p=0.01)
    model = circuit.detector_error_model(decompose_errors=True)
    bits = circuit.compile_detector_sampler(seed=4).sample(500)
    exact = pymatching.Matching.from_detector_error_model(model, enable_correlations=correlated)
    expected = exact.decode_batch(bits, enable_correlations=correlated)
    decoded = MatchingDecoder(model, correlated=correlated).decode_shots(
        np.packbits(bits, axis=1, bitorder="little")
    )
    assert (decoded.predictions == expected).all()
    assert (decoded.passes == (2 if correlated else 1)).all()


def test_matching_rejects_a_wish_for_corrections() -> None:
    circuit = rotated_memory(distance=3, p=0.01, rounds=1)
    decoder = MatchingDecoder(circuit.detector_error_model(decompose_errors=True))
    with pytest.raises(ValueError, match="Corrections must come from a union-find decoder"):
        decoder.decode_shots(np.zeros((1, 1), np.uint8), with_corrections=True)
