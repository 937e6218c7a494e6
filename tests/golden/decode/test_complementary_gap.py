"""The gap decoder answers as PyMatching does, and its gap is the difference of two weights."""

import numpy as np
import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.complementary_gap import ComplementaryGapDecoder
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.source.sampling import sample_shots


@pytest.mark.parametrize("distance", [3, 5])
@pytest.mark.parametrize("basis", ["x", "z"])
def test_gap_decoder_predicts_as_pymatching(distance: int, basis: str) -> None:
    # 24 and 120 detectors: the observable's detector begins a byte.
    circuit = rotated_memory(distance=distance, p=0.01, basis=basis)
    assert_predicts_as_pymatching(circuit)


def test_gap_decoder_predicts_as_pymatching_when_a_byte_is_part_filled() -> None:
    circuit = rotated_memory(distance=3, p=0.01, rounds=1)
    circuit += stim.Circuit("X_ERROR(0.01) 40\nM 40\nDETECTOR rec[-1]")
    assert circuit.num_detectors % 8 == 1
    assert_predicts_as_pymatching(circuit)


def assert_predicts_as_pymatching(circuit: stim.Circuit) -> None:
    model = model_from_circuit(circuit)
    events, _ = sample_shots(circuit, num_shots=3000, seed=3)
    matched = ComplementaryGapDecoder(model).decode_shots(events)
    expected = MatchingDecoder(model).decode_shots(events).predictions
    assert expected.any()
    assert (matched.gaps >= 0).all()
    differ = (matched.predictions != expected).any(axis=1)
    assert (matched.gaps[differ] < 1e-3).all()  # ties only
    assert differ.mean() < 0.02


CHAIN = stim.DetectorErrorModel("error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.2) D1")


def test_gap_is_the_difference_of_the_two_weights() -> None:
    tenth, fifth = (np.log((1 - p) / p) for p in (0.1, 0.2))
    matched = ComplementaryGapDecoder(CHAIN).decode_shots(np.array([[0], [1], [2], [3]], np.uint8))
    expected = [2 * tenth + fifth, tenth + fifth - tenth, 2 * tenth - fifth, fifth]
    assert matched.gaps == pytest.approx(expected, abs=1e-3)
    assert matched.predictions.ravel().tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("error(0.1) D0", "Number of observables must be 1 for a gap, not 0"),
        ("error(0.1) D0 L1", "Number of observables must be 1 for a gap, not 2"),
        ("error(0.1) D0 D1 L0", "must have exactly one detector for a gap, not as in"),
        ("error(0.1) D0 ^ L0", "must have exactly one detector for a gap, not as in"),
    ],
)
def test_gap_decoder_rejects(model: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ComplementaryGapDecoder(stim.DetectorErrorModel(model))


def test_gap_decoder_rejects_other_shapes() -> None:
    with pytest.raises(ValueError, match="Detection events must be uint8"):
        ComplementaryGapDecoder(CHAIN).decode_shots(np.zeros((1, 2), np.uint8))
