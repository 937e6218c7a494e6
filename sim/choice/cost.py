"""What decoding a code costs: nodes, edges, LUTs, cycles, and the board that it fits on.

In: sizes of a graph, what the golden decoder did.   Out: `Cost`, `Board`.
Next: `quantacore.sim.choice.comparison`.

Cycles are those of a model unless a core was run. The model has one constant, fitted to the real
core: a shot costs two cycles, and more by growth steps times the logarithm of its defects, since
clusters that meet late have further to tell each other. LUTs are those of another, of three
constants, fitted to synthesis results (``docs/synthesis.json``). `quantacore bench codes cost`
sets both beside the record they were fitted to, and cores of all families.
"""

import math
from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS
from quantacore.golden.spec.results import DecodedShots
from quantacore.hdl.platform.boards import BOARDS

IDLE_CYCLES = 2.0
"""Of a shot without defects, measured."""
CYCLES_PER_EFFORT = 0.66
LUTS_PER_LENGTH_BIT = 9.8
LUTS_PER_INDEX_BIT = 3.95
LUTS_PER_EDGE = 6.5
"""LUT4 of an edge: for each bit of its length, of a detector's number, and besides."""
LINKS_FACTOR = {"none": 1.0, "baked": 1.27, "runtime": 1.37}
"""LUTs relative to a core without links: docs/performance.md, d = 3. What run-time links add was
measured on an earlier core."""
STREAM_LUTS = 5_000
"""Of a streaming core on a board besides its mesh: docs/boards.md, the two windows at d = 3."""
WINDOW_FACTOR = 2.0
"""Edges of a window of d + d rounds relative to a shot of d rounds."""
FILL = 0.8
"""Share of a part's LUTs up to which designs can be routed."""
LUTS_OF_PART = {85: 83_640, 45: 43_848, 25: 24_288}
"""Size in the name of a board -> its LUT4s (ECP5 family data sheet)."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one code's decoder."""

    nodes: int
    """Detectors of a shot, both kinds of checks."""
    edges: int
    links: int
    """Correlations that a later pass can use; 0: one pass does."""
    luts: int
    """LUT4s of a core for whole shots: estimate."""
    board_luts: int
    """LUT4s of a streaming core with windows of d + d rounds on a board: estimate."""
    cycles_per_round: float
    """Mean."""
    measured: bool
    """Cycles are those of the real core in Verilator; else of the model."""
    us_per_round: float
    """Microseconds, with as many passes as help."""
    one_pass_us_per_round: float
    """The same with one pass, by the model."""


def effort(events: np.ndarray, decoded: DecodedShots) -> float:
    """Return what the cycles of a batch follow: growth steps times log2(1 + defects), summed.

    Parameters
    ----------
    events : uint8
        Bit-packed detection events, as of `quantacore.golden.source.sampling.sample_shots`.
    decoded : DecodedShots
        Of the golden decoder.
    """
    defects = unpack_bits(events, num_bits=8 * events.shape[1]).sum(axis=1)
    return float((decoded.growth_steps * np.log2(1.0 + defects)).sum())


def cycles_of_effort(mean_effort: float) -> float:
    """Return the mean cycles of a shot by the model."""
    return IDLE_CYCLES + CYCLES_PER_EFFORT * mean_effort


def lut_estimate(
    *, nodes: int, edges: int, links: str, length_bits: int = DEFAULT_LENGTH_BITS
) -> int:
    """Return the LUT4s of a core for whole shots by the model.

    Parameters
    ----------
    nodes, edges : int
        Of the graph.
    links : str
        As of `quantacore.golden.spec.config.CoreConfig`.
    length_bits : int
    """
    index_bits = math.ceil(math.log2(max(nodes, 2)))
    per_edge = LUTS_PER_LENGTH_BIT * length_bits + LUTS_PER_INDEX_BIT * index_bits + LUTS_PER_EDGE
    return round(edges * per_edge * LINKS_FACTOR[links])


def board_lut_estimate(*, nodes: int, edges: int, links: str) -> int:
    """Return the LUT4s of a streaming core with windows of d + d rounds, with all around it."""
    window = {
        "nodes": round(nodes * WINDOW_FACTOR),
        "edges": round(edges * WINDOW_FACTOR),
    }
    return STREAM_LUTS + lut_estimate(**window, links=links)


def fitting_board(luts: int) -> str | None:
    """Return the smallest board that has so many LUTs to spare, or None."""
    fits = [
        (of_part, name)
        for name in BOARDS
        for size, of_part in LUTS_OF_PART.items()
        if str(size) in name.rpartition("_")[2] and luts <= FILL * of_part
    ]
    return min(fits)[1] if fits else None
