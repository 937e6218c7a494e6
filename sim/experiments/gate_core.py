"""Run a gate's experiment on a core generated for it, against the golden decoder, bit by bit.

In: noiseless circuit, noise strength, shots.   Out: counts.
Next: `quantacore.sim.cli.gates_bench`.
"""

from dataclasses import dataclass

from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image
from quantacore.sim.batch import BatchCore
from quantacore.sim.comparison import compare_shots
from quantacore.sim.core_cache import cached_core
from quantacore.sim.rtl_decoder import linked_config


@dataclass(frozen=True, kw_only=True)
class CoreRow:
    """One core and what it answered."""

    passes: int
    """Most passes per shot."""
    nodes: int
    edges: int
    links: int
    """Correlated pairs of edges that are baked into the core; none for one pass."""
    shots: int
    busy_shots: int
    """Shots with any defect."""
    errors: int
    """Shots that core and golden decoder get wrong."""
    mismatches: int
    """Shots in which any bit of the two differs."""
    mean_cycles: float


def compare_with_core(
    circuit: Circuit, *, p: float, num_shots: int, seed: int, passes: int = 1
) -> CoreRow:
    """Build the core of an experiment and decode the same shots on it and in golden.

    Parameters
    ----------
    circuit : Circuit
        Noiseless, with detectors and observables.
    p : float
        As `uniform_noise`.
    num_shots, seed : int
    passes : int
        Most passes per shot, 1 .. 7. For more than one, the links between edges at this very noise
        strength are baked into the core.
    """
    noisy = uniform_noise(circuit, p)
    graph = graph_from_circuit(noisy)
    image = build_image(graph)
    events, actual = sample_shots(noisy, num_shots=num_shots, seed=seed)
    config = linked_config(image, passes=passes)
    with BatchCore(cached_core(graph, config, image)) as core:
        core.load_image(image)
        with_corrections = core.manifest.config.with_corrections
        found = core.decode_shots(events, passes=passes, with_corrections=with_corrections)
    expected = UnionFindDecoder(graph, image, passes=passes).decode_shots(
        events, with_corrections=with_corrections
    )
    return CoreRow(
        passes=passes,
        nodes=graph.num_detectors,
        edges=graph.num_edges,
        links=0 if config.links == "none" else image.num_links,
        shots=num_shots,
        busy_shots=int(events.any(axis=1).sum()),
        errors=int(wrong_shots(found.predictions, actual, unmatched=found.unmatched).sum()),
        mismatches=int(compare_shots(found, expected).mismatching.sum()),
        mean_cycles=0.0 if found.cycles is None else float(found.cycles.mean()),
    )
