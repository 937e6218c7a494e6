"""Options that decode whole shots, known by their counts alone."""

import numpy as np
import pytest

from quantacore.golden.codes.patches import Patch
from quantacore.golden.noise.scaled import with_doubled_noise, with_factor_at
from quantacore.golden.source.sampling import sample_shots
from quantacore.sim.experiments.counted_options import CountedOptions

SHOTS = 4000
CIRCUITS = {
    name: Patch(width=size, height=size).memory(p=0.004, rounds=3)
    for name, size in (("d3", 3), ("wide", 4))
}


@pytest.fixture(scope="module")
def options():
    return CountedOptions({"z": CIRCUITS}, num_shots=10_000)


def seen(circuit):
    return {"z": sample_shots(circuit, num_shots=SHOTS, seed=5)[0]}


def test_calm_counts_give_the_measured_rates(options):
    known = options.begin(least_shots=SHOTS)
    before = known.rates()
    assert known.add("d3", seen(CIRCUITS["d3"]))
    assert known.rates() == pytest.approx(before, rel=0.3)


def test_doubled_noise_is_known_of_the_option_that_was_not_in_force(options):
    known = options.begin(least_shots=SHOTS)
    before = known.rates()
    known.add("d3", seen(with_doubled_noise(CIRCUITS["d3"])))
    for name, rate in known.rates().items():
        assert 2.5 * before[name] < rate < 6 * before[name]


def test_histories_do_not_know_of_each_other(options):
    first = options.begin(least_shots=SHOTS)
    first.add("d3", seen(with_factor_at(CIRCUITS["d3"], (3, 3), 20.0)))
    assert first.rates()["wide"] > 1.3 * options.begin(least_shots=SHOTS).rates()["wide"]
    assert not options.begin(least_shots=2 * SHOTS).add("d3", seen(CIRCUITS["d3"]))
    assert np.isfinite(list(first.rates().values())).all()
