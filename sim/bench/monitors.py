"""Watch the streams: what moved in which cycle, and whether the protocol was kept.

In: pins, sampled once a cycle.   Out: words and packets for the model and the scoreboard.
Next: `quantacore.sim.bench.model`.
"""

from collections.abc import Callable

from quantacore.sim.bench.streams import Pins, Word


class ProtocolError(AssertionError):
    """A stream took back or changed a word that had not moved."""


class StreamMonitor:
    """Report the words of one stream.

    Attributes
    ----------
    num_presented : int
        Words that were on the stream since the last reset, moved or not.
    first_valid_cycle : int
        Cycle in which the latest of them came up.
    ready : bool
        The stream was ready in the last sampled cycle.
    """

    def __init__(self, stream: Pins):
        self.num_presented = 0
        self.first_valid_cycle = -1
        self.ready = False
        self._stream = stream
        self._listeners: list[Callable[[int, Word], None]] = []
        self._held: Word | None = None

    def on_word(self, listener: Callable[[int, Word], None]) -> None:
        """Call ``listener(cycle, word)`` for each word that moves."""
        self._listeners.append(listener)

    def reset(self) -> None:
        """Forget the word that waits: a reset may take it back."""
        self._held = None
        self.num_presented = 0

    def sample(self, cycle: int) -> None:
        """Look at the pins in the middle of a cycle."""
        stream = self._stream
        self.ready = _bit(stream, "ready", stream.ready, cycle)
        if not _bit(stream, "valid", stream.valid, cycle):
            if self._held is not None:
                raise ProtocolError(f"{stream.name}: cycle {cycle}: valid fell before ready")
            return
        for name, pin in stream.payload.items():
            if not pin.value.is_resolvable:
                raise ProtocolError(f"{stream.name}: cycle {cycle}: {name} is {pin.value}")
        word = {name: int(pin.value) for name, pin in stream.payload.items()}
        if self._held is None:
            self.num_presented += 1
            self.first_valid_cycle = cycle
        elif word != self._held:
            raise ProtocolError(
                f"{stream.name}: cycle {cycle}: word {self._held} became {word} before ready"
            )
        self._held = word
        if self.ready:
            self._held = None
            for listener in self._listeners:
                listener(cycle, word)


class PacketCollector:
    """Join words into packets that end with ``last``.

    Parameters
    ----------
    listener : function
        Called with the cycle of the last word and all words.
    """

    def __init__(self, listener: Callable[[int, list[Word]], None]):
        self._listener = listener
        self._words: list[Word] = []

    @property
    def in_packet(self) -> bool:
        """A packet has begun and not ended."""
        return bool(self._words)

    def reset(self) -> None:
        self._words = []

    def add(self, cycle: int, word: Word) -> None:
        """Take a word that moved."""
        self._words.append(word)
        if word["last"]:
            words, self._words = self._words, []
            self._listener(cycle, words)


def _bit(stream: Pins, name: str, pin, cycle: int) -> bool:
    if not pin.value.is_resolvable:
        raise ProtocolError(f"{stream.name}: cycle {cycle}: {name} is {pin.value}")
    return bool(pin.value)
