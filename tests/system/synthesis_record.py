"""Area and cycles of small cores, recorded so that a change of them is noticed and meant.

In: nothing.   Out: ``tests/synthesis_record.json``, written again by `make record`.
Next: `tests.system.test_synthesis_record`.

Area is yosys' alone, module by module: without placement it is the same on every machine, and takes
a quarter of the time of a flattened core. Shots are sampled in Python, as stim's differ between
machines.
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

import numpy as np

from quantacore.golden.spec.bits import packed_bytes
from quantacore.golden.spec.core_folder import VERILOG_FILE, read_any_manifest
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.sim.batch import BatchCore
from quantacore.sim.experiments.area_points import AreaCore, Problem, area_core
from quantacore.sim.synthesis.programs import YOSYS, yosys_program
from quantacore.sim.synthesis.yosys import ECP5_MODULES_SCRIPT, module_areas, synthesised

RECORD = Path(__file__).parents[1] / "synthesis_record.json"
FORMAT = "quantacore-synthesis-record"
VERSION = 1
COMMAND = "make record"

DISTANCE = 3
SHOTS = 1000


def measured_area(core: AreaCore) -> dict[str, int]:
    """Return LUT4, CCU2C and flip-flops of a core, all modules added up."""
    folder = core.folder()
    top = read_any_manifest(folder).top
    mapped = synthesised(
        folder / VERILOG_FILE,
        ECP5_MODULES_SCRIPT,
        top=top,
        yosys=yosys_program(),
        progress=lambda stage: None,
    )
    areas = module_areas(mapped, top=top)
    return {
        "LUT4": sum(area.instances * area.lut4 for area in areas),
        "CCU2C": sum(area.instances * area.ccu2c for area in areas),
        "TRELLIS_FF": sum(area.instances * area.flip_flops for area in areas),
    }


def measured_cycles(core: AreaCore, problem: Problem) -> float:
    """Return the mean core cycles of shots sent one at a time."""
    rng = random.Random(f"synthesis_record/{problem.value}")
    events = sampled_events(core.graph, rng)
    with BatchCore(core.folder()) as batch:
        batch.load_image(core.image)
        found = batch.decode_shots(events, passes=core.passes, isolated=True)
    assert found.cycles is not None
    return float(found.cycles.mean())


def sampled_events(graph: DecodingGraph, rng: random.Random) -> np.ndarray:
    """Return bit-packed shots in which every edge flips with its prior, on its own."""
    events = np.zeros((SHOTS, packed_bytes(graph.num_detectors)), np.uint8)
    for shot in events:
        for edge in graph.edges:
            if rng.random() < edge.prior:
                for detector in edge.detectors:
                    shot[detector // 8] ^= 1 << detector % 8
    return events


def read_record() -> dict:
    """Return the rows of the record, by problem."""
    data = json.loads(RECORD.read_text())
    assert (data["format"], data["version"]) == (FORMAT, VERSION)
    return data["cores"]


def main() -> None:
    """Measure all cores and write the record."""
    cores = {}
    for problem in Problem:
        print(f"{problem.value} ...")
        core = area_core(problem, DISTANCE)
        cycles = round(measured_cycles(core, problem), 3)
        cores[problem.value] = measured_area(core) | {"mean_cycles": cycles}
        print(cores[problem.value])
    data = {
        "format": FORMAT,
        "version": VERSION,
        "distance": DISTANCE,
        "shots": SHOTS,
        "tools": {YOSYS: version(YOSYS)},
        "cores": cores,
    }
    RECORD.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
