"""Whatever is cut out of a certificate is named."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.certificate import check_certificate, make_certificate
from quantacore.golden.gates.required import missing_claims

Record = dict[str, Any]


@cache
def made(name: str) -> Record:
    gate = GATES[name]
    return make_certificate(name, gate.distances[0], gate.build())


def without(section: str, value: Any = None) -> Callable[[Record], None]:
    def cut(record: Record) -> None:
        record[section] = value

    return cut


def no_last_block(record: Record) -> None:
    record["faults"]["blocks"] = record["faults"]["blocks"][:1]


def no_last_qubit(record: Record) -> None:
    block = record["faults"]["blocks"][0]
    *block["qubits"], last = block["qubits"]
    for kind in ("x_stabilizers", "z_stabilizers"):
        block[kind] = [support for support in block[kind] if last not in support]


def no_logical_flows(record: Record) -> None:
    """Leave what reaches the stabilizers: the checker of flows alone is content."""
    record["flows"] = record["flows"][2:]


def no_x_experiment(record: Record) -> None:
    del record["experiments"]["x"]


def other_experiment(record: Record) -> None:
    record["experiments"]["x"] = record["experiments"]["z"]


def fewer_observables(record: Record) -> None:
    experiment = record["experiments"]["z"]
    lines = experiment["circuit"].splitlines()
    experiment["circuit"] = "\n".join(x for x in lines if "OBSERVABLE_INCLUDE(2)" not in x)


def lesser_distance(record: Record) -> None:
    record["experiments"]["x"]["distance"] = 2


def graphlike(record: Record) -> None:
    record["experiments"]["x"]["graphlike"] = True


def other_distance(record: Record) -> None:
    record["distance"] = 1


def fewer_logicals(record: Record) -> None:
    record["diagonal"]["x_logicals"] = record["diagonal"]["x_logicals"][:2]
    record["diagonal"]["phases"] = record["diagonal"]["phases"][:4]


def without_z(record: Record) -> None:
    record["circuit"] += "\nZ 0 1 2 3 4 5 6"
    record["flows"] = [
        flow.replace("-> Z", "-> +Z").replace("-> X", "-> -X") for flow in record["flows"]
    ]


CUTS = [
    ("steane-cnot", without("faults"), "faults"),
    ("steane-cnot", no_last_block, "faults: block 1 of 2"),
    ("steane-cnot", no_last_qubit, "faults: block 0 of 2"),
    ("steane-cnot", no_logical_flows, "flow "),
    ("steane-cnot", without("flows", []), "flow "),
    ("steane-cnot", other_distance, "the distance of steane-cnot: 1 is none of 3"),
    ("prepare-steane-zero", without("faults"), "faults"),
    ("merge-zz", without("experiments", {}), "experiment z"),
    ("merge-zz", no_x_experiment, "experiment x"),
    ("merge-zz", other_experiment, "experiment x: the experiment of this very gate"),
    ("merge-zz", fewer_observables, "experiment z: 3 observables"),
    ("merge-zz", lesser_distance, "experiment x: the distance 3"),
    ("fold-s", graphlike, "experiment x: mechanisms of more than two detectors"),
    ("ccz-832", without("diagonal"), "diagonal"),
    ("ccz-832", fewer_logicals, "diagonal: x_logicals"),
    ("steane-h", without_z, "flow "),
]


@pytest.mark.parametrize(
    ("name", "cut", "missing"), CUTS, ids=[f"{name}-{cut.__name__}" for name, cut, _ in CUTS]
)
def test_missing_claims_names_what_was_cut(
    name: str, cut: Callable[[Record], None], missing: str
) -> None:
    record = copy.deepcopy(made(name))
    assert missing_claims(record) == []
    cut(record)
    assert missing_claims(record)[0].startswith(missing)


def test_certificate_with_a_section_cut_out_does_not_hold() -> None:
    for name, section, value in (
        ("prepare-steane-zero", "faults", None),
        ("fold-h", "experiments", {}),
        ("ccz-832", "diagonal", None),
    ):
        record = {**made(name), section: value}
        broken = [found for found in check_certificate(record) if not found.holds]
        assert any(found.detail.startswith("missing: ") for found in broken), name


def test_gate_of_ones_own_may_not_fall_short_of_its_distance() -> None:
    own = {**made("prepare-steane-zero"), "gate": "my own"}
    assert missing_claims(own) == []
    assert missing_claims({**own, "distance": 5}) == ["faults: sets of 2, as distance 5 needs"]
    assert "nothing is said of errors" in missing_claims({**own, "faults": None})[0]
    merge = {**made("merge-zz"), "gate": "my own", "distance": 4}
    assert missing_claims(merge)[0] == "experiment z: the distance 4"
    tees = {**made("ccz-832"), "gate": "my own", "distance": 3}
    assert missing_claims(tees) == ["diagonal: errors up to the distance 3"]


def test_postselection_may_not_throw_away_good_runs() -> None:
    record = copy.deepcopy(made("prepare-steane-zero"))
    record["circuit"] += "\nMX 0"  # a coin: its record is no check
    record["faults"]["postselected"] = [[0], [1]]
    broken = {found.claim for found in check_certificate(record) if not found.holds}
    assert "post-selected parities are even without faults" in broken
