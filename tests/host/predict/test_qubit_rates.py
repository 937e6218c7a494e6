"""Rates of codes by the qubits behind their counts."""

import math
from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.spec.stream_counts import MOST_COUNT, StreamCounts
from quantacore.host.predict.qubit_rates import QubitCode, QubitRates, Sampled, errors_behind

PRIOR = 0.005
WINDOWS = 4_000
QUBITS = {"small": (0, 1, 2, 3), "large": (2, 3, 4, 5, 6, 7)}
"""Two of them are of both codes."""


def sampled(name, log_factors):
    """Return what a made-up code does: one edge and one slot a qubit, and a decoder that misses."""
    errors = PRIOR * np.exp(log_factors[list(QUBITS[name])])
    events = (1 - np.exp(-2 * errors)) / 2
    return Sampled(
        rate=min(0.5, float((errors**2).sum())),
        corrections=events / (1 + 20 * events),  # the more errors, the smaller a share it finds
        events=events,
        windows=10**9,
    )


def code(name, **changes):
    own = QUBITS[name]
    words = {
        "groups": np.arange(len(own)),
        "presence": np.ones(len(own)),
        "shares": np.vstack([np.eye(len(own))] * 2),
        "exponents": np.eye(8)[list(own)],
        "sample": lambda log_factors: sampled(name, log_factors),
    }
    return QubitCode(**(words | changes))


def rates(**changes):
    words = {"least_shots": 2 * WINDOWS, "memory_shots": 1e6}
    return QubitRates({name: code(name) for name in QUBITS}, **(words | changes))


def look(name, log_factors, seed, windows=WINDOWS):
    rng = np.random.default_rng(seed)
    true = sampled(name, log_factors)
    return StreamCounts(
        corrections=rng.binomial(windows, true.corrections),
        events=rng.binomial(windows, true.events),
        windows=windows,
        rounds=windows,
    )


def hot(qubit, factor):
    logs = np.zeros(8)
    logs[qubit] = math.log(factor)
    return logs


def told(truth, *, name="small", looks=6, **changes):
    known = rates(**changes)
    for seed in range(looks):
        known.count(name, look(name, truth, seed))
    return known


def test_model_stays_the_model():
    known = told(np.zeros(8))
    assert np.abs(known.log_factors()).max() < 0.35
    assert known.rates()["large"] == pytest.approx(6 * PRIOR**2, rel=0.3)


def test_hot_qubit_is_found_although_the_decoder_misses_most_of_it():
    for factor in (30.0, 80.0):
        truth = hot(1, factor)
        known = told(truth)
        seen, calm = (sampled("small", logs).corrections[1] for logs in (truth, np.zeros(8)))
        assert seen < 0.35 * factor * calm  # as corrections alone say
        assert known.log_factors()[1] == pytest.approx(math.log(factor), abs=0.25)
        true = sampled("small", truth).rate
        assert known.rates()["small"] == pytest.approx(true, rel=0.4)


def test_what_codes_share_is_known_of_both():
    known = told(hot(3, 30.0))
    assert known.rates()["large"] == pytest.approx(sampled("large", hot(3, 30.0)).rate, rel=0.4)
    # A hot qubit that the small one has for itself says little of the large one.
    alone = told(hot(0, 30.0)).rates()["large"]
    assert alone < 4 * sampled("large", np.zeros(8)).rate


def test_what_all_have_in_common_is_expected_of_qubits_that_nobody_counts():
    known = told(np.full(8, math.log(4.0)))
    assert known.log_factors()[7] > 0.6 * math.log(4.0)


def test_factor_that_nobody_counts_any_more_fades():
    kept, fading = (
        told(hot(7, 30.0), name="large", memory_shots=memory) for memory in (1e9, 2 * WINDOWS)
    )
    before = kept.log_factors()[7]
    for known in (kept, fading):
        for seed in range(4):
            known.count("small", look("small", np.zeros(8), 50 + seed))
    assert kept.log_factors()[7] == pytest.approx(before, abs=0.2)
    assert fading.log_factors()[7] < 0.4 * before


def test_code_has_counted_enough_after_so_many_windows_of_its_own():
    known = rates()
    calm = np.zeros(8)
    enough = [
        known.count(name, look(name, calm, 1))
        for name in ("small", "small", "large", "small", "small")
    ]
    assert enough == [False, True, False, False, True]


def test_sample_is_used_again_while_little_changes():
    asked = []

    def sample(log_factors):
        asked.append(log_factors)
        return sampled("small", log_factors)

    known = QubitRates({"small": code("small", sample=sample)}, least_shots=1, memory_shots=1e6)
    for seed in range(5):
        known.count("small", look("small", np.zeros(8), seed, windows=50 * WINDOWS))
        known.rates()
    calm = len(asked)
    assert calm <= 2
    known.count("small", look("small", hot(1, 30.0), 9))
    known.rates()
    assert len(asked) == calm + 1


def test_counter_that_has_stopped_says_nothing():
    known, truth = told(np.zeros(8)), hot(1, 30.0)
    counts = look("small", truth, 7)
    stopped = replace(
        counts,
        corrections=np.where(np.arange(4) == 1, MOST_COUNT, counts.corrections),
        events=np.where(np.arange(4) == 1, MOST_COUNT, counts.events),
    )
    known.count("small", stopped)
    assert abs(known.log_factors()[1]) < 0.35


def test_detector_that_fires_as_a_coin_does_no_harm():
    everywhere = StreamCounts(
        corrections=np.full(4, WINDOWS // 3),
        events=np.full(4, WINDOWS),
        windows=WINDOWS,
        rounds=WINDOWS,
    )
    known = rates()
    for _ in range(5):
        known.count("small", everywhere)
    assert np.isfinite(known.log_factors()).all() and known.rates()["small"] <= 0.5
    assert errors_behind(np.array([0.0, 0.25]))[0] == 0


def test_codes_and_counts_that_do_not_fit_are_rejected():
    with pytest.raises(ValueError, match=r"Shares must be of shape \(8, 4\), not \(3, 4\)"):
        code("small", shares=np.ones((3, 4)))
    with pytest.raises(ValueError, match="Codes must be at least one"):
        QubitRates({}, least_shots=1, memory_shots=1)
    with pytest.raises(ValueError, match="Least shots must be at least 1, not 0"):
        rates(least_shots=0)
    with pytest.raises(ValueError, match="Windows per shot must be at least 1, not 0"):
        rates(windows_per_shot=0)
    with pytest.raises(ValueError, match="memory_s must be above 0"):
        rates(memory_shots=0)
    fewer = code("large", exponents=np.eye(6))
    with pytest.raises(ValueError, match=r"of the same qubits, not of \[6, 8\]"):
        QubitRates({"small": code("small"), "large": fewer}, least_shots=1, memory_shots=1)
    known = rates()
    with pytest.raises(ValueError, match="Code must be one of small, large, not 'third'"):
        known.num_edges("third")
    with pytest.raises(ValueError, match="Counts of code small must be of 4 edges, 4 slots"):
        known.count("small", look("large", np.zeros(8), 1))
    assert known.name is None and known.names == ("small", "large")
