"""The toric code has two qubits and no edges."""

import pytest
import stim

from quantacore.golden.codes.toric import toric_code


@pytest.mark.parametrize("distance", [2, 3, 4])
def test_observables_are_two_pairs_that_anticommute(distance: int) -> None:
    code = toric_code(distance)
    assert len(code.data) == len(code.checks) == 2 * distance**2

    def string(paulis: dict) -> stim.PauliString:
        return stim.PauliString("".join(paulis.get(place, "_") for place in code.data))

    checks = [string(check.paulis) for check in code.checks]
    z, x = (
        [string({place: basis.upper() for place in places}) for places in code.observables[basis]]
        for basis in "zx"
    )
    assert all(a.commutes(b) for a in [*checks, *z, *x] for b in checks)
    assert all(string.weight == distance for string in [*z, *x])
    crossings = [[not a.commutes(b) for b in x] for a in z]
    assert sorted(crossings) == [[False, True], [True, False]]
