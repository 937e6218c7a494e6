"""Find a gate by a name that was typed."""

import pytest

from quantacore.golden.gates.catalogue import GATES
from quantacore.sim.cli.gates_names import known_gate


def test_known_gate_is_that_of_the_catalogue() -> None:
    assert all(known_gate(name) is gate for name, gate in GATES.items())


def test_known_gate_says_which_name_was_meant() -> None:
    with pytest.raises(ValueError, match=r"not .surgery-cnt.; nearest: surgery-cnot"):
        known_gate("surgery-cnt")
    with pytest.raises(ValueError, match=r"list`, not .zzz.$"):
        known_gate("zzz")
