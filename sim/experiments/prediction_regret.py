"""What predictions are worth in the loop: logical errors of a decoder whose weights follow them.

In: a data set, its test runs, `Tuned`.   Out: `RunErrors`, then `RegretRow` records.
Next: `quantacore.sim.cli.predict`; `quantacore.golden.adapt.reweight` (ratios -> weights).

The noise of a run goes by once more, with new shots. All contenders decode the same ones: with the
weights of the model (static), with those of the true noise (oracle), and with those that a
predictor said before the epoch began. Each predictor hears what its own decoder corrected, under
its own weights, as in the closed loop (or otherwise: `HEARD`). The regret of a contender is how
many more errors it makes than the oracle.

A decoder corrects more on edges that it believes to be likely, and less than there was on those
that are very likely. Both cancel if its counts are set beside what it would correct if the noise
were as it believes (*believed*): then counts as expected mean that the belief is right.
"""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.decode.correction_rates import believed_rates
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, wrong_shots
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image
from quantacore.host.predict.registry import CONTENDERS
from quantacore.host.predict.series import CountSeries
from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments.dataset_files import read_run
from quantacore.sim.experiments.dataset_reader import load_header, load_series
from quantacore.sim.experiments.run_bootstrap import ratio_over_runs

STATIC, ORACLE = "static", "oracle"
HEARD = {
    "own": "what its own decoder corrects, beside what the model's would on shots of the model",
    "model": "what a second decoder, with the model's weights, corrects",
    "believed": "what its own decoder corrects, beside what it would on shots of its own noise",
}
"""What a predictor hears -> in words."""
BELIEVED_SEED = 1 << 20
"""Tells the seeds of those shots from those of the others."""
MOST_SEED = 1 << 63
BELIEVED_SHOTS = 8_000
"""On which a decoder is tried with the noise that it believes in."""
REGRET_STREAM = 3
"""Tells these shots from those that the data set counted."""


@dataclass(frozen=True, kw_only=True)
class RunErrors:
    """Errors of all contenders on the same shots of a run."""

    run: str
    regime: str
    shots: int
    errors: Mapping[str, int]
    """`STATIC`, `ORACLE` or predictor -> wrong shots."""


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
        self.header = load_header(folder)
        self.circuit = circuit_from_text(self.header.circuit)
        self.graph = graph_from_circuit(self.circuit)
        self.groups = np.array(self.header.groups)
        self.passes = int(self.header.settings["passes"])
        self._static = self._decoder(self.graph)
        self._expected = self._by_group(np.array(self.header.expected))

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
            One of `HEARD`.
        progress : callable
            Called with the number of epochs done.
        """
        check_sampling(shots, None)
        if heard not in HEARD:
            raise ValueError(f"Heard must be one of {', '.join(HEARD)}, not {heard!r}")
        factors = self._factors(run)
        exposures = dict.fromkeys(names, shots * self._expected)
        predictors = {name: tuned.make(name, len(self._expected)) for name in names}
        errors = dict.fromkeys((STATIC, ORACLE, *names), 0)
        ahead = np.diff(run.times, append=run.times[-1] + tuned.epoch_s)
        live = dict.fromkeys(names, self._static)
        for epoch in range(run.num_epochs):
            noisy = with_factors(self.circuit, factors[epoch])
            words = [zlib.crc32(run.name.encode()), REGRET_STREAM, epoch]
            seed = int(np.random.SeedSequence(words).generate_state(1, np.uint64)[0])
            events, actual = sample_shots(noisy, num_shots=shots, seed=seed)
            oracle = self._decoder(graph_from_circuit(noisy))
            counts: dict[str, np.ndarray] = {}
            for name, decoder in {STATIC: self._static, ORACLE: oracle, **live}.items():
                decoded = decoder.decode_shots(events, with_corrections=name != ORACLE)
                wrong = wrong_shots(decoded.predictions, actual, unmatched=decoded.unmatched)
                errors[name] += int(wrong.sum())
                if decoded.corrections is not None:
                    bits = unpack_bits(decoded.corrections, num_bits=self.graph.num_edges)
                    counts[name] = self._by_group(bits.sum(axis=0))
            for name, predictor in predictors.items():
                said_by = STATIC if heard == "model" else name
                predictor.update(counts[said_by], exposures[name], time_s=float(run.times[epoch]))
                ratios = np.exp(predictor.predict(float(ahead[epoch])).mean)
                graph = reweighted(self.graph, ratios[self.groups])
                live[name] = self._decoder(graph)
                if heard == "believed":
                    believed = self._believed(graph, live[name], seed=seed + BELIEVED_SEED)
                    exposures[name] = shots * believed / ratios
            progress(epoch + 1)
        return RunErrors(
            run=run.name, regime=run.regime, shots=shots * run.num_epochs, errors=errors
        )

    def _believed(
        self, graph: DecodingGraph, decoder: UnionFindDecoder, *, seed: int
    ) -> np.ndarray:
        """Return corrections per shot, by group, if the noise is as the graph says."""
        found = believed_rates(graph, decoder, num_shots=BELIEVED_SHOTS, seed=seed % MOST_SEED)
        # One correction more, so that what was never seen is not taken to be impossible.
        return (self._by_group(found) + 1 / BELIEVED_SHOTS) * self._beside_edges

    @cached_property
    def _beside_edges(self) -> np.ndarray:
        """Corrections on shots of the model per those on shots of its edges, by group."""
        shots = 25 * BELIEVED_SHOTS
        found = believed_rates(self.graph, self._static, num_shots=shots, seed=BELIEVED_SEED)
        return self._expected / (self._by_group(found) + 1 / shots)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.groups, values)

    def _decoder(self, graph: DecodingGraph) -> UnionFindDecoder:
        return UnionFindDecoder(graph, build_image(graph), passes=self.passes)

    def _factors(self, run: CountSeries) -> np.ndarray:
        name = next(each for each in self.header.runs if each.name == run.name)
        return np.asarray(read_run(self.folder, "truth", name, self.header)["factors"])


def summarise_regret(found: Sequence[RunErrors]) -> list[RegretRow]:
    """Return a row for each regime and contender: static, oracle, predictors.

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
