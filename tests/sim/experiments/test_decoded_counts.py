"""Counts of an epoch are those of its shots, and expected ones those of the model."""

import numpy as np
import pytest

from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.union_find import ReferenceDecoder
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.sim.experiments.dataset_schema import RunName
from quantacore.sim.experiments.decoded_counts import (
    count_epoch,
    counting_decoder,
    header_of_circuit,
)

CIRCUIT = rotated_memory(distance=3, p=0.01, rounds=2)
DECODER = counting_decoder(CIRCUIT, passes=2)


def test_counts_are_those_of_the_reference_shot_by_shot():
    events, actual = sample_shots(CIRCUIT, num_shots=60, seed=5)
    found = count_epoch(DECODER, events, actual)
    reference = ReferenceDecoder(DECODER.graph, DECODER.image, passes=2)
    decoded = reference.decode_shots(events, with_corrections=True)
    bits = unpack_bits(decoded.corrections, num_bits=DECODER.graph.num_edges)
    assert found["corrections"].tolist() == bits.sum(axis=0).tolist()
    bits = unpack_bits(events, num_bits=DECODER.num_detectors)
    assert found["events"].tolist() == bits.sum(axis=0).tolist()
    assert found["shots"] == 60
    assert found["errors"] == int((decoded.predictions != actual).any(axis=1).sum())


def test_header_expects_what_the_model_gives():
    runs = (RunName(regime="quiet", seed=0, split="test"),)
    header = header_of_circuit(CIRCUIT, DECODER, origin="simulated", settings={}, runs=runs)
    events, actual = sample_shots(CIRCUIT, num_shots=50_000, seed=6)
    counts = count_epoch(DECODER, events, actual)["corrections"]
    expected = 50_000 * np.array(header.expected)
    assert counts.sum() == pytest.approx(expected.sum(), rel=0.02)
    pulls = (counts - expected) / np.sqrt(np.maximum(expected, 1) * 1.25)
    assert np.abs(pulls).max() < 5
    assert header.groups == tuple(like_edges(DECODER.graph))
    assert header.num_qubits == CIRCUIT.num_qubits
    assert header.runs == runs


def test_decoder_is_made_once():
    assert counting_decoder(CIRCUIT, passes=2) is DECODER
    assert counting_decoder(CIRCUIT, passes=3) is not DECODER
