"""The slowest path of a routed core, hop by hop.

In: the report of nextpnr.   Out: `CriticalPath`.
Next: `quantacore.sim.synthesis.report`.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

_CELL_TYPES = re.compile(r"TRELLIS_FF|LUT4|PFUMX|L6MUX21|CCU2C|DP16KD|MULT18X18D|DPR16X4")


@dataclass(frozen=True, kw_only=True)
class Hop:
    """Way through one cell, or through the routing between two."""

    kind: Literal["logic", "routing"]
    """Setup and clock-to-output of flip-flops are logic."""
    delay_ns: float
    cell: str
    """Where it ends."""
    port: str
    """Of the cell."""
    net: str
    """Of the routing; empty for logic."""


@dataclass(frozen=True, kw_only=True)
class CriticalPath:
    """From one flip-flop to another."""

    hops: tuple[Hop, ...]

    @property
    def logic_ns(self) -> float:
        """Delay in cells."""
        return sum(hop.delay_ns for hop in self.hops if hop.kind == "logic")

    @property
    def routing_ns(self) -> float:
        """Delay between cells."""
        return sum(hop.delay_ns for hop in self.hops if hop.kind == "routing")


def critical_path(report: dict[str, Any], clock: str) -> CriticalPath:
    """Return the slowest path between rising edges of one clock.

    Parameters
    ----------
    report : dict
        Of nextpnr; times in nanoseconds.
    clock : str

    Raises
    ------
    KeyError, StopIteration
        If the report has none.
    """
    edge = f"posedge {clock}"
    path = next(
        path
        for path in report["critical_paths"]
        if (path["from"], path["to"]) == (edge, edge) and path["path"]
    )
    return CriticalPath(
        hops=tuple(
            Hop(
                kind="routing" if hop["type"] == "routing" else "logic",
                # nextpnr prints 32-bit floats of picoseconds with all their digits.
                delay_ns=round(hop["delay"], 3),
                cell=hop["to"]["cell"],
                port=hop["to"]["port"],
                net=hop.get("net", ""),
            )
            for hop in path["path"]
        )
    )


def short_name(cell: str) -> str:
    """Return the signal that a cell was made for, and the cell's own type.

    yosys names a cell by the signal that it drives and, where that has no name, by the way from
    the next cell that has one; the way can be hundreds of characters long.

    Examples
    --------
    >>> short_name("core.mesh.edge_1.key0_TRELLIS_FF_Q_DI_LUT4_Z_1_D_PFUMX_Z")
    'core.mesh.edge_1.key0 > PFUMX'
    >>> short_name("clk")
    'clk'
    """
    types = list(_CELL_TYPES.finditer(cell))
    if not types:
        return cell
    return f"{cell[: types[0].start()].rstrip('_')} > {types[-1].group()}"


def signal_name(net: str) -> str:
    """Return the name of a net that is a signal of the Verilog, else nothing.

    Examples
    --------
    >>> signal_name("core.mesh.edge_1.key0[0]")
    'core.mesh.edge_1.key0[0]'
    >>> signal_name("core.mesh.edge_1.key0_TRELLIS_FF_Q_DI_LUT4_Z_1_D")
    ''
    """
    return "" if _CELL_TYPES.search(net) else net
