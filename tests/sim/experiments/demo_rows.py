"""Rows of the demo that nothing was simulated for."""

from quantacore.golden.metrics import PairedErrors
from quantacore.sim.experiments.demo import DECODERS, DemoRow


def demo_row(
    *,
    distance: int = 3,
    p: float = 0.005,
    errors: int = 20,
    mismatches: int = 0,
    same_files: bool = True,
    cycle_counts: tuple[int, ...] = (0, 0, 900, 50, 0, 50),
) -> DemoRow:
    """Return a row of 1000 shots in which every decoder is wrong equally often."""
    paired = PairedErrors(shots=1000, errors=errors, reference_errors=errors, both=errors // 2)
    return DemoRow(
        distance=distance,
        p=p,
        num_detectors=24,
        shots=1000,
        paired=dict.fromkeys(DECODERS, paired),
        unmatched=0,
        mismatches=mismatches,
        first_mismatches=(),
        same_files=same_files,
        cycle_counts=cycle_counts,
    )
