"""Draw one decoded shot in space and time: defects, clusters, fused edges, correction.

In: `ShotAnatomy`.   Out: a PNG file.   Next: `quantacore.sim.cli.demo`.

Each round is a sheet seen at an angle, time runs to the right, and each component of the decoding
graph (for a surface code: the checks of one basis) has a row of its own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from quantacore.golden.spec.graph import DecodingGraph
from quantacore.sim.experiments.decoded_shot import ShotAnatomy
from quantacore.sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILION,
    new_figure,
    save_png,
)

CLUSTER_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)

SHEET = "#F6F6F6"
DEPTH = (0.52, 0.27)
"""Where one step along x goes in the picture."""
SHEET_GAP = 1.0
"""Distance of two rounds, in units of the code's width."""
DASHES = (0, (1, 0.6))
STUB = 2.0
"""Length of the line that stands for an edge to the boundary, in units of the lattice."""

Point = tuple[float, float]


def plot_decoded_shot(
    anatomy: ShotAnatomy, path: Path, *, title: str, components: Sequence[str]
) -> None:
    """Write the picture.

    Parameters
    ----------
    anatomy : ShotAnatomy
        Of a graph whose detectors have coordinates (x, y, round), such as stim's surface codes.
    path : Path
        PNG file to write.
    title : str
    components : sequence of str
        What to write over the row of each component of the graph.

    Raises
    ------
    ValueError
        If a detector has no such coordinates.
    """
    graph = anatomy.graph
    if any(len(detector.coordinates) != 3 for detector in graph.detectors):
        raise ValueError("Detectors must have coordinates (x, y, round) to be drawn")
    scene = _Scene(graph)
    figure = new_figure(width=12.0, height=1.0 + 3.1 * graph.num_components)
    grid = figure.subplots(graph.num_components, 1, squeeze=False)
    for component, (axes, name) in enumerate(zip(grid[:, 0], components, strict=True)):
        _draw_component(axes, scene, anatomy, component)
        axes.set_title(name, loc="left", fontsize=11)
    figure.suptitle(title)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=6, frameon=False)
    save_png(figure, path)


class _Scene:
    """Where detectors and edges are in the picture."""

    def __init__(self, graph: DecodingGraph) -> None:
        self.graph = graph
        xs, ys, _ = zip(*(detector.coordinates for detector in graph.detectors), strict=True)
        self.lows = (min(xs), min(ys))
        self.highs = (max(xs), max(ys))
        self.rounds = sorted({detector.round for detector in graph.detectors})
        self.width = max(self.highs[0] - self.lows[0], 1)

    def point(self, x: float, y: float, time: float) -> Point:
        """Project a point of space and time onto the picture."""
        return (time * SHEET_GAP * self.width + DEPTH[0] * x, y + DEPTH[1] * x)

    def detector(self, index: int) -> Point:
        x, y, time = self.graph.detectors[index].coordinates
        return self.point(x, y, time)

    def edge(self, index: int) -> tuple[Point, Point]:
        """Return both ends; an edge to the boundary leads out of the code."""
        ends = self.graph.edges[index].detectors
        if len(ends) == 2:
            return self.detector(ends[0]), self.detector(ends[1])
        return self.detector(ends[0]), self.point(*self._beyond(ends[0]))

    def _beyond(self, index: int) -> tuple[float, float, float]:
        """Return a point outside of the code, next to a detector with an edge to the boundary.

        The model does not say where its boundary is. In a planar code it lies across the
        direction in which the component is narrower; a detector in the middle has one in time.
        """
        detector = self.graph.detectors[index]
        x, y, time = detector.coordinates
        family = [d for d in self.graph.detectors if d.component == detector.component]
        spans = [
            (min(d.coordinates[axis] for d in family), max(d.coordinates[axis] for d in family))
            for axis in (0, 1)
        ]
        axis = 0 if spans[0][1] - spans[0][0] < spans[1][1] - spans[1][0] else 1
        low, high = spans[axis]
        at = (x, y)[axis]
        if at in (low, high):
            out = STUB if at == high else -STUB
            return (x + out, y, time) if axis == 0 else (x, y + out, time)
        middle = (self.rounds[0] + self.rounds[-1]) / 2
        return (x, y, time + (0.35 if time > middle else -0.35))


def _draw_component(axes: Axes, scene: _Scene, anatomy: ShotAnatomy, component: int) -> None:
    graph = anatomy.graph
    own = [v for v, detector in enumerate(graph.detectors) if detector.component == component]
    _draw_sheets(axes, scene)
    _draw_dots(axes, [scene.detector(v) for v in own], size=9, colour=GREY, zorder=2)
    number = 0
    for cluster, fused in zip(anatomy.clusters, anatomy.fused_edges, strict=True):
        if graph.detectors[cluster[0]].component != component:
            continue
        colour = CLUSTER_COLOURS[number % len(CLUSTER_COLOURS)]
        number += 1
        for index in fused:
            style = "-" if len(graph.edges[index].detectors) == 2 else DASHES
            _draw_line(axes, scene.edge(index), colour=colour, width=7, alpha=0.45, style=style)
        inside = [scene.detector(v) for v in cluster]
        _draw_dots(axes, inside, size=40, colour=colour, zorder=4)
        fired = [scene.detector(v) for v in cluster if v in anatomy.defects]
        _draw_dots(axes, fired, size=120, colour=colour, zorder=6, edge=BLACK)
    for index in anatomy.correction:
        if graph.detectors[graph.edges[index].detectors[0]].component == component:
            _draw_line(axes, scene.edge(index), colour=BLACK, width=2.4, zorder=5)
    axes.set_aspect("equal")
    axes.axis("off")
    axes.margins(0.02)


def _draw_sheets(axes: Axes, scene: _Scene) -> None:
    (x0, y0), (x1, y1) = scene.lows, scene.highs
    for time in scene.rounds:
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        outline = [scene.point(x, y, time) for x, y in corners]
        axes.add_patch(Polygon(outline, closed=True, facecolor=SHEET, edgecolor=PALE, zorder=0))
        x, y = scene.point(x0, y0, time)
        axes.text(x, y - 0.5, f"round {time}", ha="left", va="top", fontsize=9, color="#444444")


def _draw_line(
    axes: Axes,
    ends: tuple[Point, Point],
    *,
    colour: str,
    width: float,
    alpha: float = 1.0,
    style: object = "-",
    zorder: float = 3,
) -> None:
    axes.plot(
        [ends[0][0], ends[1][0]],
        [ends[0][1], ends[1][1]],
        color=colour,
        linewidth=width,
        linestyle=style,
        alpha=alpha,
        solid_capstyle="round",
        zorder=zorder,
    )


def _draw_dots(
    axes: Axes,
    points: Sequence[Point],
    *,
    size: float,
    colour: str,
    zorder: float,
    edge: str = "none",
) -> None:
    axes.scatter(
        [x for x, _ in points],
        [y for _, y in points],
        s=size,
        color=colour,
        edgecolors=edge,
        linewidths=1.4,
        zorder=zorder,
    )


def _legend() -> list[Line2D]:
    def dot(size: float, colour: str, label: str, edge: str = "none") -> Line2D:
        return Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=size,
            markerfacecolor=colour,
            markeredgecolor=edge,
            label=label,
        )

    fused: dict[str, Any] = {"color": BLUE, "linewidth": 7, "alpha": 0.45}
    return [
        dot(3.5, GREY, "detector"),
        dot(11, BLUE, "defect", edge=BLACK),
        dot(6, BLUE, "detector in a cluster"),
        Line2D([], [], **fused, label="fused edge"),
        Line2D([], [], **fused, linestyle=DASHES, label="fused edge to the boundary"),
        Line2D([], [], color=BLACK, linewidth=2.4, label="correction"),
    ]
