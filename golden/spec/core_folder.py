"""The folder of a generated core: names of its files, and reading them without the generator.

In: folder from ``quantacore generate`` or ``quantacore bitstream``.   Out: `Manifest`,
`StreamCoreFiles`.
Next: `quantacore.sim.batch`, `quantacore.host.driver`.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.manifest import Manifest, manifest_from_json
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage
from quantacore.golden.spec.window_json import plan_from_json

VERILOG_FILE = "core.v"
MANIFEST_FILE = "manifest.json"
GRAPH_FILE = "graph.json"
PLAN_FILE = "plan.json"
IMAGE_FILE = "image.hex"


@dataclass(frozen=True, kw_only=True)
class StreamCoreFiles:
    """What a computer must know of a streaming core to drive it."""

    folder: Path
    manifest: Manifest
    """With its ``window``."""
    plan: WindowPlan

    def check_image(self, image: WindowImage) -> None:
        """Raise `ValueError` unless an image was made for this core."""
        image.check_plan(self.plan)
        config = self.manifest.config
        if image.length_bits != config.length_bits:
            raise ValueError(
                f"Image must have the core's {config.length_bits}-bit lengths, "
                f"not {image.length_bits}-bit"
            )
        if config.links == "baked" and image.links_hash != self.manifest.links_hash:
            raise ValueError(
                f"Image must have the links that are baked into the core "
                f"({self.manifest.links_hash[:16]}), not {image.links_hash[:16]}"
            )


def read_any_manifest(directory: str | os.PathLike[str]) -> Manifest:
    """Return a core's manifest, after checking that the files of its folder are as generated.

    Raises
    ------
    FileNotFoundError
        If there is no manifest.
    ValueError
        If it is not one, or a file is missing or has changed since.
    """
    folder = Path(directory)
    path = folder / MANIFEST_FILE
    if not path.exists():
        raise FileNotFoundError(
            f"Core folder must hold {MANIFEST_FILE}, but {folder} does not: "
            "make one with 'quantacore generate'"
        )
    manifest = manifest_from_json(path.read_text())
    for name, digest in manifest.files.items():
        file = folder / name
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "missing"
        if found != digest:
            raise ValueError(
                f"File {file} must have the SHA-256 {digest[:16]} of its manifest, not "
                f"{found[:16]}: generate the core again"
            )
    return manifest


def read_stream_core(directory: str | os.PathLike[str]) -> StreamCoreFiles:
    """Return what a computer must know of a streaming core.

    Raises
    ------
    FileNotFoundError
        If there is no core.
    ValueError
        If its files do not belong together, or it is a core of whole shots.
    """
    folder = Path(directory)
    manifest = read_any_manifest(folder)
    if manifest.window is None:
        raise ValueError(f"Core must be one for streams, but {folder} holds one of whole shots")
    graph = graph_from_json((folder / GRAPH_FILE).read_text())
    plan = plan_from_json((folder / PLAN_FILE).read_text(), graph)
    return StreamCoreFiles(folder=folder, manifest=manifest, plan=plan)
