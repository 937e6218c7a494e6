"""Verb `bitstream`: build a bitstream of a streaming core for a board.

In: circuit, or distance and p; a board.   Out: folder with the bitstream, the core's files and
``board.json``; a line with the tools' estimate of clock and size.
Next: `quantacore.hdl.platform.bitstream`.
"""

import argparse
import json
import time

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import LINKS, CoreConfig
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS
from quantacore.golden.spec.window import WindowPlan
from quantacore.hdl.platform.boards import BOARDS, find_board
from quantacore.sim.cli.inputs import read_plan
from quantacore.sim.cli.outputs import atomic_directory

HELP = """Build a bitstream for a board: the streaming core behind a UART

Synthesis, place and route with yosys, nextpnr and Project Trellis, which `make setup` installs; it
takes minutes. Fails with exit code 3 if the clock is not met after routing.

  quantacore bitstream --distance 3 --p 0.003 --board ulx3s_85f --out ulx3s_d3
  quantacore bitstream --circuit memory.stim --board ecpix5_85 --out ecpix5 --commit 2 --buffer 2
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--circuit", metavar="FILE", help="noisy circuit with a REPEAT block")
    group.add_argument(
        "--distance", type=int, metavar="D", help="rotated surface-code memory of this distance"
    )
    parser.add_argument("--p", type=float, metavar="P", help="its noise, with --distance")
    parser.add_argument(
        "--board", required=True, metavar="NAME", help=f"one of {', '.join(BOARDS)}"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to make")
    parser.add_argument(
        "--length_bits",
        type=int,
        default=DEFAULT_LENGTH_BITS,
        metavar="B",
        help=f"bits of an edge length, 2 to 8 (default {DEFAULT_LENGTH_BITS})",
    )
    parser.add_argument(
        "--links",
        choices=LINKS,
        default="none",
        help="none: one pass; baked, runtime: later passes (default none)",
    )
    parser.add_argument(
        "--counters",
        action="store_true",
        help="count corrections by edge and detection events by slot for the host",
    )
    for name, text in (
        ("lanes", "links applied in one cycle with --links runtime"),
        ("commit", "rounds that a window decides (default: the code's distance)"),
        ("buffer", "rounds that a window looks ahead (default: the distance)"),
        ("buffer_depth", "rounds that wait in the core (default 64)"),
        ("baud", "baud rate of the UART, 8N1 (default: the board's)"),
    ):
        parser.add_argument(f"--{name}", type=int, metavar="N", help=text)
    parser.add_argument(
        "--clock_mhz", type=float, metavar="MHZ", help="clock of the core (default: the board's)"
    )
    parser.add_argument("--force", action="store_true", help="replace a core that is there")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the folder, whole or not at all."""
    from quantacore.golden.spec.window_image import build_window_image
    from quantacore.hdl.platform.bitstream import board_report_to_json, build_bitstream

    board = find_board(args.board)
    if (args.distance is None) != (args.p is None):
        raise ValueError("--p must be given with --distance, and only with it")
    if args.lanes is not None and args.links != "runtime":
        raise ValueError("--lanes must be left out without --links runtime")
    config = CoreConfig(
        length_bits=args.length_bits,
        links=args.links,
        lanes=CoreConfig.lanes if args.lanes is None else args.lanes,
        with_counters=args.counters,
    )
    plan = _memory_plan(args) if args.circuit is None else read_plan(args)
    image = build_window_image(
        plan, length_bits=config.length_bits, with_links=config.links != "none"
    )
    depth = {} if args.buffer_depth is None else {"buffer_depth": args.buffer_depth}
    started = time.monotonic()
    with atomic_directory(args.out, replace=args.force) as folder:
        report = build_bitstream(
            board,
            plan,
            folder,
            config=config,
            image=image,
            clock_mhz=args.clock_mhz,
            baud=args.baud,
            **depth,
        )
    if args.json:
        print(json.dumps(json.loads(board_report_to_json(report)), indent=1))
        return 0
    sizes = ", ".join(
        f"{used} of {report.available[name]} {name}" for name, used in report.used.items()
    )
    print(
        f"{args.out}/{report.bitstream}: {report.clock_mhz:g} MHz, windows of {plan.commit_rounds} "
        f"+ {plan.buffer_rounds} rounds, in {time.monotonic() - started:.0f} s\n"
        f"post-route estimate: Fmax {report.fmax_mhz} MHz; {sizes}\n"
        f"UART: {report.baud} baud, 8N1, {report.uart}\n"
        f"load it, in {args.out}: {report.load}"
    )
    return 0


def _memory_plan(args: argparse.Namespace) -> WindowPlan:
    """Return the windows of ``--distance`` and ``--p``."""
    memory = RepeatingCircuit(rotated_memory(distance=args.distance, p=args.p))
    return window_plan(
        memory,
        commit_rounds=args.distance if args.commit is None else args.commit,
        buffer_rounds=args.distance if args.buffer is None else args.buffer,
    )
