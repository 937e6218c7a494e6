"""Time the way from a graph to a running simulation, step by step, with nothing cached.

In: distances.   Out: `BuildRow` records.   Next: `quantacore.sim.cli.bench_hardware`.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amaranth.back import rtlil

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.image import build_image
from quantacore.hdl.core import Core
from quantacore.hdl.generate import TOP, generate_core
from quantacore.hdl.top import Top
from quantacore.hdl.unit_library import UnitLibrary
from quantacore.sim.batch import BatchCore

SPEED_SECONDS = 2.0
"""About as long as the simulation's own speed is measured."""

SPEED_NOISE = 0.005


@dataclass(frozen=True, kw_only=True)
class BuildRow:
    """Sizes and times of one core: both bases, rounds = distance."""

    distance: int
    num_detectors: int
    num_edges: int
    verilog_bytes: int
    elaborate_seconds: float
    """Amaranth: from the graph to RTLIL, units of a kind once."""
    generate_seconds: float
    """All of `generate_core`: Amaranth, yosys' Verilog writer, files."""
    verilate_seconds: float
    """Verilator and the C++ compiler, Verilator's own runtime included."""
    cycles_per_second: float
    """Simulated clock cycles per second of processor time, shots back to back at p = 0.005."""

    @property
    def total_seconds(self) -> float:
        """From the graph to the first shot."""
        return self.generate_seconds + self.verilate_seconds


def measure_build(*, distance: int, seed: int = 1) -> BuildRow:
    """Generate, build and run the core of one rotated memory with an empty cache.

    Parameters
    ----------
    distance : int
        Odd, at least 3.
    seed : int
        Of the shots that the simulation's speed is measured with.
    """
    circuit = rotated_memory(distance=distance, p=SPEED_NOISE)
    graph = graph_from_circuit(circuit)
    config = CoreConfig()
    with tempfile.TemporaryDirectory(prefix="quantacore-") as name, _empty_cache(Path(name)):
        folder = Path(name) / "core"
        started = time.perf_counter()
        rtlil.convert(Top(Core(graph, config)), name=TOP, platform=UnitLibrary(), emit_src=False)
        elaborated = time.perf_counter()
        generate_core(graph, folder, config=config)
        generated = time.perf_counter()
        core = BatchCore(folder)
        built = time.perf_counter()
        verilog_bytes = (folder / VERILOG_FILE).stat().st_size
        with core:
            core.load_image(build_image(graph, length_bits=config.length_bits))
            events, _ = sample_shots(circuit, num_shots=200, seed=seed)
            core.decode_shots(events)  # the first call pays for pages and caches
            before, running, seconds = core.total_cycles, time.process_time(), 0.0
            while seconds < SPEED_SECONDS:
                core.decode_shots(events)
                seconds = time.process_time() - running
            cycles_per_second = (core.total_cycles - before) / seconds
    return BuildRow(
        distance=distance,
        num_detectors=graph.num_detectors,
        num_edges=graph.num_edges,
        verilog_bytes=verilog_bytes,
        elaborate_seconds=elaborated - started,
        generate_seconds=generated - elaborated,
        verilate_seconds=built - generated,
        cycles_per_second=cycles_per_second,
    )


@contextmanager
def _empty_cache(folder: Path) -> Iterator[None]:
    """Let models be cached in ``folder`` for a while, so that nothing is there yet."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
