"""The serial port: lines that damage bytes, that say nothing, and that go away."""

import asyncio
import os
import random
import tty

import pytest

from quantacore.host.driver import Driver
from quantacore.host.errors import LinkError, LinkTimeoutError
from quantacore.host.links.serial_port import SerialTransport
from tests.host.conftest import IMAGE, Link, sampled
from tests.host.test_driver import assert_golden

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


class Damage:
    """Flips a bit now and then in what goes by, but not in short messages."""

    def __init__(self, seed, *, least=200):
        self.rng = random.Random(seed)
        self.least = least
        self.hits = 0

    def __call__(self, data):
        if len(data) < self.least or self.rng.random() < 0.3:
            return data
        self.hits += 1
        at = self.rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self.rng.randrange(8)]) + data[at + 1 :]


def test_damaged_bytes_to_the_board_are_sent_again(board_folder, run):
    damage = Damage("serial_port/to_board")

    async def scenario():
        shots = sampled(7, 40)
        link = Link(kind="serial", folder=board_folder)
        async with link.driver(to_board=damage) as driver:
            await driver.load_image(IMAGE)
            assert_golden(await driver.decode(list(shots)), shots)
            assert (await driver.counters())["rounds_accepted"] == 7 * 40

    run(scenario())
    assert damage.hits > 3


def test_lost_predictions_are_told(board_folder, run):
    damage = Damage("serial_port/from_board", least=500)

    async def scenario():
        shots = list(sampled(7, 40))
        link = Link(kind="serial", folder=board_folder)
        async with link.driver(from_board=damage, timeout_s=20) as driver:
            await driver.load_image(IMAGE)
            with pytest.raises(LinkError, match="must lose nothing, but lost 1 predictions"):
                for _ in range(20):
                    await driver.decode(shots)
            await driver.open()  # a new beginning
            await driver.identify()

    run(scenario())
    assert damage.hits


def test_line_without_board_is_given_up(board_folder, run, monkeypatch):
    monkeypatch.setattr("quantacore.host.links.serial_port.SILENCE_S", 0.02)
    ours, theirs = os.openpty()
    tty.setraw(theirs)

    async def scenario():
        driver = Driver(SerialTransport(os.ttyname(theirs), baud=115200), board_folder)
        with pytest.raises(LinkTimeoutError, match="is it programmed, and at this baud rate"):
            await driver.open()

    run(scenario())
    os.close(ours)
    os.close(theirs)


def test_line_that_goes_away_is_told(board_folder, run):
    async def scenario():
        link = Link(kind="serial", folder=board_folder)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            receiving = asyncio.create_task(driver.transport.receive())
            await asyncio.sleep(0)
            await driver.close()
            with pytest.raises(LinkError, match="was closed"):
                await receiving

    run(scenario())


def test_port_that_does_not_exist_is_refused(board_folder, run):
    async def scenario():
        with pytest.raises(LinkError, match="Port /dev/no_such_port must open"):
            await Driver(SerialTransport("/dev/no_such_port"), board_folder).open()

    run(scenario())
