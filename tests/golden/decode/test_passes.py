"""The whole algorithm on shots whose answer is written out, for every golden decoder."""

import pytest

from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.passes import lowered_lengths
from quantacore.golden.decode.union_find import ReferenceDecoder, UnionFindDecoder
from tests.golden.hand_made import corrections_of, events_of, graph_of, image_of

both_decoders = pytest.mark.parametrize("decoder_type", [ReferenceDecoder, UnionFindDecoder])

# D0 --boundary (edge 0).  D1 --D2 (1), D1 --boundary (2), D2 --boundary (3).
LINKED = graph_of(
    3, [(0,), (1, 2), (1,), (2,)], masks=[0b001, 0b010, 0b100, 0b000], num_observables=3
)
# In pass 1, D1's own boundary edge (3 steps) is nearer than the way over D2 (4, then 1).
# When edge 0 is in the correction, its link makes the way over D2 the nearer one (1, then 1).
LINKED_IMAGE = image_of(LINKED, [2, 4, 3, 1], links={(0, 1): 1})


@both_decoders
@pytest.mark.parametrize(
    ("passes", "correction", "prediction", "growth_steps", "used"),
    [
        pytest.param(1, {0, 2}, 0b101, 3, 1, id="1-pass"),
        pytest.param(2, {0, 1, 3}, 0b011, 5, 2, id="2-passes"),
        pytest.param(3, {0, 1, 3}, 0b011, 7, 3, id="3-passes"),
        pytest.param(7, {0, 1, 3}, 0b011, 7, 3, id="stops-when-repeated"),
    ],
)
def test_link_changes_the_correction_of_the_next_pass(
    decoder_type: type[CompiledDecoder],
    passes: int,
    correction: set[int],
    prediction: int,
    growth_steps: int,
    used: int,
) -> None:
    decoder = decoder_type(LINKED, LINKED_IMAGE, passes=passes)
    decoded = decoder.decode_shots(events_of(3, {0, 1}), with_corrections=True)
    assert corrections_of(decoded, num_edges=4) == [correction]
    assert decoded.predictions.tolist() == [[prediction]]
    assert decoded.growth_steps.tolist() == [growth_steps]
    assert decoded.passes.tolist() == [used]
    assert decoded.unmatched.tolist() == [False]


@both_decoders
def test_link_is_without_effect_when_its_source_is_not_corrected(
    decoder_type: type[CompiledDecoder],
) -> None:
    decoder = decoder_type(LINKED, LINKED_IMAGE, passes=3)
    decoded = decoder.decode_shots(events_of(3, {1}), with_corrections=True)
    assert corrections_of(decoded, num_edges=4) == [{2}]
    assert (decoded.passes.tolist(), decoded.growth_steps.tolist()) == ([2], [6])


@both_decoders
def test_later_lengths_replace_the_first(decoder_type: type[CompiledDecoder]) -> None:
    # Nothing is linked to edges 1..3, but later passes start from other lengths.
    image = image_of(LINKED, [2, 4, 3, 1], later=[2, 1, 9, 1], links={(0, 3): 14})
    decoder = decoder_type(LINKED, image, passes=2)
    decoded = decoder.decode_shots(events_of(3, {1}), with_corrections=True)
    assert corrections_of(decoded, num_edges=4) == [{1, 3}]
    assert decoded.growth_steps.tolist() == [3 + 2]


@both_decoders
def test_one_pass_is_enough_when_the_image_has_no_links(
    decoder_type: type[CompiledDecoder],
) -> None:
    decoder = decoder_type(LINKED, image_of(LINKED, [2, 4, 3, 1], later=[9, 9, 9, 9]), passes=7)
    decoded = decoder.decode_shots(events_of(3, {0, 1}))
    assert (decoded.passes.tolist(), decoded.growth_steps.tolist()) == ([1], [3])


@both_decoders
def test_shot_without_defects_takes_no_pass(decoder_type: type[CompiledDecoder]) -> None:
    decoded = decoder_type(LINKED, LINKED_IMAGE, passes=3).decode_shots(
        events_of(3, set(), {0, 1}, set()), with_corrections=True
    )
    assert decoded.passes.tolist() == [0, 3, 0]
    assert decoded.growth_steps.tolist() == [0, 7, 0]
    assert corrections_of(decoded, num_edges=4) == [set(), {0, 1, 3}, set()]
    assert decoded.predictions.tolist() == [[0], [0b011], [0]]


@both_decoders
def test_unmatched_shot_has_no_correction_and_no_prediction(
    decoder_type: type[CompiledDecoder],
) -> None:
    # D0 alone with D1, no boundary; D2 has one. The link makes further passes possible.
    graph = graph_of(3, [(0, 1), (2,)], masks=[1, 1])
    image = image_of(graph, [4, 3], links={(1, 0): 1})
    decoded = decoder_type(graph, image, passes=3).decode_shots(
        events_of(3, {0, 2}, {0, 1}, {2}), with_corrections=True
    )
    assert decoded.unmatched.tolist() == [True, False, False]
    assert corrections_of(decoded, num_edges=2) == [set(), {0}, {1}]
    assert decoded.predictions.tolist() == [[0], [1], [1]]
    assert decoded.passes.tolist() == [1, 2, 2]
    assert decoded.growth_steps.tolist() == [4, 2 + 2, 3 + 3]


@both_decoders
def test_single_detector(decoder_type: type[CompiledDecoder]) -> None:
    graph = graph_of(1, [(0,)], masks=[1])
    decoded = decoder_type(graph, image_of(graph, [14]), passes=3).decode_shots(
        events_of(1, {0}, set())
    )
    assert decoded.predictions.tolist() == [[1], [0]]
    assert decoded.growth_steps.tolist() == [14, 0]


@both_decoders
def test_no_edges(decoder_type: type[CompiledDecoder]) -> None:
    graph = graph_of(2, [])
    decoded = decoder_type(graph, image_of(graph, []), passes=3).decode_shots(
        events_of(2, {0, 1}, set()), with_corrections=True
    )
    assert decoded.unmatched.tolist() == [True, False]
    assert decoded.corrections is not None
    assert decoded.corrections.shape == (2, 0)


@both_decoders
def test_no_observables(decoder_type: type[CompiledDecoder]) -> None:
    graph = graph_of(1, [(0,)], num_observables=0)
    decoded = decoder_type(graph, image_of(graph, [2])).decode_shots(events_of(1, {0}))
    assert decoded.predictions.shape == (1, 0)
    assert decoded.growth_steps.tolist() == [2]


@both_decoders
def test_no_shots(decoder_type: type[CompiledDecoder]) -> None:
    decoded = decoder_type(LINKED, LINKED_IMAGE).decode_shots(events_of(3), with_corrections=True)
    assert decoded.predictions.shape == (0, 1)
    assert decoded.growth_steps.shape == (0,)


@both_decoders
def test_64_observables(decoder_type: type[CompiledDecoder]) -> None:
    top = 1 << 63
    graph = graph_of(2, [(0, 1), (0,), (1,)], masks=[top, top | 1, 2], num_observables=64)
    decoded = decoder_type(graph, image_of(graph, [5, 2, 2])).decode_shots(
        events_of(2, {0}, {1}, {0, 1})
    )
    assert decoded.predictions.tolist() == [
        [1, 0, 0, 0, 0, 0, 0, 0x80],
        [2, 0, 0, 0, 0, 0, 0, 0],
        [3, 0, 0, 0, 0, 0, 0, 0x80],
    ]


def test_lowered_lengths_leave_absent_and_fused_edges_alone() -> None:
    graph = graph_of(4, [(0,), (1,), (2,), (3,)])
    image = image_of(graph, [5, 0, 15, 3], links={(0, 1): 1, (0, 2): 1, (0, 3): 4, (3, 0): 2})
    assert lowered_lengths(image, []) == [5, 0, 15, 3]
    assert lowered_lengths(image, [0]) == [5, 0, 15, 3]
    assert lowered_lengths(image, [0, 3]) == [2, 0, 15, 3]


def test_lowered_lengths_take_the_least_of_several_links() -> None:
    graph = graph_of(3, [(0,), (1,), (2,)])
    image = image_of(graph, [9, 9, 9], links={(0, 2): 4, (1, 2): 3})
    assert lowered_lengths(image, [0, 1]) == [9, 9, 3]
