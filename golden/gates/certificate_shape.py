"""Say what a certificate must look like, before anything in it is computed.

In: what a JSON file holds.   Out: nothing, or an error that names the place.
Next: `quantacore.golden.gates.certificate`.
"""

from collections.abc import Mapping
from typing import Any

MOST = 10_000
"""Largest number of a qubit or record: above, a check would fill the memory."""

_COUNT = range(MOST + 1)
_SETS = [[_COUNT]]
_BLOCK = {"qubits": [_COUNT], "x_stabilizers": _SETS, "z_stabilizers": _SETS}
_FAULTS = {"blocks": [_BLOCK], "postselected": _SETS, "order": _COUNT}
_DIAGONAL = {
    "eighths": [range(-7, 8)], "x_stabilizers": _SETS, "x_logicals": _SETS, "phases": [_COUNT],
    "lightest": [_COUNT],
}  # fmt: skip
_EXPERIMENT = {
    "circuit": str, "sha256": str, "distance": _COUNT, "graphlike": bool, "decoded": bool,
}  # fmt: skip
SHAPE = {
    "gate": str, "distance": _COUNT, "circuit": str, "sha256": str, "flows": [str],
    "faults": (_FAULTS, None), "diagonal": (_DIAGONAL, None), "experiments": {"*": _EXPERIMENT},
}  # fmt: skip
"""Key -> type, or range of a whole number; a list of one is a list of such, a pair with None may
be null."""

NAMES = {str: "text", bool: "true or false"}


def check_shape(record: Mapping[str, Any]) -> None:
    """Check that all sections are there, and hold what they should.

    Raises
    ------
    ValueError
        If not; it names the place.
    """
    _check(record, SHAPE, "")
    if not record["gate"]:
        raise ValueError("Certificate must be whole, but gate is empty")
    if record["faults"] is not None and not record["faults"]["blocks"]:
        raise ValueError("Certificate must name the blocks that no fault may harm, not none")


def _check(value: Any, shape: Any, place: str) -> None:
    if isinstance(shape, tuple):
        if value is not None:
            _check(value, shape[0], place)
    elif isinstance(shape, dict):
        if not isinstance(value, Mapping):
            _refuse(place, "an object", value)
        if "*" in shape:
            shape = dict.fromkeys(value, shape["*"])
        for key, inner in shape.items():
            at = f"{place}.{key}" if place else str(key)
            if key not in value:
                raise ValueError(f"Certificate must be whole, but {at} is missing")
            _check(value[key], inner, at)
    elif isinstance(shape, list):
        if not isinstance(value, list | tuple):
            _refuse(place, "a list", value)
        for number, each in enumerate(value):
            _check(each, shape[0], f"{place}.{number}")
    elif isinstance(shape, range):
        if type(value) is not int or value not in shape:
            _refuse(place, f"a whole number from {shape[0]} to {shape[-1]}", value)
    elif type(value) is not shape:
        _refuse(place, NAMES[shape], value)


def _refuse(place: str, rule: str, value: Any) -> None:
    raise ValueError(f"Certificate must be whole, but {place} must be {rule}, not {value!r:.40}")
