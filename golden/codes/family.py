"""One interface for every code family: circuit, resources, fewest faults.

In: distance, rounds, noise, basis.   Out: `stim.Circuit`, `Resources`.
Next: `quantacore.golden.codes.families`.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import stim

Distances = tuple[int, int]
"""Distance against X errors, distance against Z errors: ``(d_x, d_z)``."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a memory experiment needs."""

    data: int
    """Data qubits (cat or GKP codes: modes)."""
    ancillas: int
    """Ancilla qubits or modes; 0 if pairs of data qubits are measured directly."""
    gates: int
    """Two-qubit gates in one round."""
    measurements: int
    """Measurements in one round."""
    layers: int
    """Layers of gates and measurements in one round."""

    @property
    def qubits(self) -> int:
        """Data qubits and ancillas."""
        return self.data + self.ancillas


@dataclass(frozen=True, kw_only=True)
class Family:
    """A code for every distance, with its noise.

    One more family is one more file and one more line in `quantacore.golden.codes.families`; the
    tests of the interface run over all of them.
    """

    name: str
    summary: str
    """One line: what it is."""
    source: str
    """Where it is from."""
    bases: tuple[str, ...]
    """Memory experiments, the default first. Those in basis z fail by X errors."""
    noise: type[Any]
    """Dataclass of the noise; every field is a number with a default."""
    check: Callable[[Distances], None]
    """Raises `ValueError` if there is no code of these distances."""
    build: Callable[[Distances, int, Any, str], stim.Circuit]
    """Distances, rounds, noise, basis -> circuit."""
    count: Callable[[Distances], Resources]
    faults: Callable[[Distances, str], int]
    """Distances, basis -> fewest faults of the circuit that go unseen and flip an observable."""
    smallest: Distances
    """The smallest useful code, for tests."""

    def circuit(
        self,
        distance: int | Distances,
        *,
        rounds: int | None = None,
        noise: object | None = None,
        basis: str | None = None,
    ) -> stim.Circuit:
        """Return a memory experiment with detectors, observables and coordinates.

        Parameters
        ----------
        distance : int or (int, int)
            One number for both kinds of error, or ``(d_x, d_z)``.
        rounds : int, optional
            At least 1; the larger of the distances if not given.
        noise : optional
            Instance of ``noise``; its defaults if not given.
        basis : str, optional
            One of ``bases``; the first if not given.

        Raises
        ------
        TypeError
            If the noise is that of another family.
        ValueError
            If an argument is out of range.
        """
        distances = self.distances(distance)
        rounds = max(distances) if rounds is None else rounds
        noise = self.noise() if noise is None else noise
        basis = self.bases[0] if basis is None else basis
        if not isinstance(noise, self.noise):
            raise TypeError(f"Noise must be {self.noise.__name__} for {self.name}, not {noise!r}")
        if rounds < 1:
            raise ValueError(f"Number of rounds must be at least 1, not {rounds!r}")
        if basis not in self.bases:
            known = " and ".join(self.bases)
            raise ValueError(f"Basis must be one of {known} for {self.name}, not {basis!r}")
        return self.build(distances, rounds, noise, basis)

    def resources(self, distance: int | Distances) -> Resources:
        """Return what the code needs; `ValueError` as in `circuit`."""
        return self.count(self.distances(distance))

    def fewest_faults(self, distance: int | Distances, *, basis: str) -> int:
        """Return how many faults of the circuit it takes to go unseen and flip an observable."""
        return self.faults(self.distances(distance), basis)

    def noise_of(self, settings: Mapping[str, float]) -> Any:
        """Return the noise with some of its numbers set.

        Raises
        ------
        ValueError
            If there is no such number, or it is out of range.
        """
        known = {field.name for field in dataclasses.fields(self.noise)}
        for name in settings:
            if name not in known:
                raise ValueError(
                    f"Noise of {self.name} must be set by {', '.join(sorted(known))}, not {name!r}"
                )
        return self.noise(**settings)

    def distances(self, distance: int | Distances) -> Distances:
        """Return both distances of a code of the family; `ValueError` if there is none."""
        pair = (distance, distance) if isinstance(distance, int) else tuple(distance)
        if len(pair) != 2:
            raise ValueError(f"Distance must be one number or two, not {pair!r}")
        self.check((pair[0], pair[1]))
        return pair[0], pair[1]


def check_least(distances: Distances, least: int) -> None:
    """Raise `ValueError` unless both distances are at least so large."""
    if min(distances) < least:
        raise ValueError(f"Distance must be at least {least}, not {min(distances)!r}")


def check_square(distances: Distances, *, least: int) -> None:
    """Raise `ValueError` unless both distances are the same and large enough."""
    check_least(distances, least)
    if distances[0] != distances[1]:
        raise ValueError(f"Distance must be one number for this family, not {distances!r}")
