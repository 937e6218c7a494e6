"""What analog information of GKP modes is worth in a toric code with perfect measurements.

In: distance, standard deviation of the shifts, shots.   Out: `AnalogRow`.
Next: `quantacore.sim.cli.bench_codes`.

Every data mode is shifted by a normal amount and corrected to the nearest multiple of its period.
*Digital* decoders know how often that flips the qubit; *analog* ones know how near the shift was
to the next multiple, mode by mode, so each shot has weights, or a weight image, of its own.

Source: Fukui, Tomita & Okamoto, arXiv:1712.00294; Vuillot et al., arXiv:1810.00047.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quantacore.golden.codes.check_memory import code_capacity_circuit
from quantacore.golden.codes.gkp import analog_weights, flip_probability, residues
from quantacore.golden.codes.toric import toric_code
from quantacore.golden.decode.matching import MatchingDecoder, WeightedMatching
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, error_rate
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import uniform_image
from quantacore.golden.spec.lengths import longest_length, quantise_weights

DIGITAL, ANALOG = "digital", "analog"
MATCHING, UNION_FIND = "PyMatching", "quantacore"
DECODERS = tuple((kind, name) for kind in (DIGITAL, ANALOG) for name in (MATCHING, UNION_FIND))


@dataclass(frozen=True, kw_only=True)
class AnalogRow:
    """Errors of all decoders on the same shots."""

    distance: int
    sigma: float
    shots: int
    errors: dict[tuple[str, str], int]
    """(kind of information, decoder) -> shots with any observable wrong."""

    @property
    def flip_probability(self) -> float:
        """Of a mode."""
        return flip_probability(self.sigma)

    def rate(self, decoder: tuple[str, str]) -> Interval:
        """Return the wrong shots of a decoder, per shot."""
        return error_rate(errors=self.errors[decoder], shots=self.shots)


@dataclass(frozen=True, kw_only=True)
class ShiftedShots:
    """Shots of a graph whose edges are modes."""

    events: np.ndarray
    """``bool``, shape ``(num_shots, num_detectors)``."""
    observables: np.ndarray
    """``uint64``, shape ``(num_shots,)``: actual flips."""
    weights: np.ndarray
    """``float64``, shape ``(num_shots, num_edges)``: analog weights."""


def toric_graph(distance: int) -> DecodingGraph:
    """Return the graph of X errors between two perfect measurements; an edge is a data mode.

    Raises
    ------
    ValueError
        If the distance is below 3: two modes would be one edge.
    """
    if distance < 3:
        raise ValueError(f"Distance must be at least 3, not {distance!r}")
    code = toric_code(distance)
    circuit = code_capacity_circuit(code, (("X_ERROR", (0.1,)),), basis="z")
    graph = graph_from_circuit(circuit)
    assert graph.num_edges == len(code.data)
    return graph


def shifted_shots(
    graph: DecodingGraph, *, sigma: float, num_shots: int, generator: np.random.Generator
) -> ShiftedShots:
    """Shift every edge of a graph in every shot."""
    shifts = generator.normal(0, sigma, (num_shots, graph.num_edges))
    left, flips = residues(shifts)
    incidence = np.zeros((graph.num_edges, graph.num_detectors), np.uint8)
    for index, edge in enumerate(graph.edges):
        incidence[index, list(edge.detectors)] = 1
    masks = np.array([edge.observables for edge in graph.edges], np.uint64)
    return ShiftedShots(
        events=(flips.astype(np.uint8) @ incidence) % 2 == 1,
        observables=np.bitwise_xor.reduce(np.where(flips, masks, np.uint64(0)), axis=1),
        weights=analog_weights(left, sigma),
    )


def measure_analog(
    *,
    distance: int,
    sigma: float,
    num_shots: int,
    length_bits: int,
    seed: int,
    progress: Callable[[int], object] = lambda shots: None,
) -> AnalogRow:
    """Decode the same shots with and without analog information.

    Parameters
    ----------
    distance : int
        At least 3.
    sigma : float
        In (0, 2].
    num_shots : int
        At least 1.
    length_bits : int
        Of the union-find decoder's lengths. The unit is that of a shift of zero: the same for all
        shots, so that a core can be told the lengths without scaling them.
    seed : int
    progress : callable
        Called with 1 after each shot.
    """
    if num_shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {num_shots!r}")
    graph = toric_graph(distance)
    flip_probability(sigma)  # checks it
    generator = np.random.default_rng([seed, distance, round(sigma * 1e6)])
    shots = shifted_shots(graph, sigma=sigma, num_shots=num_shots, generator=generator)
    plain = uniform_image(graph, length=2, length_bits=length_bits)
    unit = float(analog_weights(np.zeros(1), sigma)[0]) / longest_length(length_bits)
    lengths = quantise_weights(shots.weights, unit=unit, length_bits=length_bits)
    analog = UnionFindDecoder(graph, plain, passes=1)
    matching = WeightedMatching(graph)
    packed = pack_bits(shots.events)
    truth = shots.observables.astype(np.uint8)
    errors = dict.fromkeys(DECODERS, 0)
    # All edges have the same prior, so these decoders have one weight.
    for name, decoder in (
        (MATCHING, MatchingDecoder(model_from_graph(graph))),
        (UNION_FIND, UnionFindDecoder(graph, plain, passes=1)),
    ):
        errors[DIGITAL, name] = int((decoder.decode_shots(packed).predictions[:, 0] != truth).sum())
    for shot in range(num_shots):
        analog.load_image(replace(plain, first=lengths[shot], later=lengths[shot]))
        found = {
            MATCHING: matching.decode_shot(shots.events[shot], shots.weights[shot]),
            UNION_FIND: int(analog.decode_shots(packed[shot : shot + 1]).predictions[0, 0]),
        }
        for name, mask in found.items():
            errors[ANALOG, name] += mask != int(truth[shot])
        progress(1)
    return AnalogRow(distance=distance, sigma=sigma, shots=num_shots, errors=errors)


def crossing(rows: Sequence[AnalogRow], decoder: tuple[str, str]) -> float:
    """Return the sigma at which the largest code stops being better than the smallest.

    Linear between the two sigmas around the change of sign, which were measured for both codes.

    Returns
    -------
    float
        NaN if the curves do not cross, or cross more than once.
    """
    distances = sorted({row.distance for row in rows})
    rates = {(row.distance, row.sigma): row.errors[decoder] / row.shots for row in rows}
    sigmas = sorted({row.sigma for row in rows})
    gaps = [rates[distances[-1], sigma] - rates[distances[0], sigma] for sigma in sigmas]
    changes = [i for i in range(len(gaps) - 1) if (gaps[i] < 0) != (gaps[i + 1] < 0)]
    if len(changes) != 1:
        return math.nan
    i = changes[0]
    share = gaps[i] / (gaps[i] - gaps[i + 1])
    return sigmas[i] + share * (sigmas[i + 1] - sigmas[i])
