"""Put an image together from register writes; it is complete only if its checksum is right.

In: image commands of the register bank.   Out: the image stream.
Next: `quantacore.hdl.image_loader`.   Software twin: `quantacore.golden.spec.image_chunks`.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.crc.catalog import CRC32_ISO_HDLC
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.image_chunks import CHUNK_BITS, chunks_per_word


class ImagePort(wiring.Component):
    """Words of an image out of 32-bit chunks.

    Words go to the core as they come, the last one when the checksum was right. An image that is
    dropped in the middle is ended early, or made one word too long if only its last word was left:
    either way the core drops it too.

    Parameters
    ----------
    layout : StructLayout
        Of the image stream's payload; its last field is the bit ``last``.
    num_words : int
        Words of an image, at least 1.

    Attributes
    ----------
    num_chunks : int
        Chunks of an image.
    word, position : Signal
        The word that comes in, and how many chunks of it are there. These and those below are the
        state, for proofs.
    sent : Signal
        Words of this image that the core has taken.
    full : Signal
        The last word is there, held back.
    overrun : Signal
        A chunk too many came.
    offering, offering_last : Signal
        The word is offered to the core; as the last one.
    ending : Signal
        Words still to be sent so that the core drops what it has got.

    Members
    -------
    start, chunk, check : In(1)
        Commands, for one cycle, at most one of them: begin an image, take a chunk, compare the
        checksum and end the image.
    data : In(32)
        The chunk, or the checksum.
    refused : Out(1)
        Answer in the same cycle: the command does not fit and does nothing, but that an image with
        a chunk too many is remembered to be wrong.
    busy : In(1)
        The core has a complete image that waits: none may begin.
    loading : Out(1)
        An image has begun and not ended.
    accepted : Out(1)
        The last one that ended was right.
    fault : Out(1)
        An image is dropped; for one cycle, that of the command.
    image : Out(stream of image_layout)

    Timing
    ------
    A word is offered in the cycle after its last chunk; commands are refused while one is. Commands
    two cycles apart are never refused for that if the core is ready.
    """

    def __init__(self, layout, *, num_words):
        if num_words < 1:
            raise ValueError(f"Number of words must be at least 1, not {num_words!r}")
        self.num_words = num_words
        self.word_bits = data.Layout.cast(layout).size - 1
        if dict(iter(layout))["last"].offset != self.word_bits:
            raise ValueError("Last field of an image word must be 'last'")
        self.chunks_per_word = chunks_per_word(self.word_bits)
        self.num_chunks = num_words * self.chunks_per_word
        super().__init__(
            {
                "start": In(1),
                "chunk": In(1),
                "check": In(1),
                "data": In(CHUNK_BITS),
                "refused": Out(1),
                "busy": In(1),
                "loading": Out(1),
                "accepted": Out(1),
                "fault": Out(1),
                "image": Out(stream.Signature(layout)),
            }
        )
        self.word = Signal(self.chunks_per_word * CHUNK_BITS, reset_less=True)
        self.position = Signal(range(self.chunks_per_word))
        self.sent = Signal(range(num_words))
        self.full = Signal()
        self.overrun = Signal()
        self.offering = Signal()
        self.offering_last = Signal()
        self.ending = Signal(2)

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC32_ISO_HDLC(data_width=CHUNK_BITS).create()
        word, position, sent = self.word, self.position, self.sent
        full, overrun = self.full, self.overrun
        offering, offering_last, ending = self.offering, self.offering_last, self.ending

        is_last = sent == self.num_words - 1
        moves = self.image.valid & self.image.ready
        m.d.comb += [
            self.image.valid.eq(offering | (ending != 0)),
            self.image.payload.as_value()[: self.word_bits].eq(Mux(ending != 0, 0, word)),
            self.image.payload.last.eq(Mux(ending != 0, ending == 1, offering_last)),
        ]
        with m.If(moves):
            with m.If(ending != 0):
                m.d.sync += ending.eq(ending - 1)
            with m.Else():
                m.d.sync += [offering.eq(0), sent.eq(Mux(offering_last, 0, sent + 1))]

        begin = Signal()
        take = Signal()
        finish = Signal()
        right = Signal()
        drop = Signal()
        m.d.comb += [
            begin.eq(self.start & ~offering & ~self.busy),
            take.eq(self.chunk & self.loading & ~offering & ~full),
            finish.eq(self.check & self.loading & ~offering),
            self.refused.eq((self.start & ~begin) | (self.chunk & ~take) | (self.check & ~finish)),
            right.eq(full & ~overrun & (self.data == crc.crc)),
            drop.eq((begin & self.loading) | (finish & ~right)),
            self.fault.eq(drop),
            crc.start.eq(begin),
            crc.valid.eq(take),
            crc.data.eq(self.data),
        ]
        with m.If(take):
            m.d.sync += word.eq(
                (self.data << CHUNK_BITS * (self.chunks_per_word - 1)) | (word >> CHUNK_BITS)
            )
            with m.If(position == self.chunks_per_word - 1):
                m.d.sync += [
                    position.eq(0),
                    full.eq(is_last),
                    offering.eq(~is_last),
                    offering_last.eq(0),
                ]
            with m.Else():
                m.d.sync += position.eq(position + 1)
        with m.If(self.chunk & full):
            m.d.sync += overrun.eq(1)
        with m.If(begin | finish):
            m.d.sync += [
                self.loading.eq(begin),
                position.eq(0),
                full.eq(0),
                overrun.eq(0),
            ]
        with m.If(finish):
            m.d.sync += self.accepted.eq(right)
        with m.Elif(drop):
            m.d.sync += self.accepted.eq(0)
        with m.If(finish & right):
            m.d.sync += [offering.eq(1), offering_last.eq(1)]
        with m.If(drop & (sent != 0)):
            m.d.sync += [ending.eq(Mux(is_last, 2, 1)), sent.eq(0)]
        return m
