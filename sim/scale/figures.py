"""What every distance costs, and how each number is known.

In: counts, `CoreFigures`, `Validation`, a record of synthesis.   Out: `Scaling`: lines of `Cell`.
Next: `quantacore.sim.scale.tables`, `quantacore.sim.plots.scale`.

A cell is *measured* if the thing itself was run at that size (shots decoded, Verilog simulated,
yosys or nextpnr run, a clock stopped), *modelled* if it was replayed by the cycle model, and
*extrapolated* if it is of a fit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quantacore.golden.metrics import (
    Interval,
    PairedErrors,
    error_rate,
    error_ratio,
    error_ratio_per_round,
    normal_deviate,
    rate_per_round,
)
from quantacore.sim.choice.cost import FILL
from quantacore.sim.choice.law import SEEN, Law, Sample, fit_law
from quantacore.sim.experiments.area import AreaRecord
from quantacore.sim.experiments.area_points import Problem
from quantacore.sim.experiments.cycle_histogram import CycleHistogram, histogram_from_counts
from quantacore.sim.experiments.paired_decoding import paired_errors
from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.scale.cores import CoreFigures, ecp5_luts
from quantacore.sim.scale.counting import MODEL, ONE_PASS, OURS, tasks_of
from quantacore.sim.scale.power_law import PowerLaw, fit_power_law
from quantacore.sim.scale.settings import CYCLES, ERRORS, STREAM, Effort, Setting
from quantacore.sim.scale.validation import Validation
from quantacore.sim.synthesis.parts import COMBS

MEASURED, MODELLED, EXTRAPOLATED, UNKNOWN = "measured", "modelled", "extrapolated", "unknown"


WINDOW_MEAN, WINDOW_P99 = "cycles of windows", "p99 cycles of windows"
"""Names of laws, for a noise strength each."""
WINDOWS = "windows"
"""Kind of the streaming core in the law of LUTs."""


ROUND_US = 1.0
"""A round of superconducting qubits."""


@dataclass(frozen=True)
class Part:
    """An FPGA."""

    name: str
    luts: int
    inputs: int
    """Of a LUT: 4 or 6."""


PARTS = (
    Part("ECP5-85", COMBS["85k"], 4),
    Part("RFSoC XCZU49DR", 425_280, 6),  # DS889, as on the ZCU216
)
"""Parts of the table."""


@dataclass(frozen=True)
class Cell:
    """A number, how sure it is, and how it is known."""

    interval: Interval
    """Both ends the value itself where nothing is uncertain."""
    kind: str

    @property
    def value(self) -> float:
        """Without the interval."""
        return self.interval.value


NOTHING = Cell(Interval(value=math.nan, low=math.nan, high=math.nan), UNKNOWN)


def exact(value: float, kind: str = MEASURED) -> Cell:
    """Return a cell without an interval."""
    return Cell(Interval(value=value, low=value, high=value), kind)


@dataclass(frozen=True, kw_only=True)
class ErrorsRow:
    """Logical errors of one setting, golden decoder with three passes."""

    setting: Setting
    paired: PairedErrors
    """The reference is PyMatching, of windows the same decoder of whole shots; same shots."""
    one_pass: int | None
    """Errors of the golden decoder with one pass; not counted of windows."""

    @property
    def per_round(self) -> Interval:
        """Errors per round, with the interval of the count."""
        rate = error_rate(errors=self.paired.errors, shots=self.paired.shots)
        ends = (rate.value, rate.low, rate.high)
        value, low, high = (rate_per_round(end, rounds=self.setting.rounds) for end in ends)
        return Interval(value=value, low=low, high=high)

    @property
    def ratio(self) -> Interval:
        """Relative to the reference; of windows, per round."""
        if self.setting.window is None:
            return error_ratio(self.paired)
        return error_ratio_per_round(self.paired, rounds=self.setting.rounds)


@dataclass(frozen=True, kw_only=True)
class Series:
    """Settings that differ in the distance alone, and the law that they follow."""

    p: float
    rounds: float
    """In units of the distance."""
    ahead: float | None
    """Rounds that windows look ahead, in units of the distance; None: whole shots."""
    rows: tuple[ErrorsRow, ...]
    law: Law | None

    @property
    def suppression(self) -> Interval:
        """Lambda: by how much errors fall with two more of distance."""
        if self.law is None:
            return NOTHING.interval
        slope = self.law.coefficients[1]
        half = normal_deviate(0.95) * math.sqrt(max(self.law.covariance[1, 1], 0.0))
        value, low, high = (math.exp(-end) for end in (slope, slope + half, slope - half))
        return Interval(value=value, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class AtNoise:
    """Of one distance at one noise strength."""

    errors_per_round: Cell
    cycles: Cell
    """Mean of a shot of d rounds."""
    cycles_p99: Cell
    us_per_round: Cell
    """Mean cycles of a shot over the clock and its rounds."""
    window_cycles: Cell
    """Mean of a window that commits d rounds and looks ahead d."""
    window_cycles_p99: Cell
    window_us: Cell
    """Mean cycles of such a window over the clock of its core and d rounds."""
    window_us_p99: Cell


@dataclass(frozen=True, kw_only=True)
class Line:
    """Of one distance."""

    core: CoreFigures
    luts: Mapping[int, Cell]
    """Inputs of a LUT -> LUTs of the core."""
    clock_mhz: Cell
    load_us: Cell
    generate_s: Cell
    verilate_s: Cell
    update_s: Cell
    at: Mapping[float, AtNoise]
    """Noise strength -> what depends on it."""
    window_edges: Cell
    """Of the streaming core, whose windows commit d rounds and look ahead d; likewise below."""
    window_luts: Mapping[int, Cell]
    window_clock_mhz: Cell

    def share(self, part: Part, *, windows: bool = False) -> Cell:
        """Return which share of a part's LUTs the core takes, or the streaming one."""
        luts = (self.window_luts if windows else self.luts)[part.inputs]
        ends = (end / part.luts for end in (luts.value, luts.interval.low, luts.interval.high))
        value, low, high = ends
        return Cell(Interval(value=value, low=low, high=high), luts.kind)

    def fits(self, part: Part, *, windows: bool = False) -> bool:
        """Tell whether the core can be routed there, as far as LUTs go."""
        return self.share(part, windows=windows).value <= FILL


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """All of it."""

    lines: tuple[Line, ...]
    series: tuple[Series, ...]
    validations: tuple[Validation, ...]
    laws: Mapping[str, PowerLaw | None] = field(default_factory=dict)
    """What grows -> its power law."""

    @property
    def is_valid(self) -> bool:
        """Every comparison of the cycle model with Verilog holds."""
        return all(each.holds for each in self.validations)


def scaling(
    effort: Effort,
    stats: StatsFile,
    cores: Mapping[int, CoreFigures],
    validations: Sequence[Validation],
    record: AreaRecord,
) -> Scaling:
    """Put together what is known, and fit the rest."""
    series = tuple(_series(effort, stats))
    used = [cores[distance] for distance in effort.lines]
    laws = {
        "LUT4": _lut_law(used, record, "lut4"),
        "LUT6": _lut_law(used, record, "lut6"),
        "LUT4 per detector": _lut_law(used, record, "lut4", per_detector=True),
        "LUT6 per detector": _lut_law(used, record, "lut6", per_detector=True),
        "generation time": _law(used, "generate_s"),
        "build time": _law(used, "verilate_s"),
        "host time of an update": _law(used, "update_s"),
        "clock": clock_law(record),
        "edges of windows": _window_edges_law(used),
    }
    cycles = {
        (setting.distance, setting.p): _cycles(setting, CYCLES, effort, stats, validations)
        for setting in effort.cycle_settings
    }
    windows = {
        (setting.distance, setting.p): _cycles(setting, STREAM, effort, stats, validations)
        for setting in effort.stream_settings
    }
    for p in effort.ps:
        means = [cycles[distance, p][0].value for distance in effort.lines]
        laws[_cycles_name(p)] = fit_power_law(effort.lines, means)
        for name, which in ((WINDOW_MEAN, 0), (WINDOW_P99, 1)):
            values = [windows[distance, p][which].value for distance in effort.streamed]
            laws[f"{name} at p = {p:g}"] = fit_power_law(effort.streamed, values)
    whole = {each.p: each for each in series if each.ahead is None and each.rounds == 1}
    lines = []
    for core in used:
        clock = clock_of(core.distance, core.detectors, record, laws["clock"])
        window_clock = _grown(None, core.window_detectors, laws["clock"])
        edges = _grown(core.window_edges, core.window_detectors, laws["edges of windows"])
        at = {}
        for p in effort.ps:
            mean, p99 = cycles[core.distance, p]
            window_mean, window_p99 = windows.get((core.distance, p)) or (
                _grown(None, core.distance, laws[f"{name} at p = {p:g}"])
                for name in (WINDOW_MEAN, WINDOW_P99)
            )
            at[p] = AtNoise(
                errors_per_round=_errors(core.distance, whole.get(p)),
                cycles=mean,
                cycles_p99=p99,
                us_per_round=_divided(mean, clock, by=core.distance),
                window_cycles=window_mean,
                window_cycles_p99=window_p99,
                window_us=_divided(window_mean, window_clock, by=core.distance),
                window_us_p99=_divided(window_p99, window_clock, by=core.distance),
            )
        lines.append(
            Line(
                core=core,
                luts={
                    4: _grown(core.lut4, core.edges, laws["LUT4"]),
                    6: _grown(core.lut6, core.edges, laws["LUT6"]),
                },
                clock_mhz=clock,
                load_us=_divided(exact(core.load_cycles), clock),
                generate_s=_grown(core.generate_s, core.edges, laws["generation time"]),
                verilate_s=_grown(core.verilate_s, core.edges, laws["build time"]),
                update_s=exact(core.update_s),
                at=at,
                window_edges=edges,
                window_luts={
                    4: _window_luts(core.window_lut4, edges, used, laws["LUT4"]),
                    6: _window_luts(core.window_lut6, edges, used, laws["LUT6"]),
                },
                window_clock_mhz=window_clock,
            )
        )
    return Scaling(lines=tuple(lines), series=series, validations=tuple(validations), laws=laws)


def _cycles_name(p: float) -> str:
    return f"cycles at p = {p:g}"


def _series(effort: Effort, stats: StatsFile) -> list[Series]:
    found: dict[tuple[float, float, float | None], list[ErrorsRow]] = {}
    for setting, key in effort.error_series:
        tasks = tasks_of(setting, ERRORS, effort.seed)
        counted = {name: stats.counted(task) for name, task in tasks.items()}
        if not counted[OURS].shots:
            continue
        row = ErrorsRow(
            setting=setting,
            paired=paired_errors(counted[OURS]),
            one_pass=counted[ONE_PASS].errors if ONE_PASS in counted else None,
        )
        found.setdefault(key, []).append(row)
    return [
        Series(p=p, rounds=rounds, ahead=ahead, rows=tuple(rows), law=_law_of_errors(rows))
        for (p, rounds, ahead), rows in found.items()
    ]


def _law_of_errors(rows: Sequence[ErrorsRow]) -> Law | None:
    return fit_law(
        [
            Sample(
                faults=row.setting.distance,
                aspect=1.0,
                rounds=row.setting.rounds,
                scale=1.0,
                shots=row.paired.shots,
                errors=row.paired.errors,
            )
            for row in rows
        ]
    )


def _errors(distance: int, series: Series | None) -> Cell:
    if series is None:
        return NOTHING
    rows = {row.setting.distance: row for row in series.rows}
    row = rows.get(distance)
    if row is not None and (row.paired.errors >= SEEN or series.law is None):
        return Cell(row.per_round, MEASURED)
    if series.law is None:
        return NOTHING
    return Cell(series.law.predict(faults=distance), EXTRAPOLATED)


def _cycles(
    setting: Setting,
    what: str,
    effort: Effort,
    stats: StatsFile,
    validations: Sequence[Validation],
) -> tuple[Cell, Cell]:
    """Return mean and 99th percentile: of the Verilog where it ran."""
    for each in validations:
        if each.setting == setting:
            return _of_histogram(each.core, MEASURED)
    counted = stats.counted(tasks_of(setting, what, effort.seed)[MODEL])
    return _of_histogram(histogram_from_counts(counted.custom_counts), MODELLED)


def _of_histogram(histogram: CycleHistogram, kind: str) -> tuple[Cell, Cell]:
    return (
        Cell(histogram.mean_interval(), kind),
        Cell(histogram.percentile_interval(99), kind),
    )


def _law(cores: Sequence[CoreFigures], name: str) -> PowerLaw | None:
    known = [core for core in cores if getattr(core, name) is not None]
    return fit_power_law([core.edges for core in known], [getattr(core, name) for core in known])


def _grown(value: float | None, size: float, law: PowerLaw | None, *, kind: int = 0) -> Cell:
    if value is not None:
        return exact(value)
    return NOTHING if law is None else Cell(law.predict(size, kind=kind), EXTRAPOLATED)


def _window_edges_law(cores: Sequence[CoreFigures]) -> PowerLaw | None:
    known = [core for core in cores if core.window_edges is not None]
    return fit_power_law([core.window_detectors for core in known], [_edges(c) for c in known])


def _edges(core: CoreFigures) -> int:
    assert core.window_edges is not None
    return core.window_edges


def _window_luts(
    value: int | None, edges: Cell, cores: Sequence[CoreFigures], law: PowerLaw | None
) -> Cell:
    """Return LUTs of a streaming core: without one that was mapped, their factor is not known."""
    if edges.kind == UNKNOWN or all(core.window_lut4 is None for core in cores):
        return NOTHING
    return _grown(value, edges.value, law, kind=1)


def clock_law(record: AreaRecord) -> PowerLaw | None:
    """Fit the clock of all placed cores; problems have factors of their own."""
    placed = [row for row in record.rows if row.fmax_mhz]
    points: list[tuple[Problem | str, float, float]] = [
        (row.problem, row.num_detectors, _median(row.fmax_mhz)) for row in placed
    ]
    return _shared_law(points)


def _lut_law(
    cores: Sequence[CoreFigures], record: AreaRecord, name: str, *, per_detector: bool = False
) -> PowerLaw | None:
    """Fit LUTs against edges, or LUTs of a detector against detectors.

    Other problems of the record tell of the power, too.
    """
    known: list[tuple[Problem | str, int, int, float]] = [
        (Problem.BAKED, core.detectors, core.edges, getattr(core, name))
        for core in cores
        if getattr(core, name) is not None
    ]
    for core in cores:
        luts = getattr(core, f"window_{name}")
        if core.window_edges is not None and luts is not None:
            known.append((WINDOWS, core.window_detectors, core.window_edges, luts))
    for row in record.rows:
        if row.problem is not Problem.BAKED:
            luts = row.lut6["luts"] if name == "lut6" else ecp5_luts(row.cells)
            known.append((row.problem, row.num_detectors, row.core["edges"], luts))
    if per_detector:
        return _shared_law([(problem, n, luts / n) for problem, n, _, luts in known])
    return _shared_law([(problem, edges, luts) for problem, _, edges, luts in known])


def _shared_law(points: Sequence[tuple[Problem | str, float, float]]) -> PowerLaw | None:
    """Fit (problem, size, value); kind 0 is the core with baked links, 1 the streaming one."""
    others = sorted(
        {problem for problem, *_ in points} - {Problem.BAKED},
        key=lambda problem: (problem != WINDOWS, str(problem)),
    )
    if len(others) == len({problem for problem, *_ in points}):
        return None
    problems: list[Problem | str] = [Problem.BAKED, *others]
    return fit_power_law(
        [size for _, size, _ in points],
        [value for *_, value in points],
        [problems.index(problem) for problem, *_ in points],
    )


def clock_of(
    distance: int | None, detectors: int, record: AreaRecord, law: PowerLaw | None
) -> Cell:
    """Return the clock of a core with baked links, in MHz.

    Parameters
    ----------
    distance : int, optional
        Of the core of whole shots: its own row is taken where the record has one, with the slowest
        and the fastest seed as ends. None: no such core.
    detectors : int
        Of the core, for the law.
    record : AreaRecord
    law : PowerLaw, optional
        `clock_law` of the record.
    """
    for row in record.rows:
        if row.problem is Problem.BAKED and row.distance == distance and row.fmax_mhz:
            seeds = sorted(row.fmax_mhz.values())
            spread = Interval(value=_median(row.fmax_mhz), low=seeds[0], high=seeds[-1])
            return Cell(spread, MEASURED)
    return NOTHING if law is None else Cell(law.predict(detectors), EXTRAPOLATED)


def _median(fmax_mhz: Mapping[str, float]) -> float:
    found = sorted(fmax_mhz.values())
    return found[(len(found) - 1) // 2]


def _divided(cell: Cell, clock: Cell, *, by: float = 1.0) -> Cell:
    """Return a number of cycles in microseconds: as sure as the worse of the two."""
    if UNKNOWN in (cell.kind, clock.kind):
        return NOTHING
    order = (MEASURED, MODELLED, EXTRAPOLATED)
    kind = max(cell.kind, clock.kind, key=order.index)
    return Cell(
        Interval(
            value=cell.value / clock.value / by,
            low=cell.interval.low / clock.interval.high / by,
            high=cell.interval.high / clock.interval.low / by if clock.interval.low else math.inf,
        ),
        kind,
    )
