"""Noise that changes while a device runs: epochs of rounds, with the truth about each.

In: `stim.Circuit`, `DriftConfig`, seed.   Out: `Epoch` records, and circuits for their shots.
Next: a control loop; `quantacore.golden.noise.scaled` puts an epoch's factors into a circuit.

What the log of a qubit's error rate is made of, all in natural units, 0 as in the circuit:

* an Ornstein-Uhlenbeck process: slow wander around the calibrated value;
* telegraph fluctuators that switch a defect beside the qubit on and off, at rates over several
  decades (two-level systems; Schloer et al., arXiv:1901.05352);
* a calibration drift: a straight line for each qubit, back to 0 at each calibration;
* bursts that hit tens of qubits at once and fade within tens of milliseconds (radiation; McEwen
  et al., arXiv:2104.05219);
* a temperature that wanders, and that each qubit feels as much as its own sensitivity says;
* hot qubits and a common factor, constant once they have begun.

Qubits may leak, too (`quantacore.golden.noise.leakage`): no rate, but faults of single shots.

Time advances with rounds. A fluctuator or burst that lasts a part of an epoch counts for that part.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import stim

from quantacore.golden.noise.leakage import (
    Leak,
    LeakageConfig,
    LeakageProcess,
    num_gate_rounds,
    qubits_of_gates,
    with_leaks,
)
from quantacore.golden.noise.scaled import with_factors

MICROSECOND = 1e-6
LEAKAGE_STREAM = 1
"""Tells the random numbers of leaks from all others."""
THERMAL_STREAM = 2
"""The same of temperature and sensitivities: they change nothing else of a history."""


@dataclass(frozen=True, kw_only=True)
class DriftConfig:
    """How the noise changes; everything is off by default."""

    round_us: float = 1.0
    """Duration of a round."""
    wander: float = 0.0
    """Stationary standard deviation of the Ornstein-Uhlenbeck log rate."""
    wander_time_s: float = 100.0
    """Its correlation time."""
    fluctuators_per_qubit: float = 0.0
    """Mean number; each qubit has a Poisson number of them."""
    fluctuator_rates_hz: tuple[float, float] = (1e-4, 1.0)
    """Switching rates lie between these, evenly in their logarithm."""
    fluctuator_factors: tuple[float, float] = (2.0, 30.0)
    """What a fluctuator multiplies the rate by while it is on, evenly in the logarithm."""
    calibration_drift_per_hour: float = 0.0
    """Standard deviation of the slopes of the log rates."""
    calibration_every_s: float = 3600.0
    bursts_per_s: float = 0.0
    burst_qubits: int = 20
    """Qubits nearest to the place where it hits."""
    burst_factor: float = 50.0
    """Of their rates, at first."""
    burst_recovery_s: float = 0.025
    """Time in which the log of the factor falls to 1/e."""
    hot_qubits: Mapping[int, float] = field(default_factory=dict)
    """Qubit -> constant factor."""
    common_factor: float = 1.0
    """Of all qubits: the negative control of adaptive decoders."""
    onset_s: float = 0.0
    """When hot qubits and common factor begin."""
    thermal: float = 0.0
    """Stationary standard deviation of what temperature adds to the log rate of a qubit with
    sensitivity 1; sensitivities lie evenly between 0 and 2."""
    thermal_time_s: float = 100.0
    """Correlation time of the temperature, an Ornstein-Uhlenbeck process."""
    leakage: LeakageConfig = field(default_factory=LeakageConfig)

    def __post_init__(self) -> None:
        for name, least in (
            ("round_us", 0.0),
            ("wander_time_s", 0.0),
            ("thermal_time_s", 0.0),
            ("calibration_every_s", 0.0),
            ("burst_recovery_s", 0.0),
            ("common_factor", 0.0),
            ("burst_factor", 0.0),
        ):
            if not getattr(self, name) > least:
                raise ValueError(f"{name} must be above {least:g}, not {getattr(self, name)!r}")
        for name in (
            *("wander", "fluctuators_per_qubit", "calibration_drift_per_hour", "bursts_per_s"),
            *("onset_s", "thermal"),
        ):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, not {getattr(self, name)!r}")
        for name in ("fluctuator_rates_hz", "fluctuator_factors"):
            low, high = getattr(self, name)
            if not 0 < low <= high:
                raise ValueError(f"{name} must be 0 < low <= high, not {(low, high)!r}")
        if self.burst_qubits < 1:
            raise ValueError(f"burst_qubits must be at least 1, not {self.burst_qubits!r}")


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """The truth about some rounds."""

    index: int
    first_round: int
    num_rounds: int
    factors: np.ndarray
    """``float64``, shape ``(num_qubits,)``: of each qubit's error rates, on average."""
    fluctuators_on: tuple[int, ...]
    """Qubits with a fluctuator that was on at the end; once for each."""
    bursts: tuple[int, ...]
    """Qubits that a burst of this epoch hit most."""
    leaks: tuple[Leak, ...]
    """Those that last in some round of it, in the order of their first rounds."""
    heat: float = 0.0
    """Mean over the qubits of what temperature and bursts add to their log rates: what a
    thermometer beside them feels."""

    def to_json(self) -> str:
        """Return one line of a log in JSON lines."""
        data = dataclasses.asdict(self) | {"factors": [float(f"{f:.6g}") for f in self.factors]}
        return json.dumps(data)


class DriftSimulator:
    """The noise of one device over time; the same seed gives the same history.

    The history does not depend on the circuit's detectors, only on its qubits and their
    coordinates.

    Parameters
    ----------
    circuit : stim.Circuit
        Its noise is that of a factor of 1.
    config : DriftConfig
    seed : int

    Raises
    ------
    ValueError
        If a hot qubit is none of the circuit's.
    """

    def __init__(self, circuit: stim.Circuit, config: DriftConfig, *, seed: int) -> None:
        strange = [qubit for qubit in config.hot_qubits if not 0 <= qubit < circuit.num_qubits]
        if strange:
            raise ValueError(f"Hot qubits must be in 0 .. {circuit.num_qubits - 1}, not {strange}")
        self.circuit = circuit
        self.config = config
        self.round = 0
        self._index = 0
        self._rng = rng = np.random.default_rng(seed)
        self._num_qubits = num = circuit.num_qubits
        self._places = _places(circuit)
        self._wander = config.wander * rng.standard_normal(num)
        self._slopes = config.calibration_drift_per_hour / 3600 * rng.standard_normal(num)
        of_qubit = rng.poisson(config.fluctuators_per_qubit, num)
        self._fluctuator_qubits = np.repeat(np.arange(num), of_qubit)
        count = len(self._fluctuator_qubits)
        self._rates = np.exp(_evenly(rng, np.log(config.fluctuator_rates_hz), count))
        self._jumps = _evenly(rng, np.log(config.fluctuator_factors), count)
        self._on = rng.random(count) < 0.5
        self._burst = np.zeros(num)
        self._constant = np.full(num, np.log(config.common_factor))
        # Random numbers of its own: leaks change nothing else of the history.
        leaking = qubits_of_gates(circuit) if config.leakage.leaks_per_round else []
        self._leakage = LeakageProcess(leaking, config.leakage, seed=[seed, LEAKAGE_STREAM])
        self._thermal_rng = np.random.default_rng([seed, THERMAL_STREAM])
        self._sensitivities = self._thermal_rng.uniform(0, 2, num)
        self._thermal = config.thermal * self._thermal_rng.standard_normal()
        for qubit, factor in config.hot_qubits.items():
            self._constant[qubit] += np.log(factor)

    @property
    def time_s(self) -> float:
        """Time since the start."""
        return self.round * self.config.round_us * MICROSECOND

    @cached_property
    def rounds_per_shot(self) -> int:
        """Rounds that a shot of the circuit takes."""
        return num_gate_rounds(self.circuit)

    def advance(self, num_rounds: int) -> Epoch:
        """Let some rounds go by and return what happened in them.

        Parameters
        ----------
        num_rounds : int
            At least 1.
        """
        if num_rounds < 1:
            raise ValueError(f"Epoch must have at least 1 round, not {num_rounds!r}")
        config, rng = self.config, self._rng
        duration = num_rounds * config.round_us * MICROSECOND
        middle = self.time_s + duration / 2
        fading = np.exp(-duration / config.wander_time_s)
        self._wander = fading * self._wander + config.wander * np.sqrt(
            1 - fading**2
        ) * rng.standard_normal(self._num_qubits)
        since_calibration = middle % config.calibration_every_s
        drift = self._slopes * since_calibration
        jumps = np.bincount(
            self._fluctuator_qubits, self._jumps * self._switch(duration), self._num_qubits
        )
        burst, hit = self._bursts(duration)
        warmth = self._sensitivities * self._warm(duration) + burst
        begun = min(1.0, max(0.0, (self.time_s + duration - config.onset_s) / duration))
        logs = begun * self._constant + self._wander + drift + jumps + warmth
        epoch = Epoch(
            index=self._index,
            first_round=self.round,
            num_rounds=num_rounds,
            factors=np.exp(logs),
            fluctuators_on=tuple(self._fluctuator_qubits[self._on].tolist()),
            bursts=hit,
            leaks=self._leakage.advance(num_rounds),
            heat=float(warmth.mean()),
        )
        self.round += num_rounds
        self._index += 1
        return epoch

    def noisy_circuit(self, epoch: Epoch) -> stim.Circuit:
        """Return the circuit whose shots have the noise of an epoch, but for its leaks."""
        return with_factors(self.circuit, epoch.factors)

    def shot_circuit(self, epoch: Epoch, shot: int) -> stim.Circuit:
        """Return the circuit of one shot of an epoch, with the leaks of its rounds.

        Shots follow each other without gaps. Without leaks it is `noisy_circuit`.

        Parameters
        ----------
        epoch : Epoch
        shot : int
            In 0 .. ``epoch.num_rounds // rounds_per_shot - 1``.
        """
        num_shots = epoch.num_rounds // self.rounds_per_shot
        if not 0 <= shot < num_shots:
            raise ValueError(f"Shot must be in 0 .. {num_shots - 1}, not {shot!r}")
        first = epoch.first_round + shot * self.rounds_per_shot
        circuit = self.noisy_circuit(epoch)
        leaks = [
            dataclasses.replace(leak, first_round=leak.first_round - first)
            for leak in epoch.leaks
            if leak.first_round < first + self.rounds_per_shot and leak.end_round > first
        ]
        if not leaks:
            return circuit
        return with_leaks(circuit, leaks, depolarization=self.config.leakage.depolarization)

    def _warm(self, duration: float) -> float:
        """Let the temperature wander; return what it adds at a sensitivity of 1."""
        config = self.config
        fading = np.exp(-duration / config.thermal_time_s)
        self._thermal = fading * self._thermal + config.thermal * np.sqrt(1 - fading**2) * (
            self._thermal_rng.standard_normal()
        )
        return float(self._thermal)

    def _switch(self, duration: float) -> np.ndarray:
        """Let fluctuators switch; return the part of the time that each was on."""
        part = np.zeros(len(self._on))
        for index, rate in enumerate(self._rates):
            left, on = duration, bool(self._on[index])
            while True:
                stays = self._rng.exponential(1 / rate)
                part[index] += on * min(stays, left)
                left -= stays
                if left <= 0:
                    break
                on = not on
            self._on[index] = on
        return part / duration

    def _bursts(self, duration: float) -> tuple[np.ndarray, tuple[int, ...]]:
        """Return what bursts add to the logs on average, and which qubits they hit most."""
        config, rng = self.config, self._rng
        recovery = config.burst_recovery_s

        def average(of: np.ndarray, time: float) -> np.ndarray:
            mean: np.ndarray = of * recovery / duration * (1 - np.exp(-time / recovery))
            return mean

        total = average(self._burst, duration)
        self._burst = self._burst * np.exp(-duration / recovery)
        hit = []
        for _ in range(rng.poisson(config.bursts_per_s * duration)):
            left = duration * rng.random()
            center = int(rng.integers(self._num_qubits))
            distances = np.linalg.norm(self._places - self._places[center], axis=1)
            near = np.argsort(distances, kind="stable")[: config.burst_qubits]
            new = np.zeros(self._num_qubits)
            new[near] = np.log(config.burst_factor)
            total += average(new, left)
            self._burst += new * np.exp(-left / recovery)
            hit.append(center)
        return total, tuple(hit)


def _places(circuit: stim.Circuit) -> np.ndarray:
    """Return coordinates of qubits; those without any lie at the origin."""
    known = circuit.get_final_qubit_coordinates()
    width = max((len(place) for place in known.values()), default=1)
    places = np.zeros((circuit.num_qubits, width))
    for qubit, place in known.items():
        places[qubit, : len(place)] = place
    return places


def _evenly(rng: np.random.Generator, ends: np.ndarray, count: int) -> np.ndarray:
    return rng.uniform(float(ends[0]), float(ends[1]), count)
