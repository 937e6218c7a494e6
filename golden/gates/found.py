"""Read circuits that were searched for too long to be searched for again.

In: name of a gate.   Out: its circuit, in layers.
Next: `quantacore.golden.gates.catalogue`.

They come from `quantacore gates search`: checks between the CNOTs of a preparation, which
`find_preparation` does not try. Nothing is taken on trust: certificates are made of them as of any
other circuit.
"""

from importlib.resources import files

import stim

from quantacore.golden.gates.layers import Operation, layered_circuit


def found_circuit(name: str) -> stim.Circuit:
    """Return the circuit of ``circuits/NAME.stim``, with ``TICK`` between layers."""
    text = files("quantacore.golden.gates.circuits").joinpath(f"{name}.stim").read_text()
    operations: list[Operation] = [
        (instruction.name, [target.value for target in group])
        for instruction in stim.Circuit(text)
        for group in instruction.target_groups()
    ]
    return layered_circuit(operations)
