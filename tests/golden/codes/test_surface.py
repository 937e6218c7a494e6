"""Circuits and models that the project measures itself on."""

from pathlib import Path

import pytest
import stim

from quantacore.golden.codes.surface import phenomenological_memory, rotated_memory
from quantacore.golden.source.dem import graph_from_circuit, graph_from_dem


def test_rotated_memory_has_as_many_rounds_as_its_distance() -> None:
    circuit = rotated_memory(distance=3, p=0.01)
    assert circuit.num_detectors == 8 * 3
    graph = graph_from_circuit(circuit)
    assert (graph.num_components, graph.num_observables) == (2, 1)
    assert {detector.round for detector in graph.detectors} == {0, 1, 2, 3}


def test_rotated_memory_takes_rounds_and_basis() -> None:
    circuit = rotated_memory(distance=3, p=0.01, rounds=1, basis="x")
    assert circuit.num_detectors == 8
    assert "MX" in str(circuit)


@pytest.mark.parametrize("distance", [1, 2, 4, -3])
def test_rotated_memory_rejects_distance(distance: int) -> None:
    with pytest.raises(ValueError, match="Distance must be odd and at least 3, not"):
        rotated_memory(distance=distance, p=0.01)
    with pytest.raises(ValueError, match="Distance must be odd and at least 3, not"):
        phenomenological_memory(distance=distance, p=0.01)


@pytest.mark.parametrize("p", [0, -0.1, 0.6])
def test_phenomenological_memory_rejects_noise(p: float) -> None:
    with pytest.raises(ValueError, match=r"Noise strength must be in \(0, 0.5\], not"):
        phenomenological_memory(distance=3, p=p)


def test_phenomenological_memory_has_an_open_oldest_and_a_closed_newest_layer() -> None:
    graph = graph_from_dem(phenomenological_memory(distance=3, p=0.01))
    assert graph.num_detectors == 12
    bounded = {edge.detectors[0] for edge in graph.edges if len(edge.detectors) == 1}
    assert {0, 1, 2, 3} <= bounded
    forward = [edge for edge in graph.edges if set(edge.detectors) & {8, 9, 10, 11}]
    assert all(max(edge.detectors) < 12 for edge in forward)


@pytest.mark.parametrize("p", ["0.001", "0.005"])
@pytest.mark.parametrize("distance", [3, 5, 7])
def test_phenomenological_memory_is_the_model_of_helios(
    shared_data: Path, distance: int, p: str
) -> None:
    path = shared_data / "helios" / f"phenomenological_d{distance}_p{p}" / "model.dem"
    theirs = graph_from_dem(stim.DetectorErrorModel.from_file(str(path)))
    ours = graph_from_dem(phenomenological_memory(distance=distance, p=float(p)))
    assert ours.edges == theirs.edges
    assert ours.content_hash == theirs.content_hash
