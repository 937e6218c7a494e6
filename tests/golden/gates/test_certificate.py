"""Certificates hold, and each claim in one can be seen to fail."""

import copy
from typing import Any

import pytest

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.certificate import check_certificate, make_certificate

SLOW = ("prepare-colour17-zero", "prepare-colour19-zero", "prepare-surface5-zero")
"""Every pair of faults, and the search for the circuit."""
NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in GATES]


def certificate(name: str) -> dict[str, Any]:
    gate = GATES[name]
    return make_certificate(name, gate.distances[0], gate.build())


@pytest.mark.parametrize("name", NAMES)
def test_certificate_of_every_gate_holds(name: str) -> None:
    findings = check_certificate(certificate(name))
    assert findings and all(finding.holds for finding in findings), findings


def broken(record: dict[str, Any]) -> set[str]:
    return {finding.claim for finding in check_certificate(record) if not finding.holds}


def test_certificate_fails_claim_by_claim() -> None:
    good = certificate("prepare-steane-zero")
    assert broken(good) == set()
    other = copy.deepcopy(good)
    other["circuit"] += "\nX 0"
    assert broken(other) == {"hash of the circuit", "logical action"}
    other = copy.deepcopy(good)
    other["flows"] = other["flows"][1:]
    assert broken(other) == {"flows reach every stabilizer", "claims all that it must"}
    other = copy.deepcopy(good)
    other["faults"]["postselected"] = []
    assert broken(other) == {"no 1 fault do harm unseen"}
    other = copy.deepcopy(good)
    other["flows"][0] = "1 -> -" + other["flows"][0].removeprefix("1 -> ").removeprefix("+")
    assert broken(other) == {"logical action"}


def test_certificate_rejects_other_files() -> None:
    with pytest.raises(ValueError, match="must have format"):
        check_certificate({})
    good = certificate("steane-h")
    del good["flows"]
    with pytest.raises(ValueError, match="must be whole"):
        check_certificate(good)
