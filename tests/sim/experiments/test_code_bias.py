"""The XZZX code is better under biased noise, at code capacity and in the circuit."""

import math

import pytest

from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.sim.experiments.code_bias import (
    BASES,
    CAPACITY,
    CIRCUIT,
    MATCHING,
    UNION_FIND,
    BiasRow,
    experiment,
    measure_bias,
)


def measured(family: str, *, level: str, eta: float, p: float) -> BiasRow:
    return measure_bias(
        family,
        level=level,
        noise=BiasedNoise(p=p, eta=eta),
        distances=(5, 5),
        num_shots=4000,
        length_bits=4,
        passes=3,
        seed=1,
    )


@pytest.mark.parametrize(("level", "p"), [(CAPACITY, 0.1), (CIRCUIT, 0.006)])
def test_xzzx_gains_with_bias(level: str, p: float) -> None:
    gains = []
    for eta in (1, math.inf):
        css, xzzx = (measured(f, level=level, eta=eta, p=p) for f in ("rotated", "xzzx"))
        assert css.qubits == xzzx.qubits == 49
        assert set(css.errors) == {(d, b) for d in (MATCHING, UNION_FIND) for b in BASES}
        gains.append([css.rate(d).value / xzzx.rate(d).value for d in (MATCHING, UNION_FIND)])
    for one, infinite in zip(*gains, strict=True):
        assert infinite > 2
        assert infinite > 1.5 * one


def test_z_alone_never_flips_a_z_memory_of_the_css_code() -> None:
    row = measured("rotated", level=CIRCUIT, eta=math.inf, p=0.006)
    assert row.errors[MATCHING, "z"] == 0 < row.errors[MATCHING, "x"]


def test_experiment_rejects() -> None:
    noise = BiasedNoise()
    with pytest.raises(ValueError, match=r"Family must be one of .*, not 'cat'"):
        experiment("cat", level=CIRCUIT, noise=noise, distances=(3, 3), basis="z")
    with pytest.raises(ValueError, match=r"Level must be one of .*, not 'high'"):
        experiment("xzzx", level="high", noise=noise, distances=(3, 3), basis="z")
