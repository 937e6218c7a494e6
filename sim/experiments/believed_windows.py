"""What a streaming decoder would correct if the noise were as its weights say.

In: ratios of priors, perhaps log factors of qubits.   Out: corrections per window, by edge.
Next: `quantacore.host.predict.predicted_ratios`, which sets the counts of a core beside them.
"""

import numpy as np

from quantacore.golden.adapt.like_edges import like_edges, like_edges_of_plan
from quantacore.golden.adapt.reweight import reweighted, reweighted_image
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.window_image import WindowImage


class BelievedWindows:
    """Corrections of golden windows on shots of the noise that they believe in.

    Where only ratios of edges are known, edges fail independently: correlations of the circuit are
    not in it. Where the qubits are, shots are of the circuit.

    Parameters
    ----------
    source : RepeatingCircuit
        The model.
    image : WindowImage
        Of the model's plan.
    num_rounds : int
        Of a shot.
    passes : int
    num_shots : int
        Of each answer.
    seed : int
        Of the first answer's shots; each has its own.
    """

    def __init__(
        self,
        source: RepeatingCircuit,
        image: WindowImage,
        *,
        num_rounds: int,
        passes: int,
        num_shots: int = 8_000,
        seed: int = 0,
    ) -> None:
        self.image = image
        self.passes = passes
        self.num_rounds = num_rounds
        self.num_shots = num_shots
        self._seed = seed
        self._circuit = source.circuit(num_rounds)
        self._graph = graph_from_circuit(self._circuit)
        self._places = source.places(num_rounds)
        graph = image.plan.graph
        groups = like_edges(graph)
        like = like_edges_of_plan(self._graph, self._places, plan_graph=graph)
        first = np.unique(groups, return_index=True)[1]
        self._edge_of_plan = np.where(like >= 0, first[like], -1)

    def __call__(self, ratios: np.ndarray) -> np.ndarray:
        """Return corrections per window: float64, shape ``(plan.graph.num_edges,)``.

        Parameters
        ----------
        ratios : float, shape ``(plan.graph.num_edges,)``
            Priors relative to the model's, the same for like edges.
        """
        of_shots = np.where(self._edge_of_plan >= 0, np.asarray(ratios)[self._edge_of_plan], 1.0)
        sampler = model_from_graph(reweighted(self._graph, of_shots)).compile_sampler(
            seed=self._seed
        )
        self._seed += 1
        events, _, _ = sampler.sample(self.num_shots, bit_packed=True)
        return self._rates(events, ratios)

    def of_qubits(self, log_factors: np.ndarray, ratios: np.ndarray) -> np.ndarray:
        """Return corrections per window: float64, shape ``(plan.graph.num_edges,)``.

        Parameters
        ----------
        log_factors : float, shape ``(num_qubits,)``
            Of the noise of each qubit.
        ratios : float, shape ``(plan.graph.num_edges,)``
            Priors relative to the model's, whose weights are in force.
        """
        noisy = with_factors(self._circuit, np.exp(log_factors))
        events, _ = sample_shots(noisy, num_shots=self.num_shots, seed=self._seed)
        self._seed += 1
        return self._rates(events, ratios)

    def _rates(self, events: np.ndarray, ratios: np.ndarray) -> np.ndarray:
        """Return corrections per window with the weights of these ratios."""
        plan, image = self.image.plan, self.image
        decoder = WindowDecoder(reweighted_image(image, ratios), passes=self.passes)
        rounds = rounds_of_events(events, self._places, num_slots=plan.num_slots)
        decoded = decoder.decode_shots(rounds, with_corrections=True)
        assert decoded.corrections is not None
        corrections = decoded.corrections.reshape(-1, decoded.corrections.shape[-1])
        bits = unpack_bits(corrections, num_bits=plan.graph.num_edges)
        return np.asarray(bits.mean(axis=0))
