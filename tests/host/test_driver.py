"""The driver does the same over every link, to the bit: the conformance suite of transports."""

import asyncio

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.registers import ID_VALUE, REGISTER_BY_NAME
from quantacore.golden.spec.window_image import build_window_image, window_image_chunks
from quantacore.host.driver import Driver
from quantacore.host.errors import (
    HardwareFaultError,
    ImageRejectedError,
    LinkError,
    LinkTimeoutError,
    RefusedError,
    WrongCoreError,
)
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.transport import SimTransport
from tests.host.conftest import IMAGE, OTHER_IMAGE, PLAN, sampled, sim_link

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


def assert_golden(predictions, shots, *, images=None, first_image=1):
    """Compare the windows of equally long shots with golden, whichever image made each."""
    which = None if images is None else predictions.fields["image"].astype(int) - first_image
    if which is not None:
        which = which.reshape(len(shots), -1)
    golden = WindowDecoder(*(images or [IMAGE]), passes=1).decode_shots(shots, images=which)
    assert predictions.frames.tolist() == golden.frames.ravel().tolist()
    for name, expected in (
        ("round", golden.rounds),
        ("volume", golden.volumes),
        ("growth_steps", golden.growth_steps),
    ):
        assert predictions.fields[name].tolist() == expected.ravel().tolist(), name
    assert not predictions.flag("damaged").any()


def test_driver_identifies_the_core(link, run):
    async def scenario():
        async with link.driver() as driver:
            found = await driver.identify()
            assert found["id"] == ID_VALUE
            assert found["graph_hash"] == int(PLAN.plan_hash[:8], 16)

    run(scenario())


def test_driver_refuses_another_core(link, run):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    image = build_window_image(window_plan(memory, commit_rounds=3, buffer_rounds=1))
    other = cached_stream_core(image, CoreConfig())

    async def scenario():
        async with link.driver() as driver:
            stranger = Driver(driver.transport, other)
            with pytest.raises(WrongCoreError, match="Register graph_hash must be 0x"):
                await stranger.identify()

    run(scenario())


def test_decoded_shots_equal_golden(link, run):
    async def scenario():
        async with link.driver() as driver:
            assert await driver.load_image(IMAGE) == 1
            counted = 0
            for num_rounds in (2, 3, 7):
                shots = sampled(num_rounds, 30)
                predictions = await driver.decode(list(shots))
                assert_golden(predictions, shots)
                assert len(predictions.shot_frames) == len(shots)
                counted += len(shots)
            counters = await driver.counters()
            assert counters["shots"] == counted
            assert counters["rounds_accepted"] == 30 * (2 + 3 + 7)
            assert len(await driver.decode([])) == 0

    run(scenario())


def test_stream_goes_on_between_calls(link, run):
    async def scenario():
        shots = sampled(9, 4)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            stream = driver.predictions()
            found = []
            for shot in shots:
                await driver.send_rounds(shot[:4])
                await driver.send_rounds(shot[4:], ends=True)
            while sum(map(len, found)) < len(shots) * PLAN.num_windows(9):
                found.append(await asyncio.wait_for(anext(stream), 10))
            await stream.aclose()
            frames = np.concatenate([batch.frames for batch in found])
            golden = WindowDecoder(IMAGE, passes=1).decode_shots(shots)
            assert frames.tolist() == golden.frames.ravel().tolist()

    run(scenario())


def test_image_comes_into_force_while_rounds_go_on(link, run):
    async def scenario():
        shots = sampled(7, 60)
        async with link.driver(timeout_s=20) as driver:
            await driver.load_image(IMAGE)

            # In pieces, so that registers get their turn.
            async def decode():
                return [await driver.decode(list(shots[k : k + 5])) for k in range(0, 60, 5)]

            decoding = asyncio.create_task(decode())
            await asyncio.sleep(0.01)
            assert await driver.load_image(OTHER_IMAGE) == 2
            for start, predictions in zip(range(0, 60, 5), await decoding, strict=True):
                assert_golden(predictions, shots[start : start + 5], images=[IMAGE, OTHER_IMAGE])
            after = await driver.decode(list(shots[:10]))
            assert set(after.fields["image"].tolist()) == {2}
            assert_golden(after, shots[:10], images=[IMAGE, OTHER_IMAGE])

    run(scenario())


def test_staged_image_comes_into_force_when_it_is_swapped(link, run):
    async def scenario():
        shots = sampled(5, 10)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            await driver.stage_image(IMAGE)
            checksum = await driver.stage_image(OTHER_IMAGE)  # it takes the place of the first
            await driver.check()
            assert set((await driver.decode(list(shots))).fields["image"].tolist()) == {1}
            assert await driver.swap_image(checksum) == 2
            after = await driver.decode(list(shots))
            assert set(after.fields["image"].tolist()) == {2}
            assert_golden(after, shots, images=[IMAGE, OTHER_IMAGE])
            # Nothing is staged any more.
            with pytest.raises((ImageRejectedError, RefusedError)):
                await driver.swap_image(checksum)

    run(scenario())


def test_restaging_hides_no_fault_that_was_there(link, run):
    async def scenario():
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            await driver.stage_image(IMAGE)
            with pytest.raises(ImageRejectedError):
                await driver.swap_image(0)  # a wrong checksum
            await driver.stage_image(IMAGE)
            await driver.stage_image(OTHER_IMAGE)
            with pytest.raises(HardwareFaultError, match="image_checksum"):
                await driver.check()

    run(scenario())


def test_damaged_image_is_rejected_and_the_old_one_stays(link, run, monkeypatch):
    def damaged(image, config):
        made = window_image_chunks(image, config)
        made.chunks[1] ^= 1
        return made

    async def scenario():
        shots = sampled(5, 10)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            with monkeypatch.context() as patch:
                patch.setattr("quantacore.host.driver.window_image_chunks", damaged)
                with pytest.raises(ImageRejectedError, match="wrong checksum"):
                    await driver.load_image(OTHER_IMAGE)
            with pytest.raises(HardwareFaultError, match="image_checksum 1 times"):
                await driver.check()
            assert_golden(await driver.decode(list(shots)), shots)

    run(scenario())


def test_driver_rejects_image_of_another_core(link, run):
    image = build_window_image(PLAN, length_bits=5, with_links=False)

    async def scenario():
        async with link.driver() as driver:
            with pytest.raises(ValueError, match="4-bit lengths, not 5-bit"):
                await driver.load_image(image)
            assert (await driver.counters())["image_count"] == 0

    run(scenario())


def test_refused_access_is_told_once_and_counted_if_the_core_saw_it(link, run):
    async def scenario():
        async with link.driver() as driver:
            with pytest.raises(RefusedError, match="Register 0x00 must take 0x00000001"):
                await driver.write("id", 1)
            with pytest.raises(RefusedError, match="Register 0x50 must be readable"):
                await driver.read("image_start")
            told = r"Register faults \(0x24\) must be 0, not 0x00000400: bad_access 2 times"
            if link.core_refuses:
                with pytest.raises(HardwareFaultError, match=told):
                    await driver.check()
            await driver.check()

    run(scenario())


def test_fault_keeps_the_predictions(link, run):
    async def scenario():
        shots = sampled(5, 10)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            await driver.configure(expected_rounds=4)
            with pytest.raises(HardwareFaultError) as caught:
                await driver.decode(list(shots))
            assert caught.value.faults == {"shot_length": 10}
            assert_golden(caught.value.predictions, shots)

    run(scenario())


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"passes": 3}, "must be a register that can be written, not 'passes'"),
        ({"windows": 3}, "must be a register that can be written, not 'windows'"),
        ({"max_passes": 9}, "must be in 1 .. 7, not 9"),
    ],
)
def test_configure_rejects_bad_setting(link, run, setting, message):
    async def scenario():
        async with link.driver() as driver:
            with pytest.raises(ValueError, match=message):
                await driver.configure(cycle_budget=5, **setting)
            assert await driver.read("cycle_budget") == REGISTER_BY_NAME["cycle_budget"].reset

    run(scenario())


def test_core_without_image_is_given_up_in_time(link, run):
    async def scenario():
        async with link.driver(timeout_s=1) as driver:
            with pytest.raises(LinkTimeoutError, match="5 of 5 windows are missing: has it an im"):
                await driver.decode(list(sampled(3, 5)))

    run(scenario())


def test_reset_forgets_image_and_rounds(link, run):
    async def scenario():
        shots = sampled(5, 10)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            await driver.send_rounds(shots[0, :2])
            await driver.reset()
            assert (await driver.counters())["rounds_accepted"] == 0
            assert await driver.load_image(IMAGE) == 1
            assert_golden(await driver.decode(list(shots)), shots)

    run(scenario())


def test_link_can_be_opened_again(link, run):
    async def scenario():
        shots = sampled(5, 10)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            await driver.close()
            with pytest.raises(LinkError, match="must be open"):
                await driver.read("id")
            with pytest.raises(LinkError, match="must be open"):
                await driver.transport.receive()
            await driver.open()
            assert_golden(await driver.decode(list(shots)), shots)

    run(scenario())


@pytest.mark.parametrize(("period", "full"), [(0, True), (200, False)])
def test_driver_tells_how_full_the_buffer_was(period, full, run):
    link = sim_link()
    shots = list(sampled(9, 100))

    async def scenario():
        transport = SimTransport(link.folder, period=period)
        async with Driver(transport, link.folder) as driver:
            await driver.load_image(IMAGE)
            before = transport.total_cycles
            predictions = await driver.decode(shots)
            took = transport.total_cycles - before
            return predictions, took, await driver.take_level(), await driver.take_level()

    predictions, took, level, later = run(scenario())
    assert_golden(predictions, np.stack(shots))
    assert took >= 899 * period
    assert level.now == 0
    assert (level.peak >= level.depth - 2) is full
    assert (later.now, later.peak) == (0, 0), "the peak begins anew"


def test_simulated_rounds_cannot_come_before_each_other():
    with pytest.raises(ValueError, match="Period must be at least 0 cycles, not -1"):
        SimTransport("nowhere", period=-1)
