"""The cores whose area and clock the documents state.

In: a problem, a distance.   Out: `AreaCore`: what is generated, and the folder of the core.
Next: `quantacore.sim.experiments.area`.
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from quantacore.golden.codes.surface import phenomenological_memory, rotated_memory
from quantacore.golden.source.dem import graph_from_circuit, graph_from_dem
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image, uniform_image
from quantacore.sim.core_cache import cached_core

LINKS_NOISE = 0.005
"""Noise strength whose correlations are baked in; it does not change the other cores."""


class Problem(Enum):
    """What a core is made for."""

    HELIOS = "helios"
    """Phenomenological noise, one basis, 2-bit lengths, 8-bit words: what Helios decodes."""
    ONE_PASS = "one_pass"
    """Circuit noise, detectors of both bases, rounds = distance, 4-bit lengths; no links."""
    BAKED = "baked"
    """The same with baked links, for up to seven passes."""


@dataclass(frozen=True, kw_only=True)
class AreaCore:
    """A core that can be generated."""

    graph: DecodingGraph
    image: WeightImage
    config: CoreConfig
    passes: int
    """Most passes in figures of its cycles."""

    def folder(self) -> Path:
        """Generate the core, at most once, and return its folder."""
        return cached_core(self.graph, self.config, self.image)


def area_core(problem: Problem, distance: int) -> AreaCore:
    """Return the core for a problem.

    Parameters
    ----------
    problem : Problem
    distance : int
        Odd, at least 3.

    Raises
    ------
    ValueError
        If the distance is not.
    """
    if problem is Problem.HELIOS:
        graph = graph_from_dem(phenomenological_memory(distance=distance, p=LINKS_NOISE))
        image = uniform_image(graph, length=2, length_bits=2)
        config = CoreConfig(length_bits=2, word_bits=8)
        return AreaCore(graph=graph, image=image, config=config, passes=1)
    graph = graph_from_circuit(rotated_memory(distance=distance, p=LINKS_NOISE))
    image = build_image(graph)
    if problem is Problem.ONE_PASS:
        return AreaCore(graph=graph, image=image, config=CoreConfig(), passes=1)
    return AreaCore(graph=graph, image=image, config=CoreConfig(links="baked"), passes=3)
