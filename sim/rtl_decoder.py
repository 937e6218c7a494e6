"""The generated hardware, simulated, behind the interface of every decoder.

In: graph, weight image.   Out: `DecodedShots`, the same bits as the golden decoder's.
Next: `quantacore.sim.batch`.
"""

import numpy as np

from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, check_image_fits
from quantacore.golden.spec.link_rows import Linked
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.batch import BatchCore
from quantacore.sim.core_cache import cached_core


def linked_config(
    image: Linked, *, passes: int, links: str = "baked", lanes: int | None = None
) -> CoreConfig:
    """Return the configuration of a core that runs an image for some passes.

    Parameters
    ----------
    image : WeightImage or WindowImage
    passes : int
        Most passes per shot; one pass takes no links.
    links : str
        Kind of links for more passes than one, if the image has any; see `CoreConfig.links`.
    lanes : int, optional
        See `CoreConfig.lanes`; with run-time links only.

    Raises
    ------
    ValueError
        If the number of lanes is out of range.
    """
    if passes == 1 or not image.num_links:
        return CoreConfig(length_bits=image.length_bits)
    lanes = CoreConfig.lanes if lanes is None else lanes
    return CoreConfig(length_bits=image.length_bits, links=links, lanes=lanes)


class RtlDecoder(CompiledDecoder):
    """Generate a core, build its simulation, and decode with it.

    Core and simulation are cached: the first use of a topology takes from seconds (d = 3) to
    minutes (d = 7), later ones a fraction of a second.

    Parameters
    ----------
    graph : DecodingGraph
        At least one edge.
    image : WeightImage
        Made for this graph's topology.
    passes : int
        Most passes per shot, 1 .. 7.
    config : CoreConfig, optional
        As image and passes want it, otherwise the defaults of `CoreConfig`: for more than one
        pass the image's correlation lengths are baked into the core. See `linked_config`.

    Raises
    ------
    ValueError
        If the image does not fit graph or config, the graph has no edges, or ``passes`` is
        out of range or more than the core has.
    VerilatorError
        If the simulation cannot be built.
    """

    def __init__(
        self,
        graph: DecodingGraph,
        image: WeightImage,
        *,
        passes: int = 1,
        config: CoreConfig | None = None,
    ) -> None:
        check_passes(passes)
        check_image_fits(image, graph)
        config = config or linked_config(image, passes=passes)
        if config.length_bits != image.length_bits:
            raise ValueError(
                f"Image must have the core's {config.length_bits}-bit lengths, "
                f"not {image.length_bits}-bit"
            )
        if passes > 1 and image.num_links and config.links == "none":
            raise ValueError(f"Number of passes must be 1 on a core without links, not {passes!r}")
        self.num_detectors = graph.num_detectors
        self.num_observables = graph.num_observables
        self.core = BatchCore(cached_core(graph, config, image))
        self.core.load_image(image)
        self.passes = passes

    def decode_shots(
        self, detection_events: np.ndarray, *, with_corrections: bool = False
    ) -> DecodedShots:
        return self.core.decode_shots(
            detection_events, passes=self.passes, with_corrections=with_corrections
        )
