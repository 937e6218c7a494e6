"""How often the decoder takes each edge, on shots of a model: what its counters should show.

In: `stim.Circuit`, decoder.   Out: corrections per shot or per window, by edge.
Next: `quantacore.golden.adapt.estimate`.
"""

from collections.abc import Callable

import numpy as np
import stim

from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph

BATCH_SHOTS = 10_000


def count_corrections(
    decoder: CompiledDecoder, events: np.ndarray, *, num_edges: int
) -> np.ndarray:
    """Return how often each edge is in the correction: int64, shape ``(num_edges,)``.

    Parameters
    ----------
    decoder : CompiledDecoder
        One that knows its corrections.
    events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``, little-endian bits
    num_edges : int
    """
    decoded = decoder.decode_shots(events, with_corrections=True)
    if decoded.corrections is None:
        raise ValueError("Decoder must tell its corrections, but this one cannot")
    bits = unpack_bits(decoded.corrections, num_bits=num_edges)
    return np.asarray(bits.sum(axis=0, dtype=np.int64))


def correction_rates(
    circuit: stim.Circuit,
    decoder: CompiledDecoder,
    *,
    num_edges: int,
    num_shots: int = 100_000,
    seed: int = 0,
    progress: Callable[[int], object] = lambda shots: None,
) -> np.ndarray:
    """Return corrections per shot on shots sampled from a circuit.

    Parameters
    ----------
    circuit : stim.Circuit
    decoder : CompiledDecoder
    num_edges : int
    num_shots : int
    seed : int
        Of the shots.
    progress : callable
        Called with the number of shots done.

    Returns
    -------
    float64, shape ``(num_edges,)``
    """
    counts = np.zeros(num_edges, np.int64)
    for start in range(0, num_shots, BATCH_SHOTS):
        size = min(BATCH_SHOTS, num_shots - start)
        events, _ = sample_shots(circuit, num_shots=size, seed=seed + start)
        counts += count_corrections(decoder, events, num_edges=num_edges)
        progress(start + size)
    return counts / num_shots


def believed_rates(
    graph: DecodingGraph, decoder: CompiledDecoder, *, num_shots: int, seed: int
) -> np.ndarray:
    """Return corrections per shot on shots of the noise that a graph says.

    Its edges fail independently: correlations are not in it.

    Parameters
    ----------
    graph : DecodingGraph
    decoder : CompiledDecoder
    num_shots : int
    seed : int

    Returns
    -------
    float64, shape ``(graph.num_edges,)``
    """
    sampler = model_from_graph(graph).compile_sampler(seed=seed)
    events, _, _ = sampler.sample(num_shots, bit_packed=True)
    return count_corrections(decoder, events, num_edges=graph.num_edges) / num_shots


def window_correction_rates(
    source: RepeatingCircuit,
    decoder: WindowDecoder,
    *,
    num_rounds: int,
    num_shots: int = 50_000,
    seed: int = 0,
    progress: Callable[[int], object] = lambda shots: None,
) -> np.ndarray:
    """Return committed corrections per window on shots sampled from a circuit.

    Windows of all kinds count alike, as in the counters of a core: the shots must be as long as
    those that the core decodes.

    Parameters
    ----------
    source : RepeatingCircuit
    decoder : WindowDecoder
        Of a plan of that circuit.
    num_rounds : int
        Rounds of each shot.
    num_shots : int
    seed : int
        Of the shots.
    progress : callable
        Called with the number of shots done.

    Returns
    -------
    float64, shape ``(plan.graph.num_edges,)``
    """
    circuit, places = source.circuit(num_rounds), source.places(num_rounds)
    plan = decoder.plan
    counts = np.zeros(plan.graph.num_edges, np.int64)
    for start in range(0, num_shots, BATCH_SHOTS):
        size = min(BATCH_SHOTS, num_shots - start)
        events, _ = sample_shots(circuit, num_shots=size, seed=seed + start)
        rounds = rounds_of_events(events, places, num_slots=plan.num_slots)
        decoded = decoder.decode_shots(rounds, with_corrections=True)
        assert decoded.corrections is not None
        bits = unpack_bits(
            decoded.corrections.reshape(-1, decoded.corrections.shape[-1]),
            num_bits=plan.graph.num_edges,
        )
        counts += bits.sum(axis=0, dtype=np.int64)
        progress(start + size)
    return counts / (num_shots * plan.num_windows(num_rounds))
