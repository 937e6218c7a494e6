"""Verb `package`: write what FuseSoC, Vivado and C drivers need beside a streaming core.

In: folder of a streaming core, a board.   Out: a folder with the core and those files.
Next: `quantacore.hdl.vendor.package`, ``docs/integration.md``.
"""

import argparse
import json
import shutil
from pathlib import Path

from quantacore.golden.spec.core_folder import MANIFEST_FILE
from quantacore.hdl.vendor.boards import BOARDS
from quantacore.hdl.vendor.package import DEFAULT_PERIOD_NS, package_files
from quantacore.sim.cli.outputs import atomic_directory

_BOARDS = "\n".join(f"  {board.name:8} {board.part:22} {board.doc}" for board in BOARDS.values())

HELP = f"""Package a streaming core for Vivado and FuseSoC

Writes a folder with the core and all that its users need around it: a wrapper whose ports Vivado's
IP integrator recognises, scripts that implement the core or make an IP of it, the clock constraint,
a FuseSoC core file, and a C header of the registers. See docs/integration.md.

  quantacore package --core stream_core --board zcu216 --out vivado_core
  quantacore package --core stream_core --part xczu7ev-ffvc1156-2-e --period_ns 5 --out vivado_core

Boards:
{_BOARDS}

None of it was run in Vivado by us: there is none among our tools. Yosys, Verilator, FuseSoC, tclsh
and gcc have read it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "--core", required=True, metavar="DIR", help="folder from `quantacore generate --stream`"
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--board", choices=BOARDS, help="board whose part is meant")
    target.add_argument("--part", metavar="NAME", help="any other part, as Vivado spells it")
    parser.add_argument(
        "--period_ns",
        type=float,
        default=DEFAULT_PERIOD_NS,
        metavar="T",
        help=f"clock period to aim at, in nanoseconds (default {DEFAULT_PERIOD_NS:g})",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to make")
    parser.add_argument("--force", action="store_true", help="replace a core that is there")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the folder, whole or not at all."""
    from quantacore.golden.spec.core_folder import read_any_manifest

    core = Path(args.core)
    manifest = read_any_manifest(core)
    part = args.part if args.board is None else BOARDS[args.board].part
    texts = package_files(manifest, part=part, period_ns=args.period_ns)
    with atomic_directory(args.out, replace=args.force) as folder:
        for name in (*manifest.files, MANIFEST_FILE):
            shutil.copyfile(core / name, folder / name)
        for name, text in texts.items():
            (folder / name).write_text(text)
        written = sorted(path.name for path in folder.iterdir())
    if args.json:
        report = {
            "format": "quantacore-package-report",
            "version": 1,
            "out": args.out,
            "part": part,
            "period_ns": args.period_ns,
            "files": written,
        }
        print(json.dumps(report, indent=1))
    else:
        print(f"{args.out}: {len(written)} files for {part} at {args.period_ns:g} ns")
    return 0
