"""Memory experiments on patches of one lattice: rotated codes of any size and place.

In: size and place of a patch, rounds, noise strength.   Out: `stim.Circuit`.
Next: `quantacore.golden.source.member`.

Coordinates are those of stim's rotated codes: data qubits at odd ones, checks at even ones. A
check measures X if half its coordinates add up to an odd number, wherever the patch lies, so that
patches share their checks. Patches of one column (or one row, basis x) are repetition codes.

Source: rotated codes after Bombin & Martin-Delgado, arXiv:quant-ph/0703272; order of the gates and
noise as `stim.Circuit.generated` has them, here for rectangles too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import stim

from quantacore.golden.codes.surface import BASES

Position = tuple[int, int]
"""Column and row on the lattice, in stim's coordinates: (x, y)."""

# Hook errors run against the grain of the code, not along it.
X_STEPS = ((1, 1), (-1, 1), (1, -1), (-1, -1))
Z_STEPS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A rectangle of data qubits.

    Logical Z is a row and logical X a column: memory in basis z fails by ``height`` faults, that
    in basis x by ``width``.

    Raises
    ------
    ValueError
        If a size is below 1, there is a single qubit, or the corner is off the lattice.
    """

    width: int
    """Data qubits in a row, at least 1."""
    height: int
    """Data qubits in a column, at least 1."""
    corner: tuple[int, int] = (0, 0)
    """Column and row of the first data qubit, counted in data qubits, at least 0."""

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 1 or self.width * self.height < 2:
            raise ValueError(
                f"Patch must have at least two data qubits, not {self.width} x {self.height}"
            )
        if min(self.corner) < 0:
            raise ValueError(f"Corner of a patch must be at least (0, 0), not {self.corner}")

    @property
    def data(self) -> list[Position]:
        """Data qubits, row by row."""
        column, row = self.corner
        return [
            (2 * (column + x) + 1, 2 * (row + y) + 1)
            for y in range(self.height)
            for x in range(self.width)
        ]

    @property
    def checks(self) -> dict[Position, str]:
        """Place of each check -> ``x`` or ``z``, row by row."""
        column, row = self.corner
        found = {}
        for y in range(self.height + 1):
            for x in range(self.width + 1):
                kind = "x" if (column + x + row + y) % 2 else "z"
                # Left and right edges hold checks of Z, upper and lower ones of X, corners none.
                if not (
                    (x in (0, self.width) and kind == "x")
                    or (y in (0, self.height) and kind == "z")
                ):
                    found[2 * (column + x), 2 * (row + y)] = kind
        return found

    @property
    def qubits(self) -> frozenset[Position]:
        """All qubits that the experiment uses."""
        return frozenset(self.data) | frozenset(self.checks)

    def memory(self, *, p: float, rounds: int, basis: str = "z") -> stim.Circuit:
        """Return the memory experiment with one noise strength everywhere.

        Parameters
        ----------
        p : float
            After gates and resets, before measurements, and of idle data qubits each round.
        rounds : int
            Rounds of syndrome extraction, at least 2.
        basis : {"x", "z"}
            Basis of preparation and readout.

        Returns
        -------
        stim.Circuit
            Of a square patch at (0, 0), the model is that of stim's ``rotated_memory``.

        Raises
        ------
        ValueError
            If an argument is out of range, or the patch has no check of the basis.
        """
        if basis not in BASES:
            raise ValueError(f"Basis must be one of x and z, not {basis!r}")
        if rounds < 2:
            raise ValueError(f"Number of rounds must be at least 2, not {rounds!r}")
        if basis not in self.checks.values():
            raise ValueError(
                f"Patch must have checks of basis {basis}, but "
                f"{self.width} x {self.height} has none"
            )
        return _Memory(self, p, basis).circuit(rounds)


class _Memory:
    """The parts of one experiment."""

    def __init__(self, patch: Patch, p: float, basis: str) -> None:
        self.p = p
        self.reset, self.measure, self.flip = (
            ("R", "M", "X_ERROR") if basis == "z" else ("RX", "MX", "Z_ERROR")
        )
        self.places = sorted(patch.qubits, key=lambda place: (place[1], place[0]))
        self.index = {place: index for index, place in enumerate(self.places)}
        self.kinds = patch.checks
        self.data = patch.data
        # Those that tell something in the first and last rounds; by column, as stim has them.
        self.chosen = sorted(check for check, kind in self.kinds.items() if kind == basis)
        column, row = patch.corner
        line = 2 * row + 1 if basis == "z" else 2 * column + 1
        self.observable = [place for place in self.data if place[basis == "z"] == line]

    def circuit(self, rounds: int) -> stim.Circuit:
        num_checks, num_data = len(self.kinds), len(self.data)
        age = {check: index - num_checks for index, check in enumerate(self.kinds)}
        data_age = {place: index - num_data for index, place in enumerate(self.data)}
        made = stim.Circuit()
        for place in self.places:
            made.append("QUBIT_COORDS", [self.index[place]], place)
        self._noisy(made, self.reset, self.data, self.flip, after=True)
        self._noisy(made, "R", self.kinds, "X_ERROR", after=True)
        made += self._round()
        for check in self.chosen:
            made.append("DETECTOR", [stim.target_rec(age[check])], (*check, 0))
        body = self._round()
        body.append("SHIFT_COORDS", [], (0, 0, 1))
        for check in self.kinds:
            records = [stim.target_rec(age[check] - shots) for shots in (0, num_checks)]
            body.append("DETECTOR", records, (*check, 0))
        made.append(stim.CircuitRepeatBlock(rounds - 1, body))
        self._noisy(made, self.measure, self.data, self.flip, after=False)
        for check in self.chosen:
            around = [place for place in _around(check, Z_STEPS) if place in data_age]
            ages = [*(data_age[place] for place in around), age[check] - num_data]
            made.append("DETECTOR", [stim.target_rec(index) for index in ages], (*check, 1))
        records = [stim.target_rec(data_age[place]) for place in self.observable]
        made.append("OBSERVABLE_INCLUDE", records, 0)
        return made

    def _round(self) -> stim.Circuit:
        """Return one round of syndrome extraction, without detectors."""
        made = stim.Circuit()
        of_x = [check for check, kind in self.kinds.items() if kind == "x"]
        made.append("TICK")
        made.append("DEPOLARIZE1", self._indices(self.data), self.p)
        self._hadamards(made, of_x)
        for x_step, z_step in zip(X_STEPS, Z_STEPS, strict=True):
            pairs: list[int] = []
            for (x, y), kind in self.kinds.items():
                step = x_step if kind == "x" else z_step
                place = (x + step[0], y + step[1])
                if place in self.index:
                    pair = [self.index[x, y], self.index[place]]
                    pairs += pair if kind == "x" else pair[::-1]
            made.append("TICK")
            made.append("CX", pairs)
            made.append("DEPOLARIZE2", pairs, self.p)
        made.append("TICK")
        self._hadamards(made, of_x)
        made.append("TICK")
        made.append("X_ERROR", self._indices(self.kinds), self.p)
        self._noisy(made, "MR", self.kinds, "X_ERROR", after=True)
        return made

    def _hadamards(self, made: stim.Circuit, checks: list[Position]) -> None:
        if checks:
            made.append("H", self._indices(checks))
            made.append("DEPOLARIZE1", self._indices(checks), self.p)

    def _noisy(
        self, made: stim.Circuit, name: str, places: Iterable[Position], noise: str, *, after: bool
    ) -> None:
        """Append an operation with its noise after it, or before it."""
        targets = self._indices(places)
        steps = [(name, ()), (noise, self.p)]
        for step, argument in steps if after else steps[::-1]:
            made.append(step, targets, argument)

    def _indices(self, places: Iterable[Position]) -> list[int]:
        return [self.index[place] for place in places]


def _around(check: Position, steps: Iterable[Position]) -> list[Position]:
    return [(check[0] + x, check[1] + y) for x, y in steps]
