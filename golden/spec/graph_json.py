"""Write a decoding graph as JSON that other programs can read, and read it back.

In: `DecodingGraph`.   Out: text with ``format`` and ``version`` keys, sorted, one edge a line.
Next: `quantacore.golden.spec.image`.
"""

import json
import math
from typing import Any

from quantacore.golden.spec.graph import (
    MAX_OBSERVABLES,
    Correlation,
    DecodingGraph,
    Detector,
    Edge,
    GraphReport,
)

FORMAT = "quantacore-graph"
VERSION = 1


def graph_to_json(graph: DecodingGraph) -> str:
    """Return the graph as JSON text; `graph_from_json` gives an equal graph back."""
    rows = {
        "detectors": [
            {"component": d.component, "coordinates": list(d.coordinates), "round": d.round}
            for d in graph.detectors
        ],
        "edges": [
            {
                "detectors": list(e.detectors),
                "observables": [k for k in range(graph.num_observables) if e.observables >> k & 1],
                "prior": e.prior,
            }
            for e in graph.edges
        ],
        "correlations": [{"edges": list(c.edges), "joint": c.joint} for c in graph.correlations],
    }
    head: dict[str, Any] = {
        "content_hash": graph.content_hash,
        "format": FORMAT,
        "num_observables": graph.num_observables,
        "report": vars(graph.report),
        "topology_hash": graph.topology_hash,
        "version": VERSION,
    }
    lines = [f" {json.dumps(key)}: {_dumps(head[key])}" for key in sorted(head)]
    for key in sorted(rows):
        items = ",\n".join("  " + _dumps(row) for row in rows[key])
        lines.append(f" {json.dumps(key)}: [\n{items}\n ]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _dumps(value: object) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


def graph_from_json(text: str) -> DecodingGraph:
    """Read what `graph_to_json` wrote.

    Raises
    ------
    ValueError
        If the text is not JSON, has another format or version, lacks a key, holds an illegal
        value, or does not match its own hash.
    """
    data = parse_json(text, format=FORMAT, version=VERSION)
    try:
        graph = DecodingGraph(
            num_observables=data["num_observables"],
            detectors=tuple(_detector(row) for row in data["detectors"]),
            edges=tuple(
                Edge(
                    detectors=tuple(row["detectors"]),
                    prior=row["prior"],
                    observables=_mask(row["observables"], edge=index),
                )
                for index, row in enumerate(data["edges"])
            ),
            correlations=tuple(
                Correlation(edges=tuple(row["edges"]), joint=row["joint"])
                for row in data["correlations"]
            ),
            report=GraphReport(**data["report"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"Graph JSON must have every field of version {VERSION}: {error}"
        ) from None
    if data.get("content_hash") != graph.content_hash:
        raise ValueError(
            f"Graph JSON must match its content_hash {data.get('content_hash')}, "
            f"not {graph.content_hash}: the file was changed or cut"
        )
    return graph


def _mask(indices: object, *, edge: int) -> int:
    """Return the bit mask of observable indices; checked first, for ``1 << k`` may be huge."""
    if not isinstance(indices, list) or not all(
        type(k) is int and 0 <= k < MAX_OBSERVABLES for k in indices
    ):
        raise ValueError(
            f"Observables of edge {edge} must be indices 0 to {MAX_OBSERVABLES - 1}, "
            f"not {indices!r}"
        )
    return sum(1 << k for k in set(indices))


def _detector(row: dict[str, Any]) -> Detector:
    """Read one detector; its fields are in no hash, so that nothing else would notice."""
    coordinates, round, component = row["coordinates"], row["round"], row["component"]
    finite = isinstance(coordinates, list) and all(
        type(c) is int or (type(c) is float and math.isfinite(c)) for c in coordinates
    )
    if not finite or type(round) is not int or type(component) is not int or component < 0:
        raise ValueError(
            "Detector must have finite numbers as coordinates, a whole round and a component of "
            f"0 or more, not {row!r}"
        )
    return Detector(coordinates=tuple(coordinates), round=round, component=component)


def parse_json(text: str, *, format: str, version: int) -> dict[str, Any]:
    """Parse JSON and check its ``format`` and ``version`` keys; raise `ValueError` otherwise."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"File must be JSON of format {format!r}: {error}") from None
    except RecursionError:
        raise ValueError(f"File must be JSON of format {format!r}, not nested so deep") from None
    if not isinstance(data, dict) or data.get("format") != format:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise ValueError(f"Format must be {format!r}, not {found!r}")
    if data.get("version") != version:
        raise ValueError(f"Version of {format} must be {version}, not {data.get('version')!r}")
    return data
