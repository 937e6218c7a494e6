"""Measure what the tiers take: cycles of the core's windows, PyMatching on this processor.

In: distance, noise strength, gate.   Out: `Tier`, `CpuTimes`.
Next: `quantacore.sim.allocation.outcome`.   Clocks: `quantacore.sim.allocation.clocks`.

Cycles are kept in the cache: they are the same on every machine.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.window import WindowPlan
from quantacore.sim.allocation.gate_windows import Gate
from quantacore.sim.allocation.streamed import PASSES, SHOT_WINDOWS, memory, memory_stream
from quantacore.sim.allocation.tiers import Tier
from quantacore.sim.core_cache import generator_digest
from quantacore.sim.verilator import cache_directory

OVERHEAD_CYCLES = 2
"""From a window's last round to the first of its ``cycles``; see docs/allocation.md."""
LINK_BITS = 64
"""Bits that come into a core in a cycle."""
CORE_WINDOWS = 10_000
"""Samples of the core: of single windows, and of each window of a gate."""
CPU_WINDOWS = 2_000
"""Samples of the CPU."""


def measure_core_cycles(
    distance: int, p: float, *, windows: int = CORE_WINDOWS, seed: int = 1
) -> np.ndarray:
    """Return the cycles of single windows, ``int64``, shape ``(num_windows,)``; at least so many.

    From the cache if the same core has been measured with the same arguments.
    """
    num_shots = -(-windows // SHOT_WINDOWS)

    def measure() -> np.ndarray:
        return memory_stream(memory(distance, p), num_shots=num_shots, seed=seed).cycles()

    return _kept(f"memory_d{distance}_p{p:g}_n{num_shots}_s{seed}", measure).reshape(-1)


def measure_gate_cycles(gate: Gate, *, num_shots: int = CORE_WINDOWS, seed: int = 1) -> np.ndarray:
    """Return the cycles of a gate's windows, ``int64``, shape ``(num_shots, num_windows)``."""
    window = f"{gate.plan.commit_rounds}x{gate.plan.buffer_rounds}"
    name = f"{gate.name}_d{gate.distance}_p{gate.p:g}_w{window}_n{num_shots}_s{seed}"
    return _kept(name, lambda: gate.stream(num_shots=num_shots, seed=seed).cycles())


def _kept(name: str, measure: Callable[[], np.ndarray]) -> np.ndarray:
    """Return cycles from the cache, or measure them; a change of the generator makes new ones."""
    path = cache_directory() / "allocation" / f"{name}.json"
    if path.exists():
        saved = json.loads(path.read_text())
        if saved.get("generator") == generator_digest() and saved.get("passes") == PASSES:
            return np.array(saved["cycles"])
    cycles = measure()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    record = {"generator": generator_digest(), "passes": PASSES, "cycles": cycles.tolist()}
    unfinished.write_text(json.dumps(record))
    unfinished.replace(path)
    return cycles


@dataclass(frozen=True, kw_only=True)
class CpuTimes:
    """PyMatching on this processor, in microseconds."""

    single: tuple[float, ...]
    """Of windows of one patch."""
    joint: tuple[tuple[float, ...], ...] = ()
    """Of the windows of the gate, in order."""


def measure_cpu(
    distance: int, p: float, gate: Gate | None, *, windows: int = CPU_WINDOWS, seed: int = 1
) -> CpuTimes:
    """Time PyMatching, one window at a time from Python, on this processor, now."""
    num_shots = -(-windows // SHOT_WINDOWS)
    single = memory_stream(memory(distance, p), num_shots=num_shots, seed=seed).cpu_us()
    joint: tuple[tuple[float, ...], ...] = ()
    if gate is not None:
        num_shots = -(-windows // len(gate.shape.ready_rounds))
        times = gate.stream(num_shots=num_shots, seed=seed).cpu_us()
        joint = tuple(tuple(column) for column in times.T.tolist())
    return CpuTimes(single=tuple(single.reshape(-1).tolist()), joint=joint)


def core_tier(
    distance: int, p: float, *, mhz: float, gate: Gate | None = None, windows: int = CORE_WINDOWS
) -> Tier:
    """Return the tier of cores: cycles at a clock.

    A core of a pool gets a window whole, so handing over takes a cycle per `LINK_BITS` of it.

    Parameters
    ----------
    distance : int
    p : float
    mhz : float
        Above 0.
    gate : Gate, optional
        Whose joint windows the cores can also decode.
    windows : int
        Samples, of each kind.

    Raises
    ------
    ValueError
        If the clock is not above 0.
    """
    if not mhz > 0:
        raise ValueError(f"Clock must be above 0 MHz, not {mhz!r}")
    joint = () if gate is None else tuple(measure_gate_cycles(gate, num_shots=windows).T / mhz)
    return Tier(
        times_us=measure_core_cycles(distance, p, windows=windows) / mhz,
        transfer_us=_hand_over_cycles(memory(distance, p).plan) / mhz,
        joint_us=joint,
        joint_transfer_us=0.0 if gate is None else _hand_over_cycles(gate.plan) / mhz,
        source=f"cycles of the mesh, {windows} windows, {mhz:g} MHz",
    )


def _hand_over_cycles(plan: WindowPlan) -> int:
    return -(-plan.num_rounds * plan.num_slots // LINK_BITS) + OVERHEAD_CYCLES


def cpu_tier(times: CpuTimes, *, transfer_us: float) -> Tier:
    """Return the tier of CPUs."""
    return Tier(
        times_us=np.array(times.single),
        transfer_us=transfer_us,
        joint_us=tuple(map(np.array, times.joint)),
        joint_transfer_us=transfer_us,
        source=f"PyMatching, {len(times.single)} windows, one at a time from Python",
    )
