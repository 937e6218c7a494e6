"""One core for several memory experiments: the union of their windows, each member an image.

In: `Member` records, from `quantacore.golden.source.member`.   Out: `WindowPlan` of the family,
images of the members.
Next: `quantacore.hdl.generate` (the core), `quantacore.host.family_driver` (switches).

What a member lacks is absent in its image. The core then answers as the member's own core would, to
the bit, because the union keeps what decoding depends on: the order of a member's detectors, hence
that of its edges, by which ties are broken; which detectors are of one component; and the member's
own lengths.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from quantacore.golden.family.member import Member, Place, Placement
from quantacore.golden.family.union import merged_slots, unite
from quantacore.golden.spec.bits import pack_bits, unpack_bits
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS, DEFAULT_NU
from quantacore.golden.spec.link_rows import num_link_rows
from quantacore.golden.spec.window import NO_ENTRY
from quantacore.golden.spec.window_image import WindowImage, build_window_image


class CodeFamily:
    """Memory experiments that share a streaming core.

    Parameters
    ----------
    members : sequence of Member
        With windows of the same size.
    slots : sequence of Place, optional
        Order of the family's slots, e.g. that of the wires. By default the members' own orders,
        merged.

    Attributes
    ----------
    members : dict of str to Member
    slots : tuple of Place
        Where each slot of a round lies.
    plan : WindowPlan
        Of the union: what a core is generated from. Its own priors are those of the member that
        an edge is likeliest in; no member decodes with them.
    joined : dict of str to Place
        Members of which the union joins several components, and where. They decode in one pass:
        of several, each component chooses one for itself, and here it could not.

    Raises
    ------
    ValueError
        If there are no members, two have the same name, windows differ in size, or the order of
        slots is not that of every member.
    """

    def __init__(self, members: Sequence[Member], *, slots: Sequence[Place] | None = None) -> None:
        self.members = {member.name: member for member in members}
        _check_members(members)
        self.slots = merged_slots(members) if slots is None else tuple(slots)
        self.plan, self._placements = unite(members, self.slots)
        self.joined = {
            name: placement.joined_at
            for name, placement in self._placements.items()
            if placement.joined_at is not None
        }

    def image(
        self,
        name: str,
        *,
        length_bits: int = DEFAULT_LENGTH_BITS,
        nu: float = DEFAULT_NU,
        with_links: bool = True,
    ) -> WindowImage:
        """Return the image of a member's own priors and correlations: see `build_window_image`.

        Raises
        ------
        ValueError
            If there is no such member, or as `embedded`.
        """
        plan = self.placement(name).member.plan
        return self.embedded(
            name, build_window_image(plan, length_bits=length_bits, nu=nu, with_links=with_links)
        )

    def images(self, config: CoreConfig) -> dict[str, WindowImage]:
        """Return the image of every member as a core takes it.

        Parameters
        ----------
        config : CoreConfig
            Of the core. Without links, or of a member in ``joined``, images have none: one pass.
        """
        return {
            name: self.image(
                name,
                length_bits=config.length_bits,
                with_links=config.has_later and name not in self.joined,
            )
            for name in self.members
        }

    def embedded(self, name: str, image: WindowImage) -> WindowImage:
        """Return an image of a member's own core as one of the family's.

        Parameters
        ----------
        name : str
        image : WindowImage
            For the member's plan; e.g. with weights for other noise.

        Raises
        ------
        ValueError
            If there is no such member, the image is not for its plan, or it has links although
            the member is in ``joined``.
        """
        place = self.placement(name)
        image.check_plan(place.member.plan)
        if image.num_links and name in self.joined:
            raise ValueError(
                f"Image of member {name} must have no links (one pass): its components are one in "
                f"the family, where other members join them at {self.joined[name]}"
            )
        exists = place.entries != NO_ENTRY
        links, lengths = place.spread_links(image.links, image.link_lengths)

        def of_entries(values: np.ndarray, without: int) -> np.ndarray:
            return np.where(exists, values[place.entries], without).astype(values.dtype)

        return WindowImage(
            plan=self.plan,
            length_bits=image.length_bits,
            unit=image.unit,
            nu=image.nu,
            first=of_entries(image.first, image.absent),
            later=of_entries(image.later, image.absent),
            observables=of_entries(image.observables, 0),
            links=links,
            link_lengths=lengths,
        )

    def config(self, config: CoreConfig | None = None) -> CoreConfig:
        """Return a configuration with room for every member's links.

        Parameters
        ----------
        config : CoreConfig, optional
            By default one with run-time links. Baked links are those of one member only: all
            others would be refused.

        Raises
        ------
        ValueError
            If the links are baked and the family has several members.
        """
        config = config or CoreConfig(links="runtime")
        if config.links == "baked" and len(self.members) > 1:
            raise ValueError(
                "Links of a family must be 'runtime' or 'none', not 'baked': "
                "each member has links of its own"
            )
        if config.links == "none":
            return config
        images = self.images(config).values()
        rows = [num_link_rows(image, lanes=config.lanes) for image in images]
        return replace(config, link_rows=max(config.link_rows, self.plan.num_sources, *rows))

    def rounds(self, name: str, rounds: np.ndarray) -> np.ndarray:
        """Return a member's rounds as the family's core takes them.

        Parameters
        ----------
        name : str
        rounds : bool, shape ``(..., number of the member's slots)``

        Returns
        -------
        bool, shape ``(..., number of the family's slots)``
            Slots that the member lacks are False.

        Raises
        ------
        ValueError
            If there is no such member, or it has another number of slots.
        """
        place = self.placement(name)
        rounds = np.asarray(rounds)
        if rounds.shape[-1:] != place.slots.shape:
            raise ValueError(
                f"Rounds of member {name} must have {len(place.slots)} slots, "
                f"not shape {rounds.shape}"
            )
        spread = np.zeros((*rounds.shape[:-1], len(self.slots)), np.bool_)
        spread[..., place.slots] = rounds
        return spread

    def corrections(self, name: str, corrections: np.ndarray) -> np.ndarray:
        """Return corrections of the family's core as the member's own core numbers edges.

        Parameters
        ----------
        name : str
        corrections : uint8, shape ``(num_windows, ceil(num_edges / 8))``, little-endian bits
            Of windows that were decoded with the member's image.

        Returns
        -------
        uint8, shape ``(num_windows, ceil(number of the member's edges / 8))``

        Raises
        ------
        ValueError
            If there is no such member, or an edge is corrected that it lacks.
        """
        edges = self.placement(name).edges
        chosen = unpack_bits(corrections, num_bits=self.plan.graph.num_edges)
        kept = chosen[:, edges]
        if kept.sum() != chosen.sum():
            raise ValueError(f"Corrections must be of member {name}, not of edges that it lacks")
        return pack_bits(kept)

    def without(self, avoided: Iterable[Place]) -> list[str]:
        """Return the members that use none of some qubits, in the order of the family."""
        unwanted = frozenset(avoided)
        return [name for name, member in self.members.items() if not member.qubits & unwanted]

    def placement(self, name: str) -> Placement:
        """Return where a member lies in the family.

        Raises
        ------
        ValueError
            If there is no such member.
        """
        if name not in self._placements:
            raise ValueError(f"Member must be one of {', '.join(self.members)}, not {name!r}")
        return self._placements[name]


def _check_members(members: Sequence[Member]) -> None:
    if not members:
        raise ValueError("Family must have at least one member, not 0")
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise ValueError(f"Members must have different names, not {names}")
    sizes = {(member.plan.commit_rounds, member.plan.buffer_rounds) for member in members}
    if len(sizes) > 1:
        raise ValueError(
            f"Members must have windows of one size (commit, buffer), not {sorted(sizes)}"
        )
    for member in members:
        if len(member.slots) != member.plan.num_slots:
            raise ValueError(
                f"Member {member.name} must have {member.plan.num_slots} places of slots, "
                f"not {len(member.slots)}"
            )
