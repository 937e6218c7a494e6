"""Packets through the registers of the FIFO: its model reports what its user does wrong."""

import pytest

from quantacore.host.errors import LinkError
from quantacore.host.links.stream_fifo import ERRORS, FifoRegister, StreamFifo
from quantacore.sim.fifo_model import FifoModel
from quantacore.sim.simulated_memory import BusError


@pytest.fixture
def model():
    made = FifoModel(16)  # 12 words
    made.open()
    return made


@pytest.fixture
def fifo(model):
    return StreamFifo(model)


def test_packets_are_sent_with_their_destination_until_the_fifo_is_full(model, fifo):
    assert fifo.room(2) == 4
    for number in range(4):
        fifo.send([number, 0xFFFF_FFFF], destination=number & 1)
    assert fifo.room(2) == 0
    assert list(model.sent) == [([number, 0xFFFF_FFFF], number & 1) for number in range(4)]
    model.sent.popleft()
    assert fifo.room(2) == 1
    fifo.check()


def test_packets_are_received_in_order(model, fifo):
    assert fifo.receive(3) is None
    model.put([1, 2, 3])
    model.put([4, 5, 6])
    assert [fifo.receive(3), fifo.receive(3), fifo.receive(3)] == [[1, 2, 3], [4, 5, 6], None]
    fifo.check()


@pytest.mark.parametrize("words", [[1, 2], [1, 2, 3, 4]])
def test_packet_of_another_length_is_told(model, fifo, words):
    model.put(words)
    told = f"must have 12 bytes, a prediction, not {4 * len(words)}"
    with pytest.raises(LinkError, match=told):
        fifo.receive(3)


def test_words_that_another_program_took_are_not_read(model, fifo):
    model.put([1, 2, 3])
    model.read32(FifoRegister.RDFD)
    with pytest.raises(LinkError, match="not 12 with 8 there"):
        fifo.receive(3)  # a bus error, if it read the third word
    with pytest.raises(LinkError, match="ISR says receive_overrun"):
        fifo.check()


def test_error_stays_until_it_is_cleared(model, fifo):
    model.write32(FifoRegister.TDFD, 7)
    fifo.send([1, 2], destination=0)  # one word too many is there
    for _ in range(2):
        with pytest.raises(LinkError, match="ISR says transmit_length"):
            fifo.check()
    assert not model.sent
    fifo.reset()
    fifo.check()
    fifo.send([1, 2], destination=0)
    assert list(model.sent) == [([1, 2], 0)]


def test_reset_forgets_packets_of_both_directions(model, fifo):
    fifo.send([1], destination=1)
    model.put([1, 2, 3])
    fifo.reset()
    assert fifo.receive(3) is None
    assert not model.sent
    assert fifo.room(11) == 1


def test_model_answers_misuse_as_the_bus_does(model):
    for register in (FifoRegister.RLR, FifoRegister.RDFD, FifoRegister.TDFD, 0x40):
        with pytest.raises(BusError):
            model.read32(register)
    for _ in range(12):
        model.write32(FifoRegister.TDFD, 0)
    with pytest.raises(BusError, match="TRANSMIT_OVERRUN"):
        model.write32(FifoRegister.TDFD, 0)
    for register in (FifoRegister.TDFV, FifoRegister.RDFO, 0x2E):
        with pytest.raises(BusError):
            model.write32(register, 0)
    assert model.read32(FifoRegister.ISR) & ERRORS
