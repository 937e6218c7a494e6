"""A core in memory: no access that ends the process, small FIFOs, and other programs' mistakes."""

import asyncio
import random

import numpy as np
import pytest

from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.prediction_word import decode_predictions
from quantacore.golden.spec.registers import REGISTER_BY_ADDRESS, REGISTER_BY_NAME, Access
from quantacore.host.blocking import connect_memory
from quantacore.host.driver import Driver
from quantacore.host.errors import LinkError, RefusedError
from quantacore.host.links.memory import DeviceMemory
from quantacore.host.links.mmio import GpioReset, MmioTransport, packets_of_rounds
from quantacore.host.links.stream_fifo import ERRORS, FifoRegister
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.fifo_model import FifoModel
from quantacore.sim.mmio_board import MmioBoard
from quantacore.sim.simulated_memory import SimulatedMemory
from quantacore.sim.stream_batch import OKAY, StreamBatch
from tests.host.conftest import IMAGE, PLAN, mmio_folder, mmio_transport, sampled
from tests.host.test_blocking import use
from tests.host.test_driver import assert_golden

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


@pytest.fixture
def folder():
    return mmio_folder()


def test_exactly_what_the_core_refuses_stays_off_the_bus(folder, run):
    """Random accesses, images among them, beside a core that is asked all of it."""
    rng = random.Random("mmio/refused")
    asked = StreamBatch(folder)
    image = [(write.address, write.value) for write in asked.image_writes(IMAGE)]
    commands = [a for a, r in REGISTER_BY_ADDRESS.items() if r.access is Access.COMMAND]
    snapshot, state = (REGISTER_BY_NAME[n].address for n in ("count_snapshot", "count_status"))
    accesses = []
    for _ in range(600):
        address = rng.choice([rng.randrange(0, 256, 4), *REGISTER_BY_ADDRESS, *commands])
        accesses.append((address, rng.choice([None, 0, 1, 7, 8, 0xFFFF_FFFF])))
        if rng.random() < 0.02:
            *chunks, checksum = image
            accesses += [*chunks, *chunks[1:2] * rng.randrange(3), checksum]
    count = {True: 0, False: 0}

    async def scenario():
        async with mmio_transport(MmioBoard(folder), folder) as transport:
            for index, (address, value) in enumerate(accesses):
                if address == snapshot:  # how long counters are busy is not the bus's to say
                    while asked.access(state)[0] or await transport.read(state):
                        pass
                if value is None:
                    taken = asked.access(address)[1] == OKAY
                    access = transport.read(address)
                else:
                    taken = asked.write(address, value)
                    access = transport.write(address, [value])
                try:
                    await access
                    found = True
                except RefusedError:
                    found = False
                assert found == taken, f"access {index}: {address=:#x} {value=}"
                count[taken] += 1

    run(scenario())
    assert min(count.values()) > 100


class BusyCore(SimulatedMemory):
    """Registers of a core with an image that waits, in the middle of a snapshot."""

    def _read(self, offset):
        register = REGISTER_BY_ADDRESS[offset]
        return register.pack(
            **{
                "status": {"image_busy": 1},
                "count_rows": {"count_rows": 9},
                "count_status": {"counts_busy": 1},
            }[register.name]
        )

    def _write(self, offset, value):
        raise AssertionError(f"{offset:#x} must not be written")


@pytest.mark.parametrize("name", ["image_start", "count_snapshot"])
def test_what_is_under_way_does_not_begin_again(folder, run, name):
    address = REGISTER_BY_NAME[name].address

    async def scenario():
        async with MmioTransport(folder, registers=BusyCore(), fifo=FifoModel()) as transport:
            with pytest.raises(RefusedError, match=f"Register {address:#x} must take 0x00000000"):
                await transport.write(address, [0])

    run(scenario())


def test_image_that_was_begun_before_a_reset_begins_again(folder, run):
    start, data = (REGISTER_BY_NAME[name].address for name in ("image_start", "image_data"))

    async def scenario():
        async with mmio_transport(MmioBoard(folder), folder) as transport:
            await transport.write(start, [0])
            await transport.write(data, [1, 2])
            await transport.reset()
            with pytest.raises(RefusedError, match="Register 0x54 must take 0x00000003"):
                await transport.write(data, [3])

    run(scenario())


def test_predictions_of_an_earlier_session_are_gone(folder, run):
    board = MmioBoard(folder)
    board.fifo.put([1] * 6)

    async def scenario():
        shots = sampled(7, 5)
        async with Driver(mmio_transport(board, folder), folder) as driver:
            await driver.load_image(IMAGE)
            assert_golden(await driver.decode(list(shots)), shots)

    run(scenario())


def test_predictions_beside_stolen_ones_are_not_handed_over(folder, run):
    fifo = FifoModel()

    async def scenario():
        async with MmioTransport(folder, registers=FifoModel(), fifo=fifo) as transport:
            for _ in range(2):
                fifo.put([1, 2, 3, 4, 5, 6])
            for _ in range(6):  # what is left looks like one prediction, and no more
                fifo.read32(FifoRegister.RDFD)
            with pytest.raises(LinkError, match="ISR says receive_overrun"):
                await transport.receive()

    run(scenario())


def test_small_fifo_stalls_both_sides_and_loses_nothing(folder, run):
    board = MmioBoard(folder, fifo_depth=16)  # six rounds out, two predictions in

    async def scenario():
        shots = sampled(7, 30)
        async with Driver(mmio_transport(board, folder), folder) as driver:
            await driver.load_image(IMAGE)
            assert_golden(await driver.decode(list(shots)), shots)
            for shot in shots:
                await driver.send_rounds(shot, ends=True)
            found = driver.predictions()
            count = 0
            while count < len(shots) * PLAN.num_windows(7):
                count += len(await asyncio.wait_for(anext(found), 10))
            await found.aclose()
            assert (await driver.counters())["lost_round_count"] == 0
            assert not board.fifo.read32(FifoRegister.ISR) & ERRORS

    run(scenario())


def test_rounds_wait_for_an_image(folder, run):
    shots = sampled(7, 15)  # more than the core's buffer and the FIFO hold
    rounds = pack_bits(np.concatenate(shots))
    ends = np.arange(len(rounds)) % 7 == 6

    async def scenario():
        transport = mmio_transport(MmioBoard(folder, fifo_depth=16), folder)
        async with Driver(transport, folder) as driver:
            sending = asyncio.create_task(transport.send(rounds, ends))
            await asyncio.sleep(0.2)
            assert not sending.done()
            await driver.load_image(IMAGE)
            await sending
            words = []
            while sum(map(len, words)) < len(shots) * PLAN.num_windows(7):
                words.append(await asyncio.wait_for(transport.receive(), 10))
        golden = WindowDecoder(IMAGE, passes=1).decode_shots(shots)
        fields = decode_predictions(np.concatenate(words), num_observables=1)
        assert fields["observables"].tolist() == golden.frames.ravel().tolist()

    run(scenario())


def steal_a_word(fifo):
    fifo.read32(FifoRegister.RDFD)


def leave_a_word(fifo):
    fifo.write32(FifoRegister.TDFD, 0)


def join_two_predictions(fifo):
    fifo.put([0] * 12)


@pytest.mark.parametrize(
    ("meddle", "message"),
    [
        (steal_a_word, "ISR says receive_overrun|not 24 with 20 there"),
        (leave_a_word, "register ISR says transmit_length"),
        (join_two_predictions, "24 bytes, a prediction, not 48 with .* is tlast 1 with each"),
    ],
)
def test_what_others_do_to_the_fifo_is_told_until_the_reset(folder, run, meddle, message):
    board = MmioBoard(folder)

    async def scenario():
        shots = sampled(7, 5)
        async with Driver(mmio_transport(board, folder), folder) as driver:
            await driver.load_image(IMAGE)
            meddle_soon(board.fifo, meddle)
            for _ in range(2):
                with pytest.raises(LinkError, match=message):
                    await driver.decode(list(shots))
            with pytest.raises(LinkError, match=message):
                await driver.send_rounds(shots[0])
            await driver.reset()
            await driver.load_image(IMAGE)
            assert_golden(await driver.decode(list(shots)), shots)

    run(scenario())


def meddle_soon(fifo, meddle):
    """Meddle between two accesses of the transport: when a prediction is there, if need be."""
    if meddle is steal_a_word:
        put = fifo.put

        def put_and_steal(words):
            put(words)
            fifo.put = put
            meddle(fifo)

        fifo.put = put_and_steal
    else:
        meddle(fifo)


def test_reset_needs_a_line(folder, run):
    board = MmioBoard(folder)

    async def scenario():
        transport = MmioTransport(folder, registers=board.registers, fifo=board.fifo)
        async with Driver(transport, folder) as driver:
            with pytest.raises(LinkError, match="Reset line must be given to reset the core"):
                await driver.reset()
            await driver.identify()

    run(scenario())


def test_reset_that_is_cancelled_is_released(folder, run):
    async def scenario():
        transport = mmio_transport(MmioBoard(folder), folder)
        async with Driver(transport, folder) as driver:
            resetting = asyncio.create_task(transport.reset())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            resetting.cancel()
            await asyncio.wait([resetting])
            await driver.load_image(IMAGE)
            shots = sampled(5, 3)
            assert_golden(await driver.decode(list(shots)), shots)

    run(scenario())


def test_gpio_reset_is_released_when_it_opens_and_drives_one_bit(tmp_path):
    path = tmp_path / "gpio"
    path.write_bytes(bytes(4096))
    line = GpioReset(DeviceMemory(str(path)))
    line.open()
    states = [path.read_bytes()[0]]
    for active in (True, False):
        line.hold(active)
        states.append(path.read_bytes()[0])
    line.close()
    assert states == [1, 0, 1]


def test_mmio_transport_rejects_core_of_other_words():
    folder = cached_stream_core(IMAGE, CoreConfig())
    with pytest.raises(ValueError, match=r"must be 32 bits.*not 64: generate .* --word_bits 32"):
        MmioTransport(folder, registers=FifoModel(), fifo=FifoModel())


def test_packets_of_rounds_keep_every_slot():
    rounds = np.random.default_rng(1).integers(0, 256, (3, 6), np.uint8)
    packets = packets_of_rounds(rounds, num_words=2)
    for words, row in zip(packets, rounds, strict=True):
        assert b"".join(word.to_bytes(4, "little") for word in words) == row.tobytes() + bytes(2)


def test_blocking_driver_connects_to_memory(folder):
    board = MmioBoard(folder)
    with connect_memory(
        folder, registers=board.registers, fifo=board.fifo, reset=GpioReset(board.gpio)
    ) as driver:
        use(driver)
