"""The compiled decoder against the readable reference, bit for bit; and properties of both."""

import random

import numpy as np
import pymatching
import pytest
import stim
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quantacore.golden.codes.surface import phenomenological_memory, rotated_memory
from quantacore.golden.decode.union_find import ReferenceDecoder, UnionFindDecoder
from quantacore.golden.source.dem import graph_from_circuit, graph_from_dem
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.spec.bits import pack_bits, unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image
from tests.golden.hand_made import assert_same_answers, graph_of, image_of
from tests.golden.models import sampled, toric_memory
from tests.golden.strategies import components_of, graphs, images, shots
from tests.random_graphs import random_events, random_graph, random_image


def surface_code(task: str, *, distance: int, p: float, rounds: int) -> stim.DetectorErrorModel:
    circuit = stim.Circuit.generated(
        task,
        distance=distance,
        rounds=rounds,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    )
    return circuit.detector_error_model(decompose_errors=True)


def helios_model(*, distance: int, p: float) -> stim.DetectorErrorModel:
    return phenomenological_memory(distance=distance, p=p)


MODELS = {
    "rotated-z-d3-p0.01": lambda: surface_code(
        "surface_code:rotated_memory_z", distance=3, p=0.01, rounds=3
    ),
    "rotated-x-d3-r1-p0.02": lambda: surface_code(
        "surface_code:rotated_memory_x", distance=3, p=0.02, rounds=1
    ),
    "rotated-z-d5-p0.005": lambda: surface_code(
        "surface_code:rotated_memory_z", distance=5, p=0.005, rounds=5
    ),
    "unrotated-z-d3-p0.01": lambda: surface_code(
        "surface_code:unrotated_memory_z", distance=3, p=0.01, rounds=2
    ),
    "repetition-d5-p0.02": lambda: surface_code(
        "repetition_code:memory", distance=5, p=0.02, rounds=4
    ),
    "toric-d4-r3-p0.02": lambda: toric_memory(distance=4, rounds=3, p=0.02),
    "toric-d3-r1-p0.08": lambda: toric_memory(distance=3, rounds=1, p=0.08),
    "phenomenological-d3-p0.02": lambda: helios_model(distance=3, p=0.02),
}
COSTLY = {"rotated-z-d5-p0.005": 12, "unrotated-z-d3-p0.01": 30}
"""Models on which the reference takes long, and how many shots of them it gets."""


@pytest.mark.parametrize("passes", [1, 3])
@pytest.mark.parametrize("name", MODELS)
def test_union_find_matches_reference_on_codes(name: str, passes: int) -> None:
    model = MODELS[name]()
    graph = graph_from_dem(model)
    image = build_image(graph)
    events, _ = sampled(model, num_shots=COSTLY.get(name, 60), seed=7)
    actual = UnionFindDecoder(graph, image, passes=passes).decode_shots(
        events, with_corrections=True
    )
    expected = ReferenceDecoder(graph, image, passes=passes).decode_shots(
        events, with_corrections=True
    )
    assert_same_answers(actual, expected, context=f"{name} {passes=}")
    assert_explains(graph, events, actual.corrections)


@pytest.mark.slow
@pytest.mark.parametrize("length_bits", [3, 5])
@pytest.mark.parametrize("passes", [2, 4, 7])
@pytest.mark.parametrize("name", MODELS)
def test_union_find_matches_reference_on_codes_at_length(
    name: str, passes: int, length_bits: int
) -> None:
    model = MODELS[name]()
    graph = graph_from_dem(model)
    image = build_image(graph, length_bits=length_bits)
    events, _ = sampled(model, num_shots=5 * COSTLY.get(name, 60), seed=8)
    assert_same_answers(
        UnionFindDecoder(graph, image, passes=passes).decode_shots(events, with_corrections=True),
        ReferenceDecoder(graph, image, passes=passes).decode_shots(events, with_corrections=True),
        context=f"{name} {passes=} {length_bits=}",
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), passes=st.integers(1, 7))
def test_union_find_matches_reference_on_random_graphs(data: st.DataObject, passes: int) -> None:
    check_against_reference(data, passes)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), passes=st.integers(1, 7))
def test_union_find_matches_reference_on_many_random_graphs(
    data: st.DataObject, passes: int
) -> None:
    check_against_reference(data, passes)


@pytest.mark.parametrize("seed", range(16))
def test_union_find_matches_reference_on_larger_random_graphs(seed: int) -> None:
    rng = random.Random(f"union_find/{seed}")
    size = rng.randint(10, 40)
    graph = random_graph(
        rng,
        num_detectors=size,
        num_edges=rng.randint(size, 3 * size),
        num_observables=rng.choice([1, 8, 64]),
        boundary=rng.choice([0.0, 0.05, 0.3]),
        correlations=2 * size,
    )
    image = random_image(rng, graph, length_bits=rng.randint(2, 6))
    events = random_events(rng, graph, num_shots=24, density=rng.choice([0.1, 0.3, 1.0]))
    for passes in (1, 3):
        assert_same_answers(
            UnionFindDecoder(graph, image, passes=passes).decode_shots(
                events, with_corrections=True
            ),
            ReferenceDecoder(graph, image, passes=passes).decode_shots(
                events, with_corrections=True
            ),
            context=f"{seed=} {passes=}",
        )


def check_against_reference(data: st.DataObject, passes: int) -> None:
    """Compare on one random graph, twice with the same object: no shot may leave a trace."""
    graph = data.draw(graphs())
    image = data.draw(images(graph))
    events = data.draw(shots(graph))
    decoder = UnionFindDecoder(graph, image, passes=passes)
    expected = ReferenceDecoder(graph, image, passes=passes).decode_shots(
        events, with_corrections=True
    )
    first = decoder.decode_shots(events, with_corrections=True)
    assert_same_answers(first, expected)
    backwards = decoder.decode_shots(events[::-1], with_corrections=True)
    again = decoder.decode_shots(events, with_corrections=True)
    assert_same_answers(again, expected, context="when decoded again")
    assert (backwards.growth_steps[::-1] == expected.growth_steps).all()
    assert (decoder.decode_shots(events).predictions == expected.predictions).all()
    kept = ~expected.unmatched
    assert first.corrections is not None
    assert_explains(graph, events[kept], first.corrections[kept])
    assert (expected.unmatched == odd_without_boundary(graph, image, events)).all()


def test_union_find_forgets_an_unmatched_shot() -> None:
    graph = graph_of(3, [(0, 1), (1, 2)], masks=[1, 0])
    image = image_of(graph, [3, 5], links={(0, 1): 1})
    decoder = UnionFindDecoder(graph, image, passes=3)
    expected = decoder.decode_shots(np.array([[0b101]], np.uint8), with_corrections=True)
    for stuck in (0b001, 0b111, 0b010):
        assert decoder.decode_shots(np.array([[stuck]], np.uint8)).unmatched.all()
        again = decoder.decode_shots(np.array([[0b101]], np.uint8), with_corrections=True)
        assert_same_answers(again, expected, context=f"after {stuck:#b}")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_correction_is_never_shorter_than_the_exact_optimum(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    image = data.draw(images(graph))
    events = data.draw(shots(graph))
    compare_with_optimum(graph, image, events)


def test_correction_is_never_shorter_than_the_exact_optimum_on_a_code() -> None:
    model = surface_code("surface_code:rotated_memory_z", distance=5, p=0.01, rounds=5)
    graph = graph_from_dem(model)
    events, _ = sampled(model, num_shots=300, seed=3)
    excess = compare_with_optimum(graph, build_image(graph, length_bits=5), events)
    assert 0 < np.mean(excess == 0) < 1  # often exact, not always
    assert excess.mean() < 15  # growth steps; a correction is 100 to 200 long


def compare_with_optimum(
    graph: DecodingGraph, image: WeightImage, events: np.ndarray
) -> np.ndarray:
    """Return by how many growth steps each correction is longer than PyMatching's."""
    lengths = image.first.astype(float)
    exact = pymatching.Matching()
    for index, edge in enumerate(graph.edges):
        if image.first[index] == image.absent:
            continue
        if len(edge.detectors) == 1:
            exact.add_boundary_edge(edge.detectors[0], weight=lengths[index])
        else:
            exact.add_edge(*edge.detectors, weight=lengths[index])
    decoded = UnionFindDecoder(graph, image, passes=1).decode_shots(events, with_corrections=True)
    assert decoded.corrections is not None
    chosen = unpack_bits(decoded.corrections, num_bits=graph.num_edges)
    excess = np.zeros(len(events))
    for shot, defects in enumerate(unpack_bits(events, num_bits=graph.num_detectors)):
        known = defects[: exact.num_detectors]
        if defects[len(known) :].any():
            assert decoded.unmatched[shot]
            continue
        try:
            _, optimum = exact.decode(known, return_weight=True)
        except ValueError:  # no perfect matching
            assert decoded.unmatched[shot]
            continue
        assert not decoded.unmatched[shot]
        excess[shot] = lengths[chosen[shot]].sum() - optimum
        assert excess[shot] > -1e-6, f"{shot=}"
    return excess


@pytest.mark.parametrize("passes", [1, 2, 3, 4])
@pytest.mark.parametrize("distance", [5, 7])
def test_every_single_mechanism_is_corrected(distance: int, passes: int) -> None:
    circuit = rotated_memory(distance=distance, p=0.001, rounds=3)
    model = circuit.detector_error_model(decompose_errors=True).flattened()
    graph = graph_from_circuit(circuit)
    mechanisms = [line for line in model if line.type == "error"]
    bits = np.zeros((len(mechanisms), graph.num_detectors), bool)
    flips = np.zeros((len(mechanisms), 1), np.uint8)
    for row, line in enumerate(mechanisms):
        for target in line.targets_copy():
            if target.is_relative_detector_id():
                bits[row, target.val] ^= True
            elif target.is_logical_observable_id():
                flips[row] ^= 1
    events = np.packbits(bits, axis=1, bitorder="little")
    decoder = UnionFindDecoder(graph, build_image(graph), passes=passes)
    predictions = decoder.decode_shots(events).predictions
    assert [str(mechanisms[row]) for row in np.flatnonzero((predictions != flips)[:, 0])] == []


@pytest.mark.parametrize("decoder_type", [UnionFindDecoder, ReferenceDecoder])
@pytest.mark.parametrize("passes", [0, 8, 1.0, "3"])
def test_decoder_rejects_passes_out_of_range(
    decoder_type: type[UnionFindDecoder | ReferenceDecoder], passes: int
) -> None:
    graph = graph_of(1, [(0,)])
    with pytest.raises(ValueError, match="Number of passes must be 1 to 7, not "):
        decoder_type(graph, image_of(graph, [1]), passes=passes)


@pytest.mark.parametrize("decoder_type", [UnionFindDecoder, ReferenceDecoder])
def test_decoder_rejects_an_image_of_another_graph(
    decoder_type: type[UnionFindDecoder | ReferenceDecoder],
) -> None:
    image = image_of(graph_of(2, [(0,)]), [1])
    with pytest.raises(ValueError, match="Image must be made for the graph"):
        decoder_type(graph_of(2, [(1,)]), image)


def assert_explains(
    graph: DecodingGraph, events: np.ndarray, corrections: np.ndarray | None
) -> None:
    """Every correction must flip exactly the shot's defects."""
    assert corrections is not None
    incidence = np.zeros((graph.num_edges, graph.num_detectors), np.uint8)
    for index, edge in enumerate(graph.edges):
        incidence[index, list(edge.detectors)] = 1
    chosen = unpack_bits(corrections, num_bits=graph.num_edges).astype(np.uint8)
    flipped = (chosen.astype(np.int64) @ incidence) % 2
    defects = unpack_bits(events, num_bits=graph.num_detectors)
    assert (flipped == defects).all()


def odd_without_boundary(
    graph: DecodingGraph, image: WeightImage, events: np.ndarray
) -> np.ndarray:
    """Tell which shots cannot be matched: odd defects in a component that has no way out."""
    absent = frozenset(np.flatnonzero(image.first == image.absent).tolist())
    ends = [edge.detectors for edge in graph.edges]
    labels = [d.component for d in components_of(graph.num_detectors, ends, without=absent)]
    bounded = {labels[e[0]] for i, e in enumerate(ends) if len(e) == 1 and i not in absent}
    defects = unpack_bits(events, num_bits=graph.num_detectors)
    stuck = np.zeros(len(events), bool)
    for label in set(labels) - bounded:
        members = [v for v, own in enumerate(labels) if own == label]
        stuck |= defects[:, members].sum(axis=1) % 2 == 1
    return stuck


def test_single_mechanisms_of_a_memory_are_decoded_right_in_every_pass() -> None:
    circuit = rotated_memory(distance=3, p=0.001)
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    image = build_image(graph)
    for instruction in model.flattened():
        if instruction.type != "error":
            continue
        defects = np.zeros(graph.num_detectors, np.bool_)
        observables = 0
        for target in instruction.targets_copy():
            if target.is_relative_detector_id():
                defects[target.val] ^= True
            elif target.is_logical_observable_id():
                observables ^= 1 << target.val
        for passes in (1, 2, 3, 4):
            decoder = UnionFindDecoder(graph, image, passes=passes)
            decoded = decoder.decode_shots(pack_bits(defects[None]))
            assert decoded.predictions[0, 0] == observables, f"{instruction}, {passes} passes"


def test_load_image_is_a_decoder_made_with_it() -> None:
    rng = random.Random("load_image")
    graph = random_graph(rng, num_detectors=9, num_edges=20)
    events = random_events(rng, graph, num_shots=200, density=0.3)
    first, second = (random_image(rng, graph) for _ in range(2))
    decoder = UnionFindDecoder(graph, first)
    before = decoder.decode_shots(events, with_corrections=True)
    decoder.load_image(second)
    found = decoder.decode_shots(events, with_corrections=True)
    expected = UnionFindDecoder(graph, second).decode_shots(events, with_corrections=True)
    assert_same_answers(found, expected)
    assert found.corrections is not None
    assert before.corrections is not None
    assert (found.corrections != before.corrections).any()


def test_load_image_rejects_one_of_another_graph() -> None:
    rng = random.Random("load_image")
    graph, other = (random_graph(rng, num_detectors=n, num_edges=20) for n in (9, 10))
    decoder = UnionFindDecoder(graph, build_image(graph))
    with pytest.raises(ValueError, match="Image must be made for the graph"):
        decoder.load_image(build_image(other))
