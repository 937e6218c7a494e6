"""What fits a budget."""

import pytest

from quantacore.sim.choice.candidates import Candidate, candidates
from tests.sim.choice.machines import CATS, QUBITS, machine


def names(text: str, **settings) -> list[str]:
    return [code.name for code in candidates(machine(text, **settings))]


def test_all_that_fits_and_no_more() -> None:
    assert names(QUBITS) == ["rotated 3", "rotated 5", "xzzx 3", "xzzx 5", "xzzx_planar 3"]
    assert names(QUBITS, budget=49) == names(QUBITS)
    assert "rotated 5" not in names(QUBITS, budget=48)


def test_bias_brings_rectangles_long_against_z() -> None:
    found = names(QUBITS + "eta = 100")
    assert "rotated 3 x 7" in found
    assert "xzzx_planar 3 x 5" in found
    assert not any(name.startswith("xzzx 3 x") for name in found)
    assert names(QUBITS + "eta = 1") == names(QUBITS)


def test_photons_are_tried_or_given() -> None:
    found = candidates(machine(CATS))
    assert {code.distances for code in found} == {(d, d) for d in (3, 5, 7, 9)}
    tried = {code.photons or 0 for code in found}
    assert len(tried) > 1
    assert max(tried) == 6
    given = candidates(machine(CATS + "photons = 7.5"))
    assert {code.photons for code in given} == {7.5}


def test_honeycomb_is_even() -> None:
    pairs = "budget = 72\n[pairs]\np = 0.01"
    assert names(pairs) == ["honeycomb 2", "honeycomb 4"]
    assert Candidate(family="honeycomb", distances=(2, 2)).logical_qubits == 2


def test_candidates_reject() -> None:
    with pytest.raises(ValueError, match="budget must be at least 17 for the smallest code of rot"):
        candidates(machine(budget=16))
    with pytest.raises(ValueError, match="Family cat needs a section that small lacks: it has qub"):
        candidates(machine(), families=("cat",))
    with pytest.raises(ValueError, match=r"Family must be one of .*, not 'steane'"):
        candidates(machine(), families=("steane",))
