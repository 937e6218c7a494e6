"""Circuits in which the measured checks change from one round to the next.

In: phases (data qubits, checks by round), noise by round.   Out: `stim.Circuit`.
Next: `quantacore.golden.codes.changes.episode`.

A phase measures the same checks, or takes turns between sets of them. Between phases data qubits
are measured and dropped, dropped unseen, turned by Hadamards, prepared. What is known of products
of Paulis is followed by name, so that every detector is the parity of the last measurements that
tell the same thing: of the check itself, of its larger or smaller form and single qubits, or of a
product of gauges that are random one by one.

Source: gauges whose products are checks, Auger et al., arXiv:1706.04912; the circuits of a round as
in `quantacore.golden.codes.check_memory`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import stim

from quantacore.golden.codes.check_memory import MEASUREMENTS, RESETS, SWAPPED, Check, Place
from quantacore.golden.codes.pauli_noise import Channel, PlaceNoise

Product = frozenset[tuple[Place, str]]
"""Data qubits and their Paulis."""


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """Checks that are random one by one, but not their product."""

    place: Place
    """Of the detector."""
    checks: tuple[Check, ...]
    """All measured in the same rounds."""
    lent: bool = False
    """By ancillas that have checks of their own: detectors of one gauge lie elsewhere."""

    def place_of(self, check: Check) -> Place:
        """Return where the detectors of a single gauge lie."""
        if not self.lent:
            return check.place
        if len(self.checks) == 1:
            return self.place
        return (self.place[0] + check.place[0]) / 2, (self.place[1] + check.place[1]) / 2


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Rounds with the same data qubits."""

    name: str
    data: tuple[Place, ...]
    turns: tuple[tuple[Check, ...], ...]
    """Checks of the first round, the next one and so on; then from the beginning again."""
    rounds: int
    """At least 1."""
    gauges: tuple[Gauges, ...] = ()
    conjugated: frozenset[Place] = frozenset()
    """Data qubits on which X and Z are swapped: turned by a Hadamard where the last phase has them
    otherwise."""
    enters: Mapping[Place, str] = field(default_factory=dict)
    """Data qubits that the last phase lacks -> Pauli in which they are prepared."""
    leaves: Mapping[Place, str] = field(default_factory=dict)
    """Data qubits of the last phase, measured and dropped -> Pauli. Others are dropped unseen."""
    logical: frozenset[Place] = frozenset()
    """Data qubits of the observable: Paulis of the basis."""


@dataclass(frozen=True, kw_only=True)
class NoiseFrom:
    """Noise from some round on."""

    first_round: int
    noise: PlaceNoise
    hot: Mapping[Place, PlaceNoise] = field(default_factory=dict)
    """Qubits with noise of their own; gates have that of the hot one of the two."""


def phased_circuit(
    phases: Sequence[Phase], noises: Sequence[NoiseFrom], *, basis: str
) -> stim.Circuit:
    """Return a memory experiment over several phases.

    Parameters
    ----------
    phases : sequence of Phase
        At least one. Their first data qubits are prepared in the basis, the last ones read out.
    noises : sequence of NoiseFrom
        The first from round 0 on, in order.
    basis : {"x", "z"}

    Raises
    ------
    ValueError
        If an argument is out of range, or the observable cannot be carried from a phase to the
        next.
    """
    if basis not in ("x", "z"):
        raise ValueError(f"Basis must be one of x and z, not {basis!r}")
    if not phases or min(phase.rounds for phase in phases) < 1:
        raise ValueError("Phases must have at least 1 round each, and there must be one")
    starts = [noise.first_round for noise in noises]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError(f"Noise must begin in round 0, then later and later, not in {starts}")
    made = _Phased(phases, noises, basis.upper())
    made.prepare(phases[0], dict.fromkeys(phases[0].data, basis.upper()))
    for before, phase in zip([None, *phases], phases, strict=False):
        if before:
            made.change(before, phase)
        for turn in range(phase.rounds):
            made.measure_round(phase, phase.turns[turn % len(phase.turns)])
    made.read_out(phases[-1])
    return made.circuit


def product_of(check: Check) -> Product:
    """Return what a check measures."""
    return frozenset(check.paulis.items())


class _Phased:
    """A circuit while it is made, and what is known at its end."""

    def __init__(self, phases: Sequence[Phase], noises: Sequence[NoiseFrom], basis: str) -> None:
        self.noises = noises
        self.basis = basis
        self.circuit = stim.Circuit()
        self.round = 0
        self.num_records = 0
        self.known: dict[Product, frozenset[int]] = {}
        """Products whose value is the parity of some records."""
        self.last: dict[Place, Product] = {}
        """Ancilla -> what it measured last."""
        self.observable: frozenset[int] = frozenset()
        ancillas = {c.place for p in phases for turn in p.turns for c in turn}
        data = {place for phase in phases for place in phase.data}
        places = sorted(ancillas | data, key=lambda place: (place[1], place[0]))
        self.index = {place: index for index, place in enumerate(places)}
        for place, index in self.index.items():
            self.circuit.append("QUBIT_COORDS", [index], place)

    def prepare(self, phase: Phase, paulis: Mapping[Place, str]) -> None:
        """Prepare data qubits; Paulis are those without the phase's conjugation."""
        for pauli, places in self._by_pauli(_turned(paulis, phase.conjugated)):
            self.circuit.append(RESETS[pauli], self._indices(places))
            self._noisy(places, "prepared", pauli, ancilla=False)
            self.known |= {frozenset({(place, pauli)}): frozenset() for place in places}
        for gauges in phase.gauges:
            # Before the other kind of gauges makes single ones random.
            checks = [_conjugated(check, phase.conjugated) for check in gauges.checks]
            total = _times(product_of(check) for check in checks)
            told = self._told(total, None)
            if told is not None:
                self.known[total] = told

    def change(self, before: Phase, after: Phase) -> None:
        """Go from a phase to the next one."""
        self._check_observable(before, after)
        for gauges in after.gauges:
            # Of checks that are still known now, and not one by one any more.
            whole = [self.last.get(check.place, frozenset()) for check in gauges.checks]
            total = _times(whole)
            same = total == _times(product_of(check) for check in gauges.checks)
            if same and all(product in self.known for product in whole):
                self.known[total] = _parity(self.known[product] for product in whole)
        measured = self._measure(_turned(after.leaves, before.conjugated))
        self._close(before, measured)
        self.observable ^= _parity(
            measured[single] for single in measured if _place(single) in before.logical
        )
        lost = set(before.data) - set(after.data) - set(after.leaves)
        for product in [p for p in self.known if lost & {place for place, _ in p}]:
            del self.known[product]
        kept = set(before.data) & set(after.data)
        turned = (before.conjugated ^ after.conjugated) & kept
        if turned:
            places = sorted(turned)
            self.circuit.append("TICK")
            self.circuit.append("H", self._indices(places))
            self._noisy(places, "idle")
            self.known = {_swapped(p, turned): records for p, records in self.known.items()}
            self.last = {place: _swapped(p, turned) for place, p in self.last.items()}
        self.prepare(after, after.enters)

    def measure_round(self, phase: Phase, checks: Sequence[Check]) -> None:
        """Measure checks once, and declare the detectors that this makes."""
        checks = [_conjugated(check, phase.conjugated) for check in checks]
        ancillas = [check.place for check in checks]
        made = self.circuit
        made.append("TICK")
        self._noisy(phase.data, "idle")
        made.append("RX", self._indices(ancillas))
        self._noisy(ancillas, "prepared", "X", ancilla=True)
        for layer in zip(*(check.steps for check in checks), strict=True):
            made.append("TICK")
            coupled = list(zip(ancillas, layer, strict=True))
            pairs = []
            for pauli in "XZ":
                of_pauli = [(a, step[0]) for a, step in coupled if step and step[1] == pauli]
                if of_pauli:
                    made.append(f"C{pauli}", self._indices(p for pair in of_pauli for p in pair))
                pairs += of_pauli
            self._noisy_gates(pairs)
        made.append("TICK")
        self._noisy(ancillas, "measured", "X", ancilla=True)
        made.append("MX", self._indices(ancillas))
        found = {product_of(c): frozenset({self.num_records + i}) for i, c in enumerate(checks)}
        self.num_records += len(checks)
        homes = _homes(phase)
        told: set[Product] = set()
        for check in checks:
            product = product_of(check)
            before = self._told(product, self.last.get(check.place))
            if before is not None:
                told.add(product)
                self._detector(found[product] ^ before, homes.get(product, check.place))
        for gauges in phase.gauges:
            parts = [product_of(_conjugated(check, phase.conjugated)) for check in gauges.checks]
            if all(part in found for part in parts):
                total = _times(parts)
                records = _parity(found[part] for part in parts)
                if total in self.known and not told.issuperset(parts):
                    self._detector(records ^ self.known[total], gauges.place)
                found[total] = records
        self._forget(found)
        self.known |= found
        self.last |= {check.place: product_of(check) for check in checks}
        self.round += 1

    def read_out(self, phase: Phase) -> None:
        """Measure all data qubits and declare the observable."""
        paulis = dict.fromkeys(phase.data, self.basis)
        measured = self._measure(_turned(paulis, phase.conjugated))
        self._close(phase, measured)
        self.observable ^= _parity(
            measured[single] for single in measured if _place(single) in phase.logical
        )
        self.circuit.append("OBSERVABLE_INCLUDE", self._targets(self.observable), 0)

    def _measure(self, paulis: Mapping[Place, str]) -> dict[Product, frozenset[int]]:
        """Measure single data qubits."""
        measured: dict[Product, frozenset[int]] = {}
        for pauli, places in self._by_pauli(paulis):
            self._noisy(places, "measured", pauli, ancilla=False)
            self.circuit.append(MEASUREMENTS[pauli], self._indices(places))
            for place in places:
                measured[frozenset({(place, pauli)})] = frozenset({self.num_records})
                self.num_records += 1
        self._forget(measured)
        self.known |= measured
        return measured

    def _close(self, phase: Phase, measured: Mapping[Product, frozenset[int]]) -> None:
        """Declare detectors of what was known and has been measured qubit by qubit."""

        def conjugated(checks: Iterable[Check]) -> list[tuple[Place, Product]]:
            turned = [_conjugated(check, phase.conjugated) for check in checks]
            return [(check.place, product_of(check)) for check in turned]

        found = {product: place for place, product in conjugated(c for t in phase.turns for c in t)}
        found |= _homes(phase)
        for gauges in phase.gauges:
            parts = [product for _, product in conjugated(gauges.checks)]
            if not all(part in self.known for part in parts):
                found[_times(parts)] = gauges.place
        for product, place in found.items():
            singles = [frozenset({one}) for one in product]
            if product in self.known and all(single in measured for single in singles):
                records = _parity(measured[single] for single in singles)
                self._detector(records ^ self.known[product], place)

    def _told(self, product: Product, last: Product | None) -> frozenset[int] | None:
        """Return the records that already tell the value of a product."""
        for base in (product, last, frozenset()):
            if base is None or (base and base not in self.known):
                continue
            singles = [frozenset({one}) for one in base ^ product]
            if all(single in self.known for single in singles):
                parts = [self.known[single] for single in singles]
                return _parity([self.known[base] if base else frozenset(), *parts])
        return None

    def _forget(self, measured: Iterable[Product]) -> None:
        """Forget all that does not commute with what is measured."""
        paulis: dict[tuple[Place, str], list[int]] = {}
        for number, product in enumerate(measured):
            for place, pauli in product:
                paulis.setdefault((place, SWAPPED[pauli]), []).append(number)
        for product in list(self.known):
            odd: set[int] = set()
            for one in product:
                odd ^= set(paulis.get(one, ()))
            if odd:
                del self.known[product]

    def _check_observable(self, before: Phase, after: Phase) -> None:
        gained, lost = after.logical - before.logical, before.logical - after.logical
        for places, paulis in ((gained, after.enters), (lost, after.leaves)):
            for place in places:
                if paulis.get(place) != self.basis:
                    raise ValueError(
                        f"Observable of basis {self.basis.lower()} must not begin or end at data "
                        f"qubit {place}, which is not prepared or measured in that basis there"
                    )

    def _detector(self, records: frozenset[int], place: Place) -> None:
        self.circuit.append("DETECTOR", self._targets(records), (*place, self.round))

    def _targets(self, records: Iterable[int]) -> list[stim.GateTarget]:
        return [stim.target_rec(record - self.num_records) for record in sorted(records)]

    def _now(self) -> NoiseFrom:
        return [noise for noise in self.noises if noise.first_round <= self.round][-1]

    def _noisy(self, places: Iterable[Place], name: str, *args: str, **kwargs: bool) -> None:
        """Append the noise of single qubits, but none that never happens."""
        now = self._now()
        groups: dict[int, tuple[PlaceNoise, list[Place]]] = {}
        for place in places:
            noise = now.hot.get(place, now.noise)
            groups.setdefault(id(noise), (noise, []))[1].append(place)
        for noise, chosen in groups.values():
            channel = getattr(noise, name)
            self._append(channel(*args, **kwargs) if args else channel, chosen)

    def _noisy_gates(self, pairs: Iterable[tuple[Place, Place]]) -> None:
        now = self._now()
        groups: dict[int, tuple[PlaceNoise, list[Place]]] = {}
        for ancilla, place in pairs:
            noise = now.hot.get(ancilla) or now.hot.get(place) or now.noise
            groups.setdefault(id(noise), (noise, []))[1].extend((ancilla, place))
        for noise, chosen in groups.values():
            self._append(noise.gate, chosen)

    def _append(self, channel: Channel, places: Sequence[Place]) -> None:
        for name, arguments in channel:
            if any(arguments):
                self.circuit.append(name, self._indices(places), arguments)

    def _indices(self, places: Iterable[Place]) -> list[int]:
        return [self.index[place] for place in places]

    def _by_pauli(self, paulis: Mapping[Place, str]) -> list[tuple[str, list[Place]]]:
        grouped = [(p, [place for place, own in paulis.items() if own == p]) for p in "XZ"]
        return [(pauli, places) for pauli, places in grouped if places]


def _homes(phase: Phase) -> dict[Product, Place]:
    """Return where the detectors of single gauges lie."""
    return {
        product_of(_conjugated(check, phase.conjugated)): gauges.place_of(check)
        for gauges in phase.gauges
        for check in gauges.checks
    }


def _conjugated(check: Check, places: frozenset[Place]) -> Check:
    steps = (s and (s[0], SWAPPED[s[1]] if s[0] in places else s[1]) for s in check.steps)
    return Check(check.place, tuple(steps))


def _turned(paulis: Mapping[Place, str], places: frozenset[Place]) -> dict[Place, str]:
    return {place: SWAPPED[p] if place in places else p for place, p in paulis.items()}


def _swapped(product: Product, places: Iterable[Place]) -> Product:
    return frozenset(_turned(dict(product), frozenset(places)).items())


def _place(single: Product) -> Place:
    ((place, _),) = single
    return place


def _times(products: Iterable[Product]) -> Product:
    """Multiply products that have the same Pauli wherever they overlap."""
    total: Product = frozenset()
    for product in products:
        total ^= product
    return total


def _parity(records: Iterable[frozenset[int]]) -> frozenset[int]:
    total: frozenset[int] = frozenset()
    for some in records:
        total ^= some
    return total
