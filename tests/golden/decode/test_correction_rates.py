"""Corrections by edge, counted."""

import numpy as np
import pytest

from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.correction_rates import (
    believed_rates,
    correction_rates,
    count_corrections,
    window_correction_rates,
)
from quantacore.golden.decode.count_stream import count_stream
from quantacore.golden.decode.union_find import ReferenceDecoder, UnionFindDecoder
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.window_image import build_window_image

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


def test_window_rates_are_those_of_a_stream():
    memory = RepeatingCircuit(CIRCUIT)
    plan = window_plan(memory, commit_rounds=2, buffer_rounds=2)
    decoder = WindowDecoder(build_window_image(plan), passes=2)
    rates = window_correction_rates(memory, decoder, num_rounds=6, num_shots=300, seed=5)
    events, _ = sample_shots(memory.circuit(6), num_shots=300, seed=5)
    rounds = rounds_of_events(events, memory.places(6), num_slots=plan.num_slots)
    decoded = decoder.decode_shots(rounds, with_corrections=True)
    counts = count_stream(
        rounds.reshape(-1, plan.num_slots),
        decoded.corrections.reshape(-1, decoded.corrections.shape[-1]),
        num_edges=plan.graph.num_edges,
    )
    assert rates == pytest.approx(counts.corrections / (300 * plan.num_windows(6)))
    assert rates.sum() > 0.5


def test_believed_rates_are_about_the_priors_whatever_they_are():
    graph = graph_from_circuit(rotated_memory(distance=3, p=0.002))
    hot = reweighted(graph, np.where(np.arange(graph.num_edges) % 11 == 0, 12.0, 1.0))
    for believed in (graph, hot):
        decoder = UnionFindDecoder(believed, build_image(believed))
        found = believed_rates(believed, decoder, num_shots=50_000, seed=1)
        priors = np.array([edge.prior for edge in believed.edges])
        assert found.sum() == pytest.approx(priors.sum(), rel=0.1)
        often = priors > 0.01
        assert np.abs(np.log(found[often] / priors[often])).max(initial=0) < 0.7
        assert np.array_equal(found, believed_rates(believed, decoder, num_shots=50_000, seed=1))
