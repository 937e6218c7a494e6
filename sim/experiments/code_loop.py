"""The closed loop over codes: drifting noise, one running core, its counters, and which code.

In: `CodeLoopSettings`.   Out: `CodeEpoch` records, one after another.
Next: `quantacore.sim.cli.run_codes`.

The core is the generated Verilog in Verilator, driven as a board is, and it is several codes, one
at a time; or golden in its place. Beside it, golden decodes shots of every code all the time. Shots
of a code are the same for all in an epoch, so the core's windows must be golden's, before, during
and after a switch. Every code keeps the weights of its model: what is measured is the choice.
"""

import contextlib
import copy
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from quantacore.golden.adapt.code_choice import CodeChoice, cheap_and_best
from quantacore.golden.adapt.counted_rates import CountedRates
from quantacore.golden.adapt.like_edges import touching
from quantacore.golden.decode.window import DecodedWindows, WindowDecoder, rounds_of_events
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.noise.calm import calm_then_drift
from quantacore.golden.noise.drift import DriftSimulator, Epoch
from quantacore.golden.noise.regimes import drift_regime
from quantacore.golden.noise.scaled import factors_of_places, with_factors
from quantacore.golden.source.member import member_of_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import build_window_image
from quantacore.host.code_selector import CodeRates, CodeSelector, SelectorStep
from quantacore.host.driver import Driver, Predictions
from quantacore.host.family_driver import FamilyDriver
from quantacore.host.live_log import LiveLog
from quantacore.host.predict.qubit_rates import QubitCode, QubitRates
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.experiments.code_loop_settings import (
    BY_QUBITS,
    CodeLoopSettings,
    box_around,
    patch_named,
)
from quantacore.sim.experiments.code_records import CODE_LOOP, switch_text
from quantacore.sim.experiments.counted_codes import counted_members
from quantacore.sim.experiments.epoch_log import read_epoch_log
from quantacore.sim.experiments.golden_family import GoldenFamily
from quantacore.sim.experiments.loop_cores import RTL
from quantacore.sim.experiments.loop_records import STARTING_TEXT
from quantacore.sim.experiments.sampled_codes import qubit_members
from quantacore.sim.transport import SimTransport

CALIBRATION_SHOTS = 50_000


@dataclass(frozen=True, kw_only=True)
class CodeLook:
    """What the core had counted since the look before, and what came of it."""

    code: str
    """That was in force."""
    shots: int
    errors: int
    """Of the core, in these shots."""
    corrections: tuple[int, ...]
    """By edge of the family's window."""
    events: tuple[int, ...]
    """By slot of the family."""
    windows: int
    rounds: int
    learned: bool
    rates: dict[str, float]
    """Code -> predicted errors per shot."""
    choice: str | None
    """Code of the next look, if the policy was asked."""
    why: str | None
    """`quantacore.golden.adapt.code_choice.Why`."""

    @property
    def counts(self) -> StreamCounts:
        """As the selector got them."""
        return StreamCounts(
            corrections=np.array(self.corrections, np.int64),
            events=np.array(self.events, np.int64),
            windows=self.windows,
            rounds=self.rounds,
        )


@dataclass(frozen=True, kw_only=True)
class CodeEpoch:
    """One epoch."""

    index: int
    shots: int
    errors: dict[str, int]
    """Code -> shots that its golden decoder gets wrong, had it been in force all the time."""
    looks: tuple[CodeLook, ...]
    oracle: str
    """Code that was best to have in force, known afterwards: the cheapest whose errors meet the
    target, or else the one with fewest."""
    mismatches: int
    """Windows in which the core differs from the golden decoder of the code alone."""
    rounds_lost: int
    truth: dict[str, Any]
    """`quantacore.golden.noise.drift.Epoch.to_json`."""

    @property
    def core_errors(self) -> int:
        """Shots that the core got wrong."""
        return sum(look.errors for look in self.looks)

    @property
    def windows(self) -> int:
        """That were counted."""
        return sum(look.windows for look in self.looks)


class CodeLoop:
    """A core, its noise and its codes.

    Parameters
    ----------
    settings : CodeLoopSettings
    progress : function of str
        Told what takes long before the first epoch.
    open_live : function of CodeFamily, optional
        Makes the log for `quantacore dashboard`, once it is known which slots there are.
    period : int
        As for `ClosedLoop`.

    Attributes
    ----------
    live : LiveLog or None
        Told of each look and switch when it comes.
    family : CodeFamily
    folder : Path or None
        Of the generated core, if there is one.
    qubits : dict of str to int
        Code -> data qubits and checks.
    target : float
        Logical errors per shot that are good enough.
    """

    def __init__(
        self,
        settings: CodeLoopSettings,
        *,
        progress: Callable[[str], object] = lambda text: None,
        open_live: Callable[[CodeFamily], LiveLog | None] = lambda family: None,
        period: int = 0,
    ) -> None:
        self.settings = settings
        self._period = period
        self._progress = progress
        patches = {name: patch_named(name) for name in settings.codes}
        self.qubits = {name: len(patch.qubits) for name, patch in patches.items()}
        self._circuits = {
            name: patch.memory(p=settings.p, rounds=4) for name, patch in patches.items()
        }
        commit, buffer = settings.window
        self.family = CodeFamily(
            [
                member_of_circuit(name, circuit, commit_rounds=commit, buffer_rounds=buffer)
                for name, circuit in self._circuits.items()
            ]
        )
        self.live = open_live(self.family)
        config = self.family.config(core_config(settings))
        self._images = self.family.images(config)
        self._golden = {
            name: WindowDecoder(
                build_window_image(member.plan, with_links=self._images[name].num_links > 0),
                passes=settings.passes,
            )
            for name, member in self.family.members.items()
        }
        self.folder: Path | None = None
        if settings.core == RTL:
            progress("building the core")
            self.folder = cached_stream_core(self._images[settings.codes[0]], config)
        progress("counting on shots of the model")
        self.codes = counted_members(
            self.family,
            self._circuits,
            self._golden,
            num_rounds=settings.rounds,
            num_shots=CALIBRATION_SHOTS,
            memory_shots=settings.memory_shots,
        )
        self._qubit_codes: dict[str, QubitCode] = {}
        if settings.rates == BY_QUBITS:
            progress("finding which noise makes what is counted")
            self._qubit_codes = qubit_members(
                self._circuits, self._golden, self.codes, num_rounds=settings.rounds
            )
        self.target = settings.target or min(0.5, 2 * self.codes[settings.codes[0]].rate)
        self._box = box_around(list(patches.values())).memory(p=settings.p, rounds=4)

    def varied(self, *, noise: str, seed: int, rates: str) -> "CodeLoop":
        """Return the same codes and core in another history, without counting on the model again.

        Rates by qubits can only be had from a loop that was made with them.
        """
        other = copy.copy(self)
        other.settings = replace(self.settings, noise=noise, seed=seed, rates=rates)
        return other

    async def run(self, earlier: Sequence[CodeEpoch] = ()) -> AsyncIterator[CodeEpoch]:
        """Yield the epochs that come after those of another run."""
        settings = self.settings
        regime = drift_regime(settings.noise, self._box, epoch_s=settings.epoch_s)
        drift = DriftSimulator(self._box, regime, seed=settings.seed)
        selector = self._selector()
        for look in [look for epoch in earlier for look in epoch.looks if look.learned]:
            selector.look(look.counts)
        async with self._running_core() as core:
            await selector.start(core)
            if self.live is not None:
                self.live.event("note", f"{selector.member} is in force")
            for index in range(settings.epochs):
                truth = calm_then_drift(
                    drift, index, epoch_s=settings.epoch_s, calm_epochs=settings.calm_epochs
                )
                if index >= len(earlier):
                    yield await self._epoch(selector, core, index, truth)

    @contextlib.asynccontextmanager
    async def _running_core(self) -> AsyncIterator[FamilyDriver | GoldenFamily]:
        if self.folder is None:
            yield GoldenFamily(self.family, self._golden)
            return
        self._progress(STARTING_TEXT)
        transport = SimTransport(self.folder, period=self._period)
        async with Driver(transport, self.folder, timeout_s=60) as driver:
            await driver.configure(max_passes=self.settings.passes)
            yield FamilyDriver(driver, self.family, images=self._images)

    def _selector(self) -> CodeSelector:
        settings = self.settings
        return CodeSelector(
            self.family,
            self._rates(),
            CodeChoice(
                start=settings.codes[0], target=self.target, switch_cost=settings.switch_cost
            ),
            qubits=self.qubits,
        )

    def _rates(self) -> CodeRates:
        settings = self.settings
        windows = self.family.plan.num_windows(settings.rounds)
        least, memory = settings.enough_shots * windows, settings.memory_shots * windows
        if settings.rates == BY_QUBITS:
            return QubitRates(
                self._qubit_codes,
                least_shots=least,
                memory_shots=memory,
                windows_per_shot=windows,
            )
        return CountedRates(
            self.codes,
            least_shots=least,
            memory_shots=memory,
            neighbours=touching([self.family.plan.graph]),
        )

    async def _epoch(
        self,
        selector: CodeSelector,
        core: FamilyDriver | GoldenFamily,
        index: int,
        truth: Epoch,
    ) -> CodeEpoch:
        settings, driver = self.settings, core.driver
        rounds, golden, wrong = self._shots(index, truth)
        sent_before = (await driver.counters())["rounds_accepted"]
        looks, mismatches = [], 0
        edges = np.linspace(0, settings.shots, settings.looks + 1).astype(int)
        for start, stop in pairwise(edges.tolist()):
            name = selector.member
            found = await core.decode(name, list(rounds[name][start:stop]))
            mismatches += _mismatches(golden[name], slice(start, stop), found)
            errors = int((found.shot_frames != wrong[name].actual[start:stop]).sum())
            level = await driver.take_level()
            step = await selector.step(core)
            if self.live is not None:
                self.live.look(
                    step.counts,
                    shots=stop - start,
                    cycles=found.fields.get("cycles"),  # golden has none
                    buffer=level,
                )
                if step.choice is not None and step.choice.option != step.member:
                    choice, why = step.choice.option, step.choice.why.value
                    self.live.event("code", switch_text(choice, step.member, why))
            looks.append(_look(step, shots=stop - start, errors=errors, rates=selector.last_rates))
        sent = (await driver.counters())["rounds_accepted"] - sent_before
        errors_of = {name: each.errors for name, each in wrong.items()}
        if self.live is not None:
            core_errors = sum(look.errors for look in looks)
            self.live.errors({"core": core_errors} | errors_of, shots=settings.shots, epoch=index)
        return CodeEpoch(
            index=index,
            shots=settings.shots,
            errors=errors_of,
            looks=tuple(looks),
            oracle=self._foreseen(errors_of),
            mismatches=mismatches,
            rounds_lost=settings.shots * settings.rounds - sent,
            truth=json.loads(truth.to_json()),
        )

    def _shots(
        self, index: int, truth: Epoch
    ) -> tuple[dict[str, np.ndarray], dict[str, DecodedWindows], dict[str, "_Wrong"]]:
        """Sample an epoch's shots of every code, and decode them as the code alone would."""
        settings = self.settings
        rounds, golden, wrong = {}, {}, {}
        for name, circuit in self._circuits.items():
            factors = factors_of_places(self._box, truth.factors, onto=circuit)
            source = RepeatingCircuit(with_factors(circuit, factors))
            events, flips = sample_shots(
                source.circuit(settings.rounds),
                num_shots=settings.shots,
                seed=settings.seed + index * settings.shots,
            )
            rounds[name] = rounds_of_events(
                events, source.places(settings.rounds), num_slots=source.num_slots
            )
            golden[name] = self._golden[name].decode_shots(rounds[name])
            actual = flips[:, 0].astype(np.uint64)
            errors = int((golden[name].predictions != actual).sum())
            wrong[name] = _Wrong(actual=actual, errors=errors)
        return rounds, golden, wrong

    def _foreseen(self, errors: dict[str, int]) -> str:
        """Return the cheapest code that was good enough, or else the best one."""
        enough = {n: c for n, c in errors.items() if c <= self.target * self.settings.shots}
        rates = {name: float(count) for name, count in errors.items()}
        return cheap_and_best(enough or errors, rates, self.qubits if enough else {})


def core_config(settings: CodeLoopSettings) -> CoreConfig:
    """Return what the core is made with; of one pass it has no links, and is much smaller."""
    links = "none" if settings.passes == 1 else "runtime"
    return CoreConfig(links=links, with_counters=True, with_corrections=False)


@dataclass(frozen=True, kw_only=True)
class _Wrong:
    actual: np.ndarray
    errors: int


def _mismatches(golden: DecodedWindows, shots: slice, found: Predictions) -> int:
    differs = found.frames != golden.frames[shots].ravel()
    differs |= found.fields["growth_steps"] != golden.growth_steps[shots].ravel()
    return int(differs.sum())


def _look(step: SelectorStep, *, shots: int, errors: int, rates: dict[str, float]) -> CodeLook:
    counts, choice = step.counts, step.choice
    return CodeLook(
        code=step.member,
        shots=shots,
        errors=errors,
        corrections=tuple(counts.corrections.tolist()),
        events=tuple(counts.events.tolist()),
        windows=counts.windows,
        rounds=counts.rounds,
        learned=step.learned,
        rates=dict(rates),
        choice=None if choice is None else choice.option,
        why=None if choice is None else choice.why.value,
    )


def code_epoch(record: dict[str, Any]) -> CodeEpoch:
    """Return an epoch of its record in a log."""
    looks = [
        look | {name: tuple(look[name]) for name in ("corrections", "events")}
        for look in record["looks"]
    ]
    return CodeEpoch(**record | {"looks": tuple(CodeLook(**look) for look in looks)})


def read_code_log(path: Path) -> tuple[CodeLoopSettings, list[CodeEpoch]]:
    """Return what a log holds.

    Raises
    ------
    ValueError
        If it is not one of this version, or a damaged one.
    """
    settings, epochs = read_epoch_log(path, kind=CODE_LOOP, read_epoch=code_epoch)
    try:
        pairs = {name: tuple(settings[name]) for name in ("codes", "window")}
        return CodeLoopSettings(**settings | pairs), epochs
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{path}: must be the log of a loop of this version, undamaged") from None
