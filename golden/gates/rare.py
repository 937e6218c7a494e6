"""How often a post-selected circuit is wrong unseen, to the lowest order in the noise.

In: noisy circuit with detectors, all of them post-selected.   Out: order and rate.
Next: `quantacore.sim.cli.gates_bench`.

Rates of 1e-7 and less need no samples: all sets of up to three mechanisms that flip no detector but
the observable are found by looking pairs up in a table.
"""

from collections import defaultdict

import stim

MOST = 3


def leading_rate(circuit: stim.Circuit) -> tuple[int, float]:
    """Return how few mechanisms do harm unseen, and the sum of the probabilities of such sets.

    Mechanisms with the same effect are one, with the probability that an odd number of them
    happens. Higher orders are left out; divide by the accepted share for the rate among those.

    Raises
    ------
    ValueError
        If more than three are needed.
    """
    chances: dict[tuple[frozenset[int], bool], float] = {}
    for instruction in circuit.detector_error_model():
        if instruction.type == "error":
            targets = instruction.targets_copy()
            detectors = frozenset(t.val for t in targets if t.is_relative_detector_id())
            key = detectors, any(t.is_logical_observable_id() for t in targets)
            p, q = instruction.args_copy()[0], chances.get(key, 0.0)
            chances[key] = p * (1 - q) + q * (1 - p)
    masks = {
        (sum(1 << d for d in detectors), flips): p for (detectors, flips), p in chances.items()
    }
    if (0, True) in masks:
        return 1, masks[0, True]
    listed = list(masks.items())
    by_detectors = defaultdict(list)
    for number, ((mask, flips), p) in enumerate(listed):
        by_detectors[mask].append((number, flips, p))
    pairs = triples = 0.0
    for number, ((mask, flips), p) in enumerate(listed):
        pairs += sum(p * q for n, other, q in by_detectors[mask] if n > number and other != flips)
    if pairs:
        return 2, pairs
    for first, ((mask, flips), p) in enumerate(listed):
        for second in range(first + 1, len(listed)):
            (other_mask, other), q = listed[second]
            for third, last, r in by_detectors.get(mask ^ other_mask, ()):
                if third > second and flips ^ other ^ last:
                    triples += p * q * r
    if triples:
        return MOST, triples
    raise ValueError(f"Harm must need at most {MOST} mechanisms, but needs more")


def discard_rate(circuit: stim.Circuit, *, num_shots: int, seed: int) -> tuple[int, int]:
    """Return shots, and those among them in which any detector fired."""
    events = circuit.compile_detector_sampler(seed=seed).sample(num_shots)
    return num_shots, int(events.any(axis=1).sum())
