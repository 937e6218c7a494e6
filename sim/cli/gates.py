"""Verb `gates`: gates that are fault tolerant, or made by braiding.

In: name of an action and its settings.   Out: what the action gives.
Next: `quantacore.sim.cli.gates_braid`.
"""

import argparse

from quantacore.sim.cli import gates_braid

HELP = """Gates: braids of anyons that are gates, with certified errors

  quantacore gates compile-braid --gate H --length 22
  quantacore gates compile-braid --gate T --error 1e-6 --out t.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a parser for each action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    gates_braid.add_action(actions)


def run(args: argparse.Namespace) -> int:
    """Run one action."""
    code: int = args.run_action(args)
    return code
