"""Verb `dashboard`: a live page of a loop that runs, or of one that ran.

In: a log.   Out: the page's address on standard output; HTTP.
Next: `quantacore.sim.dashboard.server`.
"""

import argparse
import contextlib
import sys
from pathlib import Path

HELP = """watch a running loop in the browser, or replay its log

In one terminal, and then in another:

  quantacore run --out loop                     a loop; it writes loop/live.jsonl
  quantacore dashboard loop                     prints the address of its page

  quantacore dashboard loop --replay --speed 10     what was logged, ten times as fast
  quantacore dashboard lab.jsonl                    a log of your own: docs/dashboard.md

LOG is a folder of `quantacore run`, or a file: a live log, or the log.jsonl of an old run. The page
shows detection rates on the lattice, weights against the truth, logical errors, cycles of windows,
the buffer, faults, images and code switches. It follows the log as it grows and can only be read.
It works without the internet. Ctrl-C ends it; the loop does not notice.
"""

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8765


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("log", metavar="LOG", help="folder of `quantacore run`, or a log file")
    parser.add_argument(
        "--replay", action="store_true", help="play from the beginning, in the log's own time"
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=None,
        metavar="X",
        help="of the replay (default 1; inf: at once)",
    )
    parser.add_argument(
        "--host",
        default=DEFAULT_HOST,
        metavar="ADDRESS",
        help=f"to listen on (default {DEFAULT_HOST}: this machine only). Anyone who reaches "
        "another one can read the page",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"to listen on (default {DEFAULT_PORT}; 0: any free one)",
    )


def run(args: argparse.Namespace) -> int:
    """Serve the page until interrupted."""
    from quantacore.sim.dashboard.log_records import find_log
    from quantacore.sim.dashboard.log_watch import LogWatch

    try:
        from quantacore.sim.dashboard.server import LivePage, bind, is_local, serve
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"Python package {error.name!r} is missing: pip install '.[dashboard]' in the checkout"
        ) from None

    if args.speed is not None and not args.replay:
        raise ValueError("--speed must come with --replay: a running loop has its own")
    watch = LogWatch(
        find_log(Path(args.log)),
        replay=args.replay,
        speed=1.0 if args.speed is None else args.speed,
    )
    local = is_local(args.host)
    with bind(args.host, args.port) as listening:
        host, port = listening.getsockname()[:2]
        if not local:
            print(
                f"quantacore: warning: anyone who reaches this machine ({args.host}) on port "
                f"{port} can read this page; without --host it is for this machine only",
                file=sys.stderr,
            )
        # Nobody can open the address that means all addresses.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        shown = f"[{host}]" if ":" in host else host
        text = f"Live page of {watch.path}: http://{shown}:{port}/  (Ctrl-C ends it)"
        page = LivePage(watch, local_name=args.host if local else None)
        with contextlib.suppress(KeyboardInterrupt):  # the way it ends
            serve(page, listening, ready=lambda: print(text, flush=True))
    if watch.summary():
        print(f"quantacore: {watch.path}: {watch.summary()}", file=sys.stderr)
    return 0
