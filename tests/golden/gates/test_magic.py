"""What T does, by phases; and by a state vector that knows nothing of them."""

import copy
from itertools import product

import numpy as np
import pytest

from quantacore.golden.gates.certificate import check_certificate, make_certificate
from quantacore.golden.gates.magic import ccz_832, distill_15, distillation_rates


def test_ccz_on_the_state_vector() -> None:
    """All eight logical states of the cube, as vectors of 256 amplitudes."""
    claim = ccz_832(2).diagonal
    assert claim is not None
    phases = np.ones(256, complex)
    for index in range(256):
        turn = sum(e for q, e in enumerate(claim.eighths) if index >> q & 1)
        phases[index] = np.exp(1j * np.pi / 4 * turn)
    for a, b, c in product((0, 1), repeat=3):
        state = np.zeros(256, complex)
        shift = 0
        for bit, support in zip((a, b, c), claim.x_logicals, strict=True):
            shift ^= bit * sum(1 << q for q in support)
        state[[shift, shift ^ 255]] = np.sqrt(0.5)
        assert np.allclose(phases * state, (-1) ** (a * b * c) * state)


@pytest.mark.parametrize(("builder", "distance"), [(ccz_832, 2), (distill_15, 3)])
def test_a_wrong_t_is_seen(builder, distance: int) -> None:
    record = make_certificate("magic", distance, builder(distance))
    assert all(finding.holds for finding in check_certificate(record))
    other = copy.deepcopy(record)
    eighths = list(other["diagonal"]["eighths"])
    eighths[3] *= -1
    other["diagonal"]["eighths"] = eighths
    broken = {finding.claim for finding in check_certificate(other) if not finding.holds}
    assert broken == {"phases of logical states", "T where it is claimed"}


def test_distillation_goes_as_35_p_cubed() -> None:
    for p in (1e-2, 1e-3, 1e-4):
        accepted, wrong = distillation_rates(p)
        assert wrong == pytest.approx(35 * p**3, rel=20 * p)
        assert accepted == pytest.approx(1 - 15 * p, abs=150 * p**2)


def test_distillation_agrees_with_samples() -> None:
    """The circuit with S for T and a Z error on each, 400,000 times."""
    import stim

    from quantacore.golden.gates.css_codes import CODES

    p = 0.05
    circuit = stim.Circuit("RX 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14")
    circuit.append("Z_ERROR", range(15), p)
    circuit.append("MX", range(15))
    flips = circuit.compile_sampler(seed=1).sample(400_000)
    good = np.ones(len(flips), bool)
    for support in CODES["tetrahedral"].x:
        good &= flips[:, list(support)].sum(axis=1) % 2 == 0
    wrong = flips[good].sum(axis=1) % 2
    accepted, rate = distillation_rates(p)
    assert good.mean() == pytest.approx(accepted, rel=0.01)
    assert wrong.mean() == pytest.approx(rate, rel=0.1)


def test_distillation_rejects() -> None:
    with pytest.raises(ValueError, match="Probability must be in"):
        distillation_rates(1.5)
