"""Read what the user names on the command line: models, graphs, images.

In: paths.   Out: checked objects; every error names the file.
Next: `quantacore.sim.cli.shots`.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from quantacore.golden.source.default_window import default_window
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import (
    Circuit,
    Model,
    circuit_from_text,
    model_from_circuit,
    model_from_text,
)
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import LINKS, MAX_LANES, CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.image import (
    DEFAULT_LENGTH_BITS,
    DEFAULT_NU,
    WeightImage,
    build_image,
    check_image_fits,
)
from quantacore.golden.spec.image_json import image_from_json
from quantacore.golden.spec.window import WindowPlan
from quantacore.sim.cli.outputs import STANDARD_STREAM


class LinksChoice(TypedDict):
    """Arguments of `quantacore.sim.rtl_decoder.linked_config`."""

    links: str
    lanes: int | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is to be decoded, as far as the user's file tells."""

    path: str
    graph: DecodingGraph
    model: Model | None = None
    """None if the file is a graph."""
    circuit: Circuit | None = None
    """None unless the file is a circuit."""


def add_source_arguments(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add ``--circuit``, ``--dem`` and ``--graph``, of which one is given."""
    group = parser.add_mutually_exclusive_group(required=required)
    group.add_argument("--circuit", metavar="FILE", help="noisy circuit in stim's format")
    group.add_argument("--dem", metavar="FILE", help="detector error model, decomposed")
    group.add_argument("--graph", metavar="FILE", help="graph from `quantacore graph`")


def add_image_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--length_bits``, ``--nu``: how priors become lengths."""
    parser.add_argument(
        "--length_bits",
        type=int,
        metavar="B",
        help=f"bits of an edge length, 2 to 8 (default {DEFAULT_LENGTH_BITS})",
    )
    parser.add_argument(
        "--nu",
        type=float,
        metavar="NU",
        help="fraction of a correlated partner's probability that later passes take off "
        f"(default {DEFAULT_NU})",
    )


def read_source(args: argparse.Namespace) -> Source | None:
    """Read the file of ``--circuit``, ``--dem`` or ``--graph``; None if none was given."""
    path = args.circuit or args.dem or args.graph
    if path is None:
        return None
    text = read_text(path)
    with naming(path):
        if args.graph:
            return Source(path=path, graph=graph_from_json(text))
        circuit = circuit_from_text(text) if args.circuit else None
        model = model_from_text(text) if circuit is None else model_from_circuit(circuit)
        return Source(path=path, graph=graph_from_dem(model), model=model, circuit=circuit)


def required_source(args: argparse.Namespace) -> Source:
    """Return `read_source` of a verb whose parser demands one."""
    source = read_source(args)
    if source is None:
        raise ValueError("One of --circuit, --dem and --graph must be given")
    return source


def read_plan(args: argparse.Namespace) -> WindowPlan:
    """Return the windows of ``--circuit``, of ``--commit`` and ``--buffer`` rounds if given."""
    if args.circuit is None:
        raise ValueError("--circuit must be given: windows are made from its REPEAT block")
    text = read_text(args.circuit)
    with naming(args.circuit):
        source = RepeatingCircuit(circuit_from_text(text))
        commit, buffer = args.commit, args.buffer
        if commit is None or buffer is None:
            default_commit, default_buffer = default_window(source)
            commit = default_commit if commit is None else commit
            buffer = default_buffer if buffer is None else buffer
        return window_plan(source, commit_rounds=commit, buffer_rounds=buffer)


def image_of(args: argparse.Namespace, graph: DecodingGraph) -> WeightImage:
    """Return the image of ``--image``, or build it from ``--length_bits`` and ``--nu``.

    Raises
    ------
    ValueError
        If both were given, or the image was made for another graph.
    """
    path = getattr(args, "image", None)
    if path is None:
        return build_image(
            graph,
            length_bits=DEFAULT_LENGTH_BITS if args.length_bits is None else args.length_bits,
            nu=DEFAULT_NU if args.nu is None else args.nu,
        )
    if getattr(args, "length_bits", None) is not None or getattr(args, "nu", None) is not None:
        raise ValueError("--length_bits and --nu must be left out with --image: it holds them")
    return read_image(path, graph)


def add_links_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--links`` and ``--lanes``: what kind of core to make for several passes."""
    parser.add_argument(
        "--links",
        choices=LINKS[1:],
        help="where a core for more than one pass has its correlation lengths: baked in, or from "
        "the image at run time (default baked)",
    )
    parser.add_argument(
        "--lanes",
        type=int,
        metavar="N",
        help=f"links applied in one cycle with --links runtime, 1 to {MAX_LANES} "
        f"(default {CoreConfig.lanes})",
    )


def chosen_links(args: argparse.Namespace) -> LinksChoice:
    """Return ``links`` and ``lanes`` for `quantacore.sim.rtl_decoder.linked_config`.

    Raises
    ------
    ValueError
        If ``--lanes`` was given without ``--links runtime``.
    """
    if args.lanes is not None and args.links != "runtime":
        raise ValueError("--lanes must be left out without --links runtime")
    return {"links": args.links or "baked", "lanes": args.lanes}


def read_image(path: str, graph: DecodingGraph) -> WeightImage:
    """Read a weight image that was made for this graph's topology."""
    text = read_text(path)
    with naming(path):
        image = image_from_json(text)
        check_image_fits(image, graph)
    return image


def read_text(path: str) -> str:
    """Read a text file; ``-`` is standard input."""
    data = sys.stdin.buffer.read() if path == STANDARD_STREAM else Path(path).read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: File must be UTF-8 text: {error.reason}") from None
    if b"\0" in data:  # stim would silently stop there
        raise ValueError(
            f"{path}: File must be text, not binary: NUL byte at offset {data.index(0)}"
        )
    return text


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Put the file's name before the message of any `ValueError` of the block."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
