"""Rates of rare harm are those of sampling where sampling can see them."""

import pytest
import stim

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.rare import discard_rate, leading_rate


def chain(length: int) -> stim.Circuit:
    """Return a repetition code whose flips are all detected but that of all qubits."""
    made = stim.Circuit(f"X_ERROR(0.01) {' '.join(map(str, range(length)))}")
    made.append("M", range(length))
    for k in range(length - 1):
        made.append("DETECTOR", [stim.target_rec(-1 - k), stim.target_rec(-2 - k)])
    made.append("OBSERVABLE_INCLUDE", [stim.target_rec(-1)], 0)
    return made


@pytest.mark.parametrize("length", [1, 2, 3])
def test_leading_rate_of_a_repetition_code(length: int) -> None:
    order, rate = leading_rate(chain(length))
    assert order == length
    assert rate == pytest.approx(0.01**length)


def test_leading_rate_rejects_more_than_three() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        leading_rate(chain(4))


def test_cultivation_is_of_third_order_and_agrees_with_samples() -> None:
    """At p = 2 % harm is frequent enough to sample; leading order is then right to a factor."""
    experiment = GATES["cultivate-3"].build().experiments["magic"]
    small = leading_rate(uniform_noise(experiment, 1e-3))
    half = leading_rate(uniform_noise(experiment, 5e-4))
    assert small[0] == 3
    assert small[1] / half[1] == pytest.approx(8, rel=0.02)
    noisy = uniform_noise(experiment, 0.02)
    events, flips = noisy.compile_detector_sampler(seed=1).sample(
        2_000_000, separate_observables=True
    )
    kept = ~events.any(axis=1)
    harmful = int(flips[kept].sum())
    assert harmful > 20
    # Among accepted shots, odds of each mechanism are higher than among all: leading order again.
    assert 0.4 < harmful / kept.sum() / leading_rate(noisy)[1] < 2.5


def test_discard_rate_counts_shots_with_defects() -> None:
    shots, discarded = discard_rate(chain(2), num_shots=100_000, seed=1)
    assert shots == 100_000
    assert discarded / shots == pytest.approx(2 * 0.01 * 0.99, rel=0.1)
