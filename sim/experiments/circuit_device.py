"""What a model's circuit says of a device: neighbours, and which noise makes which edge.

In: `stim.Circuit`, how its graph is made.   Out: `Device`.
Next: `quantacore.host.predict.device`, `quantacore.host.predict.qubit_factors`.

Each part of the noise is made a little stronger, and the priors of the graph say whose it is. That
takes a graph for each part: seconds at distance 3, a minute or so at 5.
"""

from collections.abc import Callable

import numpy as np

from quantacore.golden.adapt.like_edges import like_edges, like_edges_of_plan
from quantacore.golden.noise.scaled import noise_parts, with_part_factor
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.host.predict.device import Device, NoiseParts
from quantacore.host.predict.neighbours import neighbouring_groups

STRONGER = 1.01
"""Factor of a part: small, as priors of several parts are not quite their sum."""


def device_of_circuit(
    circuit: Circuit,
    graph_of: Callable[[Circuit], DecodingGraph],
    *,
    groups: np.ndarray,
    expected: np.ndarray,
) -> Device:
    """Return what the model says of a device.

    Parameters
    ----------
    circuit : stim.Circuit
        The model.
    graph_of : function of stim.Circuit
        Its decoding graph, of the same topology whatever the probabilities are.
    groups : int, shape ``(num_edges,)``
        Edge -> group.
    expected : float, shape ``(num_edges,)``
        Corrections on shots of the model.

    Raises
    ------
    ValueError
        If a part changes the edges of the graph.
    """
    graph = graph_of(circuit)
    parts = _parts(circuit, graph, graph_of, groups=groups, expected=expected)
    return Device(neighbours=neighbouring_groups(graph, groups), parts=parts)


def device_of_plan(
    source: RepeatingCircuit, plan_graph: DecodingGraph, *, num_rounds: int, expected: np.ndarray
) -> Device:
    """Return what the model says of a device whose edges are those of a window.

    An edge of the window has the parts that its like ones in a whole shot have on average.

    Parameters
    ----------
    source : RepeatingCircuit
    plan_graph : DecodingGraph
        Of a window.
    num_rounds : int
        Of a shot.
    expected : float, shape ``(plan_graph.num_edges,)``
        Corrections on shots of the model.
    """
    circuit = source.circuit(num_rounds)
    graph = graph_from_circuit(circuit)
    like = like_edges_of_plan(graph, source.places(num_rounds), plan_graph=plan_graph)
    groups = like_edges(plan_graph)
    # Edges that no edge of a window is like, in a group of their own that nobody asks for.
    of_shot = np.where(like >= 0, like, groups.max() + 1)
    found = _parts(
        circuit, graph, graph_from_circuit, groups=of_shot, expected=np.ones(graph.num_edges)
    )
    parts = NoiseParts(
        shares=found.of_groups[groups],
        exponents=found.exponents,
        groups=groups,
        expected=np.asarray(expected, np.float64),
    )
    return Device(neighbours=neighbouring_groups(plan_graph, groups), parts=parts)


def _parts(
    circuit: Circuit,
    graph: DecodingGraph,
    graph_of: Callable[[Circuit], DecodingGraph],
    *,
    groups: np.ndarray,
    expected: np.ndarray,
) -> NoiseParts:
    growth, exponents = growth_by_parts(circuit, graph, graph_of)
    return NoiseParts(
        shares=growth / growth.sum(axis=1, keepdims=True),
        exponents=exponents,
        groups=np.asarray(groups),
        expected=np.asarray(expected, np.float64),
    )


def growth_by_parts(
    circuit: Circuit, graph: DecodingGraph, graph_of: Callable[[Circuit], DecodingGraph]
) -> tuple[np.ndarray, np.ndarray]:
    """Return by how much each part of the noise, a little stronger, raises each edge's prior.

    Parameters
    ----------
    circuit : stim.Circuit
    graph : DecodingGraph
        ``graph_of(circuit)``.
    graph_of : function of stim.Circuit

    Returns
    -------
    growth : float64, shape ``(graph.num_edges, num_parts)``
        At least 0; in proportion to what the part has in the edge.
    exponents : float64, shape ``(num_parts, circuit.num_qubits)``
        `NoiseParts.exponents`.

    Raises
    ------
    ValueError
        If a part changes the edges of the graph.
    """
    names = noise_parts(circuit)
    growth = np.zeros((graph.num_edges, len(names)))
    exponents = np.zeros((len(names), circuit.num_qubits))
    before = _priors(graph)
    for place, name in enumerate(names):
        stronger = graph_of(with_part_factor(circuit, name, STRONGER))
        if stronger.topology_hash != graph.topology_hash:
            raise ValueError(f"Noise of qubits {name} must make no new edges when it is stronger")
        growth[:, place] = np.maximum(_priors(stronger) - before, 0)
        exponents[place, list(name)] = 1 / len(name)
    return growth, exponents


def _priors(graph: DecodingGraph) -> np.ndarray:
    return np.array([edge.prior for edge in graph.edges])
