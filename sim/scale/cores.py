"""What the core of a distance is: its size, image, times, and area where a tool has said.

In: distances, which of them to build and synthesise.   Out: `CoreFigures`, kept in a folder.
Next: `quantacore.sim.scale.figures`.

The core is that of the documents: circuit noise, both bases, rounds = distance, baked links. All
of this runs here and not on workers: times of other machines do not compare.
"""

import dataclasses
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.steady_window import num_mesh_edges, steady_plan
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph_json import parse_json
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.image_words import image_field_widths, num_image_words
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.core_cache import cached_stream_core, generator_digest
from quantacore.sim.experiments.area_points import LINKS_NOISE, Problem, area_core
from quantacore.sim.experiments.builds import measure_build
from quantacore.sim.synthesis.flow import synthesise_ecp5, synthesise_lut6

FORMAT = "quantacore-scale-cores"
VERSION = 2
CORES_FILE = "cores.json"
DRIFT = 1.1
"""Ratio of the priors of the update that is timed: what it is does not change the time."""

Stage = Callable[[str], object]
"""Told what is being done."""


@dataclass(frozen=True, kw_only=True)
class CoreFigures:
    """Of one distance; None: not measured."""

    distance: int
    detectors: int
    edges: int
    links: int
    image_words: int
    image_bits: int
    """Of all words together, without packing."""
    graph_s: float
    """From circuit to graph and first image, on the host: processor time."""
    update_s: float
    """A new image from new priors, on the host: processor time."""
    elaborate_s: float | None = None
    generate_s: float | None = None
    """Verilog, elaboration included."""
    verilate_s: float | None = None
    lut4: int | None = None
    """Of an ECP5, carries counted twice: what place and route needs at least."""
    lut6: int | None = None
    """Of a generic part of 6-input LUTs."""
    flip_flops: int | None = None
    window_edges: int | None = None
    """Of the mesh of windows of d + d rounds."""
    window_lut4: int | None = None
    """Of the streaming core with these windows."""
    window_lut6: int | None = None

    @property
    def image_bytes(self) -> int:
        """Of the image."""
        return -(-self.image_bits // 8)

    @property
    def window_detectors(self) -> int:
        """Of a window of d + d rounds, which all have as many."""
        return 2 * self.distance * (self.distance**2 - 1)

    @property
    def load_cycles(self) -> int:
        """To load it, the swap included; docs/decoder.md, section 6."""
        return self.image_words + 1


class CoresFile:
    """Figures in a folder, each written as soon as it is known.

    Raises
    ------
    ValueError
        If the file is not one of these.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / CORES_FILE
        self.rows: dict[int, CoreFigures] = {}
        if self._path is None or not self._path.exists():
            return
        try:
            data = parse_json(self._path.read_text(), format=FORMAT, version=VERSION)
            if data["generator"] == generator_digest()[:12]:
                rows = [CoreFigures(**row) for row in data["rows"]]
                self.rows = {row.distance: row for row in rows}
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{self._path}: must be a file of `quantacore scale` ({error}): remove it, or "
                "choose another --out"
            ) from None

    def put(self, row: CoreFigures) -> None:
        """Keep a row, in place of an earlier one."""
        self.rows[row.distance] = row
        if self._path is None:
            return
        rows = [dataclasses.asdict(self.rows[distance]) for distance in sorted(self.rows)]
        data = {
            "format": FORMAT,
            "version": VERSION,
            "generator": generator_digest()[:12],
            "rows": rows,
        }
        unfinished = self._path.with_name(f".{self._path.name}.partial")
        unfinished.write_text(json.dumps(data, indent=1) + "\n")
        unfinished.replace(self._path)


def measure_cores(
    file: CoresFile,
    distances: Sequence[int],
    *,
    build: Sequence[int] = (),
    synth: Sequence[int] = (),
    windows: Sequence[int] = (),
    window_synth: Sequence[int] = (),
    stage: Stage = lambda what: None,
) -> None:
    """Measure what the file lacks.

    Parameters
    ----------
    file : CoresFile
    distances : sequence of int
        All of them: sizes, image, time of an update.
    build : sequence of int
        Those that are generated and built in Verilator, with nothing cached: a minute or two at 5.
    synth : sequence of int
        Those that yosys maps, without place and route; kept by content, as by `quantacore synth`.
    windows : sequence of int
        Those whose mesh of windows is counted.
    window_synth : sequence of int
        Those whose streaming core yosys maps: minutes at 3.
    stage : function
    """
    for distance in distances:
        if distance not in file.rows:
            stage(f"d={distance}: graph and image")
            file.put(_sizes(distance))
        row = file.rows[distance]
        if distance in synth and row.lut6 is None:
            stage(f"d={distance}: synthesis")
            file.put(_with_area(row))
        row = file.rows[distance]
        if distance in windows and row.window_edges is None:
            stage(f"d={distance}: mesh of windows")
            file.put(dataclasses.replace(row, window_edges=_window_edges(distance)))
        row = file.rows[distance]
        if distance in window_synth and row.window_lut6 is None:
            stage(f"d={distance}: synthesis of the streaming core")
            file.put(_with_window_area(row))
        row = file.rows[distance]
        if distance in build and row.verilate_s is None:
            stage(f"d={distance}: generate and build")
            built = measure_build(distance=distance)
            file.put(
                dataclasses.replace(
                    row,
                    elaborate_s=built.elaborate_seconds,
                    generate_s=built.generate_seconds,
                    verilate_s=built.verilate_seconds,
                )
            )


def _sizes(distance: int) -> CoreFigures:
    started = time.process_time()
    graph = graph_from_circuit(rotated_memory(distance=distance, p=LINKS_NOISE))
    image = build_image(graph)
    made = time.process_time()
    build_image(reweighted(graph, np.full(graph.num_edges, DRIFT)))
    updated = time.process_time()
    config = CoreConfig(links="baked")
    words = num_image_words(config, num_edges=graph.num_edges)
    widths = image_field_widths(
        config, num_edges=graph.num_edges, num_observables=graph.num_observables
    )
    return CoreFigures(
        distance=distance,
        detectors=graph.num_detectors,
        edges=graph.num_edges,
        links=image.num_links,
        image_words=words,
        image_bits=words * (sum(widths.values()) - widths["last"]),
        graph_s=made - started,
        update_s=updated - made,
    )


def _with_area(row: CoreFigures) -> CoreFigures:
    folder = area_core(Problem.BAKED, row.distance).folder()
    mapped = synthesise_ecp5(folder, seeds=())
    return dataclasses.replace(
        row,
        lut4=ecp5_luts(mapped.cells),
        flip_flops=mapped.flip_flops,
        lut6=synthesise_lut6(folder).luts,
    )


def _window_edges(distance: int) -> int:
    source = RepeatingCircuit(rotated_memory(distance=distance, p=LINKS_NOISE))
    plan = steady_plan(source, commit_rounds=distance, buffer_rounds=distance)
    return num_mesh_edges(source, plan)


def _with_window_area(row: CoreFigures) -> CoreFigures:
    source = RepeatingCircuit(rotated_memory(distance=row.distance, p=LINKS_NOISE))
    plan = window_plan(source, commit_rounds=row.distance, buffer_rounds=row.distance)
    folder = cached_stream_core(build_window_image(plan), CoreConfig(links="baked"))
    return dataclasses.replace(
        row,
        window_lut4=ecp5_luts(synthesise_ecp5(folder, seeds=()).cells),
        window_lut6=synthesise_lut6(folder).luts,
    )


def ecp5_luts(cells: Mapping[str, int]) -> int:
    """Return the LUT4s of an ECP5 that some cells need at least: a carry takes two."""
    return cells.get("LUT4", 0) + 2 * cells.get("CCU2C", 0)
