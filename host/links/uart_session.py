"""The computer's side of the UART protocol, without a UART: which bytes to send, what was heard.

In: commands, bytes from the board.   Out: bytes for the board, answers, words of predictions.
Next: `quantacore.host.links.serial_port`.   Contract: `quantacore.golden.spec.uart_protocol`.

Whoever owns the line calls `begin`, then in turn `outgoing` (send that) and `feed` (this came)
until `finished`; and `rewind` after a silence, or when an error came and the line is quiet again:
what was not executed is sent again (go-back-N).
"""

from collections.abc import Callable, Sequence

from quantacore.golden.spec.uart_protocol import (
    Frame,
    FrameDecoder,
    Opcode,
    Reason,
    encode_frame,
    hello,
)

MOST_COMMANDS = 100
"""Commands in flight: tags have a byte, and must not meet those of commands executed before."""

Command = Callable[[int], Frame]
"""Tag -> frame: the tag is known when it is sent."""


class UartSession:
    """Commands in flight, each executed once and in order; predictions as they come.

    Attributes
    ----------
    predictions : list of bytes
        Words of windows, in order; whoever takes them empties the list.
    lost_predictions : int
        Gaps in their tags, since the first that came or the last `restart`.
    errors : list of Reason
        What the board reported.
    decoder : FrameDecoder
        Counts frames that came spoiled.
    misheard : bool
        An error came since the last `rewind`.
    """

    def __init__(self) -> None:
        self.predictions: list[bytes] = []
        self.lost_predictions = 0
        self.errors: list[Reason] = []
        self.decoder = FrameDecoder()
        self.misheard = False
        self._queue_bytes = 0
        self._tag = 0
        self._prediction_tag: int | None = None
        self._greeting = False
        self._commands: Sequence[Command] = ()
        self._answers: list[Frame | None] = []
        self._in_flight: list[int] = []

    def restart(self) -> None:
        """Begin anew after a reset of the board: its predictions count from 0."""
        self.predictions.clear()
        self._prediction_tag = 0

    def begin_hello(self) -> None:
        """Begin a conversation; until it is answered nothing else may be sent.

        What the board still says of a conversation before is skipped: its answers come first.
        """
        self.begin([hello])
        self._greeting = True
        self._queue_bytes = len(encode_frame(hello(0)))

    def begin(self, commands: Sequence[Command]) -> None:
        """Begin to execute commands."""
        self._commands = commands
        self._greeting = False
        self._answers = []
        self._in_flight = []
        self.misheard = False

    @property
    def finished(self) -> bool:
        """All commands of the last `begin` were executed."""
        return len(self._answers) == len(self._commands)

    @property
    def answers(self) -> list[Frame | None]:
        """Of the commands executed so far; None: the answer was lost."""
        return self._answers

    def outgoing(self) -> bytes:
        """Return frames that may be sent now: the board has room for all that is in flight."""
        data = b""
        while not self.misheard:
            index = len(self._answers) + len(self._in_flight)
            if index == len(self._commands) or len(self._in_flight) == MOST_COMMANDS:
                break
            encoded = encode_frame(self._commands[index]((self._tag + len(self._in_flight)) % 256))
            if sum(self._in_flight) + len(encoded) > self._queue_bytes:
                break
            self._in_flight.append(len(encoded))
            data += encoded
        return data

    def feed(self, data: bytes) -> bool:
        """Take bytes of the board; tell whether commands turn out to have been executed."""
        before = len(self._answers)
        for frame in self.decoder.feed(data):
            if frame.opcode == Opcode.PREDICTION:
                if self._prediction_tag is not None:
                    self.lost_predictions += (frame.tag - self._prediction_tag) % 256
                self._prediction_tag = (frame.tag + 1) % 256
                self.predictions.append(frame.payload)
            elif frame.opcode == Opcode.ERROR:
                self.errors.append(Reason(frame.payload[0]))
                self.misheard = True
                if not self._greeting:
                    self._executed(frame.tag, None)
            elif not self._greeting or frame.opcode == Opcode.HELLO_ANSWER:
                self._executed((frame.tag + 1) % 256, frame)
        return len(self._answers) > before

    def rewind(self) -> None:
        """Send again what is in flight."""
        self._in_flight = []
        self.misheard = False

    def _executed(self, next_tag: int, answer: Frame | None) -> None:
        """All commands before a tag were executed; the answer is that of the last of them."""
        count = (next_tag - self._tag) % 256
        if count > len(self._in_flight):
            return  # of a command before, or of another conversation
        if count:
            self._answers += [None] * (count - 1) + [answer]
            del self._in_flight[:count]
            self._tag = next_tag
        if answer is not None and answer.opcode == Opcode.HELLO_ANSWER:
            self._queue_bytes = answer.values()["queue_bytes"]
