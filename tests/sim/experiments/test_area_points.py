"""Cores of the documents are what the documents call them."""

import pytest

from quantacore.sim.experiments.area_points import Problem, area_core
from quantacore.sim.experiments.area_yardsticks import HELIOS_AREA


@pytest.mark.parametrize("distance", [3, 5, 7])
def test_area_core_of_helios_has_the_detectors_of_helios(distance: int) -> None:
    core = area_core(Problem.HELIOS, distance)
    assert core.graph.num_detectors == HELIOS_AREA[distance].num_detectors
    assert (core.config.length_bits, core.config.word_bits) == (2, 8)


@pytest.mark.parametrize(
    ("problem", "links", "passes"), [(Problem.ONE_PASS, "none", 1), (Problem.BAKED, "baked", 3)]
)
def test_area_core_of_circuit_noise(problem: Problem, links: str, passes: int) -> None:
    core = area_core(problem, 3)
    assert core.graph.num_detectors == 24
    assert (core.config.links, core.config.length_bits, core.passes) == (links, 4, passes)


def test_area_core_rejects_distance() -> None:
    with pytest.raises(ValueError, match="Distance must be odd and at least 3, not 4"):
        area_core(Problem.HELIOS, 4)
