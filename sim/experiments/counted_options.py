"""What a policy knows of codes that decode whole shots: counts of corrections, and no truth.

In: circuits of the options without drift, shots of the one in force.   Out: predicted rates.
Next: `quantacore.sim.experiments.code_choice`; a core does the same by windows
(`quantacore.sim.experiments.counted_codes`).

Counts are of a decoder with the weights of the model, which the estimate is made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quantacore.golden.adapt.counted_rates import CountedCode, CountedRates
from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.like_edges import like_edges, shared_mechanisms, touching
from quantacore.golden.decode.correction_rates import correction_rates, count_corrections
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.noise.scaled import with_doubled_noise
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image

CALIBRATION_SEED = 1 << 40
MEMORY_SHOTS = 2_000.0
"""Shots in each basis after which a count is worth 1/e."""


@dataclass(frozen=True, kw_only=True)
class _Model:
    """One option in one basis, without drift."""

    graph: DecodingGraph
    decoder: UnionFindDecoder
    mechanisms: np.ndarray
    expected: np.ndarray
    expected_doubled: np.ndarray
    rate: float
    doubled_rate: float


class CountedOptions:
    """Measured once; each history begins with a fresh `Known`.

    Parameters
    ----------
    circuits : mapping of str to mapping of str to stim.Circuit
        Basis -> option -> its circuit without drift.
    num_shots : int
        Of each calibration.
    """

    def __init__(self, circuits: Mapping[str, Mapping[str, Circuit]], *, num_shots: int) -> None:
        self._num_shots = num_shots
        self._models: dict[str, dict[str, _Model]] = {}
        self._neighbours: dict[str, list[tuple[int, int]]] = {}
        for basis, options in circuits.items():
            graphs = {name: graph_from_circuit(circuit) for name, circuit in options.items()}
            shared = shared_mechanisms(list(graphs.values()))
            self._neighbours[basis] = touching(list(graphs.values()))
            self._models[basis] = {
                name: _model(circuit, graphs[name], mechanisms, num_shots)
                for (name, circuit), mechanisms in zip(options.items(), shared, strict=True)
            }

    def begin(self, *, least_shots: float) -> "Known":
        """Return what a policy knows before anything was counted."""
        return Known(
            {
                basis: CountedRates(
                    {name: self._code(model) for name, model in models.items()},
                    least_shots=least_shots,
                    memory_shots=MEMORY_SHOTS,
                    neighbours=self._neighbours[basis],
                )
                for basis, models in self._models.items()
            },
            {
                basis: {name: model.decoder for name, model in models.items()}
                for basis, models in self._models.items()
            },
        )

    def _code(self, model: _Model) -> CountedCode:
        return CountedCode(
            estimator=CorrectionCounts(
                expected=model.expected,
                expected_doubled=model.expected_doubled,
                groups=like_edges(model.graph),
                expected_shots=self._num_shots,
                memory_shots=MEMORY_SHOTS,
            ),
            mechanisms=model.mechanisms,
            graph=model.graph,
            shot_mechanisms=model.mechanisms,
            rate=model.rate,
            doubled_rate=model.doubled_rate,
        )


class Known:
    """What the counts of one history say: a `CountedRates` for each basis."""

    def __init__(
        self,
        rates: Mapping[str, CountedRates],
        decoders: Mapping[str, Mapping[str, UnionFindDecoder]],
    ) -> None:
        self._rates = dict(rates)
        self._decoders = decoders

    def add(self, name: str, events: Mapping[str, np.ndarray]) -> bool:
        """Take the shots of the option in force, in each basis; tell whether they are enough.

        Parameters
        ----------
        name : str
        events : mapping of str to uint8, shape ``(num_shots, ceil(num_detectors / 8))``
            Basis -> detection events, little-endian bits.
        """
        enough = True
        for basis, rates in self._rates.items():
            counts = count_corrections(
                self._decoders[basis][name],
                events[basis],
                num_edges=rates.code(name).graph.num_edges,
            )
            enough &= rates.add(name, counts, shots=len(events[basis]))
        return enough

    def rates(self) -> dict[str, float]:
        """Return the predicted logical error rate of every option, mean of the bases."""
        found = [rates.rates() for rates in self._rates.values()]
        return {name: float(np.mean([each[name] for each in found])) for name in found[0]}


def _model(
    circuit: Circuit, graph: DecodingGraph, mechanisms: np.ndarray, num_shots: int
) -> _Model:
    decoder = UnionFindDecoder(graph, build_image(graph))
    circuits = circuit, with_doubled_noise(circuit)
    expected, expected_doubled = (
        correction_rates(
            each, decoder, num_edges=graph.num_edges, num_shots=num_shots, seed=CALIBRATION_SEED
        )
        for each in circuits
    )
    rates = []
    for each in circuits:
        events, flips = sample_shots(each, num_shots=num_shots, seed=CALIBRATION_SEED)
        found = decoder.decode_shots(events)
        wrong = wrong_shots(found.predictions, flips, unmatched=found.unmatched)
        rates.append(min(max(1, int(wrong.sum())) / num_shots, 0.5))
    return _Model(
        graph=graph,
        decoder=decoder,
        mechanisms=mechanisms,
        expected=expected,
        expected_doubled=expected_doubled,
        rate=rates[0],
        doubled_rate=rates[1],
    )
