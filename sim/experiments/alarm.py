"""How soon an alarm comes, and how often for nothing.

In: distance, noise strength, rounds of a block.   Out: `FalseAlarmRow`, `DelayRow` records.
Next: `quantacore.sim.cli.bench_alarm`; `docs/switching.md` shows its output.

A stream of shots that follow each other is counted in blocks, as a host does that looks at the
core's counters again and again. Only sampling is needed: events do not depend on decoders.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from quantacore.golden.adapt.switching import Place
from quantacore.golden.codes.patches import Patch
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.metrics import Interval, error_rate
from quantacore.golden.noise.drift import DriftSimulator
from quantacore.golden.noise.local import data_qubits
from quantacore.golden.noise.regimes import drift_regime
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.member import member_of_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.stream_counts import COUNTS_PER_ROW, num_count_rows
from quantacore.host.alarm_switch import explaining_qubits
from quantacore.host.anomaly import AnomalyDetector, slots_of_window, usual_rates

SHOT_ROUNDS = 25
WARM_BLOCKS = 5
"""Blocks of the model's noise before an anomaly; its first round is anywhere in the next block."""
LONGEST_ROUNDS = 1_000
"""After which an anomaly counts as missed."""
STREAMS, STREAM_ROUNDS = 20, 5_000
"""That are watched side by side for false alarms, and how long with the same noise."""
DEAD_FACTOR, BURST_FACTOR, HOT_FACTOR = 1000.0, 50.0, 30.0
ACCESSES_PER_ROW = COUNTS_PER_ROW + 1
CYCLES_PER_ACCESS = 3
"""Of a register, through AXI4-Lite."""
QUIET, DOUBLED, HOT, JUMPS, DRIFT = "quiet", "all rates doubled", "one hot", "jumps", "drift"
NO_ALARM_WANTED = (QUIET, DOUBLED, HOT, DRIFT, JUMPS)
DEAD_DATA, DEAD_CHECK, BURST = "dead data qubit", "dead check", "burst"
ANOMALIES = (DEAD_DATA, DEAD_CHECK, BURST)


@dataclass(frozen=True, kw_only=True)
class FalseAlarmRow:
    """Alarms on noise that weights should follow."""

    noise: str
    rounds: int
    alarms: int

    @property
    def per_million(self) -> Interval:
        """Rounds, with the 95 % interval."""
        rate = error_rate(errors=self.alarms, shots=self.rounds)
        return Interval(value=1e6 * rate.value, low=1e6 * rate.low, high=1e6 * rate.high)


@dataclass(frozen=True, kw_only=True)
class DelayRow:
    """Alarms on anomalies. Delays are in rounds, from the first bad one to the end of a block."""

    anomaly: str
    trials: int
    missed: int
    """Without an alarm within `LONGEST_ROUNDS`."""
    median: float
    p99: float
    most: float
    located: int
    """Trials in which a qubit that is bad was named."""
    alone: int
    """Trials in which no other was named."""


class AlarmBench:
    """A square patch under watch.

    Parameters
    ----------
    distance : int
        Odd, at least 3.
    p : float
        Noise strength of the model.
    block_rounds : int
        Rounds from look to look, at least 1.
    false_alarms : float
        Per million rounds: of `AnomalyDetector`.
    seed : int

    Attributes
    ----------
    read_rounds : float
        Rounds that reading all counters takes, if one comes every 100 cycles.
    """

    def __init__(
        self,
        distance: int,
        *,
        p: float = 0.003,
        block_rounds: int = 20,
        false_alarms: float = 0.1,
        seed: int = 1,
    ) -> None:
        if distance < 3 or distance % 2 == 0:
            raise ValueError(f"Distance must be odd and at least 3, not {distance!r}")
        if not 1 <= block_rounds <= LONGEST_ROUNDS:
            raise ValueError(f"Block must have 1 to {LONGEST_ROUNDS} rounds, not {block_rounds!r}")
        self.patch = Patch(width=distance, height=distance)
        self.block_rounds = block_rounds
        self.source = RepeatingCircuit(self.patch.memory(p=p, rounds=4))
        self.circuit = self.source.circuit(SHOT_ROUNDS)
        self._shot_places = self.source.places(SHOT_ROUNDS)
        member = member_of_circuit(
            "patch", self.source, commit_rounds=distance, buffer_rounds=distance
        )
        graph = member.plan.graph
        self.slots = member.slots
        self._usual_rates = usual_rates(graph, slots_of_window(graph))
        self._false_alarms = false_alarms
        rows = num_count_rows(graph.num_edges) + num_count_rows(member.plan.num_slots)
        self.read_rounds = rows * ACCESSES_PER_ROW * CYCLES_PER_ACCESS / 100
        self.places = {
            qubit: (place[0], place[1])
            for qubit, place in self.circuit.get_final_qubit_coordinates().items()
        }
        self._rng = np.random.default_rng(seed)

    def detector(self) -> AnomalyDetector:
        """Return a new detector."""
        return AnomalyDetector(self._usual_rates, false_alarms=self._false_alarms)

    def false_alarms(
        self,
        noise: str,
        *,
        rounds: int,
        progress: Callable[[int], object] = lambda rounds: None,
    ) -> FalseAlarmRow:
        """Watch noise of `NO_ALARM_WANTED` for at least so many rounds."""
        if rounds < 1:
            raise ValueError(f"Rounds must be at least 1, not {rounds!r}")
        detectors = [self.detector() for _ in range(STREAMS)]
        done = alarms = 0
        for circuit in self._usual(noise):
            if done >= rounds:
                break
            stream = self._rounds(circuit, streams=STREAMS, rounds=STREAM_ROUNDS)
            for detector, blocks in zip(detectors, self._in_blocks(stream), strict=True):
                for block in blocks:
                    alarms += detector.update(block, rounds=self.block_rounds) is not None
                done += len(blocks) * self.block_rounds
            progress(done)
        return FalseAlarmRow(noise=noise, rounds=done, alarms=alarms)

    def delays(
        self,
        anomaly: str,
        *,
        trials: int,
        progress: Callable[[int], object] = lambda trials: None,
    ) -> DelayRow:
        """Wait for the alarm of an anomaly of `ANOMALIES`, on each qubit in turn."""
        if trials < 1:
            raise ValueError(f"Trials must be at least 1, not {trials!r}")
        found: list[float] = []
        located = alone = done = 0
        chosen = self._qubits(anomaly)
        size = -(-trials // len(chosen))
        for qubit in chosen:
            bad = self._bad(anomaly, qubit)
            factors = np.ones(self.circuit.num_qubits)
            factors[list(bad)] = BURST_FACTOR if anomaly == BURST else DEAD_FACTOR
            truly = {self.places[each] for each in bad}
            for delay, named in self._wait(with_factors(self.circuit, factors), trials=size):
                found.append(delay)
                located += bool(named & truly)
                alone += bool(named) and named <= truly
            done += size
            progress(done)
        delays = np.array(found)
        # Missed ones count as the longest: they are not left out of quantiles.
        median, p99, most = (float(np.quantile(delays, q, method="higher")) for q in (0.5, 0.99, 1))
        return DelayRow(
            anomaly=anomaly,
            trials=len(delays),
            missed=int(np.isinf(delays).sum()),
            median=median,
            p99=p99,
            most=most,
            located=located,
            alone=alone,
        )

    def _wait(self, circuit: Circuit, *, trials: int) -> Iterator[tuple[float, set[Place]]]:
        """Yield of each trial the delay in rounds, infinite if missed, and the qubits named."""
        warm, block = WARM_BLOCKS * self.block_rounds, self.block_rounds
        quiet = self._rounds(self.circuit, streams=trials, rounds=warm + block)
        bad = self._rounds(circuit, streams=trials, rounds=LONGEST_ROUNDS)
        for number in range(trials):
            start = warm + int(self._rng.integers(block))
            stream = np.concatenate([quiet[number, :start], bad[number]])
            detector, delay, named = self.detector(), math.inf, set[Place]()
            for at, events in enumerate(self._in_blocks(stream[np.newaxis])[0], start=1):
                alarm = detector.update(events, rounds=block)
                if alarm is not None and at * block > start:
                    delay = at * block - start
                    evidence = dict(zip(self.slots, alarm.evidence.tolist(), strict=True))
                    named = set(explaining_qubits(evidence, list(self.places.values())))
                    break
            yield delay, named

    def _usual(self, noise: str) -> Iterator[Circuit]:
        """Yield circuits of one noise, without end."""
        seed, ones = 0, np.ones(self.circuit.num_qubits)
        while True:
            seed += 1
            if noise in (QUIET, DOUBLED):
                yield with_factors(self.circuit, ones * (1 if noise == QUIET else 2))
            elif noise == HOT:
                factors = ones.copy()
                factors[self._rng.choice(list(self.places))] = HOT_FACTOR
                yield with_factors(self.circuit, factors)
            else:
                drift = DriftSimulator(
                    self.circuit, drift_regime(noise, self.circuit, epoch_s=10.0), seed=seed
                )
                for _ in range(10):
                    yield drift.noisy_circuit(drift.advance(10_000_000))

    def _qubits(self, anomaly: str) -> list[int]:
        data = set(data_qubits(self.circuit))
        if anomaly == BURST:
            return sorted(self.places)
        return sorted(q for q in self.places if (q in data) == (anomaly == DEAD_DATA))

    def _bad(self, anomaly: str, qubit: int) -> tuple[int, ...]:
        if anomaly != BURST:
            return (qubit,)
        center = np.array(self.places[qubit])
        near = sorted(self.places, key=lambda q: np.linalg.norm(np.array(self.places[q]) - center))
        return tuple(near[: len(data_qubits(self.circuit))])

    def _rounds(self, circuit: Circuit, *, streams: int, rounds: int) -> np.ndarray:
        """Return streams of shots that follow each other: bool, (streams, rounds, slots)."""
        shots = -(-rounds // SHOT_ROUNDS)
        events, _ = sample_shots(
            circuit, num_shots=streams * shots, seed=int(self._rng.integers(1 << 62))
        )
        num_slots = self.source.num_slots
        found = rounds_of_events(events, self._shot_places, num_slots=num_slots)
        return found.reshape(streams, shots * SHOT_ROUNDS, num_slots)[:, :rounds]

    def _in_blocks(self, rounds: np.ndarray) -> np.ndarray:
        """Return events: int64, (streams, blocks, slots); an unfinished block is left out."""
        streams, length, slots = rounds.shape
        blocks = length // self.block_rounds
        whole = rounds[:, : blocks * self.block_rounds]
        parted = whole.reshape(streams, blocks, self.block_rounds, slots)
        return np.asarray(parted.sum(axis=2, dtype=np.int64))
