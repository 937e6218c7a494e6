"""The driver without asyncio."""

import asyncio

import pytest

from quantacore.golden.spec.config import CoreConfig
from quantacore.host.blocking import BlockingDriver, connect_board
from quantacore.host.errors import LinkError
from quantacore.sim.board_line import board_line
from quantacore.sim.board_model import BoardModel
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.transport import SimTransport
from tests.host.conftest import BAUD, CYCLES_PER_BIT, IMAGE, sampled
from tests.host.test_driver import assert_golden

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


def use(driver):
    shots = sampled(5, 10)
    assert driver.identify()["commit_rounds"] == 2
    driver.configure(cycle_budget=0)
    assert driver.load_image(IMAGE) == 1
    assert_golden(driver.decode(list(shots)), shots)
    driver.check()
    assert driver.counters()["shots"] == 10
    driver.reset()
    assert driver.counters()["shots"] == 0


def test_blocking_driver_works_beside_a_running_loop():
    folder = cached_stream_core(IMAGE, CoreConfig())

    async def notebook():
        with BlockingDriver(SimTransport(folder), folder) as driver:
            use(driver)
        driver.close()
        with pytest.raises(RuntimeError, match="was closed: make a new one"):
            driver.counters()

    asyncio.run(notebook())


def test_blocking_driver_connects_to_a_board(board_folder):
    model = BoardModel(board_folder, cycles_per_bit=CYCLES_PER_BIT)
    with board_line(model) as port, connect_board(port, board_folder, baud=BAUD) as driver:
        use(driver)


def test_blocking_driver_that_cannot_connect_leaves_no_thread(board_folder):
    with pytest.raises(LinkError, match="/dev/no_such_port"):
        connect_board("/dev/no_such_port", board_folder)
