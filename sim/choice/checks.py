"""How far the comparison's models can be trusted: predictions beside what is counted or run.

In: families, noise, shots.   Out: `LawCheck`, `CostCheck`.
Next: `quantacore.sim.cli.bench_comparison`.
"""

from dataclasses import dataclass

from quantacore.golden.codes.families import FAMILIES, family_named
from quantacore.golden.codes.family import Distances
from quantacore.golden.metrics import Interval
from quantacore.sim.choice.comparison import rate_interval
from quantacore.sim.choice.core_cycles import measure_core_cycles
from quantacore.sim.choice.counts import MOST_PASSES, OURS, Counts, Point, count_errors
from quantacore.sim.choice.law import Sample, fit_law


@dataclass(frozen=True, kw_only=True)
class LawCheck:
    """A code predicted from smaller ones, and counted."""

    family: str
    p: float
    fitted: tuple[int, ...]
    """Distances that the law was fitted to."""
    distance: int
    predicted: Interval | None
    """Errors per round in the family's first basis; None: no law."""
    counted: Interval
    errors: int


@dataclass(frozen=True, kw_only=True)
class CostCheck:
    """Mean cycles of a shot: the generated core in Verilator, and the model."""

    family: str
    distances: Distances
    rounds: int
    passes: int
    core: float
    model: float


def check_law(
    family: str, *, p: float, distances: tuple[int, ...], shots: int, errors: int, seed: int
) -> LawCheck:
    """Fit a law to all distances but the largest, and count that one too.

    Raises
    ------
    ValueError
        If there are fewer than three distances, or an argument is out of range.
    """
    if len(distances) < 3:
        raise ValueError(f"Distances must be at least three, the last to predict, not {distances}")
    code = family_named(family)
    basis = code.bases[0]
    fitted, largest = distances[:-1], distances[-1]
    counts = {}
    for distance in distances:
        pair = code.distances(distance)
        noise = code.noise_of({"p": p})
        point = Point(
            family=family, distances=pair, rounds=distance, basis=basis, noise=noise, seed=seed
        )
        counts[distance] = count_errors((point, Counts()), shots, errors)
    law = fit_law(
        [
            Sample(
                faults=code.fewest_faults(distance, basis=basis),
                aspect=1.0,
                rounds=distance,
                scale=1.0,
                shots=counts[distance].shots,
                errors=counts[distance].errors[OURS],
            )
            for distance in fitted
        ]
    )
    faults = code.fewest_faults(largest, basis=basis)
    return LawCheck(
        family=family,
        p=p,
        fitted=fitted,
        distance=largest,
        predicted=None if law is None else law.predict(faults=faults),
        counted=rate_interval(counts[largest], OURS, rounds=largest),
        errors=counts[largest].errors[OURS],
    )


def check_cost(family: str, *, rounds: int, passes: int, shots: int, seed: int) -> CostCheck:
    """Run the smallest code of a family on its core; the first time it is generated and built."""
    code = FAMILIES[family]
    circuit = code.circuit(code.smallest, rounds=rounds)
    cycles = measure_core_cycles(
        circuit, passes=min(passes, MOST_PASSES), num_shots=shots, seed=seed
    )
    return CostCheck(
        family=family,
        distances=code.smallest,
        rounds=rounds,
        passes=passes,
        core=cycles.core,
        model=cycles.model,
    )
