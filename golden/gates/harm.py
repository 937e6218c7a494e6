"""How few mechanisms do harm unseen, proved by looking at all sets that can.

In: detector error model, most mechanisms.   Out: size of the smallest harmful set, or none.
Next: `quantacore.golden.gates.certificate`.

Sets are grown: the next mechanism must flip the lowest detector that is still flipped, and the last
one is looked up. A set is grown from the members that flip its lowest detector. Detectors are known
to the look-up by sums of random 64-bit words: equal syndromes always have equal sums, so no set is
missed; a chance match (odds 2^-64 each) could only make the result too small, never too large.
"""

from collections.abc import Iterator

import numpy as np
import stim
from numpy.typing import NDArray

CHUNK = 20_000
"""Partial sets that are grown at once."""

Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]


def fewest_harmful(model: stim.DetectorErrorModel, most: int) -> int | None:
    """Return the least number of mechanisms that flip an observable and no detector.

    Parameters
    ----------
    model : stim.DetectorErrorModel
        Not decomposed: its mechanisms may flip any number of detectors.
    most : int
        Largest sets that are tried, at least 1. Four take seconds at 11,000 mechanisms.

    Returns
    -------
    int or None
        None if every harmful set is larger than ``most``.

    Raises
    ------
    ValueError
        If ``most`` is below 1, or there are more than 62 observables.
    """
    if most < 1:
        raise ValueError(f"Largest size of a set must be at least 1, not {most!r}")
    if model.num_observables > 62:
        raise ValueError(f"Model must have at most 62 observables, not {model.num_observables}")
    found = {_effect(each) for each in model.flattened() if each.type == "error"}
    if any(not detectors and observables for detectors, observables in found):
        return 1
    mechanisms = _Mechanisms(sorted((sorted(d), sorted(o)) for d, o in found if d))
    for size in range(2, most + 1):
        if mechanisms.any_harmful(size):
            return size
    return None


def _effect(error: stim.DemInstruction) -> tuple[frozenset[int], frozenset[int]]:
    detectors: set[int] = set()
    observables: set[int] = set()
    for target in error.targets_copy():
        if target.is_relative_detector_id():
            detectors ^= {target.val}
        elif target.is_logical_observable_id():
            observables ^= {target.val}
    return frozenset(detectors), frozenset(observables)


class _Mechanisms:
    """All mechanisms, by number: those with the lowest detectors first."""

    def __init__(self, effects: list[tuple[list[int], list[int]]]) -> None:
        num_detectors = 1 + max((max(detectors) for detectors, _ in effects), default=0)
        random = np.random.default_rng(0).integers(1, 2**64, num_detectors, dtype=np.uint64)
        most = max((len(detectors) for detectors, _ in effects), default=1)
        self.none = num_detectors
        """Stands for no detector."""
        self.detectors = np.full((len(effects), most), self.none, dtype=np.int64)
        self.flips = np.zeros(len(effects), dtype=np.int64)
        self.sums = np.zeros(len(effects), dtype=np.uint64)
        for k, (detectors, observables) in enumerate(effects):
            self.detectors[k, : len(detectors)] = detectors
            self.flips[k] = sum(1 << o for o in observables)
            self.sums[k] = np.bitwise_xor.reduce(random[detectors])
        self.order = np.argsort(self.sums, kind="stable")
        self.sorted_sums = self.sums[self.order]
        # Members of each detector, in rows of one flat list.
        flat = self.detectors.ravel()
        members = np.argsort(flat, kind="stable")
        self.members = members // most
        self.starts = np.searchsorted(flat[members], np.arange(num_detectors + 2))

    def any_harmful(self, size: int) -> bool:
        """Tell whether sets of exactly this size do harm, if no smaller ones do."""
        singles = np.arange(len(self.flips))
        return any(
            self._closed(self.sums[part], self.flips[part])
            if size == 2
            else self._grow(part[:, None], size - 1)
            for part in _chunks(singles)
        )

    def _grow(self, sets: Numbers, size: int) -> bool:
        """Grow sets to a size; tell whether one more mechanism makes any of them harmful."""
        lowest = self._lowest(sets)
        open_sets = lowest < self.none
        sets, lowest = sets[open_sets], lowest[open_sets]
        counts = self.starts[lowest + 1] - self.starts[lowest]
        parents = np.repeat(np.arange(len(sets)), counts)
        offsets = np.arange(len(parents)) - np.repeat(np.cumsum(counts) - counts, counts)
        nexts = self.members[self.starts[lowest][parents] + offsets]
        # The set's lowest detector is that of its first member; the second shares it.
        roots = self.detectors[sets[parents, 0], 0]
        kept = self.detectors[nexts, 0] >= roots
        if sets.shape[1] == 1:
            kept &= nexts > sets[parents, 0]
        parents, nexts = parents[kept], nexts[kept]
        if sets.shape[1] + 1 == size:
            sums = np.bitwise_xor.reduce(self.sums[sets], axis=1)[parents] ^ self.sums[nexts]
            flips = np.bitwise_xor.reduce(self.flips[sets], axis=1)[parents] ^ self.flips[nexts]
            return self._closed(sums, flips)
        grown = np.column_stack([sets[parents], nexts])
        return any(self._grow(part, size) for part in _chunks(grown))

    def _lowest(self, sets: Numbers) -> Numbers:
        """Return the lowest detector that each set flips, or `none`."""
        flipped = np.sort(self.detectors[sets].reshape(len(sets), -1), axis=1)
        ranks = np.arange(flipped.shape[1])
        starts = np.ones(flipped.shape, dtype=bool)
        starts[:, 1:] = flipped[:, 1:] != flipped[:, :-1]
        # A run of odd length is a flipped detector.
        begin = np.maximum.accumulate(np.where(starts, ranks, 0), axis=1)
        ends = np.ones(flipped.shape, dtype=bool)
        ends[:, :-1] = starts[:, 1:]
        odd = ends & ((ranks - begin) % 2 == 0)
        return np.where(odd, flipped, self.none).min(axis=1)

    def _closed(self, sums: Words, flips: Numbers) -> bool:
        """Tell whether any mechanism has this syndrome and flips other observables."""
        left = np.searchsorted(self.sorted_sums, sums)
        while len(left):
            inside = left < len(self.sorted_sums)
            left, sums, flips = left[inside], sums[inside], flips[inside]
            same = self.sorted_sums[left] == sums
            left, sums, flips = left[same], sums[same], flips[same]
            if (self.flips[self.order[left]] != flips).any():
                return True
            left = left + 1
        return False


def _chunks(rows: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
