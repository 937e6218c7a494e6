"""The simulated board in memory: what ends a process on a real one is an exception."""

import pytest

from quantacore.golden.spec.registers import ID_VALUE, REGISTER_BY_NAME
from quantacore.host.links.mmio import GPIO_DATA
from quantacore.host.links.stream_fifo import FifoRegister
from quantacore.sim.mmio_board import MmioBoard
from quantacore.sim.simulated_memory import BusError
from tests.host.conftest import mmio_folder

pytestmark = [pytest.mark.verilator, pytest.mark.slow]
ADDRESS = {name: register.address for name, register in REGISTER_BY_NAME.items()}


@pytest.fixture
def board():
    made = MmioBoard(mmio_folder())
    for memory in (made.registers, made.fifo, made.gpio):
        memory.open()
    return made


def test_refused_accesses_are_bus_errors(board):
    assert board.registers.read32(ADDRESS["id"]) == ID_VALUE
    with pytest.raises(BusError, match="Register 0x50 must be readable"):
        board.registers.read32(ADDRESS["image_start"])
    with pytest.raises(BusError, match="Register 0x30 must take 0x00000000, but refuses it"):
        board.registers.write32(ADDRESS["max_passes"], 0)
    assert board.registers.read32(ADDRESS["bad_access_count"]) == 2


def test_memory_that_is_closed_or_torn_is_a_bus_error(board):
    with pytest.raises(BusError, match="must be a multiple of 4, not 0x2"):
        board.registers.read32(2)
    board.registers.close()
    with pytest.raises(BusError, match="must be open"):
        board.registers.read32(ADDRESS["id"])


def test_gpio_resets_the_core_which_answers_nothing_meanwhile(board):
    board.registers.write32(ADDRESS["cycle_budget"], 7)
    board.gpio.write32(GPIO_DATA, 0)
    assert board.gpio.read32(GPIO_DATA) == 0
    with pytest.raises(BusError, match="must be out of reset"):
        board.registers.read32(ADDRESS["id"])
    board.gpio.write32(GPIO_DATA, 1)
    assert board.registers.read32(ADDRESS["cycle_budget"]) == 0
    with pytest.raises(BusError, match="GPIO must be accessed at 0x0, not 0x8"):
        board.gpio.write32(8, 1)


def test_packet_that_is_no_round_is_rejected(board):
    for word in (1, 2):
        board.fifo.write32(FifoRegister.TDFD, word)
    board.fifo.write32(FifoRegister.TLR, 8)
    with pytest.raises(ValueError, match="Packet must have 1 words, a round, not 2"):
        board.fifo.read32(FifoRegister.ISR)
