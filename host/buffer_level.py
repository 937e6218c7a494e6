"""How full a core's buffer of rounds is, and was.

In: what `Driver.take_level` reads.   Out: `BufferLevel`.
Next: `quantacore.host.live_log`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class BufferLevel:
    """Rounds that wait in a core, in front of its decoder."""

    now: int
    peak: int
    """Most at a time since the look before. A decoder that is fast enough leaves it low."""
    depth: int
    """For which there is room. Once it is full, rounds wait outside, or are lost."""
