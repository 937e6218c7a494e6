"""Change the number of photons of cat qubits: the noise changes, the circuit does not.

In: distance, rounds.   Out: `Change`.
Next: `quantacore.golden.codes.changes.kinds`.

What the ramp itself costs is not modelled: two-photon dissipation follows a slow drive, and the
new noise holds from one round to the next.
"""

from quantacore.golden.codes.cat import phase_repetition_code
from quantacore.golden.codes.changes.episode import Change
from quantacore.golden.codes.changes.phases import Phase


def change_photons(distance: int, *, rounds: tuple[int, int], basis: str) -> Change:
    """Return a repetition code of cat qubits in two phases, which only noise tells apart.

    Parameters
    ----------
    distance : int
        At least 2.
    rounds : (int, int)
        With the first number of photons, and with the second.
    basis : {"x", "z"}
        Of the observable: x fails by phase flips, z by any bit flip.
    """
    code = phase_repetition_code(distance)
    (logical,) = code.observables[basis]
    phases = tuple(
        Phase(name=name, data=code.data, turns=(code.checks,), rounds=count, logical=logical)
        for name, count in zip(("first photons", "second photons"), rounds, strict=True)
    )
    return Change(kind="photons", phases=phases)
