"""The decoders that experiments compare, prepared for one rotated memory experiment.

In: distance, noise strength.   Out: circuit and compiled decoders by name.
Next: `quantacore.sim.experiments.speed`, `quantacore.sim.experiments.accuracy`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import Circuit, model_from_circuit
from quantacore.golden.spec.image import build_image

MATCHING = "PyMatching"
CORRELATED = "PyMatching correlated"


def union_find_name(*, length_bits: int, passes: int) -> str:
    """Return the name of a union-find contender in tables.

    Examples
    --------
    >>> union_find_name(length_bits=4, passes=1)
    'b=4, 1 pass'
    """
    return f"b={length_bits}, {passes} {'pass' if passes == 1 else 'passes'}"


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One experiment and the decoders that take part in it."""

    circuit: Circuit
    decoders: dict[str, CompiledDecoder]
    """Name -> decoder; `MATCHING` and `CORRELATED` first."""


def rotated_memory_contest(
    *, distance: int, p: float, length_bits: Sequence[int], passes: Sequence[int]
) -> Contest:
    """Prepare PyMatching, plain and correlated, and union-find with every length width and passes.

    Parameters
    ----------
    distance : int
        Odd, at least 3; also the number of rounds.
    p : float
        All four noise parameters of stim's circuit, in (0, 0.5].
    length_bits, passes : sequence of int
        Every pair of them is a contender.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 0 < p <= 0.5:
        raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    circuit = rotated_memory(distance=distance, p=p)
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    decoders: dict[str, CompiledDecoder] = {
        MATCHING: MatchingDecoder(model),
        CORRELATED: MatchingDecoder(model, correlated=True),
    }
    for bits in length_bits:
        image = build_image(graph, length_bits=bits)
        for count in passes:
            name = union_find_name(length_bits=bits, passes=count)
            decoders[name] = UnionFindDecoder(graph, image, passes=count)
    return Contest(circuit=circuit, decoders=decoders)
