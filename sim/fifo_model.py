"""AMD's AXI4-Stream FIFO, as its registers and its two streams behave.

In: accesses of 32 bits; packets from the stream.   Out: what they read; packets to the stream.
Next: `quantacore.sim.mmio_board`.   Driver: `quantacore.host.links.stream_fifo`.

From PG080, and the VHDL of version 4.1 for what is an error on the bus. A packet's length takes
room like a word, which the worst FIFO would do.
"""

from collections import deque
from collections.abc import Sequence

from quantacore.host.links.memory import WORD_BYTES
from quantacore.host.links.stream_fifo import RESET_KEY, FifoEvent, FifoRegister
from quantacore.sim.simulated_memory import BusError, SimulatedMemory

SPARE_WORDS = 4
"""Of its depth, which cannot be used."""


class FifoModel(SimulatedMemory):
    """One FIFO, both directions in store-and-forward mode, with TDEST.

    Parameters
    ----------
    depth : int
        Words of each direction, at least 16.

    Attributes
    ----------
    sent : deque of (list of int, int)
        Packets to the stream, words and TDEST, which have not left yet: pop them from the left.
    """

    def __init__(self, depth: int = 512) -> None:
        if depth < 16:
            raise ValueError(f"Depth must be at least 16 words, not {depth!r}")
        super().__init__()
        self._room = depth - SPARE_WORDS
        self._events = FifoEvent(0)
        self.sent: deque[tuple[list[int], int]] = deque()
        self._packet: list[int] = []
        self._destination = 0
        self._received: deque[int] = deque()
        self._lengths: deque[int] = deque()
        self._in_packet = 0

    def receive_room(self) -> int:
        """Return how many words the stream may bring before it is stalled."""
        return self._room - len(self._received)

    def put(self, words: Sequence[int]) -> None:
        """Receive a packet from the stream, for which there must be room."""
        assert len(words) <= self.receive_room()
        self._received.extend(words)
        self._lengths.append(len(words))

    def _read(self, offset: int) -> int:
        if offset == FifoRegister.ISR:
            return int(self._events)
        if offset == FifoRegister.TDFV:
            return self._vacancy()
        if offset == FifoRegister.RDFO:
            return len(self._received) if self._lengths else 0
        if offset == FifoRegister.RLR:
            if not self._lengths:
                self._fail(FifoEvent.RECEIVE_LENGTH_UNDERRUN)
            self._in_packet = self._lengths.popleft()
            return WORD_BYTES * self._in_packet
        if offset == FifoRegister.RDFD:
            if not self._received:
                self._fail(FifoEvent.RECEIVE_UNDERRUN)
            if not self._in_packet:
                self._events |= FifoEvent.RECEIVE_OVERRUN
            self._in_packet = max(self._in_packet - 1, 0)
            return self._received.popleft()
        raise BusError(f"FIFO must be read at one of its registers, not {offset:#x}")

    def _write(self, offset: int, value: int) -> None:
        if offset == FifoRegister.ISR:
            self._events &= FifoEvent(~value & int(self._events))
        elif offset == FifoRegister.TDR:
            self._destination = value & 15
        elif offset == FifoRegister.TDFD:
            if not self._vacancy():
                self._fail(FifoEvent.TRANSMIT_OVERRUN)
            self._packet.append(value)
        elif offset == FifoRegister.TLR:
            if value != WORD_BYTES * len(self._packet):
                self._events |= FifoEvent.TRANSMIT_LENGTH
                return
            self.sent.append((self._packet, self._destination))
            self._packet = []
        elif offset in (FifoRegister.TDFR, FifoRegister.RDFR, FifoRegister.SRR):
            if value != RESET_KEY:
                return
            if offset == FifoRegister.SRR:
                self._events = FifoEvent(0)
            if offset != FifoRegister.RDFR:
                self._reset_transmitter()
            if offset != FifoRegister.TDFR:
                self._reset_receiver()
        else:
            raise BusError(f"FIFO must be written at one of its registers, not {offset:#x}")

    def _vacancy(self) -> int:
        used = sum(len(words) + 1 for words, _ in self.sent) + len(self._packet)
        return max(self._room - used, 0)

    def _fail(self, event: FifoEvent) -> None:
        self._events |= event
        raise BusError(f"FIFO must be able to answer, but reports {event.name}")

    def _reset_transmitter(self) -> None:
        self.sent.clear()
        self._packet = []
        self._destination = 0

    def _reset_receiver(self) -> None:
        self._received.clear()
        self._lengths.clear()
        self._in_packet = 0
