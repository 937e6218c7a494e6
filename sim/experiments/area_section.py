"""Write the section on area and clock of a document from the record.

In: `AreaRecord`.   Out: Markdown; the page with its section replaced.
Next: `quantacore.sim.cli.bench_area`.
"""

import statistics
from collections.abc import Sequence

from quantacore.sim.experiments.area import DOES_NOT_FIT, AreaRecord, AreaRow
from quantacore.sim.experiments.area_points import LINKS_NOISE, Problem
from quantacore.sim.experiments.area_yardsticks import HELIOS_AREA
from quantacore.sim.experiments.latency import HELIOS_MEAN_CYCLES
from quantacore.sim.experiments.marked_section import replace_marked
from quantacore.sim.synthesis.parts import COMBS
from quantacore.sim.synthesis.place_route import ROUTERS

BEGIN = "<!-- area: this section is written by `quantacore bench area --write_docs` -->"
END = "<!-- end of area -->"

HELIOS_LABEL = "Helios"

ORDER = list(Problem)

INTRODUCTION = """\
## Area and clock

    quantacore bench area --write_docs

makes this section. No figure here was measured on an FPGA. LUT4, CCU2C (carry) and FF are yosys'
counts of the whole core, mapped to LUT4s only (`-nowidelut`). *TRELLIS_COMB*, into which LUTs and
carries are packed, and *Fmax* are **post-route estimates** of nextpnr for an {part},
out of context: no pins, nothing else on the part. *6-LUT* is a **synthesis estimate** for a
generic part of 6-input LUTs, no clock. Each core was placed with {seeds}; Fmax is
min / median / max.
"""

HELIOS_HEAD = """
### The problem Helios was built for: area and clock

Phenomenological noise, one basis, d layers, 2-bit lengths, 8-bit words. Helios' published Verilog
(arXiv:2301.08419) went through yosys and nextpnr once, with one seed; its figures are constants.
It was mapped with yosys' default, ours with `-nowidelut`, which makes ours a third smaller; Helios
was not mapped so. A ratio is ours to Helios': below 1 is better for area and time, above 1 for
Fmax. Its edges all have one length, ours are set at run time.
"""

CIRCUIT_HEAD = """
### Circuit-level noise, both bases: area and clock

Rotated memory Z, rounds = d, 4-bit lengths, 64-bit words. *Baked* cores run up to seven passes;
their links are of p = {p:g}.
"""

TIME_HEAD = """
### Core time

Mean core cycles (the tables above) divided by Fmax, of the median seed. Cycles are simulated, the
clock is an estimate: so is the time.
"""

EARLIER = """
Rows in *italics* are of the core as it was before its last change, and were not measured since.
"""


def area_section(record: AreaRecord) -> str:
    """Return the section, markers included; the same text for the same record."""
    rows = sorted(record.rows, key=lambda row: (row.distance, ORDER.index(row.problem)))
    parts = [BEGIN]
    if not rows:
        parts.append("## Area and clock\n\nNothing was measured yet.\n")
    else:
        parts.append(_introduction(record))
        beside_helios = [row for row in rows if row.problem is Problem.HELIOS]
        others = [row for row in rows if row.problem is not Problem.HELIOS]
        circuit_head = CIRCUIT_HEAD.format(p=LINKS_NOISE)
        for text, chosen in ((HELIOS_HEAD, beside_helios), (circuit_head, others)):
            if chosen:
                parts += [text, _area_table(chosen, record)]
        times = _time_rows(record)
        if times:
            parts += [TIME_HEAD, times]
        if any(row.generator != record.generator for row in rows):
            parts.append(EARLIER)
    return "\n".join([*(part.strip("\n") + "\n" for part in parts), END])


def replace_section(page: str, section: str) -> str:
    """Return a page with its section replaced.

    Raises
    ------
    ValueError
        If the page does not have the two markers, once each.
    """
    return replace_marked(page, section, begin=BEGIN, end=END)


def section_of(page: str) -> str:
    """Return the section of a page, markers included; errors as of `replace_section`."""
    replace_section(page, "")
    return page[page.index(BEGIN) : page.index(END) + len(END)]


def _introduction(record: AreaRecord) -> str:
    last = record.rows[-1]
    part = "ECP5 {device} {package} speed {speed}".format(**last.part)
    number = max(len(row.fmax_mhz) for row in record.rows)
    seeds = f"{number} seeds" if number > 1 else "one seed"
    versions = sorted({f"{n} {v}" for row in record.rows for n, v in row.tools.items()})
    return INTRODUCTION.format(part=part, seeds=seeds) + f"Tools: {', '.join(versions)}.\n"


def _area_table(rows: Sequence[AreaRow], record: AreaRecord) -> str:
    head = ["d", "core", "detectors", "LUT4", "CCU2C", "FF", "block RAM", "MULT18"]
    head += ["TRELLIS_COMB", "per detector", "of the part", "Fmax MHz", "6-LUT", "per detector"]
    with_helios = any(row.problem is Problem.HELIOS for row in rows)
    lines = []
    for row in rows:
        cells, per = row.cells, row.num_detectors
        available = COMBS[row.part["device"]]
        clocks = _clocks(row)
        placed = ["", "", "", DOES_NOT_FIT if row.unplaced == DOES_NOT_FIT else "not placed"]
        if row.combs is not None and clocks is not None:
            fmax = " / ".join(f"{mhz:.0f}" for mhz in clocks)
            if row.router != ROUTERS[0]:
                fmax += f", {row.router}"
            placed = [
                str(row.combs),
                f"{row.combs / per:.0f}",
                f"{row.combs / available:.1%}",
                fmax,
            ]
        name = {Problem.ONE_PASS: "one pass", Problem.BAKED: "baked"}.get(row.problem, "ours")
        line = [
            *(str(row.distance), name, str(per)),
            *(str(cells[cell]) for cell in ("LUT4", "CCU2C", "TRELLIS_FF", "DP16KD")),
            str(cells["MULT18X18D"]),
            *placed,
            str(row.lut6["luts"]),
            f"{row.lut6['luts'] / per:.0f}",
        ]
        lines.append(line if row.generator == record.generator else _italic(line))
        helios = HELIOS_AREA.get(row.distance)
        if with_helios and helios is not None:
            lines += [
                [
                    *(str(row.distance), HELIOS_LABEL, str(helios.num_detectors)),
                    *(str(helios.lut4), "", str(helios.flip_flops), "", "", str(helios.combs)),
                    f"{helios.combs / helios.num_detectors:.0f}",
                    f"{helios.combs / available:.1%}",
                    str(helios.fmax_mhz),
                    str(helios.lut6),
                    f"{helios.lut6 / helios.num_detectors:.0f}",
                ],
                [
                    *(str(row.distance), "**ratio**", "", f"{cells['LUT4'] / helios.lut4:.2f}", ""),
                    *(f"{cells['TRELLIS_FF'] / helios.flip_flops:.2f}", "", ""),
                    *(f"**{row.combs / helios.combs:.2f}**" if row.combs else "", "", ""),
                    f"**{clocks[1] / helios.fmax_mhz:.2f}**" if clocks else "",
                    *(f"{row.lut6['luts'] / helios.lut6:.2f}", ""),
                ],
            ]
    return _markdown(head, lines)


def _time_rows(record: AreaRecord) -> str:
    rows = {(row.problem, row.distance): row for row in record.rows}
    lines = []
    for cycles in record.cycles:
        row = rows.get((cycles.problem, cycles.distance))
        clocks = None if row is None else _clocks(row)
        if row is None or clocks is None:
            continue
        clock = clocks[1]
        time_ns = 1000 * cycles.mean / clock
        name = cycles.problem.value.replace("_", " ")
        line = [str(cycles.distance), f"{cycles.p:g}", name, f"{cycles.mean:.2f}"]
        line += [f"{clock:.1f}", f"{time_ns:.0f}"]
        helios = HELIOS_AREA.get(cycles.distance)
        theirs = HELIOS_MEAN_CYCLES.get((cycles.distance, cycles.p))
        if cycles.problem is Problem.HELIOS and helios is not None and theirs is not None:
            their_ns = 1000 * theirs / helios.fmax_mhz
            line += [f"{theirs:.1f}", f"{their_ns:.0f}", f"{time_ns / their_ns:.2f}"]
        else:
            line += ["", "", ""]
        lines.append(line if row.generator == record.generator else _italic(line))
    head = ["d", "p", "problem", "mean cycles", "Fmax MHz", "core time ns"]
    head += ["Helios cycles", "Helios ns", "ratio"]
    return _markdown(head, lines) if lines else ""


def _clocks(row: AreaRow) -> tuple[float, float, float] | None:
    found = list(row.fmax_mhz.values())
    return (min(found), statistics.median(found), max(found)) if found else None


def _italic(cells: Sequence[str]) -> list[str]:
    return [f"*{cell}*" if cell else "" for cell in cells]


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
