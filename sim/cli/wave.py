"""Verb `wave`: decode one shot on a core and write the waveform.

In: a core, or a model to make one from; shots.   Out: a VCD file.
Next: `quantacore.sim.waves`.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image
from quantacore.sim.cli.inputs import Source, add_source_arguments, read_image, read_source
from quantacore.sim.cli.outputs import atomic_output
from quantacore.sim.cli.shots import FORMATS, read_shots

HELP = """Decode one shot on a core and write the waveform as VCD

Every signal of the core is in the file: open it with GTKWave or Surfer. Shown are the words of the
shot, growth and relaxation in the mesh, and the answer. The first use of a core builds a model with
waveforms: half a minute at distance 3; then it is kept.

  quantacore wave --core core --circuit c.stim --shot 7 --out shot.vcd
  quantacore wave --core core --dem m.dem --in s.b8 --in_format b8 --shot 7 --out shot.vcd

Lengths come from --image, or from the priors of the model. To poke ports by hand from Python, see
docs/simulation.md.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "--core", required=True, metavar="DIR", help="folder from `quantacore generate`"
    )
    add_source_arguments(parser)
    parser.add_argument("--image", metavar="FILE", help="weight image to load")
    parser.add_argument("--in", dest="in_path", metavar="FILE", help="detection events; - is stdin")
    parser.add_argument("--in_format", choices=FORMATS, default="01", help="default: 01")
    parser.add_argument(
        "--shot", type=int, metavar="K", help="which shot (default: the first with defects)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of sampling (default 1)")
    parser.add_argument("--passes", type=int, metavar="K", help="most passes, on a core with links")
    parser.add_argument("--out", required=True, metavar="FILE", help="VCD file to write")


def run(args: argparse.Namespace) -> int:
    """Decode the shot, write the file, print the answer."""
    from quantacore.sim.batch import read_manifest
    from quantacore.sim.waves import InteractiveCore

    manifest = read_manifest(Path(args.core))
    source = read_source(args)
    if source is None:
        raise ValueError("--circuit, --dem or --graph must be given: it holds the lengths")
    graph = source.graph
    if graph.topology_hash != manifest.topology_hash:
        raise ValueError(
            f"Graph must be that of core {args.core} ({manifest.topology_hash[:16]}), "
            f"not {graph.topology_hash[:16]}: generate a core for it"
        )
    image = (
        build_image(graph, length_bits=manifest.config.length_bits)
        if args.image is None
        else read_image(args.image, graph)
    )
    shot, defects = _choose_shot(args, source, graph)
    passes = args.passes
    if passes is None:
        passes = DEFAULT_PASSES if manifest.config.has_later else 1
    elif passes != 1 and not manifest.config.has_later:
        raise ValueError(f"--passes must be 1 on a core without links, not {passes}")
    with atomic_output(args.out) as stream:
        core = InteractiveCore(args.core)
        core.load_image(image)
        with tempfile.TemporaryDirectory(prefix="quantacore-") as folder:
            path = Path(folder) / "shot.vcd"
            with core.recording(path):
                core.tick()
                answer = core.decode(defects, passes=passes)
                core.tick(2)
            stream.write(path.read_bytes())
    fields = ", ".join(f"{name} {value}" for name, value in answer.items() if name != "correction")
    print(f"{args.out}: shot {shot}, {int(defects.sum())} defects: {fields}")
    return 0


def _choose_shot(
    args: argparse.Namespace, source: Source, graph: DecodingGraph
) -> tuple[int, np.ndarray]:
    """Return the index and the defects of the shot that the flags ask for."""
    if args.in_path is not None:
        chunks = read_shots(
            args.in_path,
            format=args.in_format,
            num_bits=graph.num_detectors,
            what="detectors",
            max_shots=1 << 12,
        )
    elif source.circuit is not None:
        num_shots = max(1000, 1 + (args.shot or 0))
        chunks = iter([sample_shots(source.circuit, num_shots=num_shots, seed=args.seed)[0]])
    else:
        raise ValueError("--in or --circuit must be given: there are no shots otherwise")
    first = 0
    for events in chunks:
        if args.shot is None:
            found = np.flatnonzero(events.any(axis=1))[:1]
        else:
            found = np.array([args.shot - first] if 0 <= args.shot - first < len(events) else [])
        if len(found):
            row = int(found[0])
            return first + row, unpack_bits(events[row : row + 1], num_bits=graph.num_detectors)[0]
        first += len(events)
    wanted = "a shot with defects" if args.shot is None else f"shot {args.shot}"
    raise ValueError(f"Shots must hold {wanted}, but there are {first} shots without it")
