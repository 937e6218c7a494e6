"""What counts of whole shots say of qubits."""

import numpy as np
import pytest

from quantacore.golden.noise.scaled import with_factor_at
from quantacore.sim.experiments.sampled_options import SampledOptions
from tests.sim.experiments.test_counted_options import CIRCUITS, SHOTS, seen

RATES = {"d3": 0.009, "wide": 0.012}
HOT = (3, 3)


@pytest.mark.slow
def test_counts_of_one_option_tell_the_rates_of_all_and_which_qubit_is_hot():
    options = SampledOptions({"z": CIRCUITS}, rates=RATES, num_shots=3_000)
    calm = options.begin(least_shots=1).rates()
    found, factors = {}, {}
    for factor in (1.0, 20.0):
        known = options.begin(least_shots=2 * SHOTS)
        noisy = seen(with_factor_at(CIRCUITS["d3"], HOT, factor))
        assert [known.add("d3", noisy) for _ in range(3)] == [False, True, True]
        found[factor], factors[factor] = known.rates(), known.log_factors()
    assert found[1.0] == pytest.approx(calm, rel=0.5)
    for name in RATES:
        assert 1.5 < found[20.0][name] / calm[name] < 10
    assert max(factors[20.0], key=factors[20.0].__getitem__) == HOT
    assert np.exp(factors[20.0][HOT]) == pytest.approx(20, rel=0.4)
