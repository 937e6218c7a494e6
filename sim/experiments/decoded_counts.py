"""Count what a decoder does with the shots of an epoch, and what it would do on the model's.

In: circuit of the model, shots.   Out: columns of a data set, `DatasetHeader`.
Next: `quantacore.sim.experiments.simulated_run`, `quantacore.sim.experiments.imported`.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.decode.correction_rates import correction_rates
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit, circuit_from_text
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.image import build_image
from quantacore.sim.experiments.dataset_schema import DatasetHeader, RunName

EXPECTED_SHOTS = 200_000
EXPECTED_SEED = 1 << 40
"""Far from the seeds of the shots that are decoded."""


def counting_decoder(circuit: Circuit, *, passes: int) -> UnionFindDecoder:
    """Return the decoder of a data set: golden, with the weights of the model."""
    return _decoder(str(circuit), passes)


@lru_cache(maxsize=4)
def _decoder(circuit: str, passes: int) -> UnionFindDecoder:
    """Make it once in each process: its runs share it."""
    graph = graph_from_circuit(circuit_from_text(circuit))
    return UnionFindDecoder(graph, build_image(graph), passes=passes)


def header_of_circuit(
    circuit: Circuit,
    decoder: UnionFindDecoder,
    *,
    origin: str,
    settings: dict[str, Any],
    runs: tuple[RunName, ...],
) -> DatasetHeader:
    """Return the header of a data set whose model is the circuit."""
    graph = decoder.graph
    expected = correction_rates(
        circuit, decoder, num_edges=graph.num_edges, num_shots=EXPECTED_SHOTS, seed=EXPECTED_SEED
    )
    return DatasetHeader(
        origin=origin,
        settings=settings,
        circuit=str(circuit),
        graph_hash=graph.content_hash,
        num_detectors=graph.num_detectors,
        num_qubits=circuit.num_qubits,
        groups=tuple(like_edges(graph).tolist()),
        expected=tuple(expected.tolist()),
        runs=runs,
    )


def count_epoch(
    decoder: UnionFindDecoder, events: np.ndarray, actual: np.ndarray
) -> dict[str, Any]:
    """Return the columns of an epoch that come from its shots.

    Parameters
    ----------
    decoder : UnionFindDecoder
    events, actual : uint8
        As of `quantacore.golden.source.sampling.sample_shots`.
    """
    decoded = decoder.decode_shots(events, with_corrections=True)
    assert decoded.corrections is not None
    return {
        "shots": len(events),
        "corrections": _counts(decoded.corrections, decoder.graph.num_edges),
        "events": _counts(events, decoder.num_detectors),
        "errors": int(wrong_shots(decoded.predictions, actual).sum()),
    }


def _counts(packed: np.ndarray, num_bits: int) -> np.ndarray:
    return np.asarray(unpack_bits(packed, num_bits=num_bits).sum(axis=0, dtype=np.int32))
