"""Certificates: all that is claimed of a gate in one file, and the check that believes none of it.

In: `BuiltGate`, or a certificate.   Out: JSON record; findings.
Next: `quantacore.sim.cli.gates`.

What is claimed is computed from nothing but the file: the hash of the circuit, every flow with its
sign (`stim.Circuit.has_flow`), that flows reach every stabilizer of every block, that what is
post-selected is certain without faults, all faults (`check_faults`), and the distance of every
experiment, with noise put in again. Then the library says whether anything is left out
(`missing_claims`).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import stim

from quantacore.golden.gates.certificate_shape import MOST, check_shape
from quantacore.golden.gates.faults import Block, check_faults
from quantacore.golden.gates.gate import BuiltGate, DiagonalClaim
from quantacore.golden.gates.harm import fewest_harmful
from quantacore.golden.gates.linear import bits_of, rank, reduced_rows, residue, span, word_of
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.required import missing_claims

FORMAT = "quantacore-gate-certificate"
VERSION = 1
PROBE_P = 1e-3
"""Noise strength at which distances are looked for; they do not depend on it."""
MOST_TRIED = 4
"""Largest sets of mechanisms of which all are tried: seconds at distance 5."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim and whether it holds."""

    claim: str
    holds: bool
    detail: str


def make_certificate(name: str, distance: int, built: BuiltGate) -> dict[str, Any]:
    """Return the claims of a gate as a JSON-ready record; it is not checked yet."""
    circuit = str(built.circuit)
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "gate": name,
        "distance": distance,
        "circuit": circuit,
        "sha256": _hash(circuit),
        "flows": [str(flow) for flow in built.flows],
        "faults": None if built.faults is None else asdict(built.faults),
        "diagonal": None if built.diagonal is None else asdict(built.diagonal),
        "experiments": {},
    }
    for experiment, claim in built.distances.items():
        text = str(built.experiments[experiment])
        record["experiments"][experiment] = {
            "circuit": text,
            "sha256": _hash(text),
            **asdict(claim),
        }
    return record


def check_certificate(record: Mapping[str, Any]) -> list[Finding]:
    """Return one finding for each claim of a certificate, and one for what it does not claim.

    Raises
    ------
    ValueError
        If it is no certificate of this version, or cannot be read.
    """
    if record.get("format") != FORMAT or record.get("version") != VERSION:
        raise ValueError(
            f"Certificate must have format {FORMAT!r} and version {VERSION}, "
            f"not {record.get('format')!r} and {record.get('version')!r}"
        )
    check_shape(record)
    try:
        circuit = _circuit(record["circuit"])
        flows = [stim.Flow(text) for text in record["flows"]]
        findings = [_hash_finding("circuit", record)]
        if record["diagonal"] is not None:
            findings += check_diagonal(DiagonalClaim(**_tuples(record["diagonal"])))
            findings.append(_tag_finding(circuit, record["diagonal"]["eighths"]))
        if flows or record["diagonal"] is None:
            findings.append(_flow_finding(circuit, flows))
        if record["faults"] is not None:
            blocks = [Block(**_tuples(block)) for block in record["faults"]["blocks"]]
            if flows:
                findings.append(_reach_finding(blocks, flows))
            if record["faults"]["postselected"]:
                findings.append(_certain_finding(circuit, record["faults"]["postselected"]))
            findings.append(_fault_finding(circuit, blocks, record["faults"]))
        for name, experiment in record["experiments"].items():
            findings.append(_hash_finding(f"experiment {name}", experiment))
            findings.append(_distance_finding(name, experiment))
        findings.append(_whole_finding(record))
    except (ValueError, IndexError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"Certificate must hold circuits, flows and blocks, but {reason}"
        ) from None
    return findings


def _circuit(text: str) -> stim.Circuit:
    circuit = stim.Circuit(text)
    if circuit.num_qubits > MOST + 1:
        raise ValueError(f"a qubit is above {MOST}")
    return circuit


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_finding(what: str, record: Mapping[str, Any]) -> Finding:
    found = _hash(record["circuit"])
    return Finding(claim=f"hash of the {what}", holds=found == record["sha256"], detail=found[:12])


def _flow_finding(circuit: stim.Circuit, flows: list[stim.Flow]) -> Finding:
    broken = [str(flow) for flow in flows if not circuit.has_flow(flow)]
    size = circuit.num_qubits
    independent = rank(_row(flow, size) for flow in flows)
    text = f"{len(flows)} flows, {independent} of them independent"
    if broken:
        text += f"; broken: {broken[0]}"
    return Finding(claim="logical action", holds=bool(flows) and not broken, detail=text)


def _reach_finding(blocks: Iterable[Block], flows: list[stim.Flow]) -> Finding:
    """Tell whether every stabilizer of a block comes from nothing or from one of the input."""
    size = 1 + max(
        [
            *(max(block.qubits) for block in blocks),
            *(max(len(f.output_copy()), len(f.input_copy())) for f in flows),
        ]
    )
    stabilizers = [
        _pauli_row(_pauli(kind, support, size), size)
        for block in blocks
        for kind, support in _generators(block)
    ]
    known = reduced_rows(stabilizers)
    outputs = reduced_rows(
        _pauli_row(flow.output_copy(), size)
        for flow in flows
        if not residue(_pauli_row(flow.input_copy(), size), known)
    )
    missing = sum(residue(row, outputs) != 0 for row in stabilizers)
    return Finding(
        claim="flows reach every stabilizer",
        holds=missing == 0,
        detail=f"{len(stabilizers)} generators, {missing} of them not reached",
    )


def _certain_finding(circuit: stim.Circuit, parities: Iterable[Iterable[int]]) -> Finding:
    """Tell whether a run without faults is always kept."""
    flows = [stim.Flow(measurements=list(parity)) for parity in parities]
    wrong = [str(flow) for flow in flows if not circuit.has_flow(flow)]
    text = f"{len(flows)} parities, {len(wrong)} of them not certain"
    return Finding(
        claim="post-selected parities are even without faults", holds=not wrong, detail=text
    )


def _whole_finding(record: Mapping[str, Any]) -> Finding:
    missing = missing_claims(record)
    text = f"missing: {missing[0]}" if missing else "nothing is missing"
    if len(missing) > 1:
        text += f", and {len(missing) - 1} more"
    return Finding(claim="claims all that it must", holds=not missing, detail=text)


def _fault_finding(circuit: stim.Circuit, blocks: list[Block], claim: Mapping[str, Any]) -> Finding:
    report = check_faults(
        circuit, blocks=blocks, postselected=claim["postselected"], order=claim["order"]
    )
    text = (
        f"{report.faults} faults, {report.distinct} different; sets of up to {report.order}: "
        f"{report.detected} detected, {report.harmless} harmless, {report.harmful} harmful"
    )
    if report.examples:
        text += f"; such as {report.examples[0]}"
    return Finding(
        claim=f"no {report.order} fault{'s' * (report.order > 1)} do harm unseen",
        holds=report.fault_tolerant,
        detail=text,
    )


def _distance_finding(name: str, experiment: Mapping[str, Any]) -> Finding:
    noisy = uniform_noise(_circuit(experiment["circuit"]), PROBE_P)
    if experiment["graphlike"]:
        method, found = "shortest_graphlike_error", _graphlike_distance(noisy)
    else:
        method, found = _exact_distance(noisy, experiment["distance"])
    return Finding(
        claim=f"distance of experiment {name} is {experiment['distance']}",
        holds=found == experiment["distance"],
        detail=f"{method}: {found}",
    )


def _exact_distance(noisy: stim.Circuit, claimed: int) -> tuple[str, int | None]:
    """Return how the distance was looked for, and the distance; mechanisms of any size count."""
    tried = min(claimed, MOST_TRIED)
    method = f"all sets of up to {tried} mechanisms"
    found = fewest_harmful(noisy.detector_error_model(), tried)
    if found is None and claimed == MOST_TRIED + 1:
        # None that small does harm; one of this size ends the proof.
        method += ", then shortest_graphlike_error"
        found = _graphlike_distance(noisy)
    return method, found


def _graphlike_distance(noisy: stim.Circuit) -> int | None:
    try:
        return len(noisy.shortest_graphlike_error())
    except ValueError:
        return None


def check_diagonal(claim: DiagonalClaim) -> list[Finding]:
    """Compute the phases of all words of all logical states, and all Z errors up to the lightest.

    Exact: phases are integers modulo 8.
    """
    size = len(claim.eighths)
    ones = [k for k, eighth in enumerate(claim.eighths) if eighth % 8 == 1]
    others = [k for k, eighth in enumerate(claim.eighths) if eighth % 8 == 7]
    wrong = 0
    words = span(map(word_of, claim.x_stabilizers))
    for state, phase in enumerate(claim.phases):
        shift = 0
        for k in bits_of(state):
            shift ^= word_of(claim.x_logicals[k])
        plus, minus = word_of(ones), word_of(others)
        for word in words:
            found = ((word ^ shift) & plus).bit_count() - ((word ^ shift) & minus).bit_count()
            wrong += (found - phase) % 8 != 0
    stabilizers = [word_of(support) for support in claim.x_stabilizers]
    logicals = [word_of(support) for support in claim.x_logicals]

    def harmful(word: int) -> bool:
        return not any((word & s).bit_count() & 1 for s in stabilizers) and any(
            (word & s).bit_count() & 1 for s in logicals
        )

    counts = [
        sum(harmful(word_of(chosen)) for chosen in combinations(range(size), weight))
        for weight in range(claim.lightest[0] + 1)
    ]
    return [
        Finding(
            claim="phases of logical states",
            holds=wrong == 0 and len(ones) + len(others) == size,
            detail=f"{len(words)} words of {len(claim.phases)} states, {wrong} wrong",
        ),
        Finding(
            claim=f"{claim.lightest[1]} sets of {claim.lightest[0]} Z errors do harm unseen, none "
            "smaller",
            holds=counts[-1] == claim.lightest[1] and not any(counts[:-1]),
            detail=f"by weight: {counts}",
        ),
    ]


def _tag_finding(circuit: stim.Circuit, eighths: Iterable[int]) -> Finding:
    """Tell whether the circuit has T on exactly the qubits of the claim."""
    found: dict[int, int] = {}
    for instruction in circuit.flattened():
        if instruction.tag == "T":
            turn = {"S": 1, "S_DAG": -1}.get(instruction.name, 0)
            for target in instruction.targets_copy():
                found[target.value] = found.get(target.value, 0) + turn
    holds = found == dict(enumerate(eighths))
    return Finding(claim="T where it is claimed", holds=holds, detail=f"on {len(found)} qubits")


def _generators(block: Block) -> list[tuple[str, tuple[int, ...]]]:
    return [("X", s) for s in block.x_stabilizers] + [("Z", s) for s in block.z_stabilizers]


def _pauli(kind: str, support: Iterable[int], size: int) -> stim.PauliString:
    pauli = stim.PauliString(size)
    for qubit in support:
        pauli[qubit] = kind
    return pauli


def _pauli_row(pauli: stim.PauliString, size: int) -> int:
    return sum(
        (pauli[q] in (1, 2)) << q | (pauli[q] in (2, 3)) << (q + size) for q in range(len(pauli))
    )


def _row(flow: stim.Flow, size: int) -> int:
    paulis = _pauli_row(flow.input_copy(), size) | _pauli_row(flow.output_copy(), size) << 2 * size
    return paulis | sum(1 << (4 * size + record) for record in flow.measurements_copy())


def _tuples(value: Any) -> Any:
    """Return JSON's lists as tuples."""
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
