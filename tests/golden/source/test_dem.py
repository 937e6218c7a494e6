"""Graph building, instruction by instruction."""

import pytest
import stim

from quantacore.golden.source.dem import graph_from_circuit, graph_from_dem
from quantacore.golden.spec.graph import DecodingGraph
from tests.golden.models import toric_memory


def graph_of_text(text: str) -> DecodingGraph:
    return graph_from_dem(stim.DetectorErrorModel(text))


def edges_of(graph: DecodingGraph) -> list[tuple[tuple[int, ...], float, int]]:
    return [(edge.detectors, round(edge.prior, 12), edge.observables) for edge in graph.edges]


def test_edges_are_sorted_with_the_boundary_last() -> None:
    graph = graph_of_text(
        """
        error(0.01) D1
        error(0.02) D0 L1
        error(0.03) D2 D1
        error(0.04) D0 D2
        error(0.05) D1 D0 L0 L1
        """
    )
    assert edges_of(graph) == [
        ((0, 1), 0.05, 0b11),
        ((0, 2), 0.04, 0),
        ((0,), 0.02, 0b10),
        ((1, 2), 0.03, 0),
        ((1,), 0.01, 0),
    ]


def test_mechanisms_with_the_same_detectors_are_merged() -> None:
    graph = graph_of_text("error(0.1) D0 D1 L0\nerror(0.2) D1 D0 L0\nerror(0.3) D0 D1 L0")
    twice = 0.1 * 0.8 + 0.2 * 0.9
    assert edges_of(graph) == [((0, 1), round(twice * 0.7 + 0.3 * (1 - twice), 12), 1)]
    assert graph.report.conflicting_observables == 0


def test_order_of_mechanisms_does_not_matter() -> None:
    lines = ["error(0.1) D0 D1", "error(0.2) D2", "error(0.3) D0", "error(0.4) D1 D2"]
    graph = graph_of_text("\n".join(lines))
    assert graph_of_text("\n".join(reversed(lines))).content_hash == graph.content_hash


def test_conflicting_observables_keep_the_likelier_and_are_reported() -> None:
    graph = graph_of_text("error(0.1) D0 D1 L0\nerror(0.2) D0 D1\nerror(0.01) D1")
    assert edges_of(graph) == [((0, 1), 0.26, 0), ((1,), 0.01, 0)]
    assert graph.report.conflicting_observables == 1


def test_conflicting_observables_add_up_before_they_are_compared() -> None:
    graph = graph_of_text("error(0.1) D0 L0\nerror(0.15) D0 L1\nerror(0.1) D0 L0")
    assert graph.edges[0].observables == 0b01


def test_toric_code_of_distance_two_has_conflicting_double_edges() -> None:
    graph = graph_from_dem(toric_memory(distance=2, rounds=1, p=0.1))
    assert graph.num_edges == 4
    assert graph.report.conflicting_observables == 4


def test_toric_code_has_no_boundary() -> None:
    graph = graph_from_dem(toric_memory(distance=4, rounds=2, p=0.1))
    assert all(len(edge.detectors) == 2 for edge in graph.edges)
    assert (graph.num_detectors, graph.num_edges) == (32, 2 * 32 + 16)
    assert (graph.num_components, graph.num_observables) == (1, 2)


def test_detector_named_twice_in_a_part_cancels() -> None:
    assert edges_of(graph_of_text("error(0.1) D0 D1 D0")) == [((1,), 0.1, 0)]


def test_part_that_occurs_twice_in_a_mechanism_cancels() -> None:
    graph = graph_of_text("error(0.1) D0 D1 ^ D2 ^ D1 D0")
    assert edges_of(graph) == [((2,), 0.1, 0)]
    assert graph.correlations == ()
    assert graph.report.undetectable == 0


def test_what_remains_undetectable_is_reported() -> None:
    graph = graph_of_text("error(0.1) D0 L0 ^ D0\nerror(0.2) L1\nerror(0.3) D1")
    assert edges_of(graph) == [((1,), 0.3, 0)]
    assert graph.report.undetectable == 2


def test_zero_probability_is_left_out_and_reported() -> None:
    graph = graph_of_text("error(0) D0 D1\nerror(0.1) D1")
    assert edges_of(graph) == [((1,), 0.1, 0)]
    assert graph.num_detectors == 2
    assert graph.report.zero_probability == 1


def test_probability_of_one_half_is_accepted() -> None:
    assert edges_of(graph_of_text("error(0.5) D0")) == [((0,), 0.5, 0)]


def test_parts_of_a_mechanism_are_correlated() -> None:
    graph = graph_of_text("error(0.1) D0 D1 ^ D2 L0 ^ D3\nerror(0.2) D3 ^ D2 L0\nerror(0.3) D0 D1")
    assert edges_of(graph) == [
        ((0, 1), 0.34, 0),
        ((2,), 0.26, 1),
        ((3,), 0.26, 0),
    ]
    joint = {link.edges: round(link.joint, 12) for link in graph.correlations}
    assert joint == {(0, 1): 0.1, (0, 2): 0.1, (1, 2): 0.26}


def test_parts_that_are_another_edge_are_joined() -> None:
    graph = graph_of_text("error(0.1) D0 ^ D1 L0 ^ D2\nerror(0.2) D0 D1 L0")
    assert edges_of(graph) == [((0, 1), 0.26, 1), ((2,), 0.1, 0)]
    assert [link.edges for link in graph.correlations] == [(0, 1)]
    assert graph.report.joined_parts == 1


def test_parts_that_share_a_detector_are_joined() -> None:
    graph = graph_of_text("error(0.1) D0 D1 ^ D1 D2\nerror(0.2) D0 D2")
    assert edges_of(graph) == [((0, 2), 0.26, 0)]


def test_joined_parts_are_joined_again() -> None:
    graph = graph_of_text("error(0.1) D0 D1 ^ D1 D2 ^ D2\nerror(0.2) D0 D2\nerror(0.3) D0")
    assert edges_of(graph) == [((0, 2), 0.2, 0), ((0,), 0.34, 0)]
    assert graph.report.joined_parts == 2


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("D0 D1", id="other-observables"),
        pytest.param("D0 D2 L0", id="other-detectors"),
    ],
)
def test_parts_that_are_no_edge_stay_apart(other: str) -> None:
    graph = graph_of_text(f"error(0.1) D0 ^ D1 L0\nerror(0.2) {other}")
    assert graph.report.joined_parts == 0
    assert len(graph.correlations) == 1


def test_part_is_not_joined_into_one_that_the_mechanism_has() -> None:
    graph = graph_of_text("error(0.1) D0 ^ D1 ^ D0 D1 L0")
    assert graph.num_edges == 3
    assert graph.report.joined_parts == 0


def test_components_are_numbered_in_order_of_detectors() -> None:
    graph = graph_of_text("error(0.1) D0 D3\nerror(0.1) D1 D2\nerror(0.1) D4\ndetector D5")
    assert [d.component for d in graph.detectors] == [0, 1, 1, 0, 2, 3]
    assert graph.num_components == 4


def test_component_is_not_joined_through_the_boundary_nor_by_a_correlation() -> None:
    graph = graph_of_text("error(0.1) D0 ^ D1\nerror(0.1) D0\nerror(0.1) D1")
    assert [d.component for d in graph.detectors] == [0, 1]


def test_round_is_the_last_coordinate() -> None:
    graph = graph_of_text("detector(1, 2, 3.5) D0\ndetector(7) D1\ndetector D2\nerror(0.1) D0 D1")
    assert [d.coordinates for d in graph.detectors] == [(1, 2, 3.5), (7,), ()]
    assert [d.round for d in graph.detectors] == [3, 7, 0]


def test_repeat_blocks_are_flattened() -> None:
    graph = graph_of_text(
        """
        detector(0, 0) D0
        repeat 3 {
            error(0.1) D0 D1
            shift_detectors(0, 1) 1
            detector(0, 0) D0
        }
        error(0.2) D0
        """
    )
    assert edges_of(graph) == [
        ((0, 1), 0.1, 0),
        ((1, 2), 0.1, 0),
        ((2, 3), 0.1, 0),
        ((3,), 0.2, 0),
    ]
    assert [d.round for d in graph.detectors] == [0, 1, 2, 3]


def test_64_observables_are_accepted_and_65_rejected() -> None:
    assert graph_of_text("error(0.1) D0 L63").edges[0].observables == 1 << 63
    with pytest.raises(ValueError, match="Model must have at most 64 observables, not 65"):
        graph_of_text("error(0.1) D0 L64")


def test_graph_rejects_a_part_with_three_detectors_and_names_it() -> None:
    with pytest.raises(
        ValueError, match=r"at most two detectors, not 3, in 'error\(0\.1\) D0 D1 D2"
    ):
        graph_of_text("error(0.2) D0\nerror(0.1) D0 D1 D2 ^ D3")


@pytest.mark.parametrize("text", ["", "error(0.1) L0", "logical_observable L0"])
def test_graph_rejects_a_model_without_detectors(text: str) -> None:
    with pytest.raises(ValueError, match="Model must have at least one detector, not 0"):
        graph_of_text(text)


def test_graph_rejects_a_probability_above_one_half() -> None:
    with pytest.raises(ValueError, match=r"Probability must be at most 0\.5, not 0\.75, in 'error"):
        graph_of_text("error(0.75) D0")


def test_model_without_errors_gives_a_graph_without_edges() -> None:
    graph = graph_of_text("detector D2\nlogical_observable L0")
    assert (graph.num_detectors, graph.num_edges, graph.num_observables) == (3, 0, 1)


def test_graph_from_circuit_is_that_of_its_decomposed_model() -> None:
    circuit = stim.Circuit.generated(
        "surface_code:unrotated_memory_z",
        distance=3,
        rounds=2,
        after_clifford_depolarization=0.01,
    )
    graph = graph_from_circuit(circuit)
    assert graph == graph_from_dem(circuit.detector_error_model(decompose_errors=True))
    assert graph.correlations


def test_graph_from_circuit_rejects_what_stim_cannot_decompose() -> None:
    circuit = stim.Circuit(
        "E(0.1) X0 X1 X2\nM 0 1 2\nDETECTOR rec[-1]\nDETECTOR rec[-2]\nDETECTOR rec[-3]"
    )
    with pytest.raises(ValueError, match="ecompose"):
        graph_from_circuit(circuit)
