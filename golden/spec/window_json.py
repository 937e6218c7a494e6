"""Write a window plan as JSON, beside its graph, and read it back.

In: `WindowPlan`.   Out: text with ``format`` and ``version`` keys.
Next: `quantacore.hdl.generate` (writes it), `quantacore.sim.stream_batch` (reads it).

The graph of the plan has a file of its own: see `quantacore.golden.spec.graph_json`.
"""

import hashlib
import json
from typing import Any

import numpy as np

from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import parse_json
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan, check_window

FORMAT = "quantacore-window-plan"
VERSION = 2

_SIZES = ("num_slots", "commit_rounds", "buffer_rounds", "num_starts", "least_rounds")
_ARRAYS = {
    "entry_priors": np.float64,
    "entry_explained": np.float64,
    "entry_observables": np.uint64,
    "tables": np.int32,
    "sources": np.int32,
    "links": np.int32,
    "link_conditionals": np.float64,
}


def plan_to_json(plan: WindowPlan) -> str:
    """Return the plan as JSON text without its graph; `plan_from_json` gives the plan back."""
    body: dict[str, Any] = {name: getattr(plan, name) for name in _SIZES}
    body |= {name: getattr(plan, name).tolist() for name in _ARRAYS}
    head = {
        "content_hash": _content_hash(body),
        "format": FORMAT,
        "graph_hash": plan.graph.content_hash,
        "plan_hash": plan.plan_hash,
        "version": VERSION,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in (head | body).items()]
    return "{\n" + ",\n".join(sorted(lines)) + "\n}\n"


def plan_from_json(text: str, graph: DecodingGraph) -> WindowPlan:
    """Read what `plan_to_json` wrote.

    Parameters
    ----------
    text : str
    graph : DecodingGraph
        The plan's, from its own file.

    Raises
    ------
    ValueError
        If the text is something else, was changed, or belongs to another graph.
    """
    data = parse_json(text, format=FORMAT, version=VERSION)
    if data.get("graph_hash") != graph.content_hash:
        raise ValueError(
            f"Window plan must be that of graph {graph.content_hash[:16]}, "
            f"not {str(data.get('graph_hash'))[:16]}"
        )
    try:
        body = {name: data[name] for name in (*_SIZES, *_ARRAYS)}
    except KeyError as error:
        raise ValueError(
            f"Window plan must have every field of version {VERSION}: {error}"
        ) from None
    if data.get("content_hash") != _content_hash(body):
        raise ValueError("Window plan must match its content_hash: the file was changed or cut")
    check_window(commit_rounds=body["commit_rounds"], buffer_rounds=body["buffer_rounds"])
    values: dict[str, Any] = {name: np.array(body[name], dtype) for name, dtype in _ARRAYS.items()}
    values["links"] = values["links"].reshape(-1, 2)
    plan = WindowPlan(graph=graph, **{name: body[name] for name in _SIZES}, **values)
    _check(plan)
    return plan


def _content_hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _check(plan: WindowPlan) -> None:
    """Raise `ValueError` unless all arrays fit together: whoever wrote the file may have erred."""
    num_edges, entries, links = plan.graph.num_edges, plan.num_entries, len(plan.links)
    shapes = {
        "entry_explained": (entries,),
        "entry_observables": (entries,),
        "tables": (plan.num_kinds, num_edges),
        "sources": (plan.num_kinds, num_edges),
        "link_conditionals": (links,),
    }
    for name, shape in shapes.items():
        if getattr(plan, name).shape != shape:
            raise ValueError(
                f"{name} of a window plan must have shape {shape}, not {getattr(plan, name).shape}"
            )
    if plan.graph.num_detectors != plan.num_rounds * plan.num_slots:
        raise ValueError(
            f"Graph of a window plan must have {plan.num_rounds * plan.num_slots} detectors, "
            f"not {plan.graph.num_detectors}"
        )
    ranges = (
        ("tables", plan.tables, NO_ENTRY, entries),
        ("sources", plan.sources, NO_ENTRY, plan.sources.size),
        ("links", plan.links[:, 0], 0, plan.num_sources),
        ("links", plan.links[:, 1], 0, num_edges),
    )
    for name, values, least, end in ranges:
        if values.size and not (least <= values.min() and values.max() < end):
            raise ValueError(f"{name} of a window plan must be in {least} .. {end - 1}")
