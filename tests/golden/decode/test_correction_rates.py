"""Corrections by edge, counted."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.correction_rates import correction_rates, count_corrections
from quantacore.golden.decode.union_find import ReferenceDecoder, UnionFindDecoder
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.image import build_image

CIRCUIT = rotated_memory(distance=3, p=0.01)
GRAPH = graph_from_circuit(CIRCUIT)
IMAGE = build_image(GRAPH)


def test_counts_are_those_of_each_shot():
    events, _ = sample_shots(CIRCUIT, num_shots=200, seed=3)
    found = count_corrections(
        UnionFindDecoder(GRAPH, IMAGE, passes=2), events, num_edges=GRAPH.num_edges
    )
    expected = np.zeros(GRAPH.num_edges, int)
    for shot in events:
        decoded = ReferenceDecoder(GRAPH, IMAGE, passes=2).decode_shots(
            shot[None], with_corrections=True
        )
        expected += unpack_bits(decoded.corrections, num_bits=GRAPH.num_edges)[0]
    assert found.tolist() == expected.tolist()
    assert found.sum() > 100


def test_rates_come_near_the_priors():
    done = []
    rates = correction_rates(
        CIRCUIT,
        UnionFindDecoder(GRAPH, IMAGE),
        num_edges=GRAPH.num_edges,
        num_shots=25_000,
        progress=done.append,
    )
    assert done == [10_000, 20_000, 25_000]
    priors = np.array([edge.prior for edge in GRAPH.edges])
    assert rates.sum() == pytest.approx(priors.sum(), rel=0.3)
    assert np.corrcoef(rates, priors)[0, 1] > 0.9
