"""What a page is made of.

In: nothing.   Out: `Section`, `Picture`.
Next: `quantacore.sim.report.sources` (makes them), `quantacore.sim.report.page` (shows them).
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from quantacore.sim.experiments.run_manifest import RunRecord
from quantacore.sim.synthesis.report import Table

ACCURACY, LATENCY, AREA = "Accuracy", "Latency", "Area and clock"
ADAPTATION, SCALING, OTHER = "Adaptation and prediction", "Scaling", "Other results"
SUBJECTS = (SCALING, ACCURACY, LATENCY, AREA, ADAPTATION, OTHER)
"""In the order of a page."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture."""

    png: bytes
    caption: str
    """Also what is read to those who do not see it."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Results of one kind from one place."""

    subject: str
    """One of `SUBJECTS`."""
    title: str
    source: str
    """Folder or file, as the user named it."""
    text: tuple[str, ...] = ()
    """Paragraphs."""
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    files: tuple[str, ...] = ()
    """Names of the files that it was read from: their commands made it."""
    commands: tuple[RunRecord, ...] = ()


def drawn(draw: Callable[[Path], object], caption: str) -> Picture:
    """Return what a function draws into a PNG file."""
    with tempfile.TemporaryDirectory(prefix="quantacore-") as folder:
        path = Path(folder) / "picture.png"
        draw(path)
        return Picture(png=path.read_bytes(), caption=caption)
