"""A damaged certificate is refused in one line that names the place."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.certificate import check_certificate, make_certificate
from quantacore.golden.gates.certificate_shape import check_shape

OTHERS = [None, [], {}, "", 0, -1, 1.5, "x", True, [[]], 10**30, [None], {"a": 1}]


def record_of(name: str) -> Any:
    gate = GATES[name]
    return json.loads(json.dumps(make_certificate(name, gate.distances[0], gate.build())))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if not isinstance(value, dict | list):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from places(inner, (*at, key))


def holds(record: Any) -> bool:
    try:
        return all(finding.holds for finding in check_certificate(record))
    except ValueError as error:
        return "\n" in str(error)  # a traceback would raise; so must a message of many lines


@pytest.mark.parametrize("name", ["steane-cnot", "prepare-steane-zero", "ccz-832", "fold-h"])
def test_damaged_certificate_never_holds(name: str) -> None:
    """Any value, or its absence, at any place: a finding fails, or one line says what is wrong."""
    good, rng = record_of(name), random.Random(f"certificate_shape/{name}")
    assert all(finding.holds for finding in check_certificate(good))
    for _ in range(60):
        bad = copy.deepcopy(good)
        *way, last = rng.choice(list(places(good)))
        inner = bad
        for key in way:
            inner = inner[key]
        if rng.random() < 0.3:
            del inner[last]
        else:
            inner[last] = rng.choice(OTHERS)
        assert bad == good or not holds(bad), (way, last)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("gate",), "", "gate is empty"),
        (("flows", 0), 5, "flows.0 must be text, not 5"),
        (("faults", "order"), -1, "faults.order must be a whole number from 0 to 10000, not -1"),
        (("faults", "order"), True, "faults.order must be a whole number"),
        (("faults", "blocks"), [], "must name the blocks"),
        (("faults", "blocks", 0), 3, "faults.blocks.0 must be an object, not 3"),
        (("experiments",), None, "experiments must be an object, not None"),
        (("experiments", "a"), {"circuit": ""}, "experiments.a.sha256 is missing"),
    ],
)
def test_check_shape_names_the_place(place: tuple[Any, ...], value: Any, message: str) -> None:
    record = record_of("steane-h")
    check_shape(record)
    inner = record
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(ValueError, match=message):
        check_shape(record)


def test_check_certificate_refuses_a_circuit_that_would_fill_the_memory() -> None:
    record = record_of("steane-h")
    with pytest.raises(ValueError, match="a qubit is above 10000"):
        check_certificate({**record, "circuit": "H 16000000"})
    with pytest.raises(ValueError, match="must hold circuits"):
        check_certificate({**record, "circuit": "JUGGLE 0"})
