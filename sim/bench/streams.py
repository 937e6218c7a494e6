"""Drive the streams of a core: words in with gaps, words out with stalls.

In: words to send, a pattern of pauses.   Out: pins.
Next: `quantacore.sim.bench.monitors`.

cocotbext-axi's AXI4-Stream source and sink want one ``tdata`` and ``t...`` names; these streams
have several payload fields. The protocol is the same: valid, ready, last.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from cocotb.triggers import FallingEdge, RisingEdge

Word = Mapping[str, int]
"""Payload field -> value, e.g. ``{"data": 5, "last": 1}``."""

Pause = Callable[[], bool]
"""Asked once a cycle: leave a gap, or stall, in it?"""


def never() -> bool:
    """Pattern without pauses."""
    return False


class Pins:
    """A handshake as a monitor sees it.

    Parameters
    ----------
    name : str
    valid, ready : cocotb handle
    payload : mapping of str to cocotb handle
        What must not change while it waits.
    """

    def __init__(self, name: str, valid, ready, payload: Mapping):
        self.name = name
        self.valid = valid
        self.ready = ready
        self.payload = dict(payload)


class Stream(Pins):
    """Pins of one stream.

    Parameters
    ----------
    dut : cocotb handle
    name : str
        Prefix of the ports.
    fields : iterable of str
        Payload fields that this core has ports for.
    """

    def __init__(self, dut, name: str, fields: Iterable[str]):
        valid, ready = getattr(dut, f"{name}_valid"), getattr(dut, f"{name}_ready")
        super().__init__(
            name, valid, ready, {field: getattr(dut, f"{name}_{field}") for field in fields}
        )
        self.clock = dut.clk


class StreamSource:
    """Send queued words, in order.

    Attributes
    ----------
    pause : function
        A word that is already offered stays; a pause delays the next one.
    """

    def __init__(self, stream: Stream):
        self.pause: Pause = never
        self._stream = stream
        self._queue: deque[Word] = deque()
        self._offering = False

    @property
    def idle(self) -> bool:
        """Everything has been taken."""
        return not self._queue

    def send(self, words: Iterable[Word]) -> None:
        """Queue words."""
        self._queue.extend(words)

    def clear(self) -> None:
        """Forget what has not been taken, e.g. in a reset."""
        self._queue.clear()
        self._offering = False
        self._stream.valid.value = 0

    async def run(self) -> None:
        """Drive the pins for ever."""
        stream = self._stream
        stream.valid.value = 0
        for pin in stream.payload.values():
            pin.value = 0
        while True:
            await FallingEdge(stream.clock)
            taken = self._offering and bool(stream.ready.value)
            await RisingEdge(stream.clock)
            if taken and self._offering:
                self._queue.popleft()
                self._offering = False
            if not self._offering and self._queue and not self.pause():
                self._offering = True
                for field, value in self._queue[0].items():
                    stream.payload[field].value = value
            stream.valid.value = int(self._offering)


class StreamSink:
    """Take words; monitors look at them."""

    def __init__(self, stream: Stream):
        self.pause: Pause = never
        self._stream = stream

    async def run(self) -> None:
        """Drive the pin for ever."""
        while True:
            self._stream.ready.value = int(not self.pause())
            await RisingEdge(self._stream.clock)
