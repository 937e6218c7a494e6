"""Figures that are written out, for tests of what is made of them."""

from collections import Counter

from quantacore.sim.experiments.area import AreaRecord, AreaRow
from quantacore.sim.experiments.area_points import Problem
from quantacore.sim.experiments.cycle_histogram import CycleHistogram
from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.scale.cores import CoreFigures
from quantacore.sim.scale.counting import MODEL, tasks_of
from quantacore.sim.scale.figures import Scaling, scaling
from quantacore.sim.scale.settings import CYCLES, ERRORS, STREAM, Effort
from quantacore.sim.scale.validation import Validation

EFFORT = Effort(
    distances=(3, 5, 7),
    ps=(0.01,),
    rounds=(1.0, 4.0),
    windows=(1.0,),
    largest=9,
    largest_window=5,
)
ERRORS_OF = {3: 400, 5: 100, 7: 25}
"""Of 10,000 shots: a quarter for each step."""


def core_figures(distance: int, **changes: object) -> CoreFigures:
    """Return a core of ``distance**3`` edges and ten LUTs an edge."""
    measured: dict[str, object] = {}
    if distance <= 5:
        measured = {
            "lut4": 10 * distance**3,
            "lut6": 7 * distance**3,
            "generate_s": 1.0 * distance,
            "window_edges": 2 * distance**3,
        }
    if distance == 3:
        measured |= {"window_lut4": 1000, "window_lut6": 700}
    return CoreFigures(
        **{
            "distance": distance,
            "detectors": distance**2,
            "edges": distance**3,
            "links": 0,
            "image_words": distance**3,
            "image_bits": 9 * distance**3,
            "graph_s": 1.0,
            "update_s": 0.5,
            **measured,
            **changes,
        }  # type: ignore[arg-type]
    )


def area_row(problem: Problem, distance: int, *, mhz: float) -> AreaRow:
    """Return a placed core of ``distance**2`` detectors; three seeds."""
    return AreaRow(
        problem=problem,
        distance=distance,
        generator="",
        core={"detectors": distance**2, "edges": distance**3},
        tools={},
        part={},
        cells={"LUT4": 5 * distance**3},
        combs=1,
        fmax_mhz={"1": mhz, "2": mhz + 1, "3": mhz - 1},
        path={},
        unplaced="",
        lut6={"luts": 4 * distance**3},
    )


RECORD = AreaRecord(
    rows=(
        area_row(Problem.BAKED, 3, mhz=90),
        area_row(Problem.HELIOS, 3, mhz=120),
        area_row(Problem.HELIOS, 9, mhz=40),  # a third at three times the distance
    )
)


def made_up_scaling(
    *,
    cores: dict[int, CoreFigures] | None = None,
    model_mean: float = 10.0,
    with_record: bool = True,
) -> Scaling:
    """Return what would be found of these figures."""
    stats = StatsFile()
    for setting in EFFORT.error_settings:
        for task in tasks_of(setting, ERRORS, EFFORT.seed).values():
            reference = ERRORS_OF[setting.distance]
            errors = reference + reference // 5 * (setting.window is not None)
            counts = Counter(reference_errors=reference, both_wrong=reference, unmatched=0)
            stats.add(task.with_edits(shots=10_000, errors=errors, custom_counts=counts))
    for setting in EFFORT.cycle_settings:
        task = tasks_of(setting, CYCLES, EFFORT.seed)[MODEL]
        cycles = setting.distance**2
        counts = Counter({f"cycles={cycles - 1}": 50, f"cycles={cycles + 1}": 50})
        stats.add(task.with_edits(shots=100, custom_counts=counts))
    for setting in EFFORT.stream_settings:
        task = tasks_of(setting, STREAM, EFFORT.seed)[MODEL]
        counts = Counter({f"cycles={2 * setting.distance**2}": 200})
        stats.add(task.with_edits(shots=200, custom_counts=counts))
    validation = Validation(
        setting=EFFORT.cycle_settings[0],
        shots=100,
        core=CycleHistogram({9: 50, 11: 50}),
        model_mean=model_mean,
        differing=0,
    )
    cores = cores or {distance: core_figures(distance) for distance in EFFORT.lines}
    record = RECORD if with_record else AreaRecord()
    return scaling(EFFORT, stats, cores, [validation], record)
