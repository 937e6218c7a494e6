"""Turn a decoding graph back into a model, so that other decoders get exactly its edges.

In: `DecodingGraph`.   Out: `stim.DetectorErrorModel` without decomposed mechanisms.
Next: `quantacore.golden.decode.matching`.

stim may decompose a mechanism that is one edge, a wrong measurement say, into two boundary edges.
The graph joins them again (`quantacore.golden.source.dem`); PyMatching, given stim's model, does
not, and is up to four times worse for it in short repetition codes.
"""

import stim

from quantacore.golden.spec.graph import DecodingGraph


def model_from_graph(graph: DecodingGraph) -> stim.DetectorErrorModel:
    r"""Return a model with one mechanism for each edge, and no correlations.

    Examples
    --------
    >>> from quantacore.golden.source.dem import graph_from_dem
    >>> model = stim.DetectorErrorModel("error(0.25) D1 ^ D0 L0\nerror(0.25) D0 D1 L0")
    >>> print(model_from_graph(graph_from_dem(model)))
    error(0.375) D0 D1 L0
    detector D0
    detector D1
    logical_observable L0
    """
    model = stim.DetectorErrorModel()
    for edge in graph.edges:
        targets = [stim.target_relative_detector_id(detector) for detector in edge.detectors]
        for observable in range(graph.num_observables):
            if edge.observables >> observable & 1:
                targets.append(stim.target_logical_observable_id(observable))
        model.append("error", edge.prior, targets)
    for index, detector in enumerate(graph.detectors):
        model.append("detector", detector.coordinates, [stim.target_relative_detector_id(index)])
    for observable in range(graph.num_observables):
        model.append("logical_observable", [], [stim.target_logical_observable_id(observable)])
    return model
