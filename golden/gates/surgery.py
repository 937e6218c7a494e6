"""Lattice surgery on rotated patches, round by round, with detectors that span merges and splits.

In: resets, rounds of checks, measurements.   Out: `stim.Circuit` with detectors; records.
Next: `quantacore.golden.gates.surgery_gates`.

What is known of a check before it is measured makes its detector: the same check a round ago, a
check at the same place plus qubits that were reset or measured since, or such qubits alone. So one
rule closes detectors over preparation, merge, split and readout; the checks of a seam, of which
nothing is known, have none in their first round: their product is the measured logical operator.

Source: Horsman et al., arXiv:1111.4022. Order of the gates as in `quantacore.golden.codes.patches`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import stim

from quantacore.golden.codes.patches import X_STEPS, Z_STEPS, Position

RESETS = {"x": "RX", "z": "R"}
MEASUREMENTS = {"x": "MX", "z": "M"}
Steps = Mapping[str, Sequence[Position | None]]
"""Kind of a check -> where its data qubit lies, layer by layer; None: no gate."""
STEPS: Steps = {"x": X_STEPS, "z": Z_STEPS}

Known = tuple[frozenset[Position], frozenset[int]]
"""Data qubits of a check and the records whose parity is its value."""


class Region(Protocol):
    """Data qubits with checks, such as a `Patch`."""

    @property
    def data(self) -> list[Position]:
        """Data qubits."""

    @property
    def checks(self) -> dict[Position, str]:
        """Place of each check -> ``x`` or ``z``."""

    @property
    def qubits(self) -> frozenset[Position]:
        """All qubits."""


class Surgery:
    """A circuit under construction.

    Parameters
    ----------
    patches : sequence of Region
        All regions that ever have checks: they name the qubits.
    detectors : bool
        Whether to declare them; a gate between code blocks has none.
    steps : mapping
        Order of the gates of a check.
    """

    def __init__(
        self, patches: Sequence[Region], *, detectors: bool = True, steps: Steps = STEPS
    ) -> None:
        self.steps = steps
        places = sorted({q for patch in patches for q in patch.qubits}, key=lambda p: (p[1], p[0]))
        self.index = {place: number for number, place in enumerate(places)}
        self.circuit = stim.Circuit()
        for place, number in self.index.items():
            self.circuit.append("QUBIT_COORDS", [number], place)
        self.detectors = detectors
        self.num_records = 0
        self.num_rounds = 0
        self.known: dict[tuple[str, Position], Known] = {}
        """Kind and place of a check -> what is known of it."""
        self.singles: dict[tuple[str, Position], frozenset[int]] = {}
        """Kind and data qubit -> records whose parity is its X or Z, since it was reset or read."""
        self.first: dict[tuple[str, Position], int] = {}
        """Kind and place of a check without a detector -> record of its first round."""

    def reset(self, places: Iterable[Position], kind: str) -> None:
        """Prepare data qubits in |+> (``"x"``) or |0> (``"z"``)."""
        chosen = sorted(places)
        self.circuit.append(RESETS[kind], [self.index[place] for place in chosen])
        for place in chosen:
            self.singles[kind, place] = frozenset()

    def measure(self, places: Iterable[Position], kind: str) -> dict[Position, int]:
        """Read data qubits out; return their records."""
        chosen = sorted(places)
        self.circuit.append(MEASUREMENTS[kind], [self.index[place] for place in chosen])
        records = {place: self.num_records + k for k, place in enumerate(chosen)}
        self.num_records += len(chosen)
        for place, record in records.items():
            self.singles[kind, place] = frozenset({record})
        return records

    def tick(self) -> None:
        """End a layer."""
        self.circuit.append("TICK")

    def rounds(self, patches: Sequence[Region], count: int) -> None:
        """Measure all checks of some patches, so many times."""
        data = {place for patch in patches for place in patch.data}
        checks = {place: kind for patch in patches for place, kind in patch.checks.items()}
        for _ in range(count):
            self._round(data, checks)

    def close(self, kind: str) -> None:
        """Declare the detectors between last checks of a kind and the readout of their qubits."""
        for (each, place), (support, records) in sorted(self.known.items()):
            if each == kind and all((kind, qubit) in self.singles for qubit in support):
                total = records
                for qubit in support:
                    total = total ^ self.singles[kind, qubit]
                self._detector(place, total)

    def observable(self, number: int, records: Iterable[int]) -> None:
        """Declare an observable."""
        self.circuit.append("OBSERVABLE_INCLUDE", self._targets(records), number)

    def _round(self, data: set[Position], checks: Mapping[Position, str]) -> None:
        ordered = sorted(checks, key=lambda place: self.index[place])
        by_kind = {k: [p for p in ordered if checks[p] == k] for k in "xz"}
        for kind, places in by_kind.items():
            self.circuit.append(RESETS[kind], [self.index[place] for place in places])
        for layer in range(len(self.steps["x"])):
            self.tick()
            pairs: list[int] = []
            for place in ordered:
                step = self.steps[checks[place]][layer]
                if step is None:
                    continue
                near = (place[0] + step[0], place[1] + step[1])
                if near in data:
                    ends = [self.index[place], self.index[near]]
                    pairs += ends if checks[place] == "x" else ends[::-1]
            self.circuit.append("CX", pairs)
        self.tick()
        news: dict[tuple[str, Position], Known] = {}
        for kind, places in by_kind.items():
            self.circuit.append(MEASUREMENTS[kind], [self.index[place] for place in places])
            for k, place in enumerate(places):
                news[kind, place] = _support(place, data), frozenset({self.num_records + k})
            self.num_records += len(places)
        for (kind, place), (support, records) in news.items():
            before = self._value(kind, place, support)
            if before is None:
                self.first[kind, place] = next(iter(records))
            else:
                self._detector(place, before ^ records)
        self.known = news
        # The checks have spread what single qubits were known to be.
        self.singles = {}
        self.num_rounds += 1
        self.tick()

    def _value(
        self, kind: str, place: Position, support: frozenset[Position]
    ) -> frozenset[int] | None:
        """Return the records that tell a check's value before it is measured, or None."""
        old, records = self.known.get((kind, place), (frozenset(), frozenset()))
        for qubit in old ^ support:
            if (kind, qubit) not in self.singles:
                return None
            records = records ^ self.singles[kind, qubit]
        return records

    def _detector(self, place: Position, records: Iterable[int]) -> None:
        if self.detectors:
            self.circuit.append("DETECTOR", self._targets(records), (*place, self.num_rounds))

    def _targets(self, records: Iterable[int]) -> list[stim.GateTarget]:
        return [stim.target_rec(record - self.num_records) for record in sorted(records)]


def _support(place: Position, data: set[Position]) -> frozenset[Position]:
    x, y = place
    near = {(x + dx, y + dy) for dx in (-1, 1) for dy in (-1, 1)}
    return frozenset(near & data)
