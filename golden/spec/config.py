"""Parameters of a core that are fixed when it is generated.

In: the user's choice.   Out: `CoreConfig`, shared by generator, manifest and simulation.
Next: `quantacore.golden.spec.manifest`, `quantacore.hdl.core`.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS
from quantacore.golden.spec.lengths import check_length_bits

MAX_WORD_BITS = 1024
COUNTER_BITS = 16
"""Width of the growth-step and cycle counters in a prediction; they stop at all ones."""

VOLUME_BITS = 16
"""Width of growth volumes, of a pass and of a shot; they stop at all ones."""

MOST_VOLUME = (1 << VOLUME_BITS) - 1

PASSES_BITS = 3
"""Width of the number of passes, a run-time setting of cores with links."""

MAX_PASSES = (1 << PASSES_BITS) - 1

INDEX_BITS = 32
"""Width of the shot and round indices that travel with the data of a streaming core."""

LINKS = ("none", "baked", "runtime")
"""What a core does with correlations; see `CoreConfig.links`."""

MAX_LANES = 16
"""Most links that are applied in one cycle."""

MAX_STEPS = 7
"""Most growth steps in one cycle. With 4-bit lengths only an edge with one active end can be
further away."""


@dataclass(frozen=True, kw_only=True)
class CoreConfig:
    """Build-time parameters of a core.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    length_bits: int = DEFAULT_LENGTH_BITS
    """Width of a length, 2 .. 8."""
    word_bits: int = 64
    """Width of the words of the rounds and corrections streams, 1 .. 1024."""
    with_corrections: bool = True
    """Also stream out which edges were chosen (one flip-flop per edge)."""

    most_steps: int = MAX_STEPS
    """Growth steps that the mesh can take in one cycle, 1 .. 7. Fewer make a smaller core with the
    same answers, which takes more cycles."""

    links: str = "none"
    """``none``: a single pass. ``baked``: later passes too, with the correlation lengths of one
    image as constants of the core. ``runtime``: later passes too, with the correlation lengths of
    the image in force, read from block RAM between passes."""
    lanes: int = 4
    """Links that are applied in one cycle, 1 .. 16. With ``links="runtime"`` only."""
    link_rows: int = 0
    """Rows of links that an image may have; 0 for as many as the image or graph that the core is
    made for needs (`quantacore.golden.spec.link_rows`). With ``links="runtime"`` only."""

    with_counters: bool = False
    """Count corrections by edge and detection events by slot, for the host to read
    (`quantacore.golden.spec.stream_counts`). Streaming cores only."""

    def __post_init__(self) -> None:
        check_length_bits(self.length_bits)
        if (
            not isinstance(self.word_bits, (int, np.integer))
            or not 1 <= self.word_bits <= MAX_WORD_BITS
        ):
            raise ValueError(
                f"Word width must be 1 to {MAX_WORD_BITS} bits, not {self.word_bits!r}"
            )
        check_most_steps(self.most_steps)
        if self.links not in LINKS:
            raise ValueError(f"Links must be 'none', 'baked' or 'runtime', not {self.links!r}")
        if not isinstance(self.lanes, (int, np.integer)) or not 1 <= self.lanes <= MAX_LANES:
            raise ValueError(f"Number of lanes must be 1 to {MAX_LANES}, not {self.lanes!r}")
        if not isinstance(self.link_rows, (int, np.integer)) or self.link_rows < 0:
            raise ValueError(f"Number of link rows must be at least 0, not {self.link_rows!r}")

    @property
    def has_later(self) -> bool:
        """There are later passes."""
        return self.links != "none"


def check_most_steps(most_steps: int) -> None:
    """Raise `ValueError` unless a mesh can take so many growth steps in one cycle."""
    if not isinstance(most_steps, (int, np.integer)) or not 1 <= most_steps <= MAX_STEPS:
        raise ValueError(f"Growth steps in one cycle must be 1 to {MAX_STEPS}, not {most_steps!r}")


def num_words(num_bits: int, *, word_bits: int) -> int:
    """Return how many words carry ``num_bits`` bits; at least one, so that a packet has an end.

    Examples
    --------
    >>> num_words(24, word_bits=16)
    2
    """
    return max(1, -(-num_bits // word_bits))
