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
    that occurs twice in one mechanism cancels.

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
    collected = _Mechanisms()
    for instruction in model.flattened():
        if instruction.type == "error":
            collected.add(instruction)

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
        ),
    )


@dataclass
class _Mechanisms:
    """Edges and correlations under construction, keyed by detectors."""

    priors: dict[Ends, float] = field(default_factory=dict)
    masks: dict[Ends, dict[int, float]] = field(default_factory=dict)
    joint: dict[tuple[Ends, Ends], float] = field(default_factory=dict)
    undetectable: int = 0
    zero_probability: int = 0

    def add(self, instruction: stim.DemInstruction) -> None:
        probability = instruction.args_copy()[0]
        if probability == 0:
            self.zero_probability += 1
            return
        if probability > 0.5:
            raise ValueError(
                f"Probability must be at most 0.5, not {probability!r}, in '{instruction}': "
                "restate the mechanism as its complement"
            )
        parts = self._parts(instruction)
        for ends, mask in parts.items():
            self.priors[ends] = _either(self.priors.get(ends, 0.0), probability)
            of_mask = self.masks.setdefault(ends, {})
            of_mask[mask] = _either(of_mask.get(mask, 0.0), probability)
        names = sorted(parts)
        for position, first in enumerate(names):
            for second in names[position + 1 :]:
                pair = (first, second)
                self.joint[pair] = _either(self.joint.get(pair, 0.0), probability)

    def _parts(self, instruction: stim.DemInstruction) -> dict[Ends, int]:
        """Return detectors -> observable mask of the mechanism's parts, after cancellation."""
        parts: dict[Ends, int] = {}
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
                self.undetectable += bool(mask if leftover is None else leftover)
            else:
                parts[ends] = mask
        return parts

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
