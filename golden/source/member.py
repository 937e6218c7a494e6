"""Make a member of a family from a circuit.

In: name, `stim.Circuit` with a REPEAT block, window.   Out: `Member`.
Next: `quantacore.golden.family.code_family`.
"""

import stim

from quantacore.golden.family.member import Member
from quantacore.golden.source.window import RepeatingCircuit, window_plan


def member_of_circuit(
    name: str, circuit: stim.Circuit | RepeatingCircuit, *, commit_rounds: int, buffer_rounds: int
) -> Member:
    """Return a memory experiment as it goes into a family.

    Parameters
    ----------
    name : str
        What the family calls it.
    circuit : stim.Circuit or RepeatingCircuit
        With coordinates on the lattice that all members share.
    commit_rounds, buffer_rounds : int
        The same for all members of a family; see `window_plan`.

    Raises
    ------
    ValueError
        As `window_plan`.
    """
    source = circuit if isinstance(circuit, RepeatingCircuit) else RepeatingCircuit(circuit)
    plan = window_plan(source, commit_rounds=commit_rounds, buffer_rounds=buffer_rounds)
    places = source.circuit(source.least_rounds + 1).get_final_qubit_coordinates()
    return Member(
        name=name,
        plan=plan,
        slots=source.slot_coordinates,
        qubits=frozenset(tuple(place) for place in places.values()),
    )
