"""What a generated core is: read by simulation, host and people, never guessed.

In: what the generator knows.   Out: ``manifest.json`` beside the Verilog.
Next: `quantacore.sim.batch`.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph_json import parse_json

FORMAT = "quantacore-core"
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Port:
    """One port of the top module."""

    name: str
    direction: Literal["in", "out"]
    width: int
    """Bits, at least 1."""
    doc: str


@dataclass(frozen=True, kw_only=True)
class WindowSizes:
    """What a streaming core adds to a core of whole shots."""

    num_slots: int
    """Detectors of a round."""
    commit_rounds: int
    buffer_rounds: int
    buffer_depth: int
    """Rounds that wait in the core, at most."""
    num_entries: int
    """Weights of an image."""
    image_chunks: int
    """32-bit writes of an image."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Description of one generated core."""

    top: str
    """Name of the top module."""
    config: CoreConfig
    """Its link rows settled."""
    topology_hash: str
    """`DecodingGraph.topology_hash` of the graph that is baked in, or `WindowPlan.plan_hash`."""
    links_hash: str
    """`WeightImage.links_hash` of the links that are baked in; empty if none are."""
    num_detectors: int
    num_edges: int
    num_observables: int
    ports: tuple[Port, ...]
    tools: dict[str, str]
    """Versions of the tools that made the core."""
    files: dict[str, str]
    """File name -> SHA-256 (hex) of the other files of the core."""
    window: WindowSizes | None = None
    """Of a streaming core; None: the core decodes whole shots."""


def manifest_to_json(manifest: Manifest) -> str:
    """Return the manifest as JSON text; `manifest_from_json` gives an equal one back."""
    data = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def manifest_from_json(text: str) -> Manifest:
    """Read what `manifest_to_json` wrote; raise `ValueError` if it is something else."""
    data = parse_json(text, format=FORMAT, version=VERSION)
    del data["format"], data["version"]
    try:
        config = CoreConfig(**data.pop("config"))
        ports = tuple(Port(**port) for port in data.pop("ports"))
        window = data.pop("window", None)
        sizes = None if window is None else WindowSizes(**window)
        return Manifest(config=config, ports=ports, window=sizes, **data)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"Core manifest must have every field of version {VERSION}: {error}"
        ) from None
