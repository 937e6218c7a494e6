"""Images of streaming cores, and what they are in a window of some kind."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.window import NO_ENTRY
from quantacore.golden.spec.window_image import (
    build_window_image,
    window_image_words,
    with_window_link_rows,
)


@pytest.fixture(scope="module")
def plan():
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.003))
    return window_plan(memory, commit_rounds=2, buffer_rounds=2)


def test_edges_without_an_entry_are_absent(plan):
    image = build_window_image(plan)
    for kind in range(plan.num_kinds):
        of_kind = image.of_kind(kind)
        np.testing.assert_array_equal(of_kind.first == 15, plan.tables[kind] == NO_ENTRY)


def test_only_what_is_committed_has_observables(plan):
    image = build_window_image(plan)
    open_kind, final_kind = plan.kind(window=1, end=0), plan.kind(window=1, end=4)
    assert not image.of_kind(open_kind).observables[~plan.committed].any()
    assert image.of_kind(open_kind).observables[plan.committed].any()
    assert image.of_kind(final_kind).observables[~plan.committed].any()


def test_lengths_of_one_window_are_those_of_the_shot(plan):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.003))
    whole = build_image(memory.graph(4))
    image = build_window_image(plan, unit=whole.unit).of_kind(plan.kind(window=0, end=4))
    # Detectors of a shot's first and last rounds are numbered otherwise than slots.
    found = {
        tuple((end // plan.num_slots, end % plan.num_slots) for end in edge.detectors): weights
        for edge, *weights in zip(
            plan.graph.edges, image.first, image.later, image.observables, strict=True
        )
        if weights[0] != image.absent
    }
    expected = dict(
        zip(
            memory.edge_places(4),
            map(list, zip(whole.first, whole.later, whole.observables, strict=True)),
            strict=True,
        )
    )
    assert found == expected


def test_links_of_one_window_are_those_of_the_shot(plan):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.003))
    compared = 0
    for num_rounds in (3, 4):
        whole = build_image(memory.graph(num_rounds))
        kind = plan.kind(window=0, end=num_rounds)
        image = build_window_image(plan, unit=whole.unit).of_kind(kind)
        places = memory.edge_places(num_rounds)
        expected = {
            (places[e], places[f], length)
            for e, f, length in zip(
                whole.link_sources, whole.link_targets, whole.link_lengths, strict=True
            )
        }
        ends = [
            tuple((end // plan.num_slots, end % plan.num_slots) for end in edge.detectors)
            for edge in plan.graph.edges
        ]
        found = {
            (ends[e], ends[f], length)
            for e, f, length in zip(
                image.link_sources, image.link_targets, image.link_lengths, strict=True
            )
        }
        assert found == expected
        compared += len(found)
    assert compared > 300


def test_kind_without_links_still_takes_two_passes_as_the_core_does(plan):
    kind = plan.kind(window=0, end=2)  # X checks are compared from the third round on
    image = build_window_image(plan).of_kind(kind)
    assert image.num_links == 1
    assert image.link_lengths[0] >= image.later[image.link_targets[0]]
    assert build_window_image(plan, with_links=False).of_kind(kind).num_links == 0


def test_an_edge_is_another_link_source_where_its_links_differ(plan):
    assert plan.num_sources > plan.graph.num_edges
    exists = plan.sources != NO_ENTRY
    np.testing.assert_array_equal(exists, plan.tables != NO_ENTRY)
    edges = np.broadcast_to(np.arange(plan.graph.num_edges), plan.sources.shape)
    np.testing.assert_array_equal(plan.source_edges[plan.sources[exists]], edges[exists])
    # What no kind of window uses would only take rows.
    assert set(plan.sources[exists]) == set(range(plan.num_sources))


def test_windows_are_the_same_at_any_strength_of_noise(plan):
    for p in (0.001, 0.01):
        memory = RepeatingCircuit(rotated_memory(distance=3, p=p))
        other = window_plan(memory, commit_rounds=2, buffer_rounds=2)
        assert other.plan_hash == plan.plan_hash


@pytest.mark.parametrize("links", ["none", "baked", "runtime"])
def test_words_hold_one_entry_each(plan, links):
    image = build_window_image(plan)
    config = with_window_link_rows(CoreConfig(links=links), plan, image)
    fields = window_image_words(image, config)
    assert fields["length"][: plan.num_entries] == image.first.tolist()
    assert len({len(column) for column in fields.values()}) == 1
    assert fields["last"][-1] == 1
    assert sum(fields["last"]) == 1
    assert ("later" in fields) == (links != "none")
    assert ("link_next" in fields) == (links == "runtime")


def test_image_without_links_has_none(plan):
    image = build_window_image(plan, with_links=False)
    assert (image.num_links, image.of_kind(0).num_links) == (0, 0)
    assert build_window_image(plan).num_links == len(plan.links)
