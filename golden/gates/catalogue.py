"""The library: all gates by name.

In: name.   Out: `Gate`.
Next: `quantacore.sim.cli.gates`.

One more gate is one line here and its builder.
"""

from collections.abc import Callable

from quantacore.golden.gates.css_codes import CODES
from quantacore.golden.gates.folded import fold_h, fold_s
from quantacore.golden.gates.found import found_circuit
from quantacore.golden.gates.gate import BuiltGate, Gate, Published
from quantacore.golden.gates.magic import ccz_832, cultivate_3, distill_15
from quantacore.golden.gates.preparation import cached_preparation, prepared_gate
from quantacore.golden.gates.rotation import patch_rotate
from quantacore.golden.gates.surgery_gates import (
    injection,
    merge_xx,
    merge_zz,
    patch_move,
    surgery_cnot,
)
from quantacore.golden.gates.transversal import transversal_cnot, transversal_h, transversal_s

PEHAM = "Peham et al., arXiv:2408.11894"
GOTTESMAN = "Gottesman, arXiv:0904.2557"
MOUSSA = "Moussa, arXiv:1603.02286"
HORSMAN = "Horsman et al., arXiv:1111.4022"
LITINSKI = "Litinski, arXiv:1808.02892"
LI = "Li, arXiv:1410.7808"
CAMPBELL = "Campbell, The smallest interesting colour code"
BRAVYI = "Bravyi & Kitaev, quant-ph/0403025"
GIDNEY = "Gidney, Shutty & Jones, arXiv:2409.17595"
SURFACE = (3, 5, 7)


def _preparation(
    code: str,
    basis: str,
    tried: tuple[int, int] | None,
    published: tuple[int, int] | None = None,
    *,
    distance: int = 3,
    order: int = 1,
) -> Gate:
    """Return a preparation: the try of `find_preparation` (seed, number) that was cheapest.

    Without one, it is a circuit that `quantacore gates search` found, kept in a file.
    """

    def build(_: int) -> BuiltGate:
        if tried is None:
            circuit = found_circuit(f"prepare-{code}-{state}")
        else:
            seed, number = tried
            found = cached_preparation(CODES[code], basis, order, seed=seed, number=number)
            circuit = found.circuit()
        return prepared_gate(CODES[code], basis, circuit, order=order)

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


def _gate(
    name: str,
    builder: Callable[[int], BuiltGate],
    summary: str,
    source: str,
    distances: tuple[int, ...] = (3,),
) -> Gate:
    return Gate(name=name, summary=summary, source=source, builder=builder, distances=distances)


GATES = {
    gate.name: gate
    for gate in (
        _gate("steane-cnot", transversal_cnot, "transversal CNOT of two Steane blocks", GOTTESMAN),
        _gate("steane-h", transversal_h, "transversal H of a Steane block", GOTTESMAN),
        _gate("steane-s", transversal_s, "transversal S of a Steane block", GOTTESMAN),
        _gate("fold-h", fold_h, "H of a planar patch: H and a mirror", MOUSSA, SURFACE),
        _gate("fold-s", fold_s, "S of a planar patch: CZ across its diagonal", MOUSSA, (3, 5)),
        _gate("merge-zz", merge_zz, "ZZ of two rotated patches", HORSMAN, SURFACE),
        _gate("merge-xx", merge_xx, "XX of two rotated patches", HORSMAN, SURFACE),
        _gate("surgery-cnot", surgery_cnot, "CNOT by ZZ and XX merges", HORSMAN, SURFACE),
        _gate("patch-move", patch_move, "a patch moves by its size and one", HORSMAN, SURFACE),
        _gate("patch-rotate", patch_rotate, "X and Z edges change places", LITINSKI, SURFACE),
        _gate("inject", injection, "one qubit's state into a patch, unprotected", LI, SURFACE),
        _gate("ccz-832", ccz_832, "CCZ of the [[8,3,2]] code by T", CAMPBELL, (2,)),
        _gate("distill-15", distill_15, "15-to-1 distillation of T states", BRAVYI),
        _gate("cultivate-3", cultivate_3, "checked T state in the Steane code", GIDNEY),
        _preparation("steane", "z", (0, 0), (11, 1)),
        _preparation("steane", "x", (0, 0), (11, 1)),
        _preparation("shor", "z", (0, 0), (11, 1)),
        _preparation("shor", "x", (0, 39), (6, 0)),
        _preparation("surface", "z", (0, 0), (11, 1)),
        _preparation("surface", "x", (0, 7), (11, 1)),
        _preparation("tetrahedral", "z", (13, 3), (25, 1)),
        _preparation("tetrahedral", "x", None),
        _preparation("hamming", "z", (0, 9), (28, 2)),
        _preparation("hamming", "x", None),
        _preparation("carbon", "z", None, (30, 3), distance=4),
        _preparation("colour17", "z", (4, 0), (71, 13), distance=5, order=2),
        _preparation("colour19", "z", (10, 0), (120, 24), distance=5, order=2),
        _preparation("surface5", "z", None, (100, 17), distance=5, order=2),
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
