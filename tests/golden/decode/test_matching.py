"""PyMatching behind our interface answers as PyMatching does."""

import numpy as np
import pymatching
import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.matching import MatchingDecoder, WeightedMatching
from quantacore.golden.source.dem import graph_from_circuit, graph_from_dem
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.spec.lengths import weight_from_prior


@pytest.mark.parametrize("correlated", [False, True])
def test_matching_matches_pymatching(correlated: bool) -> None:
    circuit = rotated_memory(distance=3, p=0.01)
    model = circuit.detector_error_model(decompose_errors=True)
    bits = circuit.compile_detector_sampler(seed=4).sample(500)
    exact = pymatching.Matching.from_detector_error_model(model, enable_correlations=correlated)
    expected = exact.decode_batch(bits, enable_correlations=correlated)
    decoded = MatchingDecoder(model, correlated=correlated).decode_shots(
        np.packbits(bits, axis=1, bitorder="little")
    )
    assert (decoded.predictions == expected).all()
    assert (decoded.passes == (2 if correlated else 1)).all()


def test_matching_rejects_a_wish_for_corrections() -> None:
    circuit = rotated_memory(distance=3, p=0.01, rounds=1)
    decoder = MatchingDecoder(circuit.detector_error_model(decompose_errors=True))
    with pytest.raises(ValueError, match="Corrections must come from a union-find decoder"):
        decoder.decode_shots(np.zeros((1, 1), np.uint8), with_corrections=True)


def test_weighted_matching_with_the_priors_is_matching() -> None:
    circuit = rotated_memory(distance=3, p=0.01)
    graph = graph_from_circuit(circuit)
    bits = circuit.compile_detector_sampler(seed=4).sample(300)
    weights = np.array([weight_from_prior(edge.prior) for edge in graph.edges])
    expected = MatchingDecoder(model_from_graph(graph)).decode_shots(
        np.packbits(bits, axis=1, bitorder="little")
    )
    matching = WeightedMatching(graph)
    found = [matching.decode_shot(shot, weights) for shot in bits]
    assert found == expected.predictions[:, 0].tolist()


def test_weighted_matching_follows_the_weights() -> None:
    lines = ("error(0.1) D0 L0", "error(0.1) D0 D1", "error(0.1) D1")
    graph = graph_from_dem(stim.DetectorErrorModel("\n".join(lines)))
    matching = WeightedMatching(graph)
    shot = np.array([True, False])
    assert [edge.detectors for edge in graph.edges] == [(0, 1), (0,), (1,)]
    assert matching.decode_shot(shot, np.array([1.0, 3.0, 1.0])) == 0
    assert matching.decode_shot(shot, np.array([2.0, 2.5, 1.0])) == 1


def test_weighted_matching_rejects_weights_of_another_graph() -> None:
    graph = graph_from_circuit(rotated_memory(distance=3, p=0.01, rounds=1))
    with pytest.raises(ValueError, match=r"Weights must have shape \(\d+,\), not \(2,\)"):
        WeightedMatching(graph).decode_shot(np.zeros(8, bool), np.zeros(2))
