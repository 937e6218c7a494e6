"""Verb `synth`: area and clock of a generated core, from open synthesis tools.

In: the folder of a core.   Out: tables, or JSON.
Next: `quantacore.sim.synthesis.flow`.
"""

import argparse
import json
from pathlib import Path

from quantacore.sim.cli.bench_frame import print_table
from quantacore.sim.cli.outputs import STANDARD_STREAM, write_text
from quantacore.sim.cli.stages import stage_clock
from quantacore.sim.synthesis.parts import PACKAGES, SPEEDS, Ecp5Part

HELP = """Estimate area and clock of a core with open tools

For any folder from `quantacore generate`, streaming or not. Nothing of it was measured on an FPGA.

--target ecp5: yosys maps the core to a Lattice ECP5, nextpnr places and routes it once for each
seed, out of context (without pins). Cells, share of the part, clock frequency of each seed, and
the critical path of the seed with the median: a post-route estimate. TRELLIS_COMB counts what
LUTs and carries (CCU2C) are packed into.
--target lut6: yosys counts generic 6-input LUTs (synth_xilinx -family xcup). No clock: a
synthesis estimate.

  quantacore synth --core core
  quantacore synth --core core --seeds 1 2 3 --out area.json
  quantacore synth --core core --area_only --modules      what takes the area?
  quantacore synth --core core --device 45k --package CABGA381 --speed 8
  quantacore synth --core core --target lut6 --json

A minute or two for distance 3, ten or more for 5 and above; the first use of the tools takes a
minute more. Every step is kept by content: the same core, or one more seed, costs no second
synthesis.
"""

DEFAULT_SEEDS = (1,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    part = Ecp5Part()
    parser.add_argument(
        "--core", required=True, metavar="DIR", help="folder from `quantacore generate`"
    )
    parser.add_argument(
        "--target", choices=["ecp5", "lut6"], default="ecp5", help="what to map to (default ecp5)"
    )
    parser.add_argument(
        "--device", choices=list(PACKAGES), help=f"ECP5 of that size (default {part.device})"
    )
    parser.add_argument("--package", help=f"its package (default {part.package})")
    parser.add_argument(
        "--speed", type=int, choices=SPEEDS, help=f"its speed grade (default {part.speed})"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        nargs="+",
        metavar="S",
        help="one placement for each; clocks differ by some 10 %% (default 1)",
    )
    parser.add_argument(
        "--router",
        choices=["router1", "router2"],
        help="of nextpnr (default router1, which finds the faster clock). router2 also ends with "
        "large cores at circuit level, d = 5 and above",
    )
    parser.add_argument(
        "--area_only", action="store_true", help="stop after synthesis: cells, but no clock"
    )
    parser.add_argument(
        "--modules",
        action="store_true",
        help="also map module by module, and show which modules take the area",
    )
    parser.add_argument(
        "--wide_luts",
        action="store_true",
        help="let yosys join LUT4s to wider ones, its own default: some 50 %% larger",
    )
    parser.add_argument(
        "--yosys",
        metavar="PROGRAM",
        help="another yosys than that of the Python wheel, which is the same everywhere",
    )
    parser.add_argument("--out", metavar="FILE", help="write all of it as JSON; - for stdout")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Synthesise, print, write."""
    # Late, so that other verbs start fast.
    from quantacore.sim.synthesis.flow import synthesise_ecp5, synthesise_lut6
    from quantacore.sim.synthesis.place_route import check_seed
    from quantacore.sim.synthesis.programs import yosys_program
    from quantacore.sim.synthesis.report import headline, synthesis_json, tables

    _check_flags(args)
    seeds = () if args.area_only else args.seeds or DEFAULT_SEEDS
    for seed in seeds:
        check_seed(seed)
    chosen = {name: getattr(args, name) for name in ("device", "package", "speed")}
    part = Ecp5Part(**{name: value for name, value in chosen.items() if value is not None})
    core = Path(args.core)
    yosys = yosys_program(args.yosys)
    with stage_clock() as show:
        if args.target == "lut6":
            synthesis = synthesise_lut6(core, yosys=yosys, progress=show)
        else:
            synthesis = synthesise_ecp5(
                core,
                part=part,
                seeds=seeds,
                router=args.router or "router1",
                yosys=yosys,
                with_modules=args.modules,
                wide_luts=args.wide_luts,
                progress=show,
            )
    text = json.dumps(synthesis_json(synthesis), indent=1) + "\n"
    if args.out is not None:
        write_text(args.out, text)
    if args.out == STANDARD_STREAM:
        return 0
    if args.json:
        print(text, end="")
        return 0
    print(headline(synthesis))
    for table in tables(synthesis):
        print(f"\n{table.title}\n")
        print_table(table.head, table.rows)
    return 0


def _check_flags(args: argparse.Namespace) -> None:
    """Raise `ValueError` for flags that would have no effect."""
    placing = ("device", "package", "speed", "seeds", "router")
    for names, without, absent in (
        ((*placing, "area_only", "modules", "wide_luts"), "--target lut6", args.target != "lut6"),
        (placing, "--area_only", not args.area_only),
    ):
        for name in names:
            if not absent and getattr(args, name) not in (None, False):
                raise ValueError(f"--{name} must be left out with {without}")
