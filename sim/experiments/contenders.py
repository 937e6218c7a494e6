"""The decoders that experiments compare, prepared for one rotated memory experiment.

In: distance, noise strength, basis.   Out: circuit and compiled decoders by name.
Next: `quantacore.sim.experiments.speed`, `quantacore.sim.experiments.accuracy`.

One more contender is one line in `MATCHINGS` or `UNION_FINDS`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import Circuit, Model, model_from_circuit
from quantacore.golden.spec.bits import packed_bytes
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image

MATCHING = "PyMatching"
CORRELATED = "PyMatching correlated"
UNION_FIND = "quantacore"

PROBE_SHOTS = 256


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One decoder in a contest."""

    name: str
    decoder: CompiledDecoder
    settings: dict[str, object]
    """What it was made with, for files."""

    def fingerprint(self) -> str:
        """Return a hash of its answers to fixed random syndromes.

        Another version of a decoder that answers otherwise has another one, so that counts of the
        two are never added up.
        """
        bits = np.random.default_rng(0).integers(
            0, 256, (3, PROBE_SHOTS, packed_bytes(self.decoder.num_detectors)), np.uint8
        )
        events = bits[0] & bits[1] & bits[2]  # one detector in eight
        events[:, -1] &= 0xFF >> (-self.decoder.num_detectors % 8)
        decoded = self.decoder.decode_shots(events)
        digest = hashlib.sha256()
        for answers in (decoded.predictions, decoded.growth_steps, decoded.unmatched):
            digest.update(np.ascontiguousarray(answers).tobytes())
        return digest.hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One experiment and the decoders that take part in it."""

    circuit: Circuit
    model: Model
    contenders: dict[str, Contender]
    """By name; `MATCHING` and `CORRELATED` first."""

    @property
    def decoders(self) -> dict[str, CompiledDecoder]:
        """Name -> decoder."""
        return {name: contender.decoder for name, contender in self.contenders.items()}


@lru_cache(maxsize=4)
def _image(graph: DecodingGraph, length_bits: int) -> WeightImage:
    return build_image(graph, length_bits=length_bits)


MATCHINGS: dict[str, Callable[[Model], CompiledDecoder]] = {
    MATCHING: MatchingDecoder,
    CORRELATED: lambda model: MatchingDecoder(model, correlated=True),
}
"""Name -> function that compiles a decoder without settings of its own. `MATCHING` stays first: it
is what all others are compared with."""

UNION_FINDS: dict[str, Callable[[DecodingGraph, int, int], CompiledDecoder]] = {
    UNION_FIND: lambda graph, length_bits, passes: UnionFindDecoder(
        graph, _image(graph, length_bits), passes=passes
    ),
}
"""Name -> function of graph, bits of a length and passes; each takes part with every pair."""


def union_find_name(*, length_bits: int, passes: int, variant: str = UNION_FIND) -> str:
    """Return the name of a union-find contender in tables.

    Examples
    --------
    >>> union_find_name(length_bits=4, passes=1)
    'quantacore b=4, 1 pass'
    """
    return f"{variant} b={length_bits}, {passes} {'pass' if passes == 1 else 'passes'}"


def rotated_memory_contest(
    *,
    distance: int,
    p: float,
    length_bits: Sequence[int],
    passes: Sequence[int],
    basis: str = "Z",
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
    basis : {"X", "Z"}
        Of preparation and readout.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 0 < p <= 0.5:
        raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    circuit = rotated_memory(distance=distance, p=p, basis=basis.lower())
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    contenders = [
        Contender(name=name, decoder=compile_decoder(model), settings={})
        for name, compile_decoder in MATCHINGS.items()
    ]
    contenders += [
        Contender(
            name=union_find_name(length_bits=bits, passes=count, variant=variant),
            decoder=compile_decoder(graph, bits, count),
            settings={"length_bits": bits, "passes": count},
        )
        for variant, compile_decoder in UNION_FINDS.items()
        for bits in length_bits
        for count in passes
    ]
    return Contest(
        circuit=circuit, model=model, contenders={each.name: each for each in contenders}
    )
