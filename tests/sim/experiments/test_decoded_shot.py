"""Taking a shot apart gives what the golden decoder says."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.passes import decode_shot
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import build_image, uniform_image
from quantacore.sim.experiments.decoded_shot import choose_shot, component_names, explain_shot

CIRCUIT = rotated_memory(distance=3, p=0.02)
GRAPH = graph_from_circuit(CIRCUIT)
IMAGE = build_image(GRAPH)


def test_explain_shot_matches_golden() -> None:
    events, _ = sample_shots(CIRCUIT, num_shots=50, seed=5)
    for shot, defects in enumerate(unpack_bits(events, num_bits=GRAPH.num_detectors).astype(bool)):
        anatomy = explain_shot(GRAPH, IMAGE, defects.tolist())
        expected = decode_shot(GRAPH, IMAGE, defects.tolist(), passes=1)
        assert anatomy.correction == expected.correction, f"{shot=}"
        assert anatomy.prediction == expected.prediction, f"{shot=}"
        assert anatomy.growth_steps == expected.growth_steps, f"{shot=}"


def test_explain_shot_puts_every_defect_and_correction_in_a_cluster() -> None:
    defects = [index in (0, 7, 12, 20) for index in range(GRAPH.num_detectors)]
    anatomy = explain_shot(GRAPH, IMAGE, defects)
    inside = [detector for cluster in anatomy.clusters for detector in cluster]
    assert len(inside) == len(set(inside))
    assert set(anatomy.defects) <= set(inside)
    fused = {edge for edges in anatomy.fused_edges for edge in edges}
    assert set(anatomy.correction) <= fused


def test_explain_shot_rejects_unmatched() -> None:
    graph = DecodingGraph(
        num_observables=0,
        detectors=(Detector(), Detector()),
        edges=(Edge(detectors=(0, 1), prior=0.1),),
    )
    with pytest.raises(ValueError, match="unmatched"):
        explain_shot(graph, uniform_image(graph, length=2), [True, False])


def test_choose_shot_takes_one_with_the_wanted_defects() -> None:
    events, actual = sample_shots(CIRCUIT, num_shots=500, seed=5)
    shot, anatomy = choose_shot(GRAPH, IMAGE, events, actual, num_defects=6)
    assert len(anatomy.defects) == 6
    assert anatomy.prediction == actual[shot, 0]
    found = np.flatnonzero(unpack_bits(events, num_bits=GRAPH.num_detectors)[shot])
    assert tuple(found.tolist()) == anatomy.defects


def test_choose_shot_takes_what_there_is_when_nothing_fired() -> None:
    nothing, not_flipped = np.zeros((1, 3), np.uint8), np.zeros((1, 1), np.uint8)
    shot, anatomy = choose_shot(GRAPH, IMAGE, nothing, not_flipped, num_defects=6)
    assert (shot, anatomy.defects, anatomy.clusters) == (0, (), ())


def test_component_names_tell_the_bases_apart() -> None:
    first, second = component_names(GRAPH)
    assert first.startswith("Z checks")  # detectors of round 0 are of the prepared basis
    assert second.startswith("X checks")
