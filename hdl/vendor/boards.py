"""Boards whose parts we know by name.

In: nothing.   Out: `BOARDS`.
Next: `quantacore.hdl.vendor.package`.
"""

import re
from dataclasses import dataclass

PART = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Board:
    """What the tools must know of a board."""

    name: str
    part: str
    """As Vivado spells it: device, package, speed grade, temperature."""
    doc: str


BOARDS = {
    board.name: board
    for board in (
        Board(name="zcu216", part="xczu49dr-ffvf1760-2-e", doc="Zynq UltraScale+ RFSoC Gen 3"),
        Board(name="zcu104", part="xczu7ev-ffvc1156-2-e", doc="Zynq UltraScale+ MPSoC"),
        Board(name="pynq_z2", part="xc7z020clg400-1", doc="Zynq-7000"),
    )
}
"""By name; a new board is one more line."""


def check_part(part: str) -> str:
    """Return the name of a part; raise `ValueError` if it cannot be one."""
    if not PART.fullmatch(part):
        raise ValueError(f"Part must be lower-case words joined by dashes, not {part!r}")
    return part
