"""Measure area and clock at the points of the documents, and keep a record of them.

In: problems, distances, seeds.   Out: `AreaRecord`, in a file that the documents are made from.
Next: `quantacore.sim.experiments.area_section`, `quantacore.sim.cli.bench_area`.

A record has no times of tools: they belong to one machine, and it is the same wherever it is made.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from quantacore.golden.spec.graph_json import parse_json
from quantacore.sim.core_cache import generator_digest
from quantacore.sim.experiments.area_points import Problem, area_core
from quantacore.sim.experiments.latency import BENCH as LATENCY_BENCH
from quantacore.sim.experiments.latency import Noise, latency_row
from quantacore.sim.experiments.saved_rows import saved_tasks
from quantacore.sim.experiments.stats_file import read_stats
from quantacore.sim.synthesis.flow import synthesise_ecp5, synthesise_lut6
from quantacore.sim.synthesis.parts import Ecp5Part
from quantacore.sim.synthesis.place_route import ROUTERS
from quantacore.sim.synthesis.programs import (
    NEXTPNR_ECP5,
    DoesNotFitError,
    Progress,
    SynthesisError,
    wheel_program,
)
from quantacore.sim.synthesis.report import ECP5_CELLS, core_json

FORMAT = "quantacore-area"
VERSION = 1

DOES_NOT_FIT = "does not fit"

LUT6_CARRY = ("CARRY4", "CARRY8")

RECORD_PLACE = "docs/synthesis.json"
"""Where `quantacore bench area --write_docs` keeps its figures."""


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """Area and clock of one core."""

    problem: Problem
    distance: int
    generator: str
    """What made the Verilog: the start of `generator_digest`."""
    core: dict[str, Any]
    """As in the report of `quantacore synth`."""
    tools: dict[str, str]
    part: dict[str, Any]
    cells: dict[str, int]
    """`ECP5_CELLS`, after synthesis."""
    combs: int | None
    """TRELLIS_COMB after routing; None if the core was not placed, as in the next two."""
    fmax_mhz: dict[str, float]
    """Seed, as text -> clock frequency; empty if not placed."""
    path: dict[str, float]
    """``logic_ns`` and ``routing_ns`` of the seed with the median clock; empty if not placed."""
    unplaced: str
    """Why the core was not placed: `DOES_NOT_FIT`, or what nextpnr said last."""
    lut6: dict[str, int]
    """``luts``, ``flip_flops`` and ``carry`` on a generic 6-LUT part."""
    router: str = ROUTERS[0]
    """Of nextpnr."""

    @property
    def num_detectors(self) -> int:
        """Of the core's graph."""
        return int(self.core["detectors"])


@dataclass(frozen=True, kw_only=True)
class CyclesRow:
    """Mean core cycles of a problem, as `quantacore bench latency` counted them."""

    problem: Problem
    distance: int
    p: float
    mean: float
    shots: int


@dataclass(frozen=True, kw_only=True)
class AreaRecord:
    """All that the documents say of area and clock."""

    rows: tuple[AreaRow, ...] = ()
    cycles: tuple[CyclesRow, ...] = ()

    @property
    def generator(self) -> str | None:
        """The generator of the row that was measured last; rows of others are out of date."""
        return self.rows[-1].generator if self.rows else None

    def with_row(self, row: AreaRow) -> "AreaRecord":
        """Return the record with a row added last, in place of one of the same core."""
        kept = [old for old in self.rows if _place(old) != _place(row)]
        return replace(self, rows=(*kept, row))

    def with_cycles(self, found: Iterable[CyclesRow]) -> "AreaRecord":
        """Return the record with cycles in place of those of the same points."""
        cycles = {(*_place(row), row.p): row for row in (*self.cycles, *found)}
        return replace(self, cycles=tuple(cycles[key] for key in sorted(cycles)))


def _place(row: AreaRow | CyclesRow) -> tuple[str, int]:
    return row.problem.value, row.distance


def measure_area(
    problem: Problem,
    distance: int,
    *,
    seeds: Sequence[int],
    router: str = ROUTERS[0],
    progress: Progress = lambda stage: None,
) -> AreaRow:
    """Generate a core and synthesise it for both targets; every step is cached by content.

    A core that cannot be placed has a row, too, with what yosys counts.

    Raises
    ------
    ValueError
        If distance or a seed is out of range.
    SynthesisError
        If a tool is missing, or yosys fails.
    """
    wheel_program(NEXTPNR_ECP5)  # a tool that is not there is no property of the core
    progress("generate")
    folder = area_core(problem, distance).folder()
    part = Ecp5Part()
    unplaced = ""
    try:
        mapped = synthesise_ecp5(folder, part=part, seeds=seeds, router=router, progress=progress)
    except SynthesisError as error:
        unplaced = DOES_NOT_FIT
        if not isinstance(error, DoesNotFitError):
            unplaced = str(error).splitlines()[-1]
        mapped = synthesise_ecp5(folder, seeds=(), progress=progress)
    generic = synthesise_lut6(folder, progress=progress)
    route = mapped.typical_route
    path = {}
    if route is not None:
        path = {
            "logic_ns": round(route.path.logic_ns, 3),
            "routing_ns": round(route.path.routing_ns, 3),
        }
    return AreaRow(
        problem=problem,
        distance=distance,
        generator=generator_digest()[:12],
        core=core_json(mapped.core),
        tools=mapped.tools,
        part=asdict(part),
        cells={name: mapped.cells.get(name, 0) for name in ECP5_CELLS},
        combs=mapped.combs,
        fmax_mhz={str(each.seed): each.fmax_mhz for each in mapped.routes},
        path=path,
        unplaced=unplaced,
        lut6={
            "luts": generic.luts,
            "flip_flops": generic.flip_flops,
            "carry": sum(generic.cells.get(name, 0) for name in LUT6_CARRY),
        },
        router=router,
    )


def cycles_from_file(path: str) -> list[CyclesRow]:
    """Return the mean cycles in a file of `quantacore bench latency`, of our problems only.

    Raises
    ------
    OSError, ValueError
        If the file cannot be read, or has none.
    """
    found = []
    for task in saved_tasks(read_stats([path])).of_bench(LATENCY_BENCH):
        row = latency_row(task)
        problem = {
            (Noise.PHENOMENOLOGICAL, 1, "none"): Problem.HELIOS,
            (Noise.CIRCUIT, 1, "none"): Problem.ONE_PASS,
            (Noise.CIRCUIT, 3, "baked"): Problem.BAKED,
        }.get((row.noise, row.passes, row.links))
        if problem is not None and row.point.basis == "Z":
            found.append(
                CyclesRow(
                    problem=problem,
                    distance=row.point.distance,
                    p=row.point.p,
                    mean=round(row.histogram.mean, 3),
                    shots=row.shots,
                )
            )
    if not found:
        raise ValueError(f"{path}: File must have rows of `quantacore bench latency`, not none")
    return found


def record_to_json(record: AreaRecord) -> str:
    """Return a record as text; `record_from_json` gives an equal one back."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "rows": [asdict(row) | {"problem": row.problem.value} for row in record.rows],
        "cycles": [asdict(row) | {"problem": row.problem.value} for row in record.cycles],
    }
    return json.dumps(data, indent=1) + "\n"


def record_from_json(text: str) -> AreaRecord:
    """Read what `record_to_json` wrote; raise `ValueError` if it is something else."""
    data = parse_json(text, format=FORMAT, version=VERSION)
    try:
        return AreaRecord(
            rows=tuple(
                AreaRow(**(row | {"problem": Problem(row["problem"])})) for row in data["rows"]
            ),
            cycles=tuple(
                CyclesRow(**(row | {"problem": Problem(row["problem"])})) for row in data["cycles"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"Area record must have every field of version {VERSION}: {error}"
        ) from None


def find_record(given: str | None) -> Path:
    """Return the file to read: the one that is given, or `RECORD_PLACE` here or in the checkout.

    Raises
    ------
    FileNotFoundError
        If a file is given that does not exist.
    """
    if given is not None:
        if not Path(given).is_file():
            raise FileNotFoundError(None, "record of `quantacore bench area` does not exist", given)
        return Path(given)
    here = Path(RECORD_PLACE)
    return here if here.is_file() else Path(__file__).parents[2] / RECORD_PLACE


def read_record(path: Path) -> AreaRecord:
    """Return the record of a file; an empty one if there is no file."""
    return record_from_json(path.read_text()) if path.exists() else AreaRecord()
