"""PyMatching behind the project's decoder interface: the yardstick for accuracy and speed.

In: `stim.DetectorErrorModel`.   Out: predictions of exact matching, plain or correlated.
Next: `quantacore.golden.metrics`.

Source: Higgott & Gidney, arXiv:2303.15933 (sparse blossom, PyMatching 2).
"""

import numpy as np
import pymatching
import stim

from quantacore.golden.decode.decoder import CompiledDecoder, check_detection_events
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.results import DecodedShots


class MatchingDecoder(CompiledDecoder):
    """Minimum-weight perfect matching.

    Parameters
    ----------
    model : stim.DetectorErrorModel
        Decomposed, as `stim.Circuit.detector_error_model` gives it with ``decompose_errors``.
    correlated : bool
        Two passes that use the correlations of decomposed mechanisms.
    """

    def __init__(self, model: stim.DetectorErrorModel, *, correlated: bool = False) -> None:
        self.num_detectors = model.num_detectors
        self.num_observables = model.num_observables
        self._correlated = correlated
        self._matching = pymatching.Matching.from_detector_error_model(
            model, enable_correlations=correlated
        )

    def decode_shots(
        self, detection_events: np.ndarray, *, with_corrections: bool = False
    ) -> DecodedShots:
        if with_corrections:
            raise ValueError("Corrections must come from a union-find decoder, not from matching")
        events = check_detection_events(detection_events, num_detectors=self.num_detectors)
        num_shots = len(events)
        predictions = self._matching.decode_batch(
            events,
            bit_packed_shots=True,
            bit_packed_predictions=True,
            enable_correlations=self._correlated,
        )
        return DecodedShots(
            predictions=predictions,
            corrections=None,
            growth_steps=np.zeros(num_shots, np.uint32),
            passes=np.full(num_shots, 2 if self._correlated else 1, np.uint8),
            unmatched=np.zeros(num_shots, np.bool_),
        )


class WeightedMatching:
    """Minimum-weight perfect matching with other weights in each shot (analog readout).

    Parameters
    ----------
    graph : DecodingGraph
        Its priors are not used.
    """

    def __init__(self, graph: DecodingGraph) -> None:
        self._graph = graph

    def decode_shot(self, defects: np.ndarray, weights: np.ndarray) -> int:
        """Return the observable mask of one shot.

        Parameters
        ----------
        defects : bool, shape ``(num_detectors,)``
        weights : float64, shape ``(num_edges,)``
            Nats, at least 0.

        Raises
        ------
        ValueError
            If there is not one weight for each edge.
        """
        if weights.shape != (self._graph.num_edges,):
            raise ValueError(
                f"Weights must have shape ({self._graph.num_edges},), not {weights.shape}"
            )
        matching = pymatching.Matching()
        for index, (edge, weight) in enumerate(zip(self._graph.edges, weights, strict=True)):
            if len(edge.detectors) == 2:
                matching.add_edge(*edge.detectors, weight=weight, fault_ids=index)
            else:
                matching.add_boundary_edge(*edge.detectors, weight=weight, fault_ids=index)
        chosen = matching.decode(defects[: matching.num_detectors])
        mask = 0
        for index in np.flatnonzero(chosen).tolist():
            mask ^= self._graph.edges[index].observables
        return mask
