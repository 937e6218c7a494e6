"""Entry point of the command `quantacore`: finds the verb and turns errors into one line.

In: words of the command line.   Out: exit code 0, 1 (a comparison failed), 2 (bad input, or no
memory), 3 (a tool failed, or a bug), 130 (interrupted) or 141 (the reader of a pipe went away).
Next: `quantacore.sim.cli.graph`, `quantacore.sim.cli.decode`.
"""

import argparse
import importlib
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from quantacore.sim.cli.recorded_command import RUNNING, command_of, record_command

VERBS = (
    "graph",
    "decode",
    "generate",
    "simulate",
    "synth",
    "package",
    "bitstream",
    "codes",
    "gates",
    "bench",
    "demo",
    "wave",
    "run",
    "dashboard",
    "dataset",
    "predict",
    "scale",
    "report",
    "allocate",
    "hybrid",
)
"""Each is a module `quantacore.sim.cli.<verb>` with ``HELP``, ``add_arguments`` and ``run``."""

DESCRIPTION = """\
From a stim circuit to a verified decoder core. The steps, each with a file between them:

  quantacore codes circuit ... --out c.stim             a circuit (or bring your own)
  quantacore graph    --circuit c.stim --out g.json     its decoding graph
  quantacore decode   --circuit c.stim --in s.b8 ...    shots -> predictions, golden or RTL
  quantacore generate --circuit c.stim --out core       the decoder core: Verilog and manifest
  quantacore simulate --core core --circuit c.stim ...  the core against the golden model
  quantacore wave     --core core --circuit c.stim ...  one shot as a waveform
  quantacore synth    --core core                       area and clock, estimated
  quantacore package  --core core --board zcu216 ...    a streaming core for Vivado, FuseSoC, C
  quantacore bitstream --circuit c.stim --board NAME ... the core on a board

All of it at once on small codes: quantacore demo. What it is worth: quantacore bench.
"""

LONGEST_MESSAGE = 500
"""Characters of an error line; stim's can be pages."""


class OneLineParser(argparse.ArgumentParser):
    """Parser whose errors are one line, without the usage text before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"quantacore: error: {message} (try `{self.prog} --help`)\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    parser = OneLineParser(
        prog="quantacore",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        module = importlib.import_module(f"quantacore.sim.cli.{verb}")
        summary = module.HELP.partition("\n")[0]
        verb_parser = verbs.add_parser(
            verb,
            help=summary,
            description=module.HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(verb_parser)
        verb_parser.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after the program's name; those of the process if not given.

    Returns
    -------
    int
        Exit code. Bad input gives 2 and one line on standard error. A tool that fails gives 3 and
        its words, a bug 3 and the traceback: 1 always means that a comparison was made.
    """
    _open_closed_streams()
    try:
        args = build_parser().parse_args(arguments)
        with _terminated_as_interrupt():
            started = time.time()
            words = sys.argv[1:] if arguments is None else arguments
            token = RUNNING.set(command_of(words))
            try:
                code: int = args.run(args)
            finally:
                RUNNING.reset(token)
            record_command(args, words, started=started, exit_code=code)
            sys.stdout.flush()
            return code
    except SystemExit as exit_request:  # from argparse: --help or a wrong flag
        return exit_request.code if isinstance(exit_request.code, int) else 2
    except KeyboardInterrupt as interrupt:
        return _fail(str(interrupt) or "interrupted; no partial output was left", code=130)
    except BrokenPipeError:
        # Python flushes stdout once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        if error.name is None:  # raised by ourselves: it says how to install it
            return _fail(str(error), code=2)
        install = "run 'make setup', or pip install '.[sim,boards]' in the checkout"
        return _fail(f"Python package {error.name!r} is missing: {install}", code=2)
    except FileExistsError as error:  # only folders are made where something may be
        return _fail(f"{error.filename}: must be a folder, or not be there, but is a file", code=2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename is not None else ""
        return _fail(f"{where}{error.strerror or error}", code=2)
    except (ValueError, TypeError) as error:
        return _fail(str(error), code=2)
    except MemoryError as error:
        return _fail(f"not enough memory: {error}".removesuffix(": "), code=2)
    except Exception as error:
        if isinstance(error, RuntimeError) and type(error).__module__.startswith("quantacore."):
            print(f"quantacore: error: {error}", file=sys.stderr)  # a tool failed: its words
        else:
            traceback.print_exc()  # a bug: the traceback tells more than a line
        return 3


def _open_closed_streams() -> None:
    """Give Python's None for a closed stream (``>&-``) somewhere to write."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # open to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # open to the end


def _fail(message: str, *, code: int) -> int:
    # Amaranth complains about half a design when the objects die: the line below says enough.
    warnings.filterwarnings("ignore", message=".* created but never used")
    line = " ".join(message.split())
    if len(line) > LONGEST_MESSAGE:
        line = line[:LONGEST_MESSAGE] + " ..."
    print(f"quantacore: error: {line}", file=sys.stderr)
    return code


@contextmanager
def _terminated_as_interrupt() -> Any:
    """Let SIGTERM unwind the stack like Ctrl-C, so that temporary files are removed."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        previous = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread: leave signals alone
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


if __name__ == "__main__":
    sys.exit(main())
