"""Decode single windows of a stream with PyMatching, and say what they carry over.

In: defects of a window, its kind.   Out: an answer as `SingleWindows` splits it.
Next: `quantacore.sim.allocation.workers`.

The CPU's side of a stream whose windows go to cores and CPUs: the next window need not know which
of the two decoded the one before. Source: Higgott & Gidney, arXiv:2303.15933 (sparse blossom); the
windows are those of `quantacore.golden.decode.window`.
"""

import numpy as np
import pymatching

from quantacore.golden.spec.lengths import weight_from_prior
from quantacore.golden.spec.single_window import SingleWindows
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan


class WindowMatching:
    """Minimum-weight perfect matching on the windows of a plan, with its own priors.

    Parameters
    ----------
    plan : WindowPlan
    """

    def __init__(self, plan: WindowPlan) -> None:
        self.windows = SingleWindows(plan=plan)
        self._matchings: dict[int, pymatching.Matching] = {}

    def decode_window(self, defects: np.ndarray, *, kind: int) -> int:
        """Return the answer of one window.

        Parameters
        ----------
        defects : uint8 or bool, shape ``(num_detectors,)``
            What the window before has flipped included.
        kind : int
            See `WindowPlan`.

        Raises
        ------
        ValueError
            If no correction explains the defects.
        """
        matching = self._matching(kind)
        bits = matching.decode(defects[: matching.num_detectors])
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")

    def _matching(self, kind: int) -> pymatching.Matching:
        if kind in self._matchings:
            return self._matchings[kind]
        plan = self.windows.plan
        entries = plan.tables[kind]
        masks = self.windows.masks(kind, plan.entry_observables[entries])
        matching = pymatching.Matching()
        for index in np.flatnonzero(entries != NO_ENTRY).tolist():
            first, second = plan.graph.edge_detectors[index].tolist()
            told = {bit for bit in range(self.windows.num_answer_bits) if masks[index] >> bit & 1}
            weight = weight_from_prior(plan.entry_priors[entries[index]])
            if second < 0:
                matching.add_boundary_edge(first, fault_ids=told, weight=weight)
            else:
                matching.add_edge(first, second, fault_ids=told, weight=weight)
        self._matchings[kind] = matching
        return matching
