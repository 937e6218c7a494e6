"""A decoder whose weights follow a predictor, and what that predictor hears of it.

In: a data set's model, `Predictor`, counts of an epoch.   Out: decoder of the next epoch.
Next: `quantacore.sim.experiments.prediction_regret`, `quantacore.sim.experiments.heard_runs`.

A decoder corrects more on edges that it believes to be likely, and less than there was on those
that are very likely. Both cancel if its counts are set beside what it would correct if the noise
were as it believes (*believed*): then counts as expected mean that the belief is right.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.decode.correction_rates import believed_rates, count_corrections
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image
from quantacore.host.predict.device import NOTHING_KNOWN, Device
from quantacore.host.predict.predictor import Predictor
from quantacore.host.predict.qubit_factors import QubitFactors
from quantacore.host.predict.registry import CONTENDERS
from quantacore.sim.experiments.circuit_device import device_of_circuit
from quantacore.sim.experiments.dataset_reader import load_header
from quantacore.sim.experiments.heard import HEARD

BELIEVED_SEED = 1 << 20
"""Tells the seeds of those shots from those of the others."""
MOST_SEED = 1 << 63
BELIEVED_SHOTS = 8_000
"""On which a decoder is tried with the noise that it believes in."""


class LoopModel:
    """The model of a data set: its decoders, and what they correct.

    Parameters
    ----------
    folder : Path
        Of the data set.

    Attributes
    ----------
    static : UnionFindDecoder
        With the model's weights.
    expected : float64, shape ``(num_groups,)``
        Its corrections per shot of the model.
    """

    def __init__(self, folder: Path) -> None:
        self.header = load_header(folder)
        self.circuit = circuit_from_text(self.header.circuit)
        self.graph = graph_from_circuit(self.circuit)
        self.groups = np.array(self.header.groups)
        self.static = self.decoder(self.graph)
        self.expected = self.by_group(np.array(self.header.expected))

    @cached_property
    def device(self) -> Device:
        """What the model's circuit says: found once, as it takes time."""
        return device_of_circuit(
            self.circuit,
            graph_from_circuit,
            groups=self.groups,
            expected=np.array(self.header.expected),
        )

    def device_for(self, names: Sequence[str]) -> Device:
        """Return the device as far as predictors are told of it."""
        return self.device if any(CONTENDERS[name].told for name in names) else NOTHING_KNOWN

    def decoder(self, graph: DecodingGraph) -> UnionFindDecoder:
        """Return the decoder with the weights of a graph."""
        return UnionFindDecoder(
            graph, build_image(graph), passes=int(self.header.settings["passes"])
        )

    def by_group(self, values: np.ndarray) -> np.ndarray:
        """Return sums over groups of edges."""
        return np.bincount(self.groups, values)

    def believed(self, graph: DecodingGraph, decoder: UnionFindDecoder, *, seed: int) -> np.ndarray:
        """Return corrections per shot, by group, if the noise is as a graph says."""
        found = believed_rates(graph, decoder, num_shots=BELIEVED_SHOTS, seed=seed % MOST_SEED)
        # One correction more, so that what was never seen is not taken to be impossible.
        return (self.by_group(found) + 1 / BELIEVED_SHOTS) * self._beside_edges

    def believed_of_qubits(
        self, log_factors: np.ndarray, decoder: UnionFindDecoder, *, seed: int
    ) -> np.ndarray:
        """Return corrections per shot, by group, if the qubits have these log factors."""
        noisy = with_factors(self.circuit, np.exp(log_factors))
        events, _ = sample_shots(noisy, num_shots=BELIEVED_SHOTS, seed=seed % MOST_SEED)
        counts = count_corrections(decoder, events, num_edges=self.graph.num_edges)
        return np.asarray((self.by_group(counts) + 1) / BELIEVED_SHOTS)

    @cached_property
    def _beside_edges(self) -> np.ndarray:
        """Corrections on shots of the model per those on shots of its edges, by group."""
        shots = 25 * BELIEVED_SHOTS
        found = believed_rates(self.graph, self.static, num_shots=shots, seed=BELIEVED_SEED)
        return self.expected / (self.by_group(found) + 1 / shots)


def device_of_data(folder: Path, names: Sequence[str]) -> Device:
    """Return what a data set's model says of its device, as far as predictors are told of it.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        Of the predictors: what none of them is told is not looked for.
    """
    return LoopModel(folder).device_for(names)


class Follower:
    """One predictor and its decoder.

    Parameters
    ----------
    model : LoopModel
    predictor : Predictor
        That has heard nothing yet.
    shots : int
        Of each epoch.
    heard : str
        One of `quantacore.sim.experiments.heard.HEARD`.

    Attributes
    ----------
    decoder : UnionFindDecoder
        Whose weights are in force.
    exposures : float64, shape ``(num_groups,)``
        Beside which the corrections of the next epoch are set.

    Raises
    ------
    ValueError
        If it is to hear something else.
    """

    def __init__(
        self, model: LoopModel, predictor: Predictor, *, shots: int, heard: str = "own"
    ) -> None:
        if heard not in HEARD:
            raise ValueError(f"Heard must be one of {', '.join(HEARD)}, not {heard!r}")
        self.model = model
        self.predictor = predictor
        self.shots = shots
        self.heard = heard
        self.decoder = model.static
        self.exposures = shots * model.expected

    def hear(
        self,
        counts: np.ndarray,
        *,
        time_s: float,
        ahead_s: float,
        seed: int,
        environment: np.ndarray | None = None,
    ) -> None:
        """Learn from an epoch, and take the weights for the next one.

        Parameters
        ----------
        counts : float, shape ``(num_groups,)``
            Corrections.
        time_s, ahead_s : float
            End of the epoch; time until that of the next.
        seed : int
            Of the shots of what is believed.
        environment : float, shape ``(num_channels,)``, optional
            What sensors say.
        """
        model, predictor = self.model, self.predictor
        predictor.update(counts, self.exposures, time_s=time_s, environment=environment)
        seed += BELIEVED_SEED
        if isinstance(predictor, QubitFactors) and predictor.parts is not None:
            factors = predictor.log_factors(ahead_s)
            graph = reweighted(model.graph, predictor.edge_ratios(factors))
            self.decoder = model.decoder(graph)
            if self.heard == "believed":
                believed = model.believed_of_qubits(factors, self.decoder, seed=seed)
                self.exposures = self.shots * believed / predictor.group_ratios(factors)
            return
        ratios = np.exp(predictor.predict(ahead_s).mean)
        graph = reweighted(model.graph, ratios[model.groups])
        self.decoder = model.decoder(graph)
        if self.heard == "believed":
            believed = model.believed(graph, self.decoder, seed=seed)
            self.exposures = self.shots * believed / ratios
