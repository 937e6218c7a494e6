"""What a decoder says about a batch of shots; the same record for golden and RTL.

In: nothing.   Out: `DecodedShots`.   Next: `quantacore.golden.decode.union_find`.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class DecodedShots:
    """Answers for a batch of shots, bits packed little-endian (stim's b8)."""

    predictions: np.ndarray
    """``uint8``, shape ``(num_shots, ceil(num_observables / 8))``. Zero for unmatched shots."""
    corrections: np.ndarray | None
    """``uint8``, shape ``(num_shots, ceil(num_edges / 8))``: bit k is set if edge k is in the
    correction. Zero for unmatched shots. None if the decoder was not asked or cannot tell."""
    growth_steps: np.ndarray
    """``uint32``, shape ``(num_shots,)``: growth steps of all passes together."""
    passes: np.ndarray
    """``uint8``, shape ``(num_shots,)``: passes that ran; 0 for a shot without defects."""
    unmatched: np.ndarray
    """``bool``, shape ``(num_shots,)``: an odd cluster could not grow any more, so the decoder
    makes no prediction."""
    volumes: np.ndarray | None = None
    """``uint32``, shape ``(num_shots,)``: growth volume of the passes that were taken, up to 65535;
    0 for unmatched shots. The larger, the less sure is the answer. None if the decoder has none."""
    contested: np.ndarray | None = None
    """``bool``, shape ``(num_shots,)``: the passes that ran did not all predict the same. The least
    sure of answers. None if the decoder cannot tell."""
    cycles: np.ndarray | None = None
    """``uint32``, shape ``(num_shots,)``: core cycles, from the cycle in which the last word of
    the shot is accepted to the first with the prediction valid. None outside hardware."""
