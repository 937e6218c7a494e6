"""How all pictures look: colours that colour-blind readers can tell apart, sizes for a slide.

In: nothing.   Out: figures and PNG files.   Next: `quantacore.sim.plots.error_rates`.

Source: colours by Okabe & Ito, "Color Universal Design" (2008).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#8C8C8C"
PALE = "#D9D9D9"

DOTS_PER_INCH = 160


@dataclass(frozen=True)
class SeriesStyle:
    """How one of many curves is told apart, without colour too."""

    colour: str
    symbol: str
    dashes: str

    def line(self) -> dict[str, Any]:
        """Return matplotlib's keywords for the line."""
        return {"color": self.colour, "linestyle": self.dashes, "linewidth": 1.3}

    def marker(self) -> dict[str, Any]:
        """Return matplotlib's keywords for the marker."""
        return {"marker": self.symbol, "markersize": 5}


SERIES = tuple(
    SeriesStyle(colour, symbol, dashes)
    for dashes, symbols in (("-", "osD^vPX"), ("--", "<>ph*8d"))
    for colour, symbol in zip(
        (BLACK, GREEN, BLUE, VERMILION, ORANGE, SKY, PURPLE), symbols, strict=True
    )
)
"""As many curves as one picture can bear; no two share colour, marker and dashes."""


def new_figure(*, width: float, height: float) -> Figure:
    """Return an empty figure; sizes in inches. No window system and no global state is touched."""
    return Figure(figsize=(width, height), layout="constrained")


def tidy_axes(axes: Axes) -> None:
    """Remove what is not data: top and right spines; put a pale grid behind."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, which="major", color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)


def save_png(figure: Figure, path: Path) -> None:
    """Write the figure; the file appears whole or not at all."""
    unfinished = path.with_name(f".{path.name}.partial")
    try:
        figure.savefig(unfinished, format="png", dpi=DOTS_PER_INCH)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
