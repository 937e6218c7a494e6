"""How many cycles the generated core takes for a shot, without generating it.

In: graph, weight image, passes, shots.   Out: `MeshCounts`: cycles of each shot.
Next: `quantacore.golden.decode.mesh_kernel` (cycle by cycle).
Hardware twin: `quantacore.hdl.core`.

Not fitted to anything: the mesh's rules (docs/decoder.md, section 5) are replayed, so that a core
too large to be built has cycles too. `quantacore scale` sets it beside the Verilog.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.decode.decoder import check_detection_events
from quantacore.golden.decode.mesh_kernel import count_batch, new_mesh
from quantacore.golden.decode.union_find import adjacency_of, check_passes, lengths_of
from quantacore.golden.spec.config import MAX_STEPS, check_most_steps
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, check_image_fits


@dataclass(frozen=True, kw_only=True)
class MeshCounts:
    """What the core says of each shot besides its answer."""

    cycles: np.ndarray
    """``uint32``: core cycles, as the core's own counter; stops at 65535."""
    growth_steps: np.ndarray
    """``uint32``: over all passes."""
    passes: np.ndarray
    """``uint8``: passes that ran."""


class MeshCycles:
    """The core of a graph, as far as its cycles go.

    Parameters
    ----------
    graph : DecodingGraph
    image : WeightImage
        Made for this graph's topology.
    passes : int
        Most passes per shot, 1 .. 7.
    lanes : int
        Of run-time links; 0 (the default) if links are baked in.
    most_steps : int
        Growth steps in one cycle at most, as in `quantacore.golden.spec.config.CoreConfig`.

    Raises
    ------
    ValueError
        If the image does not fit the graph, or a number is out of range.
    """

    def __init__(
        self,
        graph: DecodingGraph,
        image: WeightImage,
        *,
        passes: int = 1,
        lanes: int = 0,
        most_steps: int = MAX_STEPS,
    ) -> None:
        check_passes(passes)
        check_most_steps(most_steps)
        check_image_fits(image, graph)
        if lanes < 0:
            raise ValueError(f"Lanes must be at least 0, not {lanes!r}")
        self.num_detectors = graph.num_detectors
        self.passes = passes
        self.most_steps = most_steps
        self._adjacency = adjacency_of(graph)
        self._lengths = lengths_of(image)
        self._mesh = new_mesh(graph.num_detectors, graph.num_edges)
        links = np.diff(image.link_starts)
        # Every edge has a row, whether it has links or not.
        self._rows = np.maximum(-(-links // lanes), 1) if lanes else np.zeros(0, np.int64)

    def count_shots(self, detection_events: np.ndarray) -> MeshCounts:
        """Count the cycles of each shot on an idle core.

        Parameters
        ----------
        detection_events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
            Bit-packed, little-endian.
        """
        events = check_detection_events(detection_events, num_detectors=self.num_detectors)
        counts = MeshCounts(
            cycles=np.zeros(len(events), np.uint32),
            growth_steps=np.zeros(len(events), np.uint32),
            passes=np.zeros(len(events), np.uint8),
        )
        count_batch(
            self._adjacency,
            self._lengths,
            self._mesh,
            self._rows.astype(np.int64),
            self.passes,
            self.most_steps,
            events,
            counts.cycles,
            counts.growth_steps,
            counts.passes,
        )
        return counts
