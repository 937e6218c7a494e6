"""Put gates into as few layers as their order allows.

In: gates, one after another.   Out: noiseless `stim.Circuit` with ``TICK`` between layers.
Next: `quantacore.golden.gates.noise`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import stim

Operation = tuple[str, Sequence[int]]
"""Name, perhaps with a tag as in ``S[T]``, and qubits: one pair for a gate of two."""


def layered_circuit(operations: Iterable[Operation]) -> stim.Circuit:
    """Return the circuit with every gate as early as possible, and resets as late.

    Measurements keep their order among each other.

    Examples
    --------
    >>> print(layered_circuit([("R", [0]), ("R", [1]), ("H", [0]), ("CX", [0, 1])]))
    R 0
    TICK
    H 0
    R 1
    TICK
    CX 0 1
    """
    layers: defaultdict[int, list[Operation]] = defaultdict(list)
    busy: defaultdict[int, int] = defaultdict(int)  # first free layer of each qubit
    waiting: dict[int, Operation] = {}
    measured = 0
    for name, qubits in operations:
        data = stim.gate_data(name.partition("[")[0])
        if data.is_reset and not data.produces_measurements:
            for qubit in qubits:
                waiting[qubit] = (name, [qubit])
                busy[qubit] += 1
            continue
        layer = max(busy[qubit] for qubit in qubits)
        if data.produces_measurements:
            layer = measured = max(layer, measured)
        for qubit in qubits:
            if qubit in waiting:
                layers[layer - 1].append(waiting.pop(qubit))
            busy[qubit] = layer + 1
        layers[layer].append((name, qubits))
    made = stim.Circuit()
    for operation in waiting.values():
        layers[0].append(operation)
    for number in range(max(layers, default=-1) + 1):
        if number:
            made.append("TICK")
        for name, qubits in layers[number]:
            plain, _, tag = name.removesuffix("]").partition("[")
            made.append(plain, qubits, tag=tag)
    return made
