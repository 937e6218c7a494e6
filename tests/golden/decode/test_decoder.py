"""What every registered decoder must do: one suite over `DECODERS`."""

import numpy as np
import pytest
import stim

from quantacore.golden.decode.decoder import check_detection_events
from quantacore.golden.decode.registry import DECODERS
from quantacore.golden.spec.results import DecodedShots

every_decoder = pytest.mark.parametrize("name", DECODERS)

# A repetition code of nine detectors and nine observables: more than a byte of both.
LINE = stim.DetectorErrorModel(
    "\n".join(
        ["error(0.01) D0 L0"]
        + [f"error(0.01) D{k} D{k + 1} L{k + 1}" for k in range(8)]
        + ["error(0.01) D8"]
    )
)


def decode(name: str, *shots: set[int]) -> DecodedShots:
    events = np.zeros((len(shots), 2), np.uint8)
    for row, defects in zip(events, shots, strict=True):
        for detector in defects:
            row[detector // 8] |= 1 << detector % 8
    return DECODERS[name](LINE).decode_shots(events)


@every_decoder
def test_decoder_predicts_the_observables_of_the_nearest_explanation(name: str) -> None:
    decoded = decode(name, set(), {0}, {8}, {7, 8}, {0, 1, 8}, {3, 5})
    assert decoded.predictions.tolist() == [
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 1],
        [2, 0],
        [0b110000, 0],
    ]
    assert not decoded.unmatched.any()


@every_decoder
def test_decoder_types_and_shapes(name: str) -> None:
    decoded = decode(name, {0}, {1}, {2})
    assert decoded.predictions.dtype == np.uint8
    assert (decoded.growth_steps.dtype, decoded.growth_steps.shape) == (np.uint32, (3,))
    assert (decoded.passes.dtype, decoded.passes.shape) == (np.uint8, (3,))
    assert (decoded.unmatched.dtype, decoded.unmatched.shape) == (np.bool_, (3,))
    assert decoded.corrections is None
    assert decoded.cycles is None


@every_decoder
def test_decoder_of_sinter_returns_the_predictions(name: str) -> None:
    decoder = DECODERS[name](LINE)
    events = np.array([[1, 0], [0, 1]], np.uint8)
    predictions = decoder.decode_shots_bit_packed(bit_packed_detection_event_data=events)
    assert (predictions == decoder.decode_shots(events).predictions).all()


@every_decoder
def test_decoder_accepts_no_shots(name: str) -> None:
    assert decode(name).predictions.shape == (0, 2)


@every_decoder
def test_decoder_accepts_a_view_with_gaps(name: str) -> None:
    wide = np.zeros((6, 5), np.uint8)
    wide[::2, 1:3] = [[1, 0], [0, 1], [3, 0]]
    decoder = DECODERS[name](LINE)
    view = wide[::2, 1:3]
    assert (
        decoder.decode_shots(view).predictions == decoder.decode_shots(view.copy()).predictions
    ).all()


@every_decoder
@pytest.mark.parametrize(
    ("events", "message"),
    [
        (np.zeros((2, 1), np.uint8), r"uint8 of shape \(num_shots, 2\) for 9 detectors, not"),
        (np.zeros((2, 3), np.uint8), r"not uint8 of shape \(2, 3\)"),
        (np.zeros(2, np.uint8), r"not uint8 of shape \(2,\)"),
        (np.zeros((2, 9), bool), "not bool of shape"),
        (np.zeros((2, 2), np.int64), "not int64 of shape"),
        (np.array([[0, 0], [0, 2]], np.uint8), "Padding bits after detector 8 must be 0, not 0x02"),
    ],
)
def test_decoder_rejects_events(name: str, events: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DECODERS[name](LINE).decode_shots(events)


def test_check_detection_events_accepts_whole_bytes() -> None:
    events = np.full((2, 2), 0xFF, np.uint8)
    assert check_detection_events(events, num_detectors=16) is events
