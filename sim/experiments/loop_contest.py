"""The closed loop around the core, once for each predictor and seed: who errs least.

In: `LoopSettings`, predictors, seeds.   Out: folders of `LoopLog`, then `LoopRow` records.
Next: `quantacore.sim.cli.predict_loops`, `quantacore.sim.plots.loop_contest`.

Loops of one seed have the same noise and the same shots; so their static decoders and oracles are
the same, and differences are those of the predictors.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.closed_loop import ClosedLoop, LoopEpoch, LoopSettings
from quantacore.sim.experiments.loop_log import LoopLog
from quantacore.sim.experiments.run_bootstrap import ratio_over_runs

STATIC, ORACLE, CORE = "static", "oracle", "core"

Epochs = Mapping[tuple[str, int], Sequence[LoopEpoch]]
"""Predictor and seed -> epochs of its loop, calm ones left out."""


@dataclass(frozen=True, kw_only=True)
class LoopRow:
    """A predictor over all seeds, with 95 % intervals over seeds."""

    predictor: str
    """Or `STATIC`, `ORACLE`."""
    seeds: int
    shots: int
    errors: int
    regret: Interval
    """Errors beyond the oracle's, per thousand shots."""
    of_static: Interval
    """Regret per regret of the static decoder."""
    images: int
    mismatches: int
    """Windows in which the core differed from golden."""
    rounds_lost: int


def run_loops(
    folder: Path,
    settings: LoopSettings,
    *,
    predictors: Sequence[str],
    seeds: Sequence[int],
    progress: Callable[[int], object] = lambda epochs: None,
) -> Epochs:
    """Run all loops that the folder lacks, and return the epochs of all.

    Parameters
    ----------
    folder : Path
        Each loop has a folder of its own there, ``<predictor>-<seed>``.
    settings : LoopSettings
        Of all of them; its predictor and seed are not used.
    predictors : sequence of str
    seeds : sequence of int
    progress : callable
        Called with the number of epochs done, over all loops.

    Raises
    ------
    ValueError
        If there is no predictor or seed or one is named twice, a name is unknown, or a folder holds
        another loop.
    """
    for name, values in (("Predictors", predictors), ("Seeds", seeds)):
        if not values or len(set(values)) < len(values):
            raise ValueError(f"{name} must be at least one, and each once, not {list(values)}")
    wanted = {
        (name, seed): replace(settings, predictor=name, seed=seed)
        for seed in seeds
        for name in predictors
    }
    found: dict[tuple[str, int], Sequence[LoopEpoch]] = {}
    done = 0
    for (name, seed), each in wanted.items():
        log = LoopLog(folder / f"{name}-{seed}", each)
        if len(log.epochs) < settings.epochs:
            asyncio.run(_go_on(log, each, partial(_add, progress, done)))
        done += settings.epochs
        progress(done)
        found[name, seed] = log.epochs[settings.calm_epochs : settings.epochs]
    return found


def summarise_loops(found: Epochs) -> list[LoopRow]:
    """Return a row for static, oracle, and each predictor, in their order.

    Raises
    ------
    ValueError
        If loops of one seed did not have the same shots.
    """
    seeds = list(dict.fromkeys(seed for _, seed in found))
    names = list(dict.fromkeys(name for name, _ in found))
    fixed = {
        decoder: np.array([_errors(found[names[0], seed], decoder) for seed in seeds])
        for decoder in (STATIC, ORACLE)
    }
    for (name, seed), epochs in found.items():
        if _errors(epochs, ORACLE) != fixed[ORACLE][seeds.index(seed)]:
            raise ValueError(
                f"Loops of seed {seed} must have the same shots, but {name} has others"
            )
    shots = [sum(epoch.shots for epoch in found[names[0], seed]) for seed in seeds]
    rows = []
    for name in (STATIC, ORACLE, *names):
        loops = [found[name, seed] for seed in seeds] if name in names else []
        errors = fixed.get(name, np.array([_errors(epochs, CORE) for epochs in loops]))
        regret = errors - fixed[ORACLE]
        epochs = [epoch for loop in loops for epoch in loop]
        rows.append(
            LoopRow(
                predictor=name,
                seeds=len(seeds),
                shots=sum(shots),
                errors=int(errors.sum()),
                regret=ratio_over_runs(1000 * regret, shots),
                of_static=ratio_over_runs(regret, fixed[STATIC] - fixed[ORACLE]),
                images=sum(len(epoch.swaps) for epoch in epochs),
                mismatches=sum(epoch.mismatches for epoch in epochs),
                rounds_lost=sum(epoch.rounds_lost for epoch in epochs),
            )
        )
    return rows


async def _go_on(log: LoopLog, settings: LoopSettings, progress: Callable[[int], object]) -> None:
    """Run a loop to its end, and keep each epoch when it is done."""
    async for epoch in ClosedLoop(settings).run(tuple(log.epochs)):
        log.append(epoch)
        progress(len(log.epochs))


def _add(progress: Callable[[int], object], before: int, number: int) -> None:
    progress(before + number)


def _errors(epochs: Sequence[LoopEpoch], decoder: str) -> int:
    return sum(epoch.errors[decoder] for epoch in epochs)
