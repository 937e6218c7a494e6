"""The weights of a streaming core: a length for each entry of its plan, and links between edges.

In: `WindowPlan`.   Out: `WindowImage`, and the `WeightImage` that it is in a window of some kind.
Next: `quantacore.golden.decode.window`, `quantacore.hdl.window_core`.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image import (
    DEFAULT_LENGTH_BITS,
    DEFAULT_NU,
    LARGEST_CONDITIONAL,
    SMALLEST_FRACTION,
    WeightImage,
    links_digest,
    starts_of_sources,
)
from quantacore.golden.spec.image_chunks import ImageChunks, image_chunks
from quantacore.golden.spec.image_words import (
    image_field_widths,
    link_row_fields,
    num_image_words,
)
from quantacore.golden.spec.lengths import (
    FUSED_LENGTH,
    absent_length,
    longest_length,
    quantise_weights,
    weight_from_prior,
)
from quantacore.golden.spec.link_rows import check_row_number, num_link_rows
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowImage:
    """One full set of lengths, correlation lengths and observable masks for a streaming core."""

    plan: WindowPlan
    length_bits: int
    unit: float
    """Nats per growth step, above 0."""
    nu: float
    first: np.ndarray
    """``uint8``, shape ``(num_entries,)``: lengths of pass 1."""
    later: np.ndarray
    """``uint8``, shape ``(num_entries,)``: lengths that passes 2, 3, ... start from."""
    observables: np.ndarray
    """``uint64``, shape ``(num_entries,)``: observable masks."""
    links: np.ndarray
    """``int32``, shape ``(num_links, 2)``: the plan's links, or some of them."""
    link_lengths: np.ndarray
    """``uint8``, shape ``(num_links,)``: their lengths."""
    _images: dict[int, WeightImage] = field(default_factory=dict, init=False, repr=False)

    @property
    def absent(self) -> int:
        """Length code of edges that do not exist."""
        return absent_length(self.length_bits)

    @property
    def num_links(self) -> int:
        return len(self.links)

    @property
    def num_sources(self) -> int:
        """Link sources of the plan, with links in this image or without."""
        return self.plan.num_sources

    @property
    def link_sources(self) -> np.ndarray:
        return self.links[:, 0]

    @property
    def link_targets(self) -> np.ndarray:
        return self.links[:, 1]

    @cached_property
    def links_hash(self) -> str:
        """SHA-256 (hex) of the links: a core with baked links fits images of one hash only."""
        return links_digest(self.link_sources, self.link_targets, self.link_lengths)

    @cached_property
    def link_starts(self) -> np.ndarray:
        """``int32``, shape ``(num_sources + 1,)``: links of source k are ``[k] .. [k + 1]``."""
        return starts_of_sources(self.link_sources, self.num_sources)

    def check_plan(self, plan: WindowPlan) -> None:
        """Raise `ValueError` unless the image is made for this plan, or one like it."""
        if self.plan.plan_hash != plan.plan_hash:
            raise ValueError(
                f"Image must be made for the core's windows {plan.plan_hash[:16]}, "
                f"not {self.plan.plan_hash[:16]}"
            )

    def of_kind(self, kind: int) -> WeightImage:
        """Return the image that is in force in windows of a kind.

        Edges without an entry are absent. A window that is not final predicts with what it
        commits: the observables of other edges are 0.
        """
        if kind not in self._images:
            self._images[kind] = self._image_of(kind)
        return self._images[kind]

    def _image_of(self, kind: int) -> WeightImage:
        plan = self.plan
        entries = plan.tables[kind]
        exists = entries != NO_ENTRY
        absent = self.absent
        in_force = np.zeros(plan.num_sources, np.bool_)
        in_force[plan.sources[kind][exists]] = True
        # Of a link to an edge that this kind lacks nothing is left.
        kept = in_force[self.link_sources] & exists[self.link_targets]
        links = np.column_stack(
            [plan.source_edges[self.link_sources], self.link_targets, self.link_lengths]
        )[kept]
        if self.num_links and not len(links):
            # A core goes on to a second pass if its image has links, whatever the kind. Say so by
            # a link that never lowers anything: no edge that exists is longer.
            target, source = np.argsort(~exists, kind="stable")[:2]
            links = np.array([[source, target, longest_length(self.length_bits)]])
        counts = exists if plan.is_final(kind) else exists & plan.committed
        return WeightImage(
            topology_hash=plan.graph.topology_hash,
            num_observables=plan.graph.num_observables,
            length_bits=self.length_bits,
            unit=self.unit,
            nu=self.nu,
            first=np.where(exists, self.first[entries], absent).astype(np.uint8),
            later=np.where(exists, self.later[entries], absent).astype(np.uint8),
            link_sources=links[:, 0].astype(np.int32),
            link_targets=links[:, 1].astype(np.int32),
            link_lengths=links[:, 2].astype(np.uint8),
            observables=np.where(counts, self.observables[entries], 0).astype(np.uint64),
        )


def build_window_image(
    plan: WindowPlan,
    *,
    length_bits: int = DEFAULT_LENGTH_BITS,
    nu: float = DEFAULT_NU,
    with_links: bool = True,
    unit: float | None = None,
) -> WindowImage:
    """Return the image of a plan's own priors and correlations.

    As `quantacore.golden.spec.image.build_image`, entry by entry.

    Parameters
    ----------
    plan : WindowPlan
    length_bits : int
        Width of a length, 2 .. 8.
    nu : float
        Fraction of the joint probabilities taken off the prior for later passes, in [0, 1].
    with_links : bool
        False leaves the image without links: one pass.
    unit : float, optional
        Nats per growth step; by default the largest first-pass weight has the longest length.
    """
    priors = plan.entry_priors
    if unit is None:
        unit = max(weight_from_prior(p) for p in priors) / longest_length(length_bits) or 1.0
    later_priors = np.maximum(priors - nu * plan.entry_explained, priors * SMALLEST_FRACTION)

    def lengths_of(some_priors: np.ndarray) -> np.ndarray:
        weights = np.log1p(-some_priors) - np.log(some_priors)
        lengths = quantise_weights(weights, unit=unit, length_bits=length_bits)
        lengths[priors >= 0.5] = FUSED_LENGTH
        return lengths

    conditional = np.minimum(plan.link_conditionals, LARGEST_CONDITIONAL)
    link_lengths = quantise_weights(
        np.log((1 - conditional) / conditional), unit=unit, length_bits=length_bits
    )
    num_links = len(link_lengths) if with_links else 0
    return WindowImage(
        plan=plan,
        length_bits=length_bits,
        unit=unit,
        nu=nu,
        first=lengths_of(priors),
        later=lengths_of(later_priors),
        observables=plan.entry_observables,
        links=plan.links[:num_links],
        link_lengths=link_lengths[:num_links],
    )


def with_window_link_rows(
    config: CoreConfig, plan: WindowPlan, image: WindowImage | None = None
) -> CoreConfig:
    """Return the configuration with its number of link rows settled.

    As `quantacore.golden.spec.link_rows.with_link_rows`, with link sources instead of edges.

    Raises
    ------
    ValueError
        If the number is given and below one row for each link source.
    """
    if config.links != "runtime":
        return config
    rows = config.link_rows
    if rows:
        check_row_number(rows, least=plan.num_sources, what="link source")
    else:
        image = image or build_window_image(plan, length_bits=config.length_bits)
        rows = num_link_rows(image, lanes=config.lanes)
    # A row comes with each word of an image, and there must be room for all of them.
    return replace(config, link_rows=max(rows, plan.num_entries))


def window_image_words(image: WindowImage, config: CoreConfig) -> dict[str, list[int]]:
    """Return the fields of the words of an image's packet for a streaming core.

    As `quantacore.golden.spec.image_words.image_words`, with an entry of the plan where that has
    an edge, and a row for each link source; ``link_targets`` are edges of the plan's graph.
    """
    num_words = num_image_words(config, num_edges=image.plan.num_entries)
    padding = [0] * (num_words - image.plan.num_entries)
    fields = {"length": image.first.tolist() + padding}
    if config.has_later:
        fields["later"] = image.later.tolist() + padding
    if image.plan.graph.num_observables:
        fields["observables"] = image.observables.tolist() + padding
    if config.links == "runtime":
        fields |= link_row_fields(image, config, num_edges=image.plan.graph.num_edges)
    return fields | {"last": [0] * (num_words - 1) + [1]}


def window_image_chunks(image: WindowImage, config: CoreConfig) -> ImageChunks:
    """Return what is written to the registers of a streaming core to load an image."""
    graph = image.plan.graph
    widths = image_field_widths(
        config, num_edges=graph.num_edges, num_observables=graph.num_observables
    )
    return image_chunks(window_image_words(image, config), widths)
