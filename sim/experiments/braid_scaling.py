"""How long braids are, against their error, for each way to find them.

In: gates, errors, lengths.   Out: `BraidRow`.   Next: `quantacore.sim.cli.bench_anyons`.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.anyons.compile import (
    MITM,
    NUMBER_THEORETIC,
    SK,
    compile_to_error,
    compile_to_length,
)
from quantacore.golden.anyons.target import Target

LEAST = {SK: 1e-7, NUMBER_THEORETIC: 1e-30}
"""Method -> smallest error that is asked of it."""

METHODS = (MITM, SK, NUMBER_THEORETIC)


@dataclass(frozen=True, kw_only=True)
class BraidRow:
    """One braid."""

    gate: str
    method: str
    asked: str
    """What was asked for: a length or an error."""
    length: int
    """Elementary exchanges."""
    error: float
    """Certified."""
    seconds: float


def measure_scaling(
    gates: Sequence[str], *, lengths: Sequence[int], errors: Sequence[float]
) -> Iterator[BraidRow]:
    """Compile every gate: the best braids of some lengths, and the other methods to some errors."""
    for gate in gates:
        target = Target(gate)
        for length in lengths:
            start = time.process_time()
            best = compile_to_length(target, length)
            seconds = time.process_time() - start
            yield _row(gate, MITM, f"length {length}", len(best.word), best.above, seconds)
        for method, least in LEAST.items():
            for error in errors:
                if error < least:
                    continue
                start = time.process_time()
                found = compile_to_error(target, error, method=method)
                seconds = time.process_time() - start
                yield _row(gate, method, f"error {error:g}", len(found.word), found.above, seconds)


def _row(gate: str, method: str, asked: str, length: int, error: float, seconds: float) -> BraidRow:
    return BraidRow(
        gate=gate, method=method, asked=asked, length=length, error=error, seconds=seconds
    )


def exchanges_per_nat(rows: Sequence[BraidRow]) -> float:
    """Return the slope of length against ln(1 / error), by least squares; NaN for one row."""
    logs = [-np.log(row.error) for row in rows]
    if len(set(logs)) < 2:
        return float("nan")
    return float(np.polyfit(logs, [row.length for row in rows], 1)[0])


def power_of_log(rows: Sequence[BraidRow]) -> float:
    """Return c of length ~ ln(1 / error)^c, by least squares of the logarithms; NaN for one row."""
    used = [row for row in rows if row.error < 0.3 and row.length]
    logs = [float(np.log(-np.log(row.error))) for row in used]
    if len(set(logs)) < 2:
        return float("nan")
    return float(np.polyfit(logs, np.log([row.length for row in used]), 1)[0])
