# amaranth: UnusedElaboratable=no
"""The weights in force change only from one image that came whole to the next.

Register commands go into the image port, its words through the loader into the weight bank. Beside
them a short specification keeps the chunks of the image that is being written. Whatever is written,
in whatever order, and whenever the mesh is idle: the weights in force are those of the last image
whose chunks were neither too few nor too many and whose checksum was right.
"""

import pytest
from amaranth.hdl import Array, Assert, Assume, Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from quantacore.golden.spec import image_chunks
from quantacore.golden.spec.config import CoreConfig
from quantacore.hdl import image_port
from quantacore.hdl.image_loader import ImageLoader
from quantacore.hdl.image_port import ImagePort
from quantacore.hdl.interfaces import image_layout
from quantacore.hdl.weight_bank import WeightBank, WeightCell
from tests.formal.prove import prove

pytestmark = pytest.mark.formal

NUM_WORDS, LENGTH_BITS = 3, 2
CHUNKS = LENGTH_BITS  # chunks of one bit: two of them make a word
NUM_CHUNKS = NUM_WORDS * CHUNKS
CRC_BITS = 2


class AnyCrc(wiring.Component):
    """A checksum of which nothing is assumed: it may be any value in any cycle."""

    def __init__(self):
        super().__init__({"start": In(1), "valid": In(1), "data": In(1), "crc": Out(CRC_BITS)})

    def elaborate(self, platform):
        return Module()


@pytest.fixture(autouse=True)
def _small_image(monkeypatch):
    """Prove with chunks of one bit."""
    monkeypatch.setattr(image_chunks, "CHUNK_BITS", 1)
    monkeypatch.setattr(image_port, "CHUNK_BITS", 1)


class IgnoresChecksum(ImagePort):
    """Planted bug: an image counts when it is full, whatever its checksum."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.check & self.full & self.loading & ~self.offering):
            m.d.sync += [self.offering.eq(1), self.offering_last.eq(1), self.ending.eq(0)]
        return m


class ForgetsOverrun(ImagePort):
    """Planted bug: a chunk too many does no harm."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.sync += self.overrun.eq(0)
        return m


class LeavesWords(ImagePort):
    """Planted bug: words of a dropped image stay in the core."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.fault):
            m.d.sync += self.ending.eq(0)
        return m


class SwapsAnything(ImageLoader):
    """Planted bug: whatever ends is taken for an image."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.error & self.image.payload.last):
            m.d.comb += self.swap.eq(1)
        return m


class SwapsWhileDecoding(ImageLoader):
    """Planted bug: an image comes into force in the middle of a window."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.swap.eq(~self.image.ready)
        return m


class NeverSwaps(ImageLoader):
    """Planted bug: some image waits for ever."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(~self.weights.as_value().any()):
            m.d.comb += self.swap.eq(0)
        return m


class WritesInForce(WeightCell):
    """Planted bug: what is written is in force at once."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.shift):
            m.d.sync += self.in_force.eq(self.chain_in)
        return m


def prove_image_path(folder, monkeypatch, *, port=ImagePort, loader=ImageLoader, cell=WeightCell):
    crc = AnyCrc()
    monkeypatch.setattr(
        image_port, "CRC32_ISO_HDLC", lambda data_width: type("_", (), {"create": lambda _: crc})()
    )
    monkeypatch.setattr("quantacore.hdl.weight_bank.WeightCell", cell)
    sizes = {"num_edges": NUM_WORDS, "num_observables": 0}
    config = CoreConfig(length_bits=LENGTH_BITS)
    port = port(image_layout(config, **sizes), num_words=NUM_WORDS)
    loader = loader(config, **sizes)
    bank = WeightBank(length_bits=LENGTH_BITS, **sizes)
    m = Module()
    m.submodules.port, m.submodules.bank = port, bank
    m.submodules.loader = inside = loader.elaborate(None)
    packets = inside.submodules.packets
    connect(m, port.image, loader.image)
    waits = ~loader.image.ready
    m.d.comb += [
        port.busy.eq(waits),
        bank.shift.eq(loader.shift),
        bank.weights.eq(loader.weights),
        bank.swap.eq(loader.swap),
        Assume(port.start + port.chunk + port.check <= 1),
    ]
    chain = Cat(cell.chain_out.as_value() for cell in bank.cells)
    in_force = bank.edge_weights.as_value()

    # The specification.
    done = ~port.refused
    begins, takes, ends = port.start & done, port.chunk & done, port.check & done
    loading, too_many, count = Signal(), Signal(), Signal(range(NUM_CHUNKS + 1))
    chunks, accepted = Signal(NUM_CHUNKS), Signal()
    right = (count == NUM_CHUNKS) & ~too_many & (port.data == crc.crc)
    pending, next_image, loaded, image = Signal(), Signal(NUM_CHUNKS), Signal(), Signal(NUM_CHUNKS)
    with m.If(loader.swap):
        m.d.comb += [Assert(pending), Assert(loader.idle)]
        m.d.sync += [pending.eq(0), loaded.eq(1), image.eq(next_image)]
    with m.If(begins):
        m.d.sync += [loading.eq(1), count.eq(0), too_many.eq(0)]
        with m.If(loading):
            m.d.sync += accepted.eq(0)
    with m.If(takes):
        m.d.comb += Assert(loading & (count < NUM_CHUNKS))
        m.d.sync += [chunks.bit_select(count, 1).eq(port.data), count.eq(count + 1)]
    with m.If(port.chunk & loading & (count == NUM_CHUNKS)):
        m.d.sync += too_many.eq(1)
    with m.If(ends):
        m.d.comb += [Assert(loading), Assert(~pending)]
        m.d.sync += [loading.eq(0), accepted.eq(right)]
        with m.If(right):
            m.d.sync += [pending.eq(1), next_image.eq(chunks)]
    m.d.comb += [
        Assert(~loaded | (in_force == image)),
        Assert(loader.loaded == loaded),
        Assert(port.loading == loading),
        Assert(port.accepted == accepted),
        Assert(port.fault == ((begins & loading) | (ends & ~right))),
    ]

    # Nothing waits for ever: a right image for an idle mesh, a command for the words before it.
    unswapped, unheard = Signal(3), Signal(3)
    m.d.sync += unswapped.eq(Mux(pending & loader.idle, unswapped + 1, 0))
    commands = port.start | port.chunk | port.check
    hears = port.start | (loading & (port.check | (count < NUM_CHUNKS)))
    m.d.sync += unheard.eq(Mux(commands & hears & port.refused & ~waits, unheard + 1, 0))
    m.d.comb += [Assert(unswapped <= 4), Assert(unheard <= 4)]

    # Where the chunks are: what makes the induction close.
    words = Array(chunks.word_select(index, CHUNKS) for index in range(NUM_WORDS))
    here, sent = Signal(CHUNKS), port.sent
    m.d.comb += here.eq(words[sent])
    ending = port.ending
    last_word = NUM_WORDS - 1
    m.d.comb += [
        Assert(sent < NUM_WORDS),
        Assert(ending <= 2),
        Assert(~loading | (port.overrun == too_many)),
        Assert(~port.full | (loading & (sent == last_word) & ~port.offering)),
        Assert(~port.overrun | port.full),
        Assert(~(port.offering | port.full) | (port.position == 0)),
        Assert(loading | (port.position == 0)),
        Assert(loading | (sent == 0) | (port.offering & port.offering_last)),
        Assert(~port.offering | ((sent == last_word) == port.offering_last)),
        Assert(~(port.offering & ~port.offering_last) | loading),
        Assert((ending == 0) | (sent == 0)),
        Assert(pending == ((port.offering & port.offering_last) | waits)),
        Assert(~pending | (~loading & (next_image == chunks) & (count == NUM_CHUNKS))),
        Assert(~waits | ((ending == 0) & ~port.offering & (chain == next_image))),
        Assert(~waits | ((packets.index == 0) & ~packets.dropping)),
    ]
    held = (port.offering | port.full) * CHUNKS
    with m.If(loading):
        m.d.comb += Assert(count == sent * CHUNKS + held + port.position)
    with m.If(port.offering | port.full):
        m.d.comb += Assert(port.word == here)
    with m.Elif(port.position == 1):
        m.d.comb += Assert(port.word[1] == here[0])
    with m.Switch(ending):
        with m.Case(0):
            m.d.comb += Assert((packets.index == sent) & ~packets.dropping)
            for moved in range(1, NUM_WORDS):
                with m.If(sent == moved):
                    m.d.comb += Assert(
                        chain[(NUM_WORDS - moved) * CHUNKS :] == chunks[: moved * CHUNKS]
                    )
        with m.Case(1):
            m.d.comb += Assert(
                Mux(packets.dropping, packets.index == 0, packets.index.any())
                & (packets.index < last_word)
            )
        with m.Case(2):
            m.d.comb += Assert((packets.index == last_word) & ~packets.dropping)
    inputs = [port.start, port.chunk, port.check, port.data, crc.crc, loader.idle]
    return prove(m, inputs=inputs, depth=24, folder=folder)


def test_weights_in_force_are_those_of_the_last_right_image(tmp_path, monkeypatch):
    outcome = prove_image_path(tmp_path, monkeypatch)
    assert outcome.holds, outcome.log


@pytest.mark.parametrize(
    ("part", "mutant"),
    [
        ("port", IgnoresChecksum),
        ("port", ForgetsOverrun),
        ("port", LeavesWords),
        ("loader", SwapsAnything),
        ("loader", SwapsWhileDecoding),
        ("loader", NeverSwaps),
        ("cell", WritesInForce),
    ],
)
def test_image_path_proof_fails_on_a_planted_bug(part, mutant, tmp_path, monkeypatch):
    outcome = prove_image_path(tmp_path, monkeypatch, **{part: mutant})
    assert not outcome.holds and outcome.trace is not None
