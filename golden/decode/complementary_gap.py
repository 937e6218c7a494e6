"""PyMatching's complementary gap: how much worse the best matching of the other answer is.

In: `stim.DetectorErrorModel` with one observable, shots.   Out: `MatchedShots`: answers and gaps.
Next: `quantacore.sim.experiments.confidence`, where it is the yardstick for what a core exports.

Source: Gidney, Newman, Brooks & Jones (yoked surface codes), arXiv:2312.04522. The observable
becomes one more detector, at the far end of all edges that flip it; matching twice, with that
detector silent and with it fired, gives the least weights of both answers. So it takes twice the
time of matching.
"""

from dataclasses import dataclass

import numpy as np
import pymatching
import stim

from quantacore.golden.decode.decoder import check_detection_events
from quantacore.golden.spec.bits import packed_bytes


@dataclass(frozen=True, kw_only=True)
class MatchedShots:
    """Answers for a batch of shots, and how sure they are."""

    predictions: np.ndarray
    """``uint8``, shape ``(num_shots, 1)``: the answer of lower weight; 0 if both are equal."""
    gaps: np.ndarray
    """``float64``, shape ``(num_shots,)``: higher weight less the lower one, nats, at least 0. The
    smaller, the less sure is the answer."""


class ComplementaryGapDecoder:
    """Minimum-weight perfect matching under both values of the observable.

    Parameters
    ----------
    model : stim.DetectorErrorModel
        Decomposed, with exactly one observable, which only boundary edges flip: then these edges
        can end at one more detector instead of the boundary. So it is in memory experiments of
        the rotated surface code.

    Raises
    ------
    ValueError
        If the model is not so.
    """

    def __init__(self, model: stim.DetectorErrorModel) -> None:
        if model.num_observables != 1:
            raise ValueError(
                f"Number of observables must be 1 for a gap, not {model.num_observables!r}"
            )
        self.num_detectors = model.num_detectors
        self._matching = pymatching.Matching.from_detector_error_model(_with_detector(model))

    def decode_shots(self, detection_events: np.ndarray) -> MatchedShots:
        """Decode a batch of shots.

        Parameters
        ----------
        detection_events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
            Little-endian bits.

        Raises
        ------
        ValueError
            If the array does not have that shape and type, or a padding bit is set.
        """
        events = check_detection_events(detection_events, num_detectors=self.num_detectors)
        wider = np.zeros((len(events), packed_bytes(self.num_detectors + 1)), np.uint8)
        wider[:, : events.shape[1]] = events
        silent = self._weights(wider)
        wider[:, -1] |= 1 << self.num_detectors % 8
        fired = self._weights(wider)
        return MatchedShots(
            predictions=(fired < silent).astype(np.uint8)[:, None], gaps=np.abs(fired - silent)
        )

    def _weights(self, events: np.ndarray) -> np.ndarray:
        _, weights = self._matching.decode_batch(events, bit_packed_shots=True, return_weights=True)
        return np.asarray(weights)


def _with_detector(model: stim.DetectorErrorModel) -> stim.DetectorErrorModel:
    """Return the model with its observable turned into the detector after the last."""
    detector = stim.target_relative_detector_id(model.num_detectors)
    turned = stim.DetectorErrorModel()
    for instruction in model.flattened():
        if instruction.type != "error":
            continue
        targets: list[stim.DemTarget] = []
        for group in instruction.target_groups():
            num_flips = sum(target.is_logical_observable_id() for target in group)
            if num_flips and (num_flips, len(group)) != (1, 2):
                raise ValueError(
                    "Parts that flip the observable must have exactly one detector for a gap, "
                    f"not as in '{instruction}'"
                )
            part = [detector if target.is_logical_observable_id() else target for target in group]
            targets += [stim.target_separator(), *part] if targets else part
        turned.append("error", instruction.args_copy(), targets)
    return turned
