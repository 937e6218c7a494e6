"""A graph and its model are the same thing."""

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.source.dem import graph_from_circuit, graph_from_dem
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.source.sampling import sample_shots


def test_model_of_a_graph_has_its_edges() -> None:
    graph = graph_from_circuit(FAMILIES["xzzx"].circuit(3))
    again = graph_from_dem(model_from_graph(graph))
    assert again.topology_hash == graph.topology_hash
    assert again.edges == graph.edges
    assert again.detectors == graph.detectors
    assert again.num_observables == graph.num_observables
    assert not again.correlations


def test_model_of_a_graph_is_a_better_yardstick_than_decomposed_mechanisms() -> None:
    circuit = FAMILIES["cat"].circuit(3)
    events, flips = sample_shots(circuit, num_shots=20_000, seed=1)
    models = (model_from_circuit(circuit), model_from_graph(graph_from_circuit(circuit)))
    wrong = [
        (MatchingDecoder(model).decode_shots(events).predictions != flips).any(axis=1).sum()
        for model in models
    ]
    assert wrong[1] < 0.9 * wrong[0]
