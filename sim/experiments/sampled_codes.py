"""Make `QubitCode` records: which noise makes what codes count, and what they would do, sampled.

In: circuits and decoders of a family's members.   Out: `QubitCode` of each.
Next: `quantacore.host.predict.qubit_rates`, `quantacore.sim.experiments.code_loop`.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from quantacore.golden.adapt.counted_rates import CountedCode
from quantacore.golden.adapt.like_edges import like_edges, like_edges_of_plan
from quantacore.golden.adapt.member_rates import MOST_RATE, logical_bound
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.host.predict.qubit_rates import QubitCode, Sampled
from quantacore.sim.experiments.circuit_device import growth_by_parts

FORECAST_SEED = 3 << 40
"""Far from those of decoded shots and of calibration; the same for all forecasts, so that these
differ by their noise alone."""
FORECAST_SHOTS = 4_000
BOUND_ERRORS = 5.0
"""Errors that the bound of the likeliest paths is worth beside those of the sample, which may have
none."""
LEAST_SHARE = 1e-12
SHARE_ROUNDS = 4
"""Of the shots in which is looked for what makes what: longer ones have more of the same."""


def qubit_members(
    circuits: Mapping[str, Circuit],
    decoders: Mapping[str, WindowDecoder],
    codes: Mapping[str, CountedCode],
    *,
    num_rounds: int,
    num_shots: int = FORECAST_SHOTS,
) -> dict[str, QubitCode]:
    """Return what each member counts, by its own edges and slots.

    Takes a graph for each part of the noise: a second at distance 3, some at 5.

    Parameters
    ----------
    circuits, decoders : mapping of str
        Member -> its circuit with a REPEAT block, and the decoder that runs.
    codes : mapping of str to CountedCode
        The same members: their rates on the model's noise.
    num_rounds : int
        Of a shot.
    num_shots : int
        Of each forecast.
    """
    qubits = lattice_qubits(circuits.values())
    found = {}
    for name, circuit in circuits.items():
        decoder, source = decoders[name], RepeatingCircuit(circuit)
        few = min(num_rounds, SHARE_ROUNDS)
        whole, places = source.circuit(few), source.places(few)
        plan_graph = decoder.plan.graph
        groups = like_edges(plan_graph)
        graph = graph_from_circuit(whole)
        slots = np.array([slot for _, slot in places])
        shares, exponents = signal_shares(
            whole,
            graph,
            groups=like_edges_of_plan(graph, places, plan_graph=plan_graph),
            num_groups=int(groups.max()) + 1,
            slots=slots,
        )
        found[name] = QubitCode(
            groups=groups,
            presence=presence_of(source, num_rounds),
            shares=shares,
            exponents=spread_exponents(exponents, circuit, qubits),
            sample=_sampler(
                circuit,
                decoder,
                codes[name],
                own=own_qubits(circuit, qubits),
                num_rounds=num_rounds,
                num_shots=num_shots,
            ),
        )
    return found


def presence_of(source: RepeatingCircuit, num_rounds: int) -> np.ndarray:
    """Return the share of a shot's rounds in which each slot has a detector: float64."""
    slots = [slot for _, slot in source.places(num_rounds)]
    return np.asarray(np.bincount(slots, minlength=source.num_slots) / num_rounds)


def lattice_qubits(circuits: Iterable[Circuit]) -> dict[tuple[float, ...], int]:
    """Return the qubits of circuits on one lattice: place -> number, in the order of places."""
    places = {
        tuple(place)
        for circuit in circuits
        for place in circuit.get_final_qubit_coordinates().values()
    }
    return {place: number for number, place in enumerate(sorted(places))}


def own_qubits(circuit: Circuit, qubits: Mapping[tuple[float, ...], int]) -> np.ndarray:
    """Return the lattice's number of each qubit of a circuit: int, ``(circuit.num_qubits,)``."""
    at = circuit.get_final_qubit_coordinates()
    return np.array([qubits[tuple(at[qubit])] for qubit in range(circuit.num_qubits)])


def spread_exponents(
    exponents: np.ndarray, circuit: Circuit, qubits: Mapping[tuple[float, ...], int]
) -> np.ndarray:
    """Return exponents of a circuit's qubits as those of the lattice's."""
    spread = np.zeros((len(exponents), len(qubits)))
    spread[:, own_qubits(circuit, qubits)] = exponents
    return spread


def signal_shares(
    circuit: Circuit,
    graph: DecodingGraph,
    *,
    groups: np.ndarray,
    num_groups: int,
    slots: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return which part of the noise makes which count.

    Parameters
    ----------
    circuit : stim.Circuit
        Of a whole shot.
    graph : DecodingGraph
        Of it.
    groups : int, shape ``(graph.num_edges,)``
        Edge -> group; -1: of none.
    num_groups : int
    slots : int, shape ``(graph.num_detectors,)``
        Detector -> slot.

    Returns
    -------
    shares : float64, shape ``(num_groups + num_slots, num_parts)``
    exponents : float64, shape ``(num_parts, circuit.num_qubits)``
    """
    growth, exponents = growth_by_parts(circuit, graph, graph_from_circuit)
    num_slots = int(slots.max()) + 1
    # A group that no edge of a shot is of is never counted: any part will do.
    shares = np.full((num_groups + num_slots, growth.shape[1]), LEAST_SHARE)
    for edge, group, grown in zip(graph.edges, groups.tolist(), growth, strict=True):
        if group >= 0:
            shares[group] += grown
        for detector in edge.detectors:
            shares[num_groups + slots[detector]] += grown
    return shares / shares.sum(axis=1, keepdims=True), exponents


def forecast_rate(errors: int, num_shots: int, bound_rate: float) -> float:
    """Return a rate from errors of a sample and the bound's: at most 0.5."""
    bound_rate = min(bound_rate, MOST_RATE)
    return min(MOST_RATE, (errors + BOUND_ERRORS) / (num_shots + BOUND_ERRORS / bound_rate))


def _sampler(
    circuit: Circuit,
    decoder: WindowDecoder,
    code: CountedCode,
    *,
    own: np.ndarray,
    num_rounds: int,
    num_shots: int,
) -> Callable[[np.ndarray], Sampled]:
    model_bound = logical_bound(code.graph)

    def sample(log_factors: np.ndarray) -> Sampled:
        source = RepeatingCircuit(with_factors(circuit, np.exp(log_factors[own])))
        events, flips = sample_shots(
            source.circuit(num_rounds), num_shots=num_shots, seed=FORECAST_SEED
        )
        rounds = rounds_of_events(events, source.places(num_rounds), num_slots=source.num_slots)
        found = decoder.decode_shots(rounds, with_corrections=True)
        assert found.corrections is not None
        corrections = unpack_bits(
            found.corrections.reshape(-1, found.corrections.shape[-1]),
            num_bits=decoder.plan.graph.num_edges,
        )
        bound = logical_bound(source.graph(num_rounds)) / model_bound
        wrong = int((found.predictions != flips[:, 0]).sum())
        return Sampled(
            rate=forecast_rate(wrong, num_shots, code.rate * bound),
            corrections=corrections.mean(axis=0),
            events=rounds.mean(axis=(0, 1)),
            windows=len(corrections),
        )

    return sample
