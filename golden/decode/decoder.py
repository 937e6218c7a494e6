"""What every decoder looks like: compile once, decode bit-packed batches.

In: bit-packed detection events.   Out: `DecodedShots`, or predictions alone (sinter's interface).
Next: `quantacore.golden.decode.union_find`, `quantacore.golden.decode.matching`.
"""

from abc import ABC, abstractmethod

import numpy as np
import sinter

from quantacore.golden.spec.bits import packed_bytes
from quantacore.golden.spec.results import DecodedShots


class CompiledDecoder(sinter.CompiledDecoder, ABC):
    """Decoder prepared for one decoding graph and weight image."""

    num_detectors: int
    num_observables: int

    @abstractmethod
    def decode_shots(
        self, detection_events: np.ndarray, *, with_corrections: bool = False
    ) -> DecodedShots:
        """Decode a batch of shots.

        Parameters
        ----------
        detection_events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
            Little-endian bits: detector ``k`` of shot ``s`` is ``(a[s, k // 8] >> (k % 8)) & 1``.
        with_corrections : bool
            Also return which edges were chosen.

        Raises
        ------
        ValueError
            If the array does not have that shape and type, or a padding bit is set.
        """

    def decode_shots_bit_packed(self, *, bit_packed_detection_event_data: np.ndarray) -> np.ndarray:
        """Predict observable flips, as `sinter.CompiledDecoder` asks.

        Takes ``uint8`` of shape ``(num_shots, ceil(num_detectors / 8))``, returns ``uint8`` of
        shape ``(num_shots, ceil(num_observables / 8))``; little-endian bits in both.

        If any shot of the batch is unmatched, one more byte follows in every row, 1 for those
        shots: `sinter.collect` counts them as discards. `sinter.predict_observables` has no place
        for discards and refuses such rows with a `ValueError`.
        """
        decoded = self.decode_shots(bit_packed_detection_event_data)
        if not decoded.unmatched.any():
            return decoded.predictions
        return np.hstack([decoded.predictions, decoded.unmatched[:, None].astype(np.uint8)])


def check_detection_events(detection_events: np.ndarray, *, num_detectors: int) -> np.ndarray:
    """Return the batch as a contiguous array, or raise `ValueError` if it does not fit."""
    events = np.asarray(detection_events)
    width = packed_bytes(num_detectors)
    if events.ndim != 2 or events.dtype != np.uint8 or events.shape[1] != width:
        raise ValueError(
            f"Detection events must be uint8 of shape (num_shots, {width}) for {num_detectors} "
            f"detectors, not {events.dtype} of shape {events.shape}"
        )
    used = 0xFF >> (8 * width - num_detectors)
    padded = np.flatnonzero(events[:, -1] > used)
    if len(padded):
        raise ValueError(
            f"Padding bits after detector {num_detectors - 1} must be 0, "
            f"not {int(events[padded[0], -1]):#04x} in the last byte of shot {int(padded[0])}"
        )
    return np.ascontiguousarray(events)
