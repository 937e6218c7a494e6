"""Make tables of records: JSON that our verbs write, whatever is in it.

In: dictionaries.   Out: `Table`.
Next: `quantacore.sim.report.sources`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from quantacore.sim.synthesis.report import Table

ENDS = ("value", "low", "high")
MOST_ROWS = 400
"""Of a table: a page must stay readable."""
WIDE = 10
"""Columns from which on those that say the same in all rows are said once, above them."""
MOST_TEXT = 60
"""Characters of a cell."""


def record_table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table | None:
    """Return records as a table; values of no width (lists, long texts) are left out.

    ``x``, ``x_low`` and ``x_high`` become one column; so does ``{"value", "low", "high"}``.
    """
    shown = [row for row in rows if isinstance(row, Mapping)][:MOST_ROWS]
    names: list[str] = []
    for row in shown:
        names += [name for name in row if name not in names]
    ends = {f"{name}{end}" for name in names for end in ("_low", "_high")}
    columns = [
        name
        for name in names
        if name not in ends and any(_is_short(row.get(name)) for row in shown)
    ]
    if not shown or not columns:
        return None
    cells = [[_cell(row, name) for name in columns] for row in shown]
    if len(columns) > WIDE and len(cells) > 1:
        title, columns, cells = _without_constants(title, columns, cells)
    if len(rows) > len(shown):
        title = f"{title} (the first {len(shown)} of {len(rows)} rows)"
    return Table(title=title, head=[name.replace("_", " ") for name in columns], rows=cells)


def _without_constants(
    title: str, columns: list[str], cells: list[list[str]]
) -> tuple[str, list[str], list[list[str]]]:
    same = [len({row[k] for row in cells}) == 1 for k in range(len(columns))]
    told = [
        f"{name.replace('_', ' ')} {cell}"
        for name, cell, is_same in zip(columns, cells[0], same, strict=True)
        if is_same and cell not in ("", "?")
    ]
    if all(same) or not told:
        return title, columns, cells
    kept = [k for k, is_same in enumerate(same) if not is_same]
    return (
        f"{title}; all rows: {', '.join(told)}",
        [columns[k] for k in kept],
        [[row[k] for k in kept] for row in cells],
    )


def _is_short(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) == set(ENDS)
    return isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= MOST_TEXT)


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, Mapping):
        return _with_ends(*(value.get(end) for end in ENDS)) if _is_short(value) else ""
    if f"{name}_low" in row and f"{name}_high" in row:
        return _with_ends(value, row[f"{name}_low"], row[f"{name}_high"])
    return text_of(value) if _is_short(value) else ""


def _with_ends(value: Any, low: Any, high: Any) -> str:
    if value is None:
        return "?"
    if low is None and high is None:
        return text_of(value)
    return f"{text_of(value)} [{text_of(low)}, {text_of(high)}]"


def text_of(value: Any) -> str:
    """Return one value as it reads best."""
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "?"
        return f"{value:.4g}"
    return str(value)
