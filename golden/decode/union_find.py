"""The golden union-find decoders behind one interface: fast, and readable.

In: graph, weight image, number of passes.   Out: `CompiledDecoder` objects.
Next: `quantacore.golden.decode.registry`.
"""

import numpy as np

from quantacore.golden.decode import kernel
from quantacore.golden.decode.decoder import CompiledDecoder, check_detection_events
from quantacore.golden.decode.passes import DEFAULT_PASSES, decode_shot
from quantacore.golden.spec.bits import pack_bits, pack_masks, packed_bytes, unpack_bits
from quantacore.golden.spec.config import MAX_PASSES
from quantacore.golden.spec.graph import BOUNDARY, DecodingGraph
from quantacore.golden.spec.image import WeightImage, check_image_fits
from quantacore.golden.spec.lengths import FUSED_LENGTH
from quantacore.golden.spec.results import DecodedShots


class UnionFindDecoder(CompiledDecoder):
    """Golden decoder, compiled: what the hardware is compared with.

    Not safe to share between threads: make one for each.

    Parameters
    ----------
    graph : DecodingGraph
    image : WeightImage
        Made for this graph's topology.
    passes : int
        Most passes per shot, 1 .. 7.

    Raises
    ------
    ValueError
        If the image does not fit the graph, or ``passes`` is out of range.
    """

    def __init__(
        self, graph: DecodingGraph, image: WeightImage, *, passes: int = DEFAULT_PASSES
    ) -> None:
        check_passes(passes)
        self.graph = graph
        self.passes = passes
        self.num_detectors = graph.num_detectors
        self.num_observables = graph.num_observables
        self._adjacency = adjacency_of(graph)
        self._work = kernel.new_workspace(
            graph.num_detectors, len(self._adjacency.edges), graph.num_components
        )
        self.load_image(image)

    def load_image(self, image: WeightImage) -> None:
        """Decode the shots that follow with another image, as a core does.

        Raises
        ------
        ValueError
            If it does not fit the graph.
        """
        check_image_fits(image, self.graph)
        self.image = image
        self._lengths = lengths_of(image)

    def decode_shots(
        self, detection_events: np.ndarray, *, with_corrections: bool = False
    ) -> DecodedShots:
        events = check_detection_events(detection_events, num_detectors=self.num_detectors)
        num_shots = len(events)
        masks = np.zeros(num_shots, np.uint64)
        width = packed_bytes(self.graph.num_edges) if with_corrections else 0
        corrections = np.zeros((num_shots, width), np.uint8)
        decoded = DecodedShots(
            predictions=np.zeros(0),
            corrections=corrections if with_corrections else None,
            growth_steps=np.zeros(num_shots, np.uint32),
            passes=np.zeros(num_shots, np.uint8),
            unmatched=np.zeros(num_shots, np.bool_),
            volumes=np.zeros(num_shots, np.uint32),
            contested=np.zeros(num_shots, np.bool_),
        )
        kernel.decode_batch(
            self._adjacency,
            self._lengths,
            self._work,
            self.passes,
            events,
            masks,
            corrections,
            decoded.growth_steps,
            decoded.passes,
            decoded.unmatched,
            decoded.volumes,
            decoded.contested,
        )
        predictions = pack_masks(masks, num_bits=self.num_observables)
        return DecodedShots(**{**vars(decoded), "predictions": predictions})


class ReferenceDecoder(CompiledDecoder):
    """The same answers from the readable reference, thousands of times slower."""

    def __init__(
        self, graph: DecodingGraph, image: WeightImage, *, passes: int = DEFAULT_PASSES
    ) -> None:
        check_passes(passes)
        check_image_fits(image, graph)
        self.graph = graph
        self.image = image
        self.passes = passes
        self.num_detectors = graph.num_detectors
        self.num_observables = graph.num_observables

    def decode_shots(
        self, detection_events: np.ndarray, *, with_corrections: bool = False
    ) -> DecodedShots:
        events = check_detection_events(detection_events, num_detectors=self.num_detectors)
        shots = [
            decode_shot(self.graph, self.image, defects.tolist(), passes=self.passes)
            for defects in unpack_bits(events, num_bits=self.num_detectors)
        ]
        chosen = np.zeros((len(shots), self.graph.num_edges), np.bool_)
        for row, shot in zip(chosen, shots, strict=True):
            row[list(shot.correction)] = True
        masks = np.array([shot.prediction for shot in shots], np.uint64)
        return DecodedShots(
            predictions=pack_masks(masks, num_bits=self.num_observables),
            corrections=pack_bits(chosen) if with_corrections else None,
            growth_steps=np.array([shot.growth_steps for shot in shots], np.uint32),
            passes=np.array([shot.passes for shot in shots], np.uint8),
            unmatched=np.array([shot.unmatched for shot in shots], np.bool_),
            volumes=np.array([shot.volume for shot in shots], np.uint32),
            contested=np.array([shot.contested for shot in shots], np.bool_),
        )


def check_passes(passes: int) -> None:
    """Raise `ValueError` unless ``passes`` is an integer in 1 .. 7."""
    if not isinstance(passes, (int, np.integer)) or not 1 <= passes <= MAX_PASSES:
        raise ValueError(f"Number of passes must be 1 to {MAX_PASSES}, not {passes!r}")


def adjacency_of(graph: DecodingGraph) -> kernel.Adjacency:
    """Return a graph in the form that kernels read."""
    ends = graph.edge_detectors.copy()
    ends[ends == BOUNDARY] = graph.num_detectors
    slots = [(v, index) for v, edges in enumerate(graph.incident_edges) for index in edges]
    owners = np.array([v for v, _ in slots], np.int32)
    edges = np.array([index for _, index in slots], np.int32)
    counts = (
        np.bincount(owners, minlength=graph.num_detectors)
        if len(slots)
        else np.zeros(graph.num_detectors, np.int64)
    )
    return kernel.Adjacency(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32),
        neighbours=(ends[edges].sum(axis=1) - owners).astype(np.uint32),
        edges=edges.astype(np.uint32),
        ends=ends.astype(np.uint32),
        components=np.array([detector.component for detector in graph.detectors], np.uint32),
    )


def lengths_of(image: WeightImage) -> kernel.Lengths:
    """Return an image in the form that kernels read."""
    return kernel.Lengths(
        first=_kernel_lengths(image.first, absent=image.absent),
        later=_kernel_lengths(image.later, absent=image.absent),
        has_fused=bool((image.first == FUSED_LENGTH).any()),
        link_starts=image.link_starts.astype(np.uint32),
        link_targets=image.link_targets.astype(np.uint32),
        link_lengths=image.link_lengths.astype(np.int32),
        observables=image.observables,
    )


def _kernel_lengths(lengths: np.ndarray, *, absent: int) -> np.ndarray:
    wide = lengths.astype(np.int32)  # before the code is put in: it does not fit 8 bits
    wide[lengths == absent] = kernel.ABSENT
    return wide
