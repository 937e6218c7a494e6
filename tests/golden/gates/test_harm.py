"""The smallest harmful set is that of trying everything."""

from itertools import combinations

import numpy as np
import pytest
import stim

from quantacore.golden.gates import harm
from quantacore.golden.gates.harm import fewest_harmful

Effects = list[tuple[set[int], set[int]]]


def model_of(effects: Effects) -> stim.DetectorErrorModel:
    made = stim.DetectorErrorModel()
    for detectors, observables in effects:
        targets = [stim.target_relative_detector_id(d) for d in sorted(detectors)]
        targets += [stim.target_logical_observable_id(o) for o in sorted(observables)]
        made.append("error", 0.01, targets)
    return made


def fewest_of_all(effects: Effects, most: int) -> int | None:
    for size in range(1, most + 1):
        for chosen in combinations(effects, size):
            detectors: set[int] = set()
            observables: set[int] = set()
            for each, others in chosen:
                detectors, observables = detectors ^ each, observables ^ others
            if observables and not detectors:
                return size
    return None


@pytest.mark.parametrize("chunk", [3, 20_000])
def test_random_models_agree_with_trying_everything(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(harm, "CHUNK", chunk)
    rng = np.random.default_rng(3)
    seen = []
    for _ in range(60):
        detectors = int(rng.integers(4, 14))
        effects: Effects = [
            (
                set(rng.choice(detectors, size=int(rng.integers(1, 5)), replace=False).tolist()),
                set(np.flatnonzero(rng.random(2) < 0.15).tolist()),
            )
            for _ in range(14)
        ]
        expected = fewest_of_all(effects, 5)
        assert fewest_harmful(model_of(effects), 5) == expected
        seen.append(expected)
    assert {2, 3, 4, 5, None} <= set(seen)


def test_one_mechanism_is_enough() -> None:
    assert fewest_harmful(model_of([({0}, {0}), (set(), {0})]), 4) == 1


def test_too_few_is_rejected() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        fewest_harmful(stim.DetectorErrorModel(), 0)
