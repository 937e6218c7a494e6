"""What a policy knows of codes that decode whole shots, by qubits: counts, samples, and no truth.

In: circuits of the options without drift, shots of the one in force.   Out: predicted rates.
Next: `quantacore.sim.experiments.code_choice`; a core does the same by windows
(`quantacore.sim.experiments.sampled_codes`).

Counts are of a decoder with the weights of the model, rates of one with those of the noise that is
believed: as in the bench, where each decoder has the weights of the true noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.adapt.member_rates import logical_bound
from quantacore.golden.decode.correction_rates import count_corrections
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.predict.qubit_rates import QubitCode, QubitRates, Sampled
from quantacore.sim.experiments.sampled_codes import (
    FORECAST_SEED,
    forecast_rate,
    lattice_qubits,
    own_qubits,
    signal_shares,
    spread_exponents,
)

FORECAST_SHOTS = 4_000
"""In each basis."""
MEMORY_SHOTS = 2_000.0
"""Shots in each basis after which a qubit that nobody counts is worth 1/e."""


@dataclass(frozen=True, kw_only=True)
class _Half:
    """One option in one basis, without drift."""

    circuit: Circuit
    graph: DecodingGraph
    decoder: UnionFindDecoder
    groups: np.ndarray
    slots: np.ndarray

    @property
    def num_groups(self) -> int:
        return int(self.groups.max()) + 1

    def counts(self, events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return corrections by edge, and events by slot."""
        corrections = count_corrections(self.decoder, events, num_edges=self.graph.num_edges)
        fired = unpack_bits(events, num_bits=self.graph.num_detectors).sum(axis=0)
        return corrections, np.bincount(self.slots, fired)


class SampledOptions:
    """Made once; each history begins with fresh `KnownQubits`.

    Parameters
    ----------
    circuits : mapping of str to mapping of str to stim.Circuit
        Basis -> option -> its circuit without drift.
    rates : mapping of str to float
        Option -> logical error rate without drift, mean of the bases.
    num_shots : int
        Of each forecast, in each basis.
    """

    def __init__(
        self,
        circuits: Mapping[str, Mapping[str, Circuit]],
        *,
        rates: Mapping[str, float],
        num_shots: int = FORECAST_SHOTS,
    ) -> None:
        self._num_shots = num_shots
        self._rates = rates
        self._qubits = lattice_qubits(c for options in circuits.values() for c in options.values())
        self._halves = {
            name: [_half(options[name]) for options in circuits.values()]
            for name in next(iter(circuits.values()))
        }

    @cached_property
    def _codes(self) -> dict[str, QubitCode]:
        """Made when first asked for: it takes a while."""
        return {name: self._code(name) for name in self._halves}

    def begin(self, *, least_shots: float) -> "KnownQubits":
        """Return what a policy knows before anything was counted."""
        rates = QubitRates(self._codes, least_shots=least_shots, memory_shots=MEMORY_SHOTS)
        return KnownQubits(rates, self._halves, tuple(self._qubits))

    def _code(self, name: str) -> QubitCode:
        halves = self._halves[name]
        groups: list[np.ndarray] = []
        of_groups, of_slots, powers = [], [], []
        first = 0
        for half in halves:
            shares, exponents = signal_shares(
                half.circuit,
                half.graph,
                groups=half.groups,
                num_groups=half.num_groups,
                slots=half.slots,
            )
            groups.append(half.groups + first)
            of_groups.append(shares[: half.num_groups])
            of_slots.append(shares[half.num_groups :])
            powers.append(spread_exponents(exponents, half.circuit, self._qubits))
            first += half.num_groups
        return QubitCode(
            groups=np.concatenate(groups),
            presence=np.concatenate([np.bincount(half.slots) for half in halves]).astype(float),
            shares=np.concatenate([_side_by_side(of_groups), _side_by_side(of_slots)]),
            exponents=np.concatenate(powers),
            sample=lambda log_factors: self._sample(name, log_factors),
        )

    def _sample(self, name: str, log_factors: np.ndarray) -> Sampled:
        halves = self._halves[name]
        wrong, bounds, corrections, events = 0, [], [], []
        for number, half in enumerate(halves):
            own = own_qubits(half.circuit, self._qubits)
            noisy = with_factors(half.circuit, np.exp(log_factors[own]))
            seen, flips = sample_shots(
                noisy, num_shots=self._num_shots, seed=FORECAST_SEED + number
            )
            corrected, fired = half.counts(seen)
            corrections.append(corrected / self._num_shots)
            events.append(fired / self._num_shots)
            graph = graph_from_circuit(noisy)
            found = UnionFindDecoder(graph, build_image(graph)).decode_shots(seen)
            wrong += int(wrong_shots(found.predictions, flips, unmatched=found.unmatched).sum())
            bounds.append(logical_bound(graph) / logical_bound(half.graph))
        by_bound = self._rates[name] * float(np.mean(bounds))
        return Sampled(
            rate=forecast_rate(wrong, len(halves) * self._num_shots, by_bound),
            corrections=np.concatenate(corrections),
            events=np.concatenate(events),
            windows=self._num_shots,
        )


class KnownQubits:
    """What the counts of one history say of all qubits."""

    def __init__(
        self,
        rates: QubitRates,
        halves: Mapping[str, list[_Half]],
        qubits: tuple[tuple[float, ...], ...],
    ) -> None:
        self._rates = rates
        self._qubits = qubits
        self._halves = halves

    def add(self, name: str, events: Mapping[str, np.ndarray]) -> bool:
        """Take the shots of the option in force, in each basis; tell whether they are enough.

        Parameters
        ----------
        name : str
        events : mapping of str to uint8, shape ``(num_shots, ceil(num_detectors / 8))``
            Basis -> detection events, little-endian bits.
        """
        both = [
            half.counts(seen)
            for half, seen in zip(self._halves[name], events.values(), strict=True)
        ]
        num_shots = len(next(iter(events.values())))
        counts = StreamCounts(
            corrections=np.concatenate([corrections for corrections, _ in both]),
            events=np.concatenate([fired for _, fired in both]),
            windows=num_shots,
            rounds=num_shots,
        )
        return self._rates.count(name, counts)

    def log_factors(self) -> dict[tuple[float, ...], float]:
        """Return the likeliest log factor of each qubit, by its place."""
        return dict(zip(self._qubits, self._rates.log_factors().tolist(), strict=True))

    def rates(self) -> dict[str, float]:
        """Return the predicted logical error rate of every option, mean of the bases."""
        return self._rates.rates()


def _half(circuit: Circuit) -> _Half:
    graph = graph_from_circuit(circuit)
    numbers: dict[tuple[float, ...], int] = {}
    slots = [
        numbers.setdefault(detector.coordinates[:-1], len(numbers)) for detector in graph.detectors
    ]
    return _Half(
        circuit=circuit,
        graph=graph,
        decoder=UnionFindDecoder(graph, build_image(graph)),
        groups=like_edges(graph),
        slots=np.array(slots),
    )


def _side_by_side(blocks: list[np.ndarray]) -> np.ndarray:
    """Return rows of several kinds of columns: those of one kind are 0 in the others'."""
    found = np.zeros((sum(len(block) for block in blocks), sum(b.shape[1] for b in blocks)))
    row = column = 0
    for block in blocks:
        found[row : row + len(block), column : column + block.shape[1]] = block
        row, column = row + len(block), column + block.shape[1]
    return found
