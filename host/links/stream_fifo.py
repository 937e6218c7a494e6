"""AMD's AXI4-Stream FIFO: packets through registers, for processors without DMA.

In: `Memory` with its registers.   Out: packets sent and received, errors that it reports.
Next: `quantacore.host.links.mmio`.   Simulated: `quantacore.sim.fifo_model`.

AMD PG080 (AXI4-Stream FIFO 4.3): data interface AXI4-Lite, 32 bits, both directions in
store-and-forward mode, TDEST enabled. Three accesses are answered with bus errors: reading a length
or data that is not there, and writing data for which there is no room.
"""

from collections.abc import Sequence
from enum import IntEnum, IntFlag

from quantacore.host.errors import LinkError
from quantacore.host.links.memory import WORD_BYTES, Memory


class FifoRegister(IntEnum):
    """Offsets in bytes."""

    ISR = 0x00
    """What happened; a write of 1 clears a bit."""
    IER = 0x04
    TDFR = 0x08
    """`RESET_KEY` resets the direction to the stream."""
    TDFV = 0x0C
    """Words that there is room for."""
    TDFD = 0x10
    """Next word of the packet to be sent."""
    TLR = 0x14
    """Its length in bytes, which sends it."""
    RDFR = 0x18
    """`RESET_KEY` resets the direction from the stream."""
    RDFO = 0x1C
    """Words that were received; 0 unless a packet is complete."""
    RDFD = 0x20
    """Next word of the packet that is being read."""
    RLR = 0x24
    """Length in bytes of the next packet; to be read before its words, after `RDFO`."""
    SRR = 0x28
    """`RESET_KEY` resets everything."""
    TDR = 0x2C
    """TDEST of the next packet to be sent."""


class FifoEvent(IntFlag):
    """Bits of ``ISR`` that are errors of its user, and those of finished resets."""

    RECEIVE_LENGTH_UNDERRUN = 1 << 31
    """A length was read, but no packet was there."""
    RECEIVE_OVERRUN = 1 << 30
    """More words were read than the packet has."""
    RECEIVE_UNDERRUN = 1 << 29
    """A word was read, but none was there."""
    TRANSMIT_OVERRUN = 1 << 28
    """A word was written for which there was no room."""
    TRANSMIT_LENGTH = 1 << 25
    """A length was written that is not that of the packet; it was not sent."""
    TRANSMIT_RESET = 1 << 24
    RECEIVE_RESET = 1 << 23


ERRORS = (
    FifoEvent.RECEIVE_LENGTH_UNDERRUN
    | FifoEvent.RECEIVE_OVERRUN
    | FifoEvent.RECEIVE_UNDERRUN
    | FifoEvent.TRANSMIT_OVERRUN
    | FifoEvent.TRANSMIT_LENGTH
)
RESET_KEY = 0xA5
EVERYTHING = 0xFFFF_FFFF


class StreamFifo:
    """Both directions of one FIFO, which nobody else may use.

    Parameters
    ----------
    memory : Memory
        Open before any method is called.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def reset(self) -> None:
        """Forget all packets and errors."""
        for register in (FifoRegister.SRR, FifoRegister.TDFR, FifoRegister.RDFR):
            self._memory.write32(register, RESET_KEY)
        self.clear_errors()

    def clear_errors(self) -> None:
        """Forget what it has reported until now."""
        self._memory.write32(FifoRegister.ISR, EVERYTHING)

    def check(self) -> None:
        """Raise `LinkError` if it reports an error: packets are lost or torn."""
        found = FifoEvent(self._memory.read32(FifoRegister.ISR) & ERRORS)
        if found:
            names = ", ".join(str(event.name).lower() for event in found)
            raise LinkError(
                f"FIFO must report no errors, but register ISR says {names}: "
                "does another program use it? Reset the core"
            )

    def room(self, num_words: int) -> int:
        """Return how many packets of so many words may be sent now.

        A word more is taken to be needed for each, since PG080 does not say whether a length takes
        room, and the FIFO reports an overrun as soon as it is full.
        """
        return self._memory.read32(FifoRegister.TDFV) // (num_words + 1)

    def send(self, words: Sequence[int], *, destination: int) -> None:
        """Send a packet for which there is room; ``destination`` is its TDEST, 0 .. 15."""
        write = self._memory.write32
        write(FifoRegister.TDR, destination)
        for word in words:
            write(FifoRegister.TDFD, word)
        write(FifoRegister.TLR, WORD_BYTES * len(words))

    def receive(self, num_words: int) -> list[int] | None:
        """Return the words of the next packet, or None if there is none.

        Raises
        ------
        LinkError
            If it does not have ``num_words`` words.
        """
        read = self._memory.read32
        occupied = read(FifoRegister.RDFO)
        if not occupied:
            return None
        length = read(FifoRegister.RLR)
        # Words that are not there must not be read: that would be a bus error.
        if length != WORD_BYTES * num_words or occupied < num_words:
            raise LinkError(
                f"Packet must have {WORD_BYTES * num_words} bytes, a prediction, not {length} with "
                f"{WORD_BYTES * occupied} there: is tlast 1 with each prediction?"
            )
        return [read(FifoRegister.RDFD) for _ in range(num_words)]
