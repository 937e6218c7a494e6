"""Memory experiments of any code whose checks are products of X and Z, one ancilla each.

In: a code as data, noise, rounds.   Out: `stim.Circuit` with detectors and coordinates.
Next: `quantacore.golden.codes.families`.

An ancilla is prepared in |+>, coupled to its data qubits by controlled-X and controlled-Z, and
measured in X, whatever the check: so codes that differ in their Paulis have the same circuit and
are compared on equal terms. (`quantacore.golden.codes.patches` has stim's circuit instead.)

Source: XZZX checks by conjugation with Hadamards, Bonilla Ataides et al., arXiv:2009.07851.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import stim

from quantacore.golden.codes.pauli_noise import Channel, PlaceNoise

Place = tuple[float, float]
"""Column and row of a qubit."""

SWAPPED = {"X": "Z", "Z": "X"}
RESETS = {"X": "RX", "Z": "R"}
MEASUREMENTS = {"X": "MX", "Z": "M"}


@dataclass(frozen=True)
class Check:
    """A product of Paulis that is measured each round."""

    place: Place
    """Of its ancilla."""
    steps: tuple[tuple[Place, str] | None, ...]
    """In each layer of gates, the data qubit and its Pauli, ``"X"`` or ``"Z"``; None: idle."""

    @property
    def paulis(self) -> dict[Place, str]:
        """Data qubit -> Pauli."""
        return dict(step for step in self.steps if step is not None)


@dataclass(frozen=True, kw_only=True)
class CheckCode:
    """A code and its logical observables."""

    data: tuple[Place, ...]
    checks: tuple[Check, ...]
    """All with as many steps."""
    frames: Mapping[str, Mapping[Place, str]]
    """Basis of a memory experiment -> data qubit -> Pauli that is prepared and read out."""
    observables: Mapping[str, tuple[frozenset[Place], ...]]
    """Basis -> data qubits of each observable; their Paulis are those of the frame."""

    def conjugated(self, places: Iterable[Place]) -> "CheckCode":
        """Return the code with X and Z swapped on some data qubits."""
        chosen = frozenset(places)

        def swapped(place: Place, pauli: str) -> str:
            return SWAPPED[pauli] if place in chosen else pauli

        checks = tuple(
            Check(
                check.place,
                tuple(step and (step[0], swapped(*step)) for step in check.steps),
            )
            for check in self.checks
        )
        frames = {
            basis: {place: swapped(place, pauli) for place, pauli in frame.items()}
            for basis, frame in self.frames.items()
        }
        return CheckCode(data=self.data, checks=checks, frames=frames, observables=self.observables)

    def known_checks(self, basis: str) -> tuple[Check, ...]:
        """Return the checks whose value preparation and readout in a basis tell."""
        frame = self.frames[basis]
        return tuple(
            check
            for check in self.checks
            if all(frame[place] == pauli for place, pauli in check.paulis.items())
        )


def memory_circuit(code: CheckCode, noise: PlaceNoise, *, rounds: int, basis: str) -> stim.Circuit:
    """Return the memory experiment of a code.

    Parameters
    ----------
    code : CheckCode
    noise : PlaceNoise
    rounds : int
        Rounds of check measurements, at least 1; from 2 on, all but the first are a ``REPEAT``.
    basis : str
        One of ``code.frames``.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_basis(code, basis)
    if rounds < 1:
        raise ValueError(f"Number of rounds must be at least 1, not {rounds!r}")
    return _Memory(code, noise, basis).circuit(rounds)


def code_capacity_circuit(code: CheckCode, channel: Channel, *, basis: str) -> stim.Circuit:
    """Return one round of noise on data qubits between two perfect measurements of all checks.

    Raises
    ------
    ValueError
        If the basis is not one of ``code.frames``.
    """
    check_basis(code, basis)
    memory = _Memory(code, None, basis)
    made = memory.prepared()
    memory.measure_products(made)
    memory.noisy(made, channel, code.data)
    memory.measure_products(made)
    num_checks = len(code.checks)
    for index, check in enumerate(code.checks):
        records = [stim.target_rec(index - num_checks - shift) for shift in (0, num_checks)]
        made.append("DETECTOR", records, (*check.place, 0))
    memory.read_out(made)
    return made


def check_basis(code: CheckCode, basis: str) -> None:
    """Raise `ValueError` unless the code has such a memory experiment."""
    if basis not in code.frames:
        known = " and ".join(sorted(code.frames))
        raise ValueError(f"Basis must be one of {known}, not {basis!r}")


class _Memory:
    """The parts of one experiment."""

    def __init__(self, code: CheckCode, noise: PlaceNoise | None, basis: str) -> None:
        self.code = code
        self.noise = noise
        self.frame = code.frames[basis]
        self.observables = code.observables[basis]
        self.known = code.known_checks(basis)
        self.ancillas = [check.place for check in code.checks]
        places = sorted([*code.data, *self.ancillas], key=lambda place: (place[1], place[0]))
        self.index = {place: index for index, place in enumerate(places)}
        self.age = {place: index - len(self.ancillas) for index, place in enumerate(self.ancillas)}
        # Data qubits are read out by Pauli, so this is the order of their records.
        order = [place for pauli in "XZ" for place in code.data if self.frame[place] == pauli]
        self.data_age = {place: index - len(order) for index, place in enumerate(order)}

    def circuit(self, rounds: int) -> stim.Circuit:
        made = self.prepared()
        made += self._round()
        for check in self.known:
            made.append("DETECTOR", [stim.target_rec(self.age[check.place])], (*check.place, 0))
        if rounds > 1:
            body = self._round()
            body.append("SHIFT_COORDS", [], (0, 0, 1))
            for place, age in self.age.items():
                records = [stim.target_rec(age - shift) for shift in (0, len(self.age))]
                body.append("DETECTOR", records, (*place, 0))
            made.append(stim.CircuitRepeatBlock(rounds - 1, body))
        self.read_out(made)
        for check in self.known:
            ages = [self.data_age[place] for place in check.paulis]
            ages.append(self.age[check.place] - len(self.data_age))
            made.append("DETECTOR", [stim.target_rec(age) for age in ages], (*check.place, 1))
        return made

    def prepared(self) -> stim.Circuit:
        """Return a circuit that names the qubits and prepares the data."""
        made = stim.Circuit()
        used = [*self.code.data, *(self.ancillas if self.noise else ())]
        for place in sorted(used, key=self.index.__getitem__):
            made.append("QUBIT_COORDS", [self.index[place]], place)
        for pauli, places in self._by_pauli():
            made.append(RESETS[pauli], self._indices(places))
            if self.noise:
                self.noisy(made, self.noise.prepared(pauli, ancilla=False), places)
        return made

    def read_out(self, made: stim.Circuit) -> None:
        """Measure the data and declare the observables."""
        for pauli, places in self._by_pauli():
            if self.noise:
                self.noisy(made, self.noise.measured(pauli, ancilla=False), places)
            made.append(MEASUREMENTS[pauli], self._indices(places))
        for number, chosen in enumerate(self.observables):
            records = [stim.target_rec(self.data_age[place]) for place in sorted(chosen)]
            made.append("OBSERVABLE_INCLUDE", records, number)

    def measure_products(self, made: stim.Circuit) -> None:
        """Measure all checks at once, without ancillas or noise."""
        for check in self.code.checks:
            targets = []
            for place, pauli in check.paulis.items():
                targets += [stim.target_pauli(self.index[place], pauli), stim.target_combiner()]
            made.append("MPP", targets[:-1])

    def noisy(self, made: stim.Circuit, channel: Channel, places: Iterable[Place]) -> None:
        """Append noise, but none that never happens."""
        targets = self._indices(places)
        for name, arguments in channel:
            if targets and any(arguments):
                made.append(name, targets, arguments)

    def _round(self) -> stim.Circuit:
        """Return one round of check measurements, without detectors."""
        assert self.noise is not None
        made = stim.Circuit()
        made.append("TICK")
        self.noisy(made, self.noise.idle, self.code.data)
        made.append("RX", self._indices(self.ancillas))
        self.noisy(made, self.noise.prepared("X", ancilla=True), self.ancillas)
        for layer in zip(*(check.steps for check in self.code.checks), strict=True):
            made.append("TICK")
            coupled = list(zip(self.ancillas, layer, strict=True))
            pairs: list[Place] = []
            for pauli in "XZ":
                of_pauli = [
                    place
                    for ancilla, step in coupled
                    if step is not None and step[1] == pauli
                    for place in (ancilla, step[0])
                ]
                if of_pauli:
                    made.append(f"C{pauli}", self._indices(of_pauli))
                pairs += of_pauli
            self.noisy(made, self.noise.gate, pairs)
        made.append("TICK")
        self.noisy(made, self.noise.measured("X", ancilla=True), self.ancillas)
        made.append("MX", self._indices(self.ancillas))
        return made

    def _by_pauli(self) -> list[tuple[str, list[Place]]]:
        grouped = [(p, [d for d in self.code.data if self.frame[d] == p]) for p in "XZ"]
        return [(pauli, places) for pauli, places in grouped if places]

    def _indices(self, places: Iterable[Place]) -> list[int]:
        return [self.index[place] for place in places]
