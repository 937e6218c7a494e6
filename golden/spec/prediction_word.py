"""The word of a streaming core's predictions: which bits of ``tdata`` mean what.

In: the number of observables.   Out: fields with their bits, and `decode_prediction`.
Next: `quantacore.hdl.axi_top` (packs it), drivers (unpack it).

Every field but the flags begins on a byte; words are whole 32-bit words.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.config import COUNTER_BITS, INDEX_BITS, PASSES_BITS, VOLUME_BITS

OBSERVABLES_LSB = 160
"""Behind five 32-bit words of everything else."""


@dataclass(frozen=True, kw_only=True)
class PredictionField:
    """Some bits of the word."""

    name: str
    lsb: int
    width: int
    doc: str


_FIXED = (
    PredictionField(name="shot", lsb=0, width=INDEX_BITS, doc="index of the shot, wraps"),
    PredictionField(
        name="round", lsb=32, width=INDEX_BITS, doc="index in the shot of the last decided round"
    ),
    PredictionField(
        name="image", lsb=64, width=COUNTER_BITS, doc="`image_count` of the weights in use"
    ),
    PredictionField(
        name="growth_steps", lsb=80, width=COUNTER_BITS, doc="growth steps taken; stops at all ones"
    ),
    PredictionField(
        name="cycles", lsb=96, width=COUNTER_BITS, doc="cycles taken; stops at all ones"
    ),
    PredictionField(
        name="volume",
        lsb=112,
        width=VOLUME_BITS,
        doc="how much had to grow: the larger, the less sure; stops at all ones",
    ),
    PredictionField(name="passes", lsb=128, width=PASSES_BITS, doc="passes that ran"),
    PredictionField(name="contested", lsb=131, width=1, doc="the passes did not all predict alike"),
    PredictionField(name="shot_end", lsb=132, width=1, doc="the shot's final window"),
    PredictionField(name="unmatched", lsb=133, width=1, doc="no correction exists"),
    PredictionField(name="abandoned", lsb=134, width=1, doc="given up: over the cycle budget"),
    PredictionField(name="damaged", lsb=135, width=1, doc="a round was malformed or lost"),
)


def prediction_fields(num_observables: int) -> tuple[PredictionField, ...]:
    """Return the fields, the lowest bits first; bits between them are 0."""
    if num_observables == 0:
        return _FIXED
    observables = PredictionField(
        name="observables",
        lsb=OBSERVABLES_LSB,
        width=num_observables,
        doc="the shot's frame after the window: bit k is the flip of observable k",
    )
    return (*_FIXED, observables)


def prediction_bits(num_observables: int) -> int:
    """Return the width of the word, a multiple of 32."""
    return OBSERVABLES_LSB + -(-num_observables // 32) * 32


def decode_prediction(word: int, *, num_observables: int) -> dict[str, int]:
    """Return the fields of a word; ``observables`` is 0 if there are none.

    Parameters
    ----------
    word : int
        ``tdata``; or the stream's bytes, the first one lowest.
    num_observables : int

    Examples
    --------
    >>> decode_prediction((1 << 160) | (7 << 32) | 2, num_observables=1)["round"]
    7
    """
    fields = {
        field.name: word >> field.lsb & ((1 << field.width) - 1)
        for field in prediction_fields(num_observables)
    }
    return {"observables": 0, **fields}


def decode_predictions(words: np.ndarray, *, num_observables: int) -> dict[str, np.ndarray]:
    """Return the fields of many words, shape ``(num_windows,)`` each, ``uint64``.

    Parameters
    ----------
    words : uint8, shape ``(num_windows, prediction_bits(num_observables) / 8)``
        The stream's bytes, the first one lowest.
    num_observables : int
        At most 64.
    """
    found = {"observables": np.zeros(len(words), np.uint64)}
    for field in prediction_fields(num_observables):
        first, shift = divmod(field.lsb, 8)
        last = -(-(field.lsb + field.width) // 8)
        value = np.zeros(len(words), np.uint64)
        for index in range(first, last):
            value |= words[:, index].astype(np.uint64) << np.uint64(8 * (index - first))
        mask = np.uint64((1 << field.width) - 1)
        found[field.name] = (value >> np.uint64(shift)) & mask
    return found
