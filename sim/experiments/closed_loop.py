"""The closed loop: drifting noise, the running core, its counters, new weights, and what they do.

In: `LoopSettings`.   Out: `LoopEpoch` records, one after another.
Next: `quantacore.sim.cli.run`; `quantacore.sim.experiments.loop_log` keeps them.

The core is the generated Verilog in Verilator, driven as a board is (or golden in its place, where
many seeds are wanted). All decoders of an epoch get
the same shots: the core with the loop's weights; golden with the model's (static); golden with
those of the true noise (oracle); PyMatching with the true noise.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from quantacore.golden.adapt.estimate import CorrectionCounts, Estimator
from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.correction_rates import window_correction_rates
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.metrics import PairedErrors, wrong_shots
from quantacore.golden.noise.calm import calm_then_drift
from quantacore.golden.noise.drift import DriftSimulator, Epoch
from quantacore.golden.noise.regimes import REGIMES, drift_regime
from quantacore.golden.noise.scaled import with_doubled_noise
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import pack_masks
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.host.adaptive_loop import AdaptiveLoop, LoopStep
from quantacore.host.driver import Driver, Predictions
from quantacore.host.live_log import LiveLog
from quantacore.host.predict.device import NOTHING_KNOWN
from quantacore.host.predict.predicted_ratios import PredictedRatios
from quantacore.host.predict.registry import CONTENDERS, DEFAULT_PREDICTOR
from quantacore.host.predict.tuned_file import SHIPPED_LOOP, load_tuned
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.experiments.believed_windows import BelievedWindows
from quantacore.sim.experiments.circuit_device import device_of_plan
from quantacore.sim.experiments.golden_core import GoldenCore
from quantacore.sim.experiments.loop_cores import CORES, RTL
from quantacore.sim.experiments.loop_records import (
    NOT_LEARNED_TEXT,
    STARTING_TEXT,
    changed_text,
    tell_weights,
)
from quantacore.sim.transport import SimTransport

DECODERS = ("core", "static", "oracle", "matching")
COUNTING = "counting"
"""The estimator without a forecast, in the place of a predictor's name."""
CLOCK_HZ = 100e6
"""Of a core that is not simulated: makes seconds of cycles."""
EXPECTED_SHOTS = 100_000
EXPECTED_SEED = 1 << 40
"""Far from the seeds of the shots that are decoded."""
CHANGE_FACTOR = 1.8
"""From which factor on a qubit's rate counts as changed between epochs."""


@dataclass(frozen=True, kw_only=True)
class LoopSettings:
    """What is run.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    distance: int = 3
    p: float = 0.003
    """Noise strength of the model, whose weights the core starts with."""
    rounds: int = 9
    """Layers of detectors in a shot."""
    noise: str = "hot"
    """One of `quantacore.golden.noise.regimes.REGIMES`."""
    epochs: int = 12
    calm_epochs: int = 2
    """Epochs at the beginning whose noise is the model's: what comes then has an onset."""
    shots: int = 5_000
    """Of an epoch that are decoded, evenly chosen from those that go by."""
    looks: int = 5
    """How often an epoch the loop looks at the counters."""
    epoch_s: float = 10.0
    """Time that goes by in an epoch."""
    passes: int = DEFAULT_PASSES
    memory_shots: int = 20_000
    """Shots after which a count is worth 1/e to `COUNTING`."""
    predictor: str = DEFAULT_PREDICTOR
    """`COUNTING` (what was counted is what will be), or one of
    `quantacore.host.predict.registry.CONTENDERS`."""
    seed: int = 1
    core: str = RTL
    """One of `CORES`."""

    def __post_init__(self) -> None:
        if self.predictor not in (COUNTING, *CONTENDERS):
            raise ValueError(
                f"Predictor must be one of {', '.join((COUNTING, *CONTENDERS))}, "
                f"not {self.predictor!r}"
            )
        if self.core not in CORES:
            raise ValueError(f"Core must be one of {', '.join(CORES)}, not {self.core!r}")
        if self.noise not in REGIMES:
            raise ValueError(f"Noise must be one of {', '.join(REGIMES)}, not {self.noise!r}")
        for name in ("epochs", "shots", "looks", "memory_shots"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.shots < self.looks:
            raise ValueError(f"shots must be at least looks ({self.looks}), not {self.shots}")
        if self.calm_epochs < 0:
            raise ValueError(f"calm_epochs must be at least 0, not {self.calm_epochs}")
        if not self.epoch_s > 0:
            raise ValueError(f"epoch_s must be above 0, not {self.epoch_s}")
        check_passes(self.passes)
        check_sampling(self.shots, self.seed)
        rotated_memory(distance=self.distance, p=self.p)  # its complaints are good ones
        if not self.p > 0:
            raise ValueError(
                f"p must be above 0, not {self.p}: noise that is not there cannot drift"
            )
        if self.rounds < 2:
            raise ValueError(f"rounds must be at least 2, not {self.rounds}")


@dataclass(frozen=True, kw_only=True)
class LoopEpoch:
    """One epoch."""

    index: int
    shots: int
    errors: dict[str, int]
    """Decoder of `DECODERS` -> shots that it got wrong."""
    both_wrong: dict[str, int]
    """Decoder -> shots that it and the core got wrong: for intervals of paired shots."""
    mismatches: int
    """Windows in which the core differs from golden with the image in force."""
    rounds_lost: int
    """Rounds sent that the core did not take."""
    swaps: tuple[int, ...]
    """Shots of the epoch after which an image came into force."""
    changed: bool
    """A qubit's rate has changed by more than `CHANGE_FACTOR` since the epoch before."""
    truth: dict[str, object]
    """`Epoch.to_json`."""
    looks: tuple["Look", ...]
    """At the counters."""

    @property
    def windows(self) -> int:
        """That were counted."""
        return sum(look.windows for look in self.looks)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the core had counted since the look before."""

    corrections: tuple[int, ...]
    """By edge of the plan's graph."""
    events: tuple[int, ...]
    """By slot."""
    windows: int
    rounds: int
    learned: bool
    """False: nothing was learned from it, as faults spoiled it."""

    @property
    def counts(self) -> StreamCounts:
        """As the loop got them."""
        return StreamCounts(
            corrections=np.array(self.corrections, np.int64),
            events=np.array(self.events, np.int64),
            windows=self.windows,
            rounds=self.rounds,
        )


class ClosedLoop:
    """A core, its noise and its weights.

    Parameters
    ----------
    settings : LoopSettings
    progress : function of str
        Told what takes long before the first epoch.
    live : LiveLog, optional
        Told of each look when it comes, for `quantacore dashboard`.
    period : int
        Core cycles from round to round, 0: as fast as it takes them. It matters for the buffer's
        level, not for what is decoded.

    Attributes
    ----------
    load_cycles : int
        Core cycles that an image takes while no rounds come, from the first register access to
        the answer that it is in force; what a link to a board adds is not in it. Known once `run`
        has begun; 0 with `GOLDEN`.
    """

    def __init__(
        self,
        settings: LoopSettings,
        *,
        progress: Callable[[str], object] = lambda text: None,
        live: LiveLog | None = None,
        period: int = 0,
    ) -> None:
        self.settings = settings
        self._live = live
        self._period = period
        self._progress = progress
        memory_circuit = rotated_memory(distance=settings.distance, p=settings.p)
        self.memory = memory = RepeatingCircuit(memory_circuit)
        self.places = memory.places(settings.rounds)
        self.model = memory.circuit(settings.rounds)
        plan = _plan(memory, settings)
        self.image = build_window_image(plan)
        progress("counting on shots of the model")
        self.expected, self.expected_doubled = (
            window_correction_rates(
                source,
                WindowDecoder(self.image, passes=settings.passes),
                num_rounds=settings.rounds,
                num_shots=EXPECTED_SHOTS,
                seed=EXPECTED_SEED,
            )
            for source in (memory, RepeatingCircuit(with_doubled_noise(memory_circuit)))
        )
        regime = drift_regime(settings.noise, self.model, epoch_s=settings.epoch_s)
        self._drift = DriftSimulator(self.model, regime, seed=settings.seed)
        self._static = WindowDecoder(self.image, passes=settings.passes)
        self.load_cycles = 0
        self._core_folder: Path | None = None
        if settings.core == RTL:
            progress("building the core")
            self._core_folder = cached_stream_core(
                self.image, CoreConfig(links="runtime", with_counters=True, with_corrections=False)
            )

    async def run(self, earlier: Sequence[LoopEpoch] = ()) -> AsyncIterator[LoopEpoch]:
        """Yield the epochs that come after those of another run."""
        settings = self.settings
        async with self._running_core() as driver:
            loop = AdaptiveLoop(driver, self.image, self._estimator())
            for look in [look for epoch in earlier for look in epoch.looks if look.learned]:
                loop.replay(look.counts)
            await loop.start()
            before = np.ones(self.model.num_qubits)
            for index in range(settings.epochs):
                truth = self._truth(index)
                if index >= len(earlier):
                    changed = np.abs(np.log(truth.factors / before)).max() > np.log(CHANGE_FACTOR)
                    yield await self._epoch(loop, driver, index, truth, changed=bool(changed))
                before = truth.factors

    @asynccontextmanager
    async def _running_core(self) -> AsyncIterator[Driver | GoldenCore]:
        """Open the core with the model's image in force."""
        settings, folder = self.settings, self._core_folder
        if folder is None:
            yield GoldenCore(self.image, passes=settings.passes)
            return
        self._progress(STARTING_TEXT)
        transport = SimTransport(folder, period=self._period)
        async with Driver(transport, folder, timeout_s=60) as driver:
            await driver.configure(max_passes=settings.passes)
            at = transport.total_cycles
            await driver.load_image(self.image)
            self.load_cycles = transport.total_cycles - at
            yield driver

    def _estimator(self) -> Estimator:
        settings, plan = self.settings, self.image.plan
        windows = plan.num_windows(settings.rounds)
        groups, expected_shots = like_edges(plan.graph), EXPECTED_SHOTS * windows
        if settings.predictor == COUNTING:
            return CorrectionCounts(
                expected=self.expected,
                expected_doubled=self.expected_doubled,
                groups=groups,
                expected_shots=expected_shots,
                memory_shots=settings.memory_shots * windows,
            )
        tuned = load_tuned(SHIPPED_LOOP)
        # Kinds of noise change by the epoch, however long it is, and parameters are times.
        pace = tuned.epoch_s / settings.epoch_s
        # An image is in force from its load to the next look.
        ahead_s = self.load_cycles / CLOCK_HZ + settings.epoch_s / settings.looks / 2
        believed = BelievedWindows(
            self.memory, self.image, num_rounds=settings.rounds, passes=settings.passes
        )
        device = NOTHING_KNOWN
        if CONTENDERS[settings.predictor].told:
            device = device_of_plan(
                self.memory, plan.graph, num_rounds=settings.rounds, expected=self.expected
            )
        return PredictedRatios(
            partial(tuned.make, settings.predictor, device=device),
            expected=self.expected,
            expected_doubled=self.expected_doubled,
            groups=groups,
            expected_shots=expected_shots,
            shot_s=tuned.epoch_s / (settings.shots * windows),
            horizon_s=pace * ahead_s,
            believed=believed,
            believed_of_qubits=believed.of_qubits,
        )

    def _truth(self, index: int) -> Epoch:
        """Let the time of an epoch go by."""
        settings = self.settings
        return calm_then_drift(
            self._drift, index, epoch_s=settings.epoch_s, calm_epochs=settings.calm_epochs
        )

    async def _epoch(
        self,
        loop: AdaptiveLoop,
        driver: Driver | GoldenCore,
        index: int,
        truth: Epoch,
        *,
        changed: bool,
    ) -> LoopEpoch:
        settings = self.settings
        circuit = self._drift.noisy_circuit(truth)
        events, actual = sample_shots(
            circuit, num_shots=settings.shots, seed=settings.seed + index * settings.shots
        )
        rounds = rounds_of_events(events, self.places, num_slots=self.image.plan.num_slots)
        oracle = self._oracle(truth)
        if self._live is not None:
            if changed:
                self._live.event("noise", changed_text(index))
            tell_weights(self._live, loop.live, truth=oracle.images[0])
        sent_before = (await driver.counters())["rounds_accepted"]
        predicted, mismatches = [], 0
        swaps, looks = [], []
        edges = np.linspace(0, settings.shots, settings.looks + 1).astype(int)
        for start, stop in pairwise(edges.tolist()):
            shots = rounds[start:stop]
            predictions = await driver.decode(list(shots))
            predicted.append(predictions.shot_frames)
            if settings.core == RTL:
                mismatches += self._mismatches(loop.live, shots, predictions)
            step = await loop.step()
            looks.append(_look(step))
            if self._live is not None:
                self._live.look(
                    step.counts,
                    shots=stop - start,
                    cycles=predictions.fields.get("cycles"),  # golden has none
                    buffer=await driver.take_level(),
                )
                if step.estimate is None:
                    self._live.event("note", NOT_LEARNED_TEXT)
            if step.image_number is not None:
                swaps.append(stop)
                if self._live is not None:
                    self._live.event("image", f"image {step.image_number} is in force")
                    tell_weights(self._live, loop.live, truth=oracle.images[0])
        sent = (await driver.counters())["rounds_accepted"] - sent_before
        frames = {
            "core": np.concatenate(predicted),
            "static": self._static.decode_shots(rounds).predictions,
            "oracle": oracle.decode_shots(rounds).predictions,
        }
        num_observables = self.model.num_observables
        answers = {
            name: pack_masks(frame, num_bits=num_observables) for name, frame in frames.items()
        }
        model = circuit.detector_error_model(decompose_errors=True)
        answers["matching"] = MatchingDecoder(model).decode_shots(events).predictions
        wrong = {name: wrong_shots(a, actual) for name, a in answers.items()}
        errors = {name: int(shots.sum()) for name, shots in wrong.items()}
        if self._live is not None:
            self._live.errors(errors, shots=settings.shots, epoch=index)
        return LoopEpoch(
            index=index,
            shots=settings.shots,
            errors=errors,
            both_wrong={name: int((shots & wrong["core"]).sum()) for name, shots in wrong.items()},
            mismatches=mismatches,
            rounds_lost=settings.shots * settings.rounds - sent,
            swaps=tuple(swaps),
            changed=changed,
            truth=json.loads(truth.to_json()),
            looks=tuple(looks),
        )

    def _oracle(self, truth: Epoch) -> WindowDecoder:
        memory = RepeatingCircuit(self._drift.noisy_circuit(truth))
        image = build_window_image(_plan(memory, self.settings))
        return WindowDecoder(image, passes=self.settings.passes)

    def _mismatches(self, image: WindowImage, shots: np.ndarray, found: Predictions) -> int:
        golden = WindowDecoder(image, passes=self.settings.passes).decode_shots(shots)
        differs = found.frames != golden.frames.ravel()
        differs |= found.fields["growth_steps"] != golden.growth_steps.ravel()
        return int(differs.sum())


def _look(step: LoopStep) -> Look:
    counts = step.counts
    return Look(
        corrections=tuple(counts.corrections.tolist()),
        events=tuple(counts.events.tolist()),
        windows=counts.windows,
        rounds=counts.rounds,
        learned=step.estimate is not None,
    )


def reactions(epochs: Sequence[LoopEpoch]) -> list[int | None]:
    """Return for each change the shots until the first image after it came into force.

    That image need not be the last word: more may follow as counts grow. None: no image came
    before the next change, or the end.
    """
    found: list[int | None] = []
    waiting: int | None = None
    for epoch in epochs:
        if epoch.changed:
            if waiting is not None:
                found.append(None)
            waiting = 0
        if waiting is None:
            continue
        if epoch.swaps:
            found.append(waiting + epoch.swaps[0])
            waiting = None
        else:
            waiting += epoch.shots
    if waiting is not None:
        found.append(None)
    return found


def paired_with_core(epochs: Sequence[LoopEpoch], name: str) -> PairedErrors:
    """Return the errors of a decoder of `DECODERS`, with those of the core as reference."""
    return PairedErrors(
        shots=sum(epoch.shots for epoch in epochs),
        errors=sum(epoch.errors[name] for epoch in epochs),
        reference_errors=sum(epoch.errors["core"] for epoch in epochs),
        both=sum(epoch.both_wrong[name] for epoch in epochs),
    )


def _plan(memory: RepeatingCircuit, settings: LoopSettings) -> WindowPlan:
    return window_plan(memory, commit_rounds=settings.distance, buffer_rounds=settings.distance)
