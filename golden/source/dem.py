"""Build the decoding graph of a detector error model or a circuit.

In: `stim.DetectorErrorModel` or `stim.Circuit`.   Out: `DecodingGraph`.
Next: `quantacore.golden.spec.graph`.
"""

import math
from dataclasses import dataclass, field

import stim

from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.spec.graph import (
    MAX_OBSERVABLES,
    Correlation,
    DecodingGraph,
    Detector,
    Edge,
    GraphReport,
)

Ends = tuple[int, ...]


def graph_from_circuit(circuit: stim.Circuit) -> DecodingGraph:
    """Return the decoding graph of a noisy circuit.

    Raises
    ------
    ValueError
        If stim cannot decompose an error into parts with at most two detectors, or as
        `graph_from_dem`.
    """
    return graph_from_dem(model_from_circuit(circuit))


def graph_from_dem(model: stim.DetectorErrorModel) -> DecodingGraph:
    """Return the decoding graph of a detector error model.

    Parts of mechanisms with the same detectors are merged into one edge,
    ``p = p1 (1 - p2) + p2 (1 - p1)``; parts of one mechanism become correlated edges. A part
    that occurs twice in one mechanism cancels. Two parts that together are another edge of the
    model become that edge (`_joined`).

    Raises
    ------
    ValueError
        If a part has more than two detectors (named by its instruction), a probability is above
        0.5, there are no detectors, or more than 64 observables.
    """
    if model.num_detectors == 0:
        raise ValueError("Model must have at least one detector, not 0")
    if model.num_observables > MAX_OBSERVABLES:
        raise ValueError(
            f"Model must have at most {MAX_OBSERVABLES} observables, not {model.num_observables}"
        )
    collected = _collect(model)
    ends = sorted(collected.priors, key=lambda e: (e[0], e[1] if len(e) == 2 else math.inf))
    index_of = {end: index for index, end in enumerate(ends)}
    edges = tuple(
        Edge(detectors=end, prior=collected.priors[end], observables=collected.mask(end))
        for end in ends
    )
    pairs = sorted(
        (tuple(sorted((index_of[a], index_of[b]))), p) for (a, b), p in collected.joint.items()
    )
    return DecodingGraph(
        num_observables=model.num_observables,
        detectors=_detectors(model, ends),
        edges=edges,
        correlations=tuple(Correlation(edges=(e, f), joint=p) for (e, f), p in pairs),
        report=GraphReport(
            conflicting_observables=sum(len(masks) > 1 for masks in collected.masks.values()),
            undetectable=collected.undetectable,
            zero_probability=collected.zero_probability,
            joined_parts=collected.joined_parts,
        ),
    )


def _collect(model: stim.DetectorErrorModel) -> "_Mechanisms":
    collected = _Mechanisms()
    mechanisms = []
    known: set[tuple[Ends, int]] = set()
    for instruction in model.flattened():
        if instruction.type != "error":
            continue
        probability = instruction.args_copy()[0]
        if probability > 0.5:
            raise ValueError(
                f"Probability must be at most 0.5, not {probability!r}, in '{instruction}': "
                "restate the mechanism as its complement"
            )
        if probability == 0:
            collected.zero_probability += 1
            continue
        parts, undetectable = _parts(instruction)
        collected.undetectable += undetectable
        mechanisms.append((probability, parts))
        known.update(parts.items())
    for probability, parts in mechanisms:
        joined = _joined(parts, known)
        collected.joined_parts += len(parts) - len(joined)
        collected.add(probability, joined)
    return collected


def _parts(instruction: stim.DemInstruction) -> tuple[dict[Ends, int], int]:
    """Return the mechanism's parts, detectors -> observable mask, after cancellation.

    And how many of them flip observables but no detector.
    """
    parts: dict[Ends, int] = {}
    undetectable = 0
    for group in instruction.target_groups():
        detectors: set[int] = set()
        mask = 0
        for target in group:
            if target.is_relative_detector_id():
                detectors ^= {target.val}
            else:
                mask ^= 1 << target.val
        if len(detectors) > 2:
            raise ValueError(
                f"Mechanism part must have at most two detectors, not {len(detectors)}, "
                f"in '{instruction}': decompose it (stim: decompose_errors=True)"
            )
        ends = tuple(sorted(detectors))
        leftover = mask ^ parts.pop(ends) if ends in parts else None
        if not ends or leftover is not None:
            undetectable += bool(mask if leftover is None else leftover)
        else:
            parts[ends] = mask
    return parts, undetectable


def _joined(parts: dict[Ends, int], known: set[tuple[Ends, int]]) -> dict[Ends, int]:
    """Join parts of one mechanism that together are an edge with the same observables.

    stim decomposes a mechanism into any parts that it knows: for the one that flips D0, D1 and
    D2 it may choose D0 ^ D1 ^ D2 although the edge D0 D1 exists. Then D0 and D1 look like two
    errors, the edge looks rarer than it is, and D2 is not linked to it. Without joining, later
    passes decode some single mechanisms wrong.
    """
    joined = dict(parts)
    names = sorted(joined)
    position = 0
    while position < len(names):
        first = names[position]
        for second in names[position + 1 :]:
            ends = tuple(sorted(set(first) ^ set(second)))
            mask = joined[first] ^ joined[second]
            if ends not in joined and (ends, mask) in known:
                del joined[first], joined[second]
                joined[ends] = mask
                names = sorted(joined)
                position = -1  # the new part may join others
                break
        position += 1
    return joined


@dataclass
class _Mechanisms:
    """Edges and correlations under construction, keyed by detectors."""

    priors: dict[Ends, float] = field(default_factory=dict)
    masks: dict[Ends, dict[int, float]] = field(default_factory=dict)
    joint: dict[tuple[Ends, Ends], float] = field(default_factory=dict)
    undetectable: int = 0
    zero_probability: int = 0
    joined_parts: int = 0

    def add(self, probability: float, parts: dict[Ends, int]) -> None:
        for ends, mask in parts.items():
            self.priors[ends] = _either(self.priors.get(ends, 0.0), probability)
            of_mask = self.masks.setdefault(ends, {})
            of_mask[mask] = _either(of_mask.get(mask, 0.0), probability)
        names = sorted(parts)
        for position, first in enumerate(names):
            for second in names[position + 1 :]:
                pair = (first, second)
                self.joint[pair] = _either(self.joint.get(pair, 0.0), probability)

    def mask(self, ends: Ends) -> int:
        """Return the observable mask of the likeliest mechanisms with these detectors."""
        of_mask = self.masks[ends]
        return max(sorted(of_mask), key=lambda mask: of_mask[mask])


def _either(p1: float, p2: float) -> float:
    """Probability that exactly one of two independent mechanisms fires."""
    return p1 * (1 - p2) + p2 * (1 - p1)


def _detectors(model: stim.DetectorErrorModel, ends: list[Ends]) -> tuple[Detector, ...]:
    leader = list(range(model.num_detectors))

    def find(detector: int) -> int:
        while leader[detector] != detector:
            leader[detector] = leader[leader[detector]]
            detector = leader[detector]
        return detector

    for end in ends:
        if len(end) == 2:
            low, high = sorted((find(end[0]), find(end[1])))
            leader[high] = low
    component_of: dict[int, int] = {}
    coordinates = model.get_detector_coordinates()
    return tuple(
        Detector(
            coordinates=tuple(coordinates[index]),
            round=math.floor(coordinates[index][-1]) if coordinates[index] else 0,
            component=component_of.setdefault(find(index), len(component_of)),
        )
        for index in range(model.num_detectors)
    )
