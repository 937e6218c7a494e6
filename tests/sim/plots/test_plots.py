"""Every picture is a PNG file with something on it, and drawing changes no data."""

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import build_image, uniform_image
from quantacore.sim.experiments.decoded_shot import component_names, explain_shot
from quantacore.sim.experiments.demo import DemoRow
from quantacore.sim.plots.decoded_shot import plot_decoded_shot
from quantacore.sim.plots.error_rates import plot_error_rates
from quantacore.sim.plots.latencies import plot_latencies
from tests.sim.experiments.demo_rows import demo_row

ROWS = [
    demo_row(distance=distance, p=p, errors=errors)
    for distance, p, errors in [(3, 0.001, 0), (3, 0.01, 40), (5, 0.001, 1)]
]
"""No error at all is hard for a logarithmic axis; not every distance has every noise strength."""


def assert_shows_something(path: Path) -> None:
    pixels = imread(path)
    assert min(pixels.shape[:2]) > 300
    assert np.ptp(pixels[..., :3]) > 0.5
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # nothing half-written


@pytest.mark.parametrize("plot", [plot_error_rates, plot_latencies])
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1]], ids=["uneven", "one"])
def test_plot_draws_rows(
    plot: Callable[[list[DemoRow], Path], None], rows: list[DemoRow], tmp_path: Path
) -> None:
    before = copy.deepcopy(rows)
    plot(rows, tmp_path / "a.png")
    assert_shows_something(tmp_path / "a.png")
    assert rows == before


@pytest.mark.parametrize("defects", [(), (0, 3, 9, 15, 20)], ids=["none", "five"])
def test_plot_draws_a_decoded_shot(defects: tuple[int, ...], tmp_path: Path) -> None:
    graph = graph_from_circuit(rotated_memory(distance=3, p=0.01))
    anatomy = explain_shot(
        graph, build_image(graph), [index in defects for index in range(graph.num_detectors)]
    )
    before = copy.deepcopy(anatomy)
    plot_decoded_shot(
        anatomy, tmp_path / "a.png", title="A shot", components=component_names(graph)
    )
    assert_shows_something(tmp_path / "a.png")
    assert anatomy == before


def test_plot_rejects_a_shot_without_coordinates(tmp_path: Path) -> None:
    graph = DecodingGraph(
        num_observables=0, detectors=(Detector(),), edges=(Edge(detectors=(0,), prior=0.1),)
    )
    anatomy = explain_shot(graph, uniform_image(graph, length=2), [True])
    with pytest.raises(ValueError, match="coordinates"):
        plot_decoded_shot(anatomy, tmp_path / "a.png", title="", components=[""])
    assert not list(tmp_path.iterdir())
