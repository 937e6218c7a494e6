"""The library: all gates by name.

In: name.   Out: `Gate`.
Next: `quantacore.sim.cli.gates`.

One more gate is one line here and its builder.
"""

from collections.abc import Callable

from quantacore.golden.gates.css_codes import CODES
from quantacore.golden.gates.gate import BuiltGate, Gate, Published
from quantacore.golden.gates.preparation import cached_preparation, prepared_gate
from quantacore.golden.gates.surgery_gates import (
    injection,
    merge_xx,
    merge_zz,
    patch_move,
    surgery_cnot,
)
from quantacore.golden.gates.transversal import transversal_cnot, transversal_h, transversal_s

PEHAM = "Peham et al., arXiv:2408.11894"


def _preparation(
    code: str,
    basis: str,
    *,
    distance: int = 3,
    published: tuple[int, int] | None = None,
    tries: int = 40,
    order: int = 1,
) -> Gate:
    def build(_: int) -> BuiltGate:
        found = cached_preparation(CODES[code], basis, order, tries)
        return prepared_gate(CODES[code], basis, found, order=order)

    state = {"z": "zero", "x": "plus"}[basis]
    size, logical = CODES[code].num_qubits, CODES[code].num_logical
    return Gate(
        name=f"prepare-{code}-{state}",
        summary=f"logical {state} of the [[{size},{logical},{distance}]] code, post-selected",
        source=PEHAM,
        builder=build,
        distances=(distance,),
        state=(CODES[code], basis),
        published=published and Published(cnots=published[0], ancillas=published[1], source=PEHAM),
    )


def _transversal(name: str, summary: str, builder: Callable[[int], BuiltGate]) -> Gate:
    return Gate(
        name=f"steane-{name}",
        summary=summary,
        source="Gottesman, arXiv:0904.2557",
        builder=builder,
        distances=(3,),
    )


def _surgery(name: str, summary: str, builder: Callable[[int], BuiltGate]) -> Gate:
    return Gate(
        name=name,
        summary=summary,
        source="Li, arXiv:1410.7808" if name == "inject" else "Horsman et al., arXiv:1111.4022",
        builder=builder,
        distances=(3, 5, 7),
    )


GATES = {
    gate.name: gate
    for gate in (
        _transversal("cnot", "transversal CNOT of two Steane blocks", transversal_cnot),
        _transversal("h", "transversal H of a Steane block", transversal_h),
        _transversal("s", "transversal S of a Steane block", transversal_s),
        _surgery("merge-zz", "measurement of ZZ of two rotated patches", merge_zz),
        _surgery("merge-xx", "measurement of XX of two rotated patches", merge_xx),
        _surgery("surgery-cnot", "CNOT of two rotated patches by ZZ and XX merges", surgery_cnot),
        _surgery("patch-move", "a rotated patch moves by its size and one", patch_move),
        _surgery("inject", "any state of one qubit into a patch, distance 1", injection),
        _preparation("steane", "z", published=(11, 1)),
        _preparation("steane", "x", published=(11, 1)),
        _preparation("shor", "z", published=(11, 1)),
        _preparation("shor", "x", published=(6, 0)),
        _preparation("surface", "z", published=(11, 1)),
        _preparation("surface", "x", published=(11, 1)),
        _preparation("tetrahedral", "z", published=(25, 1)),
        _preparation("tetrahedral", "x"),
        _preparation("hamming", "z", published=(28, 2)),
        _preparation("hamming", "x"),
        _preparation("carbon", "z", distance=4, published=(30, 3)),
    )
}
"""Name -> gate."""


def gate_named(name: str) -> Gate:
    """Return a gate.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in GATES:
        raise ValueError(f"Gate must be one of {', '.join(GATES)}, not {name!r}")
    return GATES[name]
