"""A member on its family's plan decodes as on its own, to the bit, or is refused."""

import dataclasses

import numpy as np
import pytest

from quantacore.golden.codes.patches import Patch
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph_json import graph_from_json, graph_to_json
from quantacore.golden.spec.link_rows import num_link_rows
from quantacore.golden.spec.window_image import build_window_image
from quantacore.golden.spec.window_json import plan_from_json, plan_to_json
from tests.golden.family.families import PATCHES, family, member, sampled

FIELDS = ("frames", "rounds", "growth_steps", "passes", "volumes", "contested", "unmatched")


def assert_decodes_as_alone(family, name, patch, *, with_links=True, shots=1000, length_bits=4):
    own = family.members[name].plan
    options = {"with_links": with_links, "length_bits": length_bits}
    passes = 3 if with_links else 1
    alone = WindowDecoder(build_window_image(own, **options), passes=passes)
    together = WindowDecoder(family.image(name, **options), passes=passes)
    most_passes = 0
    # In one window, in two, and in many: every kind of window.
    for num_rounds in (2, 3, 4, 5, 6, 9):
        rounds = sampled(patch, num_rounds=num_rounds, shots=shots // 5, seed=num_rounds)
        expected = alone.decode_shots(rounds, with_corrections=True)
        found = together.decode_shots(family.rounds(name, rounds), with_corrections=True)
        for field in FIELDS:
            same = getattr(expected, field) == getattr(found, field)
            assert same.all(), f"{name}: {num_rounds} rounds: {field}: {np.argwhere(~same)[0]}"
        corrections = found.corrections.reshape(-1, found.corrections.shape[-1])
        own_corrections = family.corrections(name, corrections)
        assert (own_corrections == expected.corrections.reshape(own_corrections.shape)).all()
        most_passes = max(most_passes, int(expected.passes.max()))
    assert most_passes == (passes if alone.images[0].num_links else 1)


@pytest.mark.parametrize("length_bits", [3, 4])
@pytest.mark.parametrize("name", PATCHES)
def test_member_decodes_as_alone(name, length_bits):
    assert_decodes_as_alone(
        family(), name, PATCHES[name], with_links=name != "narrow", length_bits=length_bits
    )


def test_member_with_other_noise_decodes_as_alone():
    """The same patch twice: another noise is another member, with weights of its own."""
    patch = PATCHES["west"]
    hot = dataclasses.replace(member("hot", patch, 0.05), name="hot")
    both = CodeFamily([member("west", patch), hot, member("east", PATCHES["east"])])
    assert both.image("west").unit != both.image("hot").unit
    for name in ("west", "hot"):
        assert_decodes_as_alone(both, name, patch)


def test_member_whose_components_are_joined_decodes_in_one_pass():
    assert set(family().joined) == {"narrow"}
    with pytest.raises(ValueError, match=r"Image of member narrow must have no links \(one pass\)"):
        family().image("narrow")
    # Alone, it may have links.
    assert not CodeFamily([member("narrow", PATCHES["narrow"])]).joined


def test_images_are_as_a_core_takes_them():
    config = family().config(CoreConfig(links="runtime", length_bits=3))
    with_links = family().images(config)
    # A repetition code has no links of its own, and the narrow member may have none here.
    assert [name for name, image in with_links.items() if image.num_links] == list(PATCHES)[:3]
    assert {image.length_bits for image in with_links.values()} == {3}
    one_pass = family().images(family().config(CoreConfig()))
    assert not any(image.num_links for image in one_pass.values())


def test_joined_components_would_decode_otherwise():
    """A planted bug: the refusal above is needed, for without it answers differ."""
    wider = CodeFamily([member("narrow", PATCHES["narrow"]), member("west", PATCHES["west"])])
    wider.joined.clear()
    with pytest.raises(AssertionError, match="narrow: 9 rounds: volumes"):
        assert_decodes_as_alone(wider, "narrow", PATCHES["narrow"])


def test_family_of_one_member_is_that_member():
    alone = CodeFamily([member("west", PATCHES["west"])])
    own = alone.members["west"].plan
    assert alone.plan.graph.topology_hash == own.graph.topology_hash
    assert alone.plan.num_entries == own.num_entries
    assert alone.plan.num_sources == own.num_sources
    image = alone.image("west")
    assert num_link_rows(image, lanes=4) == num_link_rows(build_window_image(own), lanes=4)


def test_members_share_what_is_the_same():
    entries = {name: m.plan.num_entries for name, m in family().members.items()}
    assert max(entries.values()) <= family().plan.num_entries < sum(entries.values())


def test_edges_that_a_member_lacks_are_absent():
    image = family().image("column")
    kind = family().plan.kind(window=0, end=0)
    in_force = image.of_kind(kind).first
    own = build_window_image(family().members["column"].plan).of_kind(kind).first
    assert (in_force != image.absent).sum() == (own != image.absent).sum()


def test_order_that_breaks_ties_differently_is_refused():
    """A planted bug: two slots of the family the other way round."""
    slots = list(family().slots)
    west = [slots.index(place) for place in family().members["west"].slots]
    slots[west[2]], slots[west[5]] = slots[west[5]], slots[west[2]]
    with pytest.raises(ValueError, match="Slots of the family must be in the order of member west"):
        CodeFamily(list(family().members.values()), slots=slots)


def test_members_that_disagree_about_the_order_are_refused():
    west = family().members["west"]
    turned = dataclasses.replace(west, name="turned", slots=west.slots[::-1])
    with pytest.raises(ValueError, match="Members must agree about the order of slots, but not"):
        CodeFamily([west, turned])


def test_order_of_slots_may_be_given():
    slots = [(99.0, 99.0), *family().slots]
    given = CodeFamily(list(family().members.values()), slots=slots)
    assert given.plan.num_slots == family().plan.num_slots + 1
    assert_decodes_as_alone(given, "east", PATCHES["east"], shots=200)


@pytest.mark.parametrize("slots", ["without one", "one twice"])
def test_slots_must_be_all_different_places(slots):
    given = {
        "without one": family().slots[1:],
        "one twice": (*family().slots, family().slots[0]),
    }[slots]
    with pytest.raises(ValueError, match="Slots of a family must be different places"):
        CodeFamily(list(family().members.values()), slots=given)


def test_family_rejects_members():
    west = family().members["west"]
    with pytest.raises(ValueError, match="Family must have at least one member, not 0"):
        CodeFamily([])
    with pytest.raises(ValueError, match="Members must have different names"):
        CodeFamily([west, west])
    smaller = dataclasses.replace(west.plan, buffer_rounds=1)
    with pytest.raises(ValueError, match="Members must have windows of one size"):
        CodeFamily([west, dataclasses.replace(west, name="other", plan=smaller)])
    with pytest.raises(ValueError, match="Member west must have 8 places of slots, not 7"):
        CodeFamily([dataclasses.replace(west, slots=west.slots[1:])])


def test_family_rejects_what_is_not_of_a_member():
    with pytest.raises(
        ValueError, match="Member must be one of west, east, wide, column, narrow, not"
    ):
        family().image("d9")
    other = build_window_image(family().members["east"].plan)
    with pytest.raises(ValueError, match="Image must be made for the core's windows"):
        family().embedded("west", other)
    with pytest.raises(ValueError, match="Rounds of member west must have 8 slots, not shape"):
        family().rounds("west", np.zeros((4, 9), np.bool_))
    every_edge = np.full((1, -(-family().plan.graph.num_edges // 8)), 255, np.uint8)
    with pytest.raises(ValueError, match="Corrections must be of member west, not of edges that"):
        family().corrections("west", every_edge)


def test_config_has_room_for_the_links_of_every_member():
    config = family().config(CoreConfig(links="runtime", lanes=2))
    needed = [num_link_rows(image, lanes=2) for image in family().images(config).values()]
    assert max(needed) == config.link_rows
    assert family().config(CoreConfig()) == CoreConfig()
    with pytest.raises(ValueError, match="Links of a family must be 'runtime' or 'none', not"):
        family().config(CoreConfig(links="baked"))


def test_members_that_avoid_a_qubit_are_found():
    corner = Patch(width=4, height=3).data[0]
    assert family().without([corner]) == ["east", "column"]
    assert family().without([]) == list(PATCHES)


def test_plan_of_a_family_goes_through_files():
    plan = family().plan
    graph = graph_from_json(graph_to_json(plan.graph))
    assert plan_from_json(plan_to_json(plan), graph).plan_hash == plan.plan_hash
