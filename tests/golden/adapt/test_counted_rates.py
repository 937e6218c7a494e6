"""Rates of codes, from counts of the one in force."""

import numpy as np
import pytest

from quantacore.golden.adapt.counted_rates import NO_MECHANISM, CountedCode, CountedRates
from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge

PRIOR = 0.01
EXPECTED = 0.02
SHOTS = 10_000
NUM = {"short": 12, "long": 20}
"""Edges of each: those of the short one are the first of the long one."""


def chain(num_edges):
    """Return a repetition code: a row of detectors between two boundaries."""
    last = num_edges - 2
    ends = [(0,), *((k, k + 1) for k in range(last)), (last,)]
    ordered = sorted(ends, key=lambda each: (each[0], each[1] if len(each) == 2 else 1 << 30))
    return DecodingGraph(
        num_observables=1,
        detectors=tuple(
            Detector(coordinates=(k, 0), round=0, component=0) for k in range(last + 1)
        ),
        edges=tuple(
            Edge(detectors=each, prior=PRIOR, observables=int(each == (last,))) for each in ordered
        ),
        correlations=(),
    )


def code(name, **changes):
    num = NUM[name]
    words = {
        "estimator": CorrectionCounts(
            expected=np.full(num, EXPECTED),
            expected_doubled=np.full(num, 2 * EXPECTED),
            groups=np.arange(num),
        ),
        "mechanisms": np.arange(num),
        "graph": chain(num),
        "shot_mechanisms": np.arange(num),
        "rate": 0.01 if name == "short" else 0.001,
        "doubled_rate": 0.04 if name == "short" else 0.008,
    }
    return CountedCode(**(words | changes))


def rates(**words):
    codes = {name: code(name) for name in NUM}
    return CountedRates(codes, **({"least_shots": SHOTS} | words))


def counts(name, factors=1.0):
    return np.round(np.full(NUM[name], EXPECTED * SHOTS) * factors).astype(int)


def test_rates_of_the_model_are_those_that_were_measured():
    known = rates()
    assert known.rates() == pytest.approx({"short": 0.01, "long": 0.001})
    assert known.add("short", counts("short"), shots=SHOTS)
    assert known.rates() == pytest.approx({"short": 0.01, "long": 0.001}, rel=0.02)


def test_common_factor_acts_as_it_was_measured():
    known = rates()
    known.add("short", counts("short", 2.0), shots=SHOTS)
    assert known.common_factor == pytest.approx(2.0, rel=0.02)
    assert known.rates() == pytest.approx({"short": 0.04, "long": 0.008}, rel=0.05)


def test_what_one_code_counted_is_known_of_another():
    hot = np.ones(NUM["short"])
    hot[3] = 9.0
    known = rates()
    known.add("short", counts("short", hot), shots=SHOTS)
    ratios = known.ratios("long")
    assert ratios[3] == pytest.approx(9.0, rel=0.1)
    assert (np.delete(ratios, 3) == 1).all()
    # Of a chain every path has every edge: 2 sqrt(p (1 - p)) grows by about 3.
    for name, rate in (("short", 0.01), ("long", 0.001)):
        assert known.rates()[name] == pytest.approx(2.9 * rate, rel=0.1)


def test_what_was_known_stays_until_the_new_code_has_counted_enough():
    hot = np.ones(NUM["short"])
    hot[3] = 9.0
    known = rates()
    known.add("short", counts("short", hot), shots=SHOTS)
    before = known.ratios("long")
    assert not known.add("long", counts("long") // 2, shots=SHOTS // 2)
    assert known.ratios("long").tolist() == before.tolist()
    assert known.add("long", counts("long") // 2, shots=SHOTS // 2)
    assert (known.ratios("long") == 1).all()


def test_code_that_was_away_begins_anew():
    known = rates()
    known.add("long", counts("long", 3.0), shots=SHOTS)
    known.add("short", counts("short"), shots=SHOTS)
    assert not known.add("long", counts("long") // 2, shots=SHOTS // 2)
    assert known.code("long").estimator.shots.max() == SHOTS // 2
    assert known.common_factor == pytest.approx(1.0, rel=0.02)


def test_factor_that_nobody_counts_any_more_fades():
    hot = np.ones(NUM["long"])
    hot[15] = 9.0
    kept, fading = rates(), rates(memory_shots=SHOTS)
    for known in (kept, fading):
        known.add("long", counts("long", hot), shots=SHOTS)
        known.add("short", counts("short"), shots=SHOTS)
    assert kept.ratios("long")[15] == pytest.approx(9.0, rel=0.1)
    assert fading.ratios("long")[15] == pytest.approx(9.0 ** np.exp(-1), rel=0.1)


def test_what_was_never_counted_is_as_what_touches_it():
    hot = np.ones(NUM["short"])
    hot[[10, 11]] = 9.0
    near = [(k, k + 1) for k in range(NUM["long"] - 1)]
    for neighbours, factor in (((), 1.0), (near, 9.0)):
        known = rates(neighbours=neighbours)
        known.add("short", counts("short", hot), shots=SHOTS)
        assert known.ratios("long")[12] == pytest.approx(factor, rel=0.1)
        assert known.ratios("long")[13] == 1  # nothing around it was counted
    # What was counted once is remembered, and fades towards what is around it.
    known = rates(neighbours=near, memory_shots=SHOTS)
    known.add("long", counts("long"), shots=SHOTS)
    known.add("short", counts("short", hot), shots=SHOTS)
    assert known.ratios("long")[12] == pytest.approx(9.0 ** (1 - np.exp(-1)), rel=0.1)


def test_edge_without_mechanism_follows_the_common_factor():
    strange = np.arange(NUM["long"])
    strange[[0, 3]] = NO_MECHANISM
    codes = {"short": code("short"), "long": code("long", shot_mechanisms=strange)}
    known = CountedRates(codes, least_shots=1)
    hot = np.ones(NUM["short"])
    hot[[0, 3, 4]] = 9.0
    known.add("short", counts("short", hot), shots=SHOTS)
    assert known.ratios("long")[[0, 3]].tolist() == [1, 1]
    assert known.ratios("long")[4] > 8


def test_rates_are_at_most_a_half():
    known = rates()
    known.add("short", counts("short", 16.0), shots=SHOTS)
    assert known.rates()["short"] == 0.5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"mechanisms": np.arange(3)}, r"Mechanisms must be of shape \(12,\), not \(3,\)"),
        ({"shot_mechanisms": np.arange(3)}, r"Mechanisms of the shot must be of shape \(12,\)"),
        ({"rate": 0.0}, "Rate must be in"),
        ({"doubled_rate": 0.6}, "Doubled rate must be in"),
    ],
)
def test_counted_code_rejects_what_does_not_fit(words, message):
    with pytest.raises(ValueError, match=message):
        code("short", **words)


def test_counted_rates_reject_what_does_not_fit():
    with pytest.raises(ValueError, match="Codes must be at least one"):
        CountedRates({}, least_shots=1)
    with pytest.raises(ValueError, match="Least shots must be at least 1, not 0"):
        rates(least_shots=0)
    with pytest.raises(ValueError, match="Memory must be above 0 shots, not 0"):
        rates(memory_shots=0)
    with pytest.raises(ValueError, match="Code must be one of short, long, not 'third'"):
        rates().add("third", counts("short"), shots=1)
