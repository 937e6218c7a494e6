"""What it is worth to switch away from a hot qubit: every member under it, counted.

In: patches of a lattice, place of the qubit, how hot.   Out: `GainRow` records.
Next: `quantacore.sim.cli.bench_switching`; `docs/switching.md` shows its output.

Golden decoders of whole shots, memory in both bases: a member that protects one of them only is no
logical qubit. Weights are stale (made before the qubit got hot) or true (of the noise as it is).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from quantacore.golden.adapt.member_rates import predicted_rate
from quantacore.golden.codes.patches import Patch, Position
from quantacore.golden.codes.surface import BASES
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, error_rate, wrong_shots
from quantacore.golden.noise.scaled import with_factor_at
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image

BATCH_SHOTS = 20_000
Sampler = Callable[..., tuple[np.ndarray, np.ndarray]]
"""`sample_shots` of some circuit."""


@dataclass(frozen=True, kw_only=True)
class GainRow:
    """One member under one noise."""

    member: str
    factor: float
    """How many times more often every channel at the hot qubit fires."""
    uses: bool
    """The member uses the hot qubit."""
    rounds: int
    shots: int
    """In each basis."""
    stale: dict[str, int]
    """Basis -> errors with the weights made before."""
    true: dict[str, int]
    """Basis -> errors with those of the true noise; the same shots."""
    predicted: float
    """Errors per shot of both bases, with true weights, as `predicted_rate` says from those without
    a hot qubit."""

    def rate(self, *, true: bool) -> Interval:
        """Return the errors of both bases per pair of shots, 95 %."""
        counts = self.true if true else self.stale
        # Of all shots, then of both bases: what a logical qubit suffers.
        found = error_rate(errors=sum(counts.values()), shots=len(counts) * self.shots)
        num_bases = len(counts)
        return Interval(
            value=num_bases * found.value, low=num_bases * found.low, high=num_bases * found.high
        )


def measure_gain(
    patches: Mapping[str, Patch],
    *,
    hot: Position,
    factors: tuple[float, ...],
    p: float,
    rounds: int,
    shots: int,
    passes: int = DEFAULT_PASSES,
    seed: int = 1,
    progress: Callable[[int], object] = lambda rows: None,
) -> list[GainRow]:
    """Count errors of every member while one qubit gets hotter.

    Parameters
    ----------
    patches : mapping of str to Patch
        Members, protected in both bases.
    hot : (x, y)
        Coordinates of the qubit.
    factors : tuple of float
        At least 1. Of all but the first only members that use the qubit make a row: nothing
        changes for the others.
    p : float
        Noise strength everywhere else.
    rounds : int
        Of a shot, at least 2.
    shots : int
        In each basis, for each row.
    passes : int
    seed : int
        The same for all rows.
    progress : callable
        Called with the number of rows done.

    Raises
    ------
    ValueError
        If there are no factors, or an argument is out of range.
    """
    check_sampling(shots, seed)
    if not factors or min(factors) < 1:
        raise ValueError(f"Factors must be at least 1 each, not {factors!r}")
    rows = []
    for name, patch in patches.items():
        uses = hot in patch.qubits
        cool = {basis: patch.memory(p=p, rounds=rounds, basis=basis) for basis in BASES}
        graphs = {basis: graph_from_circuit(circuit) for basis, circuit in cool.items()}
        # Errors of the member without a hot qubit: what predictions start from.
        base = {
            basis: _errors(
                partial(sample_shots, cool[basis]), [graphs[basis]], shots, passes, seed
            )[0]
            for basis in BASES
        }
        for factor in dict.fromkeys(factors) if uses else factors[:1]:
            stale, true, predicted = {}, {}, 0.0
            for basis in BASES:
                circuit = with_factor_at(cool[basis], hot, factor) if uses else cool[basis]
                graph = graph_from_circuit(circuit)
                stale[basis], true[basis] = _errors(
                    partial(sample_shots, circuit), [graphs[basis], graph], shots, passes, seed
                )
                predicted += predicted_rate(
                    graph, reference=graphs[basis], reference_rate=max(base[basis], 1) / shots
                )
            rows.append(
                GainRow(
                    member=name,
                    factor=factor,
                    uses=uses,
                    rounds=rounds,
                    shots=shots,
                    stale=stale,
                    true=true,
                    predicted=predicted,
                )
            )
            progress(len(rows))
    return rows


def _errors(
    sample: Sampler, graphs: list[DecodingGraph], shots: int, passes: int, seed: int
) -> list[int]:
    """Return the shots that a decoder of each graph gets wrong, all on the same shots."""
    decoders = [UnionFindDecoder(graph, build_image(graph), passes=passes) for graph in graphs]
    errors = [0] * len(graphs)
    for start in range(0, shots, BATCH_SHOTS):
        events, actual = sample(num_shots=min(BATCH_SHOTS, shots - start), seed=seed + start)
        for index, decoder in enumerate(decoders):
            decoded = decoder.decode_shots(events)
            wrong = wrong_shots(decoded.predictions, actual, unmatched=decoded.unmatched)
            errors[index] += int(wrong.sum())
    return errors
