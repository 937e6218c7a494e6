"""Action `compile-braid` of the verb `gates`: a gate as a braid of Fibonacci anyons.

In: gate, length or error; or a certificate.   Out: braid, its certified error, JSON, SVG.
Next: `quantacore.golden.anyons.compile`.
"""

import argparse
from typing import Any

from tqdm import tqdm

from quantacore.golden.anyons.braid_word import word_to_text
from quantacore.golden.anyons.compile import (
    METHODS,
    MITM,
    MOST_CHARACTERS,
    NUMBER_THEORETIC,
    CompiledBraid,
    check_certificate,
    compile_to_error,
    compile_to_length,
)
from quantacore.golden.anyons.drawing import braid_as_svg, braid_as_text
from quantacore.golden.anyons.target import KNOWN, Target
from quantacore.sim.cli.outputs import (
    STANDARD_STREAM,
    check_distinct_outputs,
    check_writable,
    write_text,
)

NAME = "compile-braid"

HELP = """Write a gate as a braid of three Fibonacci anyons, with a certified error

Length counts elementary exchanges; the error is sqrt(2 - |tr(U^dagger V)|), global phase does not
count. The word is multiplied out in exact numbers, and its error is bounded by intervals.

  quantacore gates compile-braid --gate H --length 22        the best braid of at most 22 exchanges
  quantacore gates compile-braid --gate T --error 1e-6 --out t.json --svg t.svg
  quantacore gates compile-braid --gate "angles 0,pi/3,0" --error 1e-3 --method sk
  quantacore gates compile-braid --gate random:7 --error 0.01 --method mitm
  quantacore gates compile-braid --check t.json              everything in it is computed again
"""

LONGEST_DRAWN = 70
"""Exchanges of a braid that is drawn without asking."""


def add_action(actions: Any) -> None:
    """Add the action's parser to those of the verb."""
    parser = actions.add_parser(
        NAME,
        help=HELP.partition("\n")[0],
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--gate", metavar="G", help=f"{KNOWN}; radians, Rz(a) Ry(b) Rz(c)")
    what.add_argument("--check", metavar="FILE", help="a certificate: is all that it says true?")
    aim = parser.add_mutually_exclusive_group()
    aim.add_argument("--length", type=int, metavar="N", help="best braid of at most N exchanges")
    aim.add_argument("--error", type=float, metavar="E", help="a braid with at most this error")
    parser.add_argument(
        "--exactly",
        action="store_true",
        help="with --length: N exchanges and no fewer, steps that cancel counted",
    )
    parser.add_argument(
        "--method",
        metavar="M",
        help=f"with --error: {', '.join(f'{k} ({v})' for k, v in METHODS.items())}; default nt",
    )
    parser.add_argument("--out", metavar="FILE", help="write the certificate (JSON); - prints it")
    parser.add_argument("--svg", metavar="FILE", help="draw the braid")
    parser.set_defaults(act=run)


def run(args: argparse.Namespace) -> int:
    """Compile or check, print and write."""
    check_distinct_outputs([args.out, args.svg])
    for path in (args.out, args.svg):
        check_writable(path)
    compiled = _checked(args) if args.check is not None else _compiled(args)
    if args.svg is not None:
        write_text(args.svg, braid_as_svg(compiled.word))
    if args.out is not None:
        write_text(args.out, compiled.to_json())
    if STANDARD_STREAM not in (args.out, args.svg):
        _print(compiled)
    return 0


def _compiled(args: argparse.Namespace) -> CompiledBraid:
    target = Target(args.gate)
    if args.length is not None:
        if args.method not in (None, MITM):
            raise ValueError(f"Method must be {MITM} with --length, not {args.method!r}")
        return compile_to_length(target, args.length, exactly=args.exactly)
    if args.exactly:
        raise ValueError("--exactly must come with --length")
    if args.error is None:
        raise ValueError("A gate must come with --length or --error")
    return compile_to_error(
        target,
        args.error,
        method=args.method or NUMBER_THEORETIC,
        watch=lambda lengths: tqdm(lengths, unit="length", disable=None, leave=False),
    )


def _checked(args: argparse.Namespace) -> CompiledBraid:
    if args.length is not None or args.error is not None or args.method or args.exactly:
        raise ValueError("--check must come without --length, --error, --method and --exactly")
    with open(args.check, encoding="utf-8", errors="replace") as stream:
        text = stream.read(MOST_CHARACTERS + 1)
    try:
        return check_certificate(text)
    except ValueError as error:
        raise ValueError(f"{args.check}: {error}") from None


def _print(compiled: CompiledBraid) -> None:
    print(f"gate    {compiled.target.text}")
    print(f"method  {compiled.method}")
    print(f"word    {word_to_text(compiled.word)}")
    print(f"length  {len(compiled.word)} exchanges")
    print(f"error   {compiled.above:.6e} (certified)")
    if len(compiled.word) <= LONGEST_DRAWN:
        print(f"\n{braid_as_text(compiled.word)}")
