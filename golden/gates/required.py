"""Say what a certificate leaves out: it may not claim less than its gate must.

In: a certificate.   Out: what is missing, in words; nothing if it is whole.
Next: `quantacore.golden.gates.certificate`.

A gate of the library must claim what its entry claims. Of other gates only the stated distance is
known: something must be said of faults, and nothing that is said may fall short of that distance.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import stim

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.faults import Block
from quantacore.golden.gates.gate import BuiltGate
from quantacore.golden.gates.linear import reduced_rows, residue, word_of


def missing_claims(record: Mapping[str, Any]) -> list[str]:
    """Return what a certificate does not claim, though it must; the most important first.

    Parameters
    ----------
    record : mapping
        A certificate. It is compared with the library's gate of its name and distance, if there is
        one.
    """
    gate = GATES.get(record["gate"])
    if gate is None:
        return list(_short_of_distance(record))
    if record["distance"] not in gate.distances:
        known = ", ".join(map(str, gate.distances))
        return [f"the distance of {gate.name}: {record['distance']} is none of {known}"]
    built = gate.build(record["distance"])
    return [
        *_lost_flows(record, built),
        *_lost_faults(record, built),
        *_lost_phases(record, built),
        *_lost_experiments(record, built),
    ]


def _short_of_distance(record: Mapping[str, Any]) -> Iterator[str]:
    distance = record["distance"]
    if record["faults"] is not None and record["faults"]["order"] < (distance - 1) // 2:
        yield f"faults: sets of {(distance - 1) // 2}, as distance {distance} needs"
    if record["diagonal"] is not None and record["diagonal"]["lightest"][0] < distance:
        yield f"diagonal: errors up to the distance {distance}"
    for name, experiment in record["experiments"].items():
        if experiment["distance"] < distance:
            yield f"experiment {name}: the distance {distance}"
    if record["faults"] is None and record["diagonal"] is None and not record["experiments"]:
        yield "faults, diagonal or experiments: nothing is said of errors"


def _lost_flows(record: Mapping[str, Any], built: BuiltGate) -> Iterator[str]:
    """Yield the library's flows that do not follow from those of the file.

    Another circuit for the same gate may have other records, so they count in the same one only.
    """
    circuit = stim.Circuit(record["circuit"])
    claimed = [stim.Flow(text) for text in record["flows"]]
    size = max(circuit.num_qubits, built.circuit.num_qubits)
    with_records = circuit == built.circuit
    known = reduced_rows(_row(flow, size, with_records) for flow in claimed)
    for flow in built.flows:
        if flow in claimed:
            continue
        # Where no record decides, the sign is part of the action.
        other_sign = not flow.measurements_copy() and not circuit.has_flow(flow)
        if residue(_row(flow, size, with_records), known) or other_sign:
            yield f"flow {flow}"


def _row(flow: stim.Flow, size: int, with_records: bool) -> int:
    row = word_of(4 * size + k for k in flow.measurements_copy()) if with_records else 0
    for part, pauli in enumerate((flow.input_copy(), flow.output_copy())):
        xs, zs = pauli.to_numpy()
        for side, bits in enumerate((xs, zs)):
            row |= word_of((2 * part + side) * size + int(q) for q in bits.nonzero()[0])
    return row


def _lost_faults(record: Mapping[str, Any], built: BuiltGate) -> Iterator[str]:
    must, has = built.faults, record["faults"]
    if must is None:
        return
    if has is None:
        yield "faults"
        return
    if has["order"] < must.order:
        yield f"faults: sets of {must.order}"
    claimed = {_spans(Block(**block)) for block in has["blocks"]}
    for number, block in enumerate(must.blocks):
        if _spans(block) not in claimed:
            yield f"faults: block {number} of {len(must.blocks)}"


def _spans(block: Block) -> tuple[tuple[int, ...], ...]:
    def span(group: Iterable[Iterable[int]]) -> tuple[int, ...]:
        return tuple(reduced_rows(map(word_of, group)))

    return tuple(sorted(block.qubits)), span(block.x_stabilizers), span(block.z_stabilizers)


def _lost_phases(record: Mapping[str, Any], built: BuiltGate) -> Iterator[str]:
    must, has = built.diagonal, record["diagonal"]
    if must is None:
        return
    if has is None:
        yield "diagonal"
        return
    for field, value in vars(must).items():
        if _tuples(has[field]) != value:
            yield f"diagonal: {field}"


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


def _lost_experiments(record: Mapping[str, Any], built: BuiltGate) -> Iterator[str]:
    same_gate = stim.Circuit(record["circuit"]) == built.circuit
    for name, claim in built.distances.items():
        has = record["experiments"].get(name)
        if has is None:
            yield f"experiment {name}"
            continue
        circuit, must = stim.Circuit(has["circuit"]), built.experiments[name]
        if has["distance"] < claim.distance:
            yield f"experiment {name}: the distance {claim.distance}"
        if has["graphlike"] and not claim.graphlike:
            yield f"experiment {name}: mechanisms of more than two detectors"
        if has["decoded"] != claim.decoded:
            yield f"experiment {name}: decoded {str(claim.decoded).lower()}"
        if circuit.num_observables < must.num_observables:
            yield f"experiment {name}: {must.num_observables} observables"
        elif same_gate and circuit != must:
            yield f"experiment {name}: the experiment of this very gate"
