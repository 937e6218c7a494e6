"""Cycles of the real core, where it is small enough to be simulated.

In: rows of a comparison.   Out: the same with measured cycles.
Next: `quantacore.sim.choice.row`.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.codes.families import family_named
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image
from quantacore.sim.batch import BatchCore
from quantacore.sim.choice.comparison import Effort, Progress
from quantacore.sim.choice.cost import cycles_of_effort, effort
from quantacore.sim.choice.counts import MOST_PASSES
from quantacore.sim.choice.hardware import Hardware
from quantacore.sim.choice.row import Row
from quantacore.sim.comparison import compare_shots
from quantacore.sim.core_cache import cached_core
from quantacore.sim.rtl_decoder import linked_config

CORE_SHOTS = 2_000


@dataclass(frozen=True, kw_only=True)
class CoreCycles:
    """Mean core cycles of a shot, as `quantacore.sim.experiments.latency` counts them."""

    core: float
    """Of the generated Verilog."""
    model: float
    """Of `quantacore.sim.choice.cost` on the same shots."""


def measure_core_cycles(
    circuit: Circuit, *, passes: int, num_shots: int = CORE_SHOTS, seed: int = 1
) -> CoreCycles:
    """Decode shots one at a time on the core of a circuit, in Verilator.

    Raises
    ------
    RuntimeError
        If a shot differs from the golden decoder's.
    """
    graph = graph_from_circuit(circuit)
    image = build_image(graph)
    events, _ = sample_shots(circuit, num_shots=num_shots, seed=seed)
    golden = UnionFindDecoder(graph, image, passes=passes)
    expected = golden.decode_shots(events, with_corrections=True)
    config = linked_config(image, passes=passes)
    with BatchCore(cached_core(graph, config, image)) as core:
        core.load_image(image)
        found = core.decode_shots(
            events,
            passes=passes if config.has_later else 1,
            with_corrections=True,
            isolated=True,
        )
    if compare_shots(found, expected).mismatching.any():
        raise RuntimeError("Core must answer as the golden decoder does, but differs")
    assert found.cycles is not None  # a core always counts
    return CoreCycles(
        core=float(np.mean(found.cycles)),
        model=cycles_of_effort(effort(events, expected) / num_shots),
    )


def with_core_cycles(
    rows: Sequence[Row],
    hardware: Hardware,
    work: Effort,
    *,
    largest: int,
    progress: Progress = lambda done, total: None,
) -> list[Row]:
    """Return the rows, those up to a distance with the cycles of their core."""
    chosen = [row for row in rows if max(row.code.distances) <= largest]
    measured = {}
    for done, row in enumerate(chosen):
        progress(done, len(chosen))
        code = row.code
        family = family_named(code.family)
        noise = hardware.noise(family, photons=code.photons)
        circuit = family.circuit(code.distances, rounds=code.rounds, noise=noise)
        cycles = measure_core_cycles(
            circuit, passes=MOST_PASSES if row.uses_links else 1, seed=work.seed
        )
        per_round = cycles.core / code.rounds
        measured[code] = dataclasses.replace(
            row.cost,
            measured=True,
            cycles_per_round=per_round,
            us_per_round=per_round / work.clock_mhz,
        )
    return [dataclasses.replace(row, cost=measured.get(row.code, row.cost)) for row in rows]
