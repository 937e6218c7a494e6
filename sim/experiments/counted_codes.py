"""Make `CountedCode` records: what a family's members count, and how often they fail.

In: `CodeFamily`, circuits and decoders of its members.   Out: `CountedCode` of each.
Next: `quantacore.golden.adapt.counted_rates`, `quantacore.sim.experiments.code_loop`.
"""

from collections.abc import Mapping

from quantacore.golden.adapt.counted_rates import CountedCode
from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.like_edges import like_edges, like_edges_of_plan
from quantacore.golden.decode.correction_rates import window_correction_rates
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.noise.scaled import with_doubled_noise
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit

CALIBRATION_SEED = 1 << 40
"""Far from the seeds of the shots that are decoded."""
RATE_SEED = 1 << 41


def counted_members(
    family: CodeFamily,
    circuits: Mapping[str, Circuit],
    decoders: Mapping[str, WindowDecoder],
    *,
    num_rounds: int,
    num_shots: int,
    memory_shots: float,
) -> dict[str, CountedCode]:
    """Count on shots of the model, and of the model with doubled noise.

    Mechanisms are groups of like edges of the *family's* window, so that members share them.

    Parameters
    ----------
    family : CodeFamily
    circuits, decoders : mapping of str
        Member -> its circuit with a REPEAT block, and the decoder that runs.
    num_rounds : int
        Of a shot.
    num_shots : int
        Of each kind.
    memory_shots : float
        Shots after which a count is worth 1/e.
    """
    plan_graph = family.plan.graph
    mechanisms = like_edges(plan_graph)
    found = {}
    for name, decoder in decoders.items():
        placement, source = family.placement(name), RepeatingCircuit(circuits[name])
        windows = decoder.plan.num_windows(num_rounds)
        doubled = RepeatingCircuit(with_doubled_noise(circuits[name]))
        expected, expected_doubled = (
            window_correction_rates(
                each, decoder, num_rounds=num_rounds, num_shots=num_shots, seed=CALIBRATION_SEED
            )
            for each in (source, doubled)
        )
        rate, doubled_rate = (
            max(1, wrong_windowed(each, decoder, num_rounds=num_rounds, num_shots=num_shots))
            / num_shots
            for each in (source, doubled)
        )
        slots = placement.slots.tolist()
        places = [(layer, slots[slot]) for layer, slot in source.places(num_rounds)]
        graph = source.graph(num_rounds)
        found[name] = CountedCode(
            estimator=CorrectionCounts(
                expected=expected,
                expected_doubled=expected_doubled,
                groups=like_edges(decoder.plan.graph),
                expected_shots=num_shots * windows,
                memory_shots=memory_shots * windows,
            ),
            mechanisms=mechanisms[placement.edges],
            graph=graph,
            shot_mechanisms=like_edges_of_plan(graph, places, plan_graph=plan_graph),
            rate=min(rate, 0.5),
            doubled_rate=min(doubled_rate, 0.5),
        )
    return found


def wrong_windowed(
    source: RepeatingCircuit, decoder: WindowDecoder, *, num_rounds: int, num_shots: int
) -> int:
    """Return how many shots of a circuit a streaming decoder gets wrong."""
    events, flips = sample_shots(source.circuit(num_rounds), num_shots=num_shots, seed=RATE_SEED)
    rounds = rounds_of_events(events, source.places(num_rounds), num_slots=source.num_slots)
    return int((decoder.decode_shots(rounds).predictions != flips[:, 0]).sum())
