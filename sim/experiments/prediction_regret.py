"""What predictions are worth in the loop: logical errors of a decoder whose weights follow them.

In: a data set, its test runs, `Tuned`.   Out: `RunErrors`, then `RegretRow` records.
Next: `quantacore.sim.cli.predict`; `quantacore.golden.adapt.reweight` (ratios -> weights).

The noise of a run goes by once more, with new shots. All contenders decode the same ones: with the
weights of the model (static), with those of the true noise (oracle), and with those that a
predictor said before the epoch began. Those of the true noise an epoch late say how much of the
regret is news that nobody could have known. Each predictor hears what its own decoder corrected,
under its own weights, as in the closed loop (or otherwise: `quantacore.sim.experiments.heard`). The
regret of a contender is how many more errors it makes than the oracle.
"""

import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, wrong_shots
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.host.predict.registry import CONTENDERS
from quantacore.host.predict.series import CountSeries
from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments.dataset_files import read_run
from quantacore.sim.experiments.dataset_reader import load_series
from quantacore.sim.experiments.run_bootstrap import ratio_over_runs
from quantacore.sim.experiments.weight_followers import Follower, LoopModel

STATIC, ORACLE, LATE = "static", "oracle", "late truth"
"""Weights of the model, of the true noise, and of the true noise of the epoch before."""
REGRET_STREAM = 3
"""Tells these shots from those that the data set counted."""


@dataclass(frozen=True, kw_only=True)
class RunErrors:
    """Errors of all contenders on the same shots of a run."""

    run: str
    regime: str
    shots: int
    errors: Mapping[str, int]
    """`STATIC`, `ORACLE`, `LATE` or predictor -> wrong shots."""


@dataclass(frozen=True, kw_only=True)
class ShownEpoch:
    """Shots of an epoch, the same for all contenders."""

    noisy: Circuit
    """Whose shots they are."""
    seed: int
    events: np.ndarray
    actual: np.ndarray
    """As of `quantacore.golden.source.sampling.sample_shots`."""


@dataclass(frozen=True, kw_only=True)
class RegretRow:
    """One contender in one regime, with 95 % intervals over runs."""

    predictor: str
    regime: str
    runs: int
    shots: int
    errors: int
    regret: Interval
    """Errors beyond the oracle's, per thousand shots."""
    of_static: Interval
    """Regret per regret of the static decoder."""
    of_best_opponent: Interval
    """Regret per regret of the opponent with the fewest errors here."""
    best_opponent: str


class RegretBench:
    """A data set whose noise is sampled anew.

    Parameters
    ----------
    folder : Path
        A simulated data set: its truth is needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = LoopModel(folder)

    def runs(self, *, split: str, regimes: Sequence[str] | None = None) -> list[CountSeries]:
        """Return the runs of a split, with their truth."""
        return load_series(self.folder, split=split, regimes=regimes, truth=True, gaps=True)

    def measure(
        self,
        run: CountSeries,
        tuned: Tuned,
        names: Sequence[str],
        *,
        shots: int,
        heard: str = "own",
        progress: Callable[[int], object] = lambda epochs: None,
    ) -> RunErrors:
        """Return the errors in all epochs of a run.

        Parameters
        ----------
        run : CountSeries
            Of `runs`; its counts are not used, as each contender makes its own.
        tuned : Tuned
        names : sequence of str
            Of predictors.
        shots : int
            Of each epoch, at least 1.
        heard : str
            One of `quantacore.sim.experiments.heard.HEARD`.
        progress : callable
            Called with the number of epochs done.
        """
        check_sampling(shots, None)
        model = self.model
        device = model.device_for(names)
        followers = {
            name: Follower(
                model,
                tuned.make(name, len(model.expected), device=device),
                shots=shots,
                heard=heard,
            )
            for name in names
        }
        errors = dict.fromkeys((STATIC, ORACLE, LATE, *names), 0)
        late = model.static
        ahead = np.diff(run.times, append=run.times[-1] + tuned.epoch_s)
        for epoch, shown in enumerate(self.shown_epochs(run, shots=shots)):
            oracle = model.decoder(graph_from_circuit(shown.noisy))
            decoders = {
                STATIC: model.static,
                ORACLE: oracle,
                LATE: late,
                **{name: follower.decoder for name, follower in followers.items()},
            }
            counts = {}
            for name, decoder in decoders.items():
                wrong, counts[name] = self.decode(decoder, shown)
                errors[name] += wrong
            late = oracle
            for name, follower in followers.items():
                follower.hear(
                    counts[STATIC if heard == "model" else name],
                    time_s=float(run.times[epoch]),
                    ahead_s=float(ahead[epoch]),
                    seed=shown.seed,
                )
            progress(epoch + 1)
        return RunErrors(
            run=run.name, regime=run.regime, shots=shots * run.num_epochs, errors=errors
        )

    def shown_epochs(self, run: CountSeries, *, shots: int) -> Iterator[ShownEpoch]:
        """Yield new shots of each epoch of a run: the same each time."""
        header = self.model.header
        name = next(each for each in header.runs if each.name == run.name)
        factors = np.asarray(read_run(self.folder, "truth", name, header)["factors"])
        for epoch in range(run.num_epochs):
            noisy = with_factors(self.model.circuit, factors[epoch])
            words = [zlib.crc32(run.name.encode()), REGRET_STREAM, epoch]
            seed = int(np.random.SeedSequence(words).generate_state(1, np.uint64)[0])
            events, actual = sample_shots(noisy, num_shots=shots, seed=seed)
            yield ShownEpoch(noisy=noisy, seed=seed, events=events, actual=actual)

    def decode(self, decoder: UnionFindDecoder, shown: ShownEpoch) -> tuple[int, np.ndarray]:
        """Return wrong shots, and corrections by group."""
        decoded = decoder.decode_shots(shown.events, with_corrections=True)
        assert decoded.corrections is not None
        wrong = wrong_shots(decoded.predictions, shown.actual, unmatched=decoded.unmatched)
        bits = unpack_bits(decoded.corrections, num_bits=self.model.graph.num_edges)
        return int(wrong.sum()), self.model.by_group(bits.sum(axis=0))


def summarise_regret(found: Sequence[RunErrors]) -> list[RegretRow]:
    """Return a row for each regime and contender: static, oracle, late truth, predictors.

    Parameters
    ----------
    found : sequence of RunErrors
        Of the same predictors.
    """
    rows = []
    for regime in dict.fromkeys(each.regime for each in found):
        some = [each for each in found if each.regime == regime]
        names = list(some[0].errors)
        total = {name: sum(each.errors[name] for each in some) for name in names}
        known = [name for name in names if name in CONTENDERS and CONTENDERS[name].is_opponent]
        best = min(known or [STATIC], key=lambda name: total[name])
        shots = [each.shots for each in some]
        regret = {
            name: np.array([each.errors[name] - each.errors[ORACLE] for each in some])
            for name in names
        }
        for name in names:
            rows.append(
                RegretRow(
                    predictor=name,
                    regime=regime,
                    runs=len(some),
                    shots=sum(shots),
                    errors=total[name],
                    regret=ratio_over_runs(1000 * regret[name], shots),
                    of_static=_ratio(regret[name], regret[STATIC]),
                    of_best_opponent=_ratio(regret[name], regret[best]),
                    best_opponent=best,
                )
            )
    return rows


def _ratio(regret: np.ndarray, reference: np.ndarray) -> Interval:
    """Return a ratio of regrets; NaN where there is nothing to regret."""
    if not reference.sum() > 0:
        return Interval(value=math.nan, low=math.nan, high=math.nan)
    return ratio_over_runs(regret, reference)
