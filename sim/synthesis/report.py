"""Say what synthesis found, for machines and for people.

In: `Synthesis`.   Out: JSON values; tables as heads and rows of text.
Next: `quantacore.sim.cli.synth`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.manifest import Manifest
from quantacore.sim.synthesis.critical_path import short_name, signal_name
from quantacore.sim.synthesis.flow import Synthesis
from quantacore.sim.synthesis.place_route import Route

FORMAT = "quantacore-synthesis"
VERSION = 1

ECP5_CELLS = ("LUT4", "CCU2C", "TRELLIS_FF", "TRELLIS_DPR16X4", "DP16KD", "MULT18X18D")
"""Cells of a table, also where there are none; multiplexers (PFUMX, L6MUX21) are part of slices."""

LUT6_CELLS = {
    "carry": ("CARRY4", "CARRY8"),
    "wide multiplexer": ("MUXF7", "MUXF8", "MUXF9"),
    "inverter": ("INV",),
    "block RAM of 18 kbit": ("RAMB18E2",),
    "block RAM of 36 kbit": ("RAMB36E2",),
    "multiplier": ("DSP48E2",),
}
"""Row of a table -> cell types in it."""

MODULE_ROWS = 25
"""Rows of the table of modules; JSON has all."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Head and rows of text, and a line above."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def synthesis_json(synthesis: Synthesis) -> dict[str, Any]:
    """Return all that was found, with no time and no path in it: the same for the same core."""
    core = synthesis.core
    part = synthesis.part
    fmax = synthesis.fmax_mhz
    return {
        "format": FORMAT,
        "version": VERSION,
        "target": synthesis.target,
        "estimate": synthesis.estimate,
        "core": core_json(core),
        "tools": synthesis.tools,
        "options": synthesis.options,
        "part": None if part is None else asdict(part),
        "area": {
            "luts": synthesis.luts,
            "luts_per_detector": round(synthesis.luts / core.num_detectors, 2),
            "flip_flops": synthesis.flip_flops,
            "trellis_comb": synthesis.combs,
            "trellis_comb_per_detector": None
            if synthesis.combs is None
            else round(synthesis.combs / core.num_detectors, 2),
        },
        "cells": synthesis.cells,
        "fmax_mhz": None
        if fmax is None
        else dict(zip(("min", "median", "max"), fmax, strict=True)),
        "routes": [_route_json(route) for route in synthesis.routes],
        "modules": [asdict(area) | {"combs": area.combs} for area in synthesis.modules],
    }


def core_json(core: Manifest) -> dict[str, Any]:
    """Return what a core is, in few words."""
    return {
        "top": core.top,
        "kind": "whole shots" if core.window is None else "streaming",
        "detectors": core.num_detectors,
        "edges": core.num_edges,
        "links": core.config.links,
        "length_bits": core.config.length_bits,
        "topology_hash": core.topology_hash,
        "verilog_sha256": core.files[VERILOG_FILE],
        "tools": core.tools,
    }


def _route_json(route: Route) -> dict[str, Any]:
    return {
        "seed": route.seed,
        "fmax_mhz": route.fmax_mhz,
        "used": route.used,
        "available": route.available,
        "critical_path": {
            "logic_ns": round(route.path.logic_ns, 3),
            "routing_ns": round(route.path.routing_ns, 3),
            "hops": [asdict(hop) for hop in route.path.hops],
        },
    }


def headline(synthesis: Synthesis) -> str:
    """Return what the figures are of, in two lines."""
    core = synthesis.core
    kind = "core of whole shots" if core.window is None else "streaming core"
    if synthesis.target == "lut6":
        where = "generic 6-LUT part, no timing"
    elif synthesis.part is None:
        where = "ECP5, not placed, no timing"
    else:
        where = f"{synthesis.part.name}, out of context"
    tools = ", ".join(f"{name} {version}" for name, version in synthesis.tools.items())
    return (
        f"{core.top}: {kind}, {core.num_detectors} detectors, {core.num_edges} edges, "
        f"links {core.config.links}\n"
        f"{synthesis.estimate.capitalize()}: {where}; {tools}"
    )


def tables(synthesis: Synthesis) -> list[Table]:
    """Return area, clock, critical path and modules, as far as they were found."""
    found = [_area_table(synthesis)]
    route = synthesis.typical_route
    if route is not None:
        found += [_clock_table(synthesis), _path_table(route)]
    if synthesis.modules:
        found.append(_module_table(synthesis))
    return found


def _area_table(synthesis: Synthesis) -> Table:
    counts: dict[str, int] = {}
    available: dict[str, int] = {}
    if synthesis.target == "lut6":
        counts = {"LUT (all of LUT1 to LUT6)": synthesis.luts}
        counts |= {name: n for name, n in synthesis.cells.items() if name.startswith("LUT")}
        counts["flip-flop"] = synthesis.flip_flops
        for name, types in LUT6_CELLS.items():
            counts[name] = sum(synthesis.cells.get(cell, 0) for cell in types)
    else:
        if synthesis.routes:
            counts["TRELLIS_COMB"] = synthesis.combs or 0
            available = synthesis.routes[0].available
        counts |= {name: synthesis.cells.get(name, 0) for name in ECP5_CELLS}
    rows = []
    for name, number in counts.items():
        share = f"{number / available[name]:.1%}" if name in available else ""
        rows.append([name, str(number), f"{number / synthesis.core.num_detectors:.1f}", share])
    head = ["cells", "number", "per detector", "of the part"]
    if not available:
        head, rows = head[:3], [row[:3] for row in rows]
    return Table(title=f"Area, {synthesis.estimate}:", head=head, rows=rows)


def _clock_table(synthesis: Synthesis) -> Table:
    low, median, high = synthesis.fmax_mhz or (0.0, 0.0, 0.0)
    rows = [
        [
            str(route.seed),
            f"{route.fmax_mhz:.1f}",
            f"{route.path.logic_ns + route.path.routing_ns:.2f}",
            f"{route.path.logic_ns:.2f}",
            f"{route.path.routing_ns:.2f}",
        ]
        for route in synthesis.routes
    ]
    return Table(
        title=f"Clock, {synthesis.estimate}: "
        f"Fmax min {low:.1f}, median {median:.1f}, max {high:.1f} MHz",
        head=["seed", "Fmax MHz", "critical path ns", "logic ns", "routing ns"],
        rows=rows,
    )


def _path_table(route: Route) -> Table:
    rows = []
    arrival = 0.0
    for hop in route.path.hops:
        arrival += hop.delay_ns
        if not hop.delay_ns:  # inside a slice
            continue
        where = f"{short_name(hop.cell)}.{hop.port}"
        numbers = [f"{hop.delay_ns:.2f}", f"{arrival:.2f}"]
        rows.append([hop.kind, *numbers, where, signal_name(hop.net)])
    return Table(
        title=f"Critical path of seed {route.seed}:",
        head=["through", "ns", "sum ns", "to", "signal"],
        rows=rows,
    )


def _module_table(synthesis: Synthesis) -> Table:
    total = sum(area.combs for area in synthesis.modules)
    shown = [area for area in synthesis.modules if area.combs or area.flip_flops][:MODULE_ROWS]
    rows = [
        [
            area.name,
            str(area.instances),
            str(area.lut4),
            str(area.ccu2c),
            str(area.flip_flops),
            str(area.combs),
            f"{area.combs / total:.1%}" if total else "",
        ]
        for area in shown
    ]
    flat = synthesis.luts + 2 * synthesis.cells.get("CCU2C", 0)
    return Table(
        title=f"Modules, mapped one by one: LUT4 + 2 CCU2C is {total} in all, {flat} when "
        "the core is mapped as a whole",
        head=["module", "instances", "LUT4", "CCU2C", "FF", "all LUT4 + 2 CCU2C", "share"],
        rows=rows,
    )
