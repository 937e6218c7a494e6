"""What members count, by the qubits that make it, and what a sample says of them."""

from functools import cache

import numpy as np
import pytest

from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.bits import unpack_bits
from quantacore.host.predict.qubit_rates import errors_behind
from quantacore.sim.experiments.counted_codes import counted_members
from quantacore.sim.experiments.sampled_codes import (
    forecast_rate,
    lattice_qubits,
    own_qubits,
    qubit_members,
)
from tests.golden.family.families import family
from tests.host.test_code_selector import ROUNDS, circuits, decoders

NAME = "narrow"


@cache
def made():
    codes = counted_members(
        family(), circuits(), decoders(), num_rounds=ROUNDS, num_shots=5_000, memory_shots=1e5
    )
    return codes, qubit_members(circuits(), decoders(), codes, num_rounds=ROUNDS, num_shots=5_000)


def test_members_share_the_qubits_of_the_lattice():
    qubits = lattice_qubits(circuits().values())
    assert len(qubits) == len(
        set(family().members["narrow"].qubits) | set(family().members["column"].qubits)
    )
    assert list(qubits) == sorted(qubits)
    for name, code in made()[1].items():
        assert code.exponents.shape[1] == len(qubits)
        used = np.flatnonzero(code.exponents.any(axis=0))
        assert set(used) <= set(own_qubits(circuits()[name], qubits).tolist())
        np.testing.assert_array_equal(code.groups, like_edges(decoders()[name].plan.graph))
        np.testing.assert_allclose(code.shares.sum(axis=1), 1)


def test_events_grow_with_the_qubits_that_make_them():
    """Shares say by how much; that is exact but for the saturation of detectors."""
    code = made()[1][NAME]
    qubits = lattice_qubits(circuits().values())
    own = own_qubits(circuits()[NAME], qubits)
    noisy = np.flatnonzero(code.exponents.any(axis=0))
    logs = np.zeros(len(qubits))
    logs[noisy[len(noisy) // 2]] = np.log(6.0)
    rates = []
    for factors in (np.ones(len(own)), np.exp(logs[own])):
        source = RepeatingCircuit(with_factors(circuits()[NAME], factors))
        events, _ = sample_shots(source.circuit(ROUNDS), num_shots=20_000, seed=1)
        places = source.places(ROUNDS)
        fired = unpack_bits(events, num_bits=len(places)).mean(axis=0)
        slots = np.array([slot for _, slot in places])
        rates.append(np.bincount(slots, errors_behind(fired)))
    said = code.shares[code.num_groups :] @ np.exp(code.exponents @ logs)
    np.testing.assert_allclose(said, rates[1] / rates[0], rtol=0.1)
    assert said.max() > 1.5


def test_sample_of_the_model_is_what_was_measured_and_always_the_same():
    codes, qubit_codes = made()
    for name, code in qubit_codes.items():
        calm = np.zeros(code.exponents.shape[1])
        found, again = code.sample(calm), code.sample(calm)
        assert found.rate == again.rate == pytest.approx(codes[name].rate, rel=0.5)
        np.testing.assert_array_equal(found.corrections, again.corrections)
        np.testing.assert_allclose(
            code.of_groups(found.corrections),
            code.of_groups(codes[name].estimator.expected),
            atol=0.02,
        )
        assert code.sample(calm + np.log(3)).rate > 2 * found.rate


def test_rate_is_the_bounds_where_a_sample_has_no_errors():
    assert forecast_rate(0, 1000, 1e-6) == pytest.approx(1e-6, rel=1e-3)
    assert forecast_rate(500, 10_000, 0.04) == pytest.approx(0.05, rel=0.01)
    assert forecast_rate(1000, 1000, 3.0) == 0.5
