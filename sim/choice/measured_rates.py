"""What a running core counted, as a description of hardware.

In: the log of a closed loop.   Out: `MeasuredRates`: rates of its qubits now.
Next: `quantacore.sim.choice.hardware`.

The loop's model has one strength for all operations, and counters tell edges apart, not
operations: so all rates are the model's times the mean change of the edges' priors. The estimate
is that of the loop itself (`quantacore.golden.adapt.estimate`), without its forecasts.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.correction_rates import window_correction_rates
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.noise.scaled import with_doubled_noise
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.choice.hardware import Hardware, Qubits, check_budget
from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.loop_log import read_loop_log

EXPECTED_SHOTS = 50_000
EXPECTED_SEED = 1 << 40
MOST_P = 0.5


@dataclass(frozen=True, kw_only=True)
class MeasuredRates:
    """What the counters say."""

    model_p: float
    """Strength that the core was made for."""
    p: float
    """Strength now: the model's times the mean change."""
    changed: int
    """Edges that contradict the model beyond the common factor."""
    edges: int
    hottest: float
    """Largest change of an edge relative to the others."""
    windows: int
    """That were counted."""

    @property
    def drifts(self) -> bool:
        """Some edges are not as in the model."""
        return self.changed > 0

    def describe(self) -> str:
        """Return it in words."""
        local = (
            f"{self.changed} of {self.edges} edges changed beyond that, the most "
            f"{self.hottest:.2g} times: the advice spreads it evenly"
            if self.changed
            else "no edge contradicts the model beyond that"
        )
        return (
            f"counters of {self.windows} windows: p = {self.p:.3g}, the model's {self.model_p:g} "
            f"times {self.p / self.model_p:.3g}; {local}"
        )


def measured_rates(folder: Path) -> MeasuredRates:
    """Learn from a log what the loop learned.

    Raises
    ------
    ValueError
        If there is no log, or it has no counts.
    """
    settings, epochs = read_loop_log(folder)
    looks = [look for epoch in epochs for look in epoch.looks if look.learned]
    if not looks:
        raise ValueError(f"{folder}: must hold an epoch with counts, but has none")
    estimator, priors = _estimator(settings)
    for look in looks:
        estimator.add(look.counts.corrections, shots=look.windows)
    estimate = estimator.estimate()
    mean = float((priors * estimate.ratios).sum() / priors.sum()) * estimate.common_factor
    return MeasuredRates(
        model_p=settings.p,
        p=min(settings.p * mean, MOST_P),
        changed=estimate.num_changed,
        edges=len(priors),
        hottest=float(estimate.ratios.max()),
        windows=sum(look.windows for look in looks),
    )


def measured_hardware(
    rates: MeasuredRates, *, budget: int | None, machine: Hardware | None
) -> Hardware:
    """Return a machine with these rates.

    Parameters
    ----------
    rates : MeasuredRates
    budget : int, optional
        Qubits; that of the machine if not given.
    machine : Hardware, optional
        What the counters do not tell, such as the time of a round, or pairs; its qubits' rates
        are replaced.
    """
    p = rates.p
    qubits = Qubits(gate=p, idle=p, prepare=p, measure=p)
    if machine is None:
        return Hardware(name="measured", budget=check_budget(budget), sections={"qubits": qubits})
    old = machine.sections.get("qubits", qubits)
    qubits = dataclasses.replace(qubits, eta=old.eta, cycle_us=old.cycle_us)
    return dataclasses.replace(
        machine,
        name=f"{machine.name}, measured",
        sections={**machine.sections, "qubits": qubits},
    )


def _estimator(settings: LoopSettings) -> tuple[CorrectionCounts, np.ndarray]:
    circuit = rotated_memory(distance=settings.distance, p=settings.p)
    sources = [RepeatingCircuit(circuit), RepeatingCircuit(with_doubled_noise(circuit))]
    plan = window_plan(sources[0], commit_rounds=settings.distance, buffer_rounds=settings.distance)
    decoder = WindowDecoder(build_window_image(plan), passes=settings.passes)
    expected, doubled = (
        window_correction_rates(
            source,
            decoder,
            num_rounds=settings.rounds,
            num_shots=EXPECTED_SHOTS,
            seed=EXPECTED_SEED,
        )
        for source in sources
    )
    windows = plan.num_windows(settings.rounds)
    estimator = CorrectionCounts(
        expected=expected,
        expected_doubled=doubled,
        groups=like_edges(plan.graph),
        expected_shots=EXPECTED_SHOTS * windows,
        memory_shots=settings.memory_shots * windows,
    )
    return estimator, np.array([edge.prior for edge in plan.graph.edges])
