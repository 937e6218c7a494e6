"""Every code that fits a machine, on equal terms: errors, qubits, cost of the decoder.

In: `Hardware`, `Effort`.   Out: `Row` records; what was counted stays in a folder.
Next: `quantacore.sim.choice.advice`, `quantacore.sim.choice.report`.

Errors are counted where distances are small and errors frequent; elsewhere the law of
`quantacore.sim.choice.law` predicts them, and the row says so. Only this process writes files:
workers elsewhere need no shared disk.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from quantacore.golden.codes.cat import bit_flip_of_circuit
from quantacore.golden.codes.families import family_named
from quantacore.golden.metrics import Interval, error_rate, rate_per_round
from quantacore.sim.choice.candidates import Candidate, candidates
from quantacore.sim.choice.cost import Cost
from quantacore.sim.choice.counts import OURS, Counts, CountsFile, Point, count_errors
from quantacore.sim.choice.hardware import Hardware
from quantacore.sim.choice.law import SEEN, Law, Sample, fit_law, too_few
from quantacore.sim.choice.row import (
    COUNTED,
    EXACT,
    EXTRAPOLATED,
    UNKNOWN,
    BasisRate,
    Row,
    cost_model,
)
from quantacore.sim.experiments.dask_runs import check_workers, runs_by_workers

MOST_SCALE = 64.0
"""Up to how many times stronger noise is made where too few errors are seen."""
NO_RATE = Interval(value=math.nan, low=0.0, high=0.5)

Progress = Callable[[int, int], object]
"""(finished, total) experiments."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is counted.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    shots: int = 100_000
    """Most shots of an experiment."""
    errors: int = 300
    """Errors that are enough."""
    largest: int = 7
    """Largest distance that is counted."""
    seed: int = 1
    clock_mhz: float = 25.0
    """Of the core, for its microseconds: the boards' default."""

    def __post_init__(self) -> None:
        for name, least in (("shots", 1), ("errors", 1), ("largest", 3), ("seed", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        if not 0 < self.clock_mhz < math.inf:
            raise ValueError(f"clock_mhz must be above 0, not {self.clock_mhz!r}")


@dataclass(frozen=True)
class _Series:
    """All codes that one law is of."""

    family: str
    basis: str


def compare(
    hardware: Hardware,
    work: Effort,
    *,
    folder: Path | None = None,
    families: tuple[str, ...] = (),
    scheduler: str | None = None,
    workers: int | None = 0,
    progress: Progress = lambda done, total: None,
) -> list[Row]:
    """Return a row for each code that fits; of cat codes that with the best number of photons.

    Parameters
    ----------
    hardware : Hardware
    work : Effort
    folder : Path, optional
        Where counts are kept, and found again by the next run; it may be that of other hardware.
    families : tuple of str
        These alone; all that fit if empty.
    scheduler, workers
        As of `quantacore.sim.experiments.dask_runs.runs_by_workers`.
    progress : function

    Raises
    ------
    ValueError
        If nothing fits, or something is out of range.
    """
    check_workers(scheduler, workers)
    codes = candidates(hardware, families=families)
    counting = _Counting(hardware, work, CountsFile(folder), scheduler, workers, progress)
    counted = [code for code in codes if max(code.distances) <= work.largest]
    counting.count((code, basis, 1.0) for code in counted for basis in _counted_bases(code))
    series = {_series(code, basis): code for code in counted for basis in _counted_bases(code)}
    scale = 1.0
    while scale < MOST_SCALE:
        scale *= 2
        lacking = {each for each in series if too_few(counting.samples(each, counted))}
        if not lacking:
            break
        counting.count(
            (code, basis, scale)
            for code in counted
            for basis in _counted_bases(code)
            if _series(code, basis) in lacking
        )
    laws = {each: fit_law(counting.samples(each, counted)) for each in series}
    costs = cost_model(
        {code: counting.counts(code, family_named(code.family).bases[0]) for code in counted}
    )
    return _best_photons([counting.row(code, laws, costs(code, work.clock_mhz)) for code in codes])


@dataclass
class _Counting:
    hardware: Hardware
    work: Effort
    file: CountsFile
    scheduler: str | None
    workers: int | None
    progress: Progress

    def __post_init__(self) -> None:
        self.scales: dict[_Series, set[float]] = {}

    def point(self, code: Candidate, basis: str, scale: float = 1.0) -> Point:
        family = family_named(code.family)
        return Point(
            family=code.family,
            distances=code.distances,
            rounds=code.rounds,
            basis=basis,
            noise=self.hardware.noise(family, scale=scale, photons=code.photons),
            seed=self.work.seed,
        )

    def counts(self, code: Candidate, basis: str, scale: float = 1.0) -> Counts:
        return self.file.counted(self.point(code, basis, scale))

    def count(self, wanted: Iterable[tuple[Candidate, str, float]]) -> None:
        """Do all experiments that are not finished."""
        experiments = list(wanted)
        for code, basis, scale in experiments:
            self.scales.setdefault(_series(code, basis), set()).add(scale)
        points = [self.point(*each) for each in experiments]
        jobs = [(point, self.file.counted(point)) for point in points]
        # Large codes first: the last to finish are small ones.
        jobs = sorted(
            (job for job in jobs if not self._finished(job[1])),
            key=lambda job: -math.prod(job[0].distances),
        )
        done = len(points) - len(jobs)
        self.progress(done, len(points))
        if not jobs:
            return
        for (point, _), counts in runs_by_workers(
            count_errors,
            jobs,
            self.work.shots,
            self.work.errors,
            scheduler=self.scheduler,
            workers=self.workers,
        ):
            self.file.save(point, counts)
            done += 1
            self.progress(done, len(points))

    def samples(self, series: _Series, codes: Sequence[Candidate]) -> list[Sample]:
        """Return what a law is fitted to."""
        found = []
        for code in codes:
            if _series(code, series.basis) != series:
                continue
            for scale in sorted(self.scales[series]):
                counts = self.counts(code, series.basis, scale)
                found.append(
                    Sample(
                        faults=_faults(code, series.basis),
                        aspect=_aspect(code, series.basis),
                        rounds=code.rounds,
                        scale=scale,
                        shots=counts.shots,
                        errors=counts.errors[OURS],
                        photons=code.photons or 1.0,
                    )
                )
        return found

    def row(self, code: Candidate, laws: dict[_Series, Law | None], cost: Cost) -> Row:
        """Return what is known of a code."""
        bases = family_named(code.family).bases
        rates = {basis: self._rate(code, basis, laws) for basis in bases}
        counts = {
            basis: self.counts(code, basis)
            for basis in _counted_bases(code)
            if max(code.distances) <= self.work.largest
        }
        return Row(
            code=code,
            rates=rates,
            counts=counts,
            cost=cost,
            cycle_us=self.hardware.section(code.family).cycle_us,
        )

    def _rate(self, code: Candidate, basis: str, laws: dict[_Series, Law | None]) -> BasisRate:
        if basis not in _counted_bases(code):
            assert code.photons is not None  # cat codes alone have such a basis
            exact = bit_flip_of_circuit(n=code.photons, distance=code.distances[0])
            interval = Interval(value=exact, low=exact, high=exact)
            return BasisRate(interval=interval, kind=EXACT, reason="no detector sees a bit flip")
        law = laws.get(_series(code, basis))
        measured = self._measured(code, basis)
        if measured is not None and (measured[1] >= SEEN or law is None):
            return BasisRate(interval=measured[0], kind=COUNTED, reason=f"{measured[1]} errors")
        if law is None:
            return BasisRate(interval=NO_RATE, kind=UNKNOWN, reason="no law fits what was counted")
        photons = code.photons or 1.0
        predicted = law.predict(
            faults=_faults(code, basis), aspect=_aspect(code, basis), photons=photons
        )
        reason = law.describe(photons=photons)
        return BasisRate(interval=predicted, kind=EXTRAPOLATED, reason=reason)

    def _measured(self, code: Candidate, basis: str) -> tuple[Interval, int] | None:
        if max(code.distances) > self.work.largest:
            return None
        counts = self.counts(code, basis)
        return rate_interval(counts, OURS, rounds=code.rounds), counts.errors[OURS]

    def _finished(self, counts: Counts) -> bool:
        return counts.shots >= self.work.shots or counts.errors[OURS] >= self.work.errors


def rate_interval(counts: Counts, decoder: str, *, rounds: int) -> Interval:
    """Return the errors of a decoder per round, with the 95 % interval."""
    per_shot = error_rate(errors=counts.errors[decoder], shots=counts.shots)
    value, low, high = (
        rate_per_round(each, rounds=rounds)
        for each in (per_shot.value, per_shot.low, per_shot.high)
    )
    return Interval(value=value, low=low, high=high)


def _series(code: Candidate, basis: str) -> _Series:
    return _Series(code.family, basis)


def _counted_bases(code: Candidate) -> tuple[str, ...]:
    """Return the bases whose errors are counted: bit flips of cats are known exactly."""
    bases = family_named(code.family).bases
    return bases if code.photons is None else bases[:1]


def _faults(code: Candidate, basis: str) -> int:
    return family_named(code.family).fewest_faults(code.distances, basis=basis)


def _aspect(code: Candidate, basis: str) -> float:
    """Return how much longer than its own side the other is."""
    d_x, d_z = code.distances
    return d_z / d_x if basis == "z" else d_x / d_z


def _best_photons(rows: Sequence[Row]) -> list[Row]:
    """Keep one number of photons of each cat code, that with the fewest errors."""
    best: dict[tuple[str, tuple[int, int]], Row] = {}
    for row in rows:
        key = (row.code.family, row.code.distances)
        if key not in best or row.rank < best[key].rank:
            best[key] = row
    return list(best.values())
