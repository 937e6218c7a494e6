"""Find a gate by the name that a user typed.

In: a name.   Out: the gate, or one line that says which name was meant.
Next: `quantacore.golden.gates.catalogue`.
"""

from difflib import get_close_matches

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.gate import Gate


def known_gate(name: str) -> Gate:
    """Return a gate by name.

    Raises
    ------
    ValueError
        If the name is unknown. The catalogue is too long for a line, so the nearest names are said.
    """
    if name not in GATES:
        near = get_close_matches(name, GATES, n=3, cutoff=0.5)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise ValueError(f"Gate must be one of `quantacore gates list`, not {name!r}{hint}")
    return GATES[name]
