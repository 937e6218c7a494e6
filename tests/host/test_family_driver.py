"""Switches between members lose no shot, and every window is decoded as its member's."""

import asyncio
import contextlib
import json
import random

import numpy as np
import pytest

from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.spec.registers import FAULTS
from quantacore.golden.spec.window_image import build_window_image, window_image_chunks
from quantacore.host.driver import Driver
from quantacore.host.errors import HardwareFaultError, ImageRejectedError, WrongImageError
from quantacore.host.family_driver import FamilyDriver
from quantacore.host.live_log import LiveLog, live_header
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.transport import SimTransport
from tests.golden.family.families import CORE_CONFIG, PATCHES, family, sampled

pytestmark = [pytest.mark.verilator, pytest.mark.slow]

PASSES = 3
GOLDEN = {
    name: WindowDecoder(
        build_window_image(member.plan, with_links=name not in family().joined), passes=PASSES
    )
    for name, member in family().members.items()
}


@pytest.fixture(scope="module")
def folder():
    return cached_stream_core(family().image("west"), family().config(CORE_CONFIG))


@contextlib.asynccontextmanager
async def family_driver(folder):
    async with Driver(SimTransport(folder), folder, timeout_s=20) as driver:
        await driver.configure(max_passes=PASSES)
        yield FamilyDriver(driver, family())


def assert_golden(name, predictions, rounds):
    """Compare with the member's own golden decoder."""
    golden = GOLDEN[name].decode_shots(rounds)
    for field, expected in (
        ("observables", golden.frames),
        ("round", golden.rounds),
        ("growth_steps", golden.growth_steps),
        ("volume", golden.volumes),
        ("passes", golden.passes),
        ("contested", golden.contested),
    ):
        assert predictions.fields[field].tolist() == expected.ravel().tolist(), f"{name}: {field}"


@pytest.mark.parametrize("name", PATCHES)
def test_member_decodes_as_alone(folder, run, name):
    async def scenario():
        rounds = sampled(PATCHES[name], num_rounds=7, shots=1000, seed=11)
        async with family_driver(folder) as driver:
            assert driver.member is None
            assert_golden(name, await driver.decode(name, list(rounds)), rounds)
            assert driver.member == name

    run(scenario())


def test_switches_are_told_to_the_live_page(folder, run, tmp_path):
    async def scenario():
        header = live_header(title="family", slots=family().slots, settings={})
        with LiveLog(tmp_path / "live.jsonl", header) as log:
            async with Driver(SimTransport(folder), folder, timeout_s=20) as driver:
                members = FamilyDriver(driver, family(), log=log)
                for name in ("west", "west", "east"):
                    await members.switch(name)
        _, *lines = (tmp_path / "live.jsonl").read_text().splitlines()
        told = [(record["what"], record["text"]) for record in map(json.loads, lines)]
        assert told == [
            ("code", "west is in force, the first; image 1"),
            ("code", "east is in force, after west; image 2"),
        ]

    run(scenario())


def test_switches_under_load_lose_no_shot(folder, run):
    """Five tasks want the core at the same time, each for another member and with other shots."""

    async def scenario():
        rng = random.Random("family_driver/load")
        seen = []

        async def use(driver, name):
            for turn in range(15):
                if rng.random() < 0.5:
                    await driver.prepare(name)
                rounds = sampled(
                    PATCHES[name],
                    num_rounds=rng.randrange(2, 12),
                    shots=rng.randrange(1, 8),
                    seed=turn,
                )
                found = await driver.decode(name, list(rounds))
                assert_golden(name, found, rounds)
                seen.append(found)
                await asyncio.sleep(0)

        async with family_driver(folder) as driver:
            await asyncio.gather(*(use(driver, name) for name in PATCHES))
            counters = await driver.driver.counters()
            assert not any(counters[f"{fault.name}_count"] for fault in FAULTS)
        ends = [int(s) for found in seen for s in found.fields["shot"][found.flag("shot_end")]]
        assert sorted(ends) == list(range(counters["shots"]))
        assert counters["windows"] == sum(map(len, seen))
        # One image a turn, and never one that was in force before: the core counts them.
        images = [set(found.fields["image"].tolist()) for found in seen]
        assert all(len(numbers) == 1 for numbers in images)
        assert counters["image_count"] == len(set().union(*images)) > 30

    run(scenario())


def test_prepared_image_is_not_in_force_before_the_switch(folder, run):
    async def scenario():
        rounds = sampled(PATCHES["west"], num_rounds=5, shots=20, seed=3)
        async with family_driver(folder) as driver:
            first = await driver.switch("west")
            decoding = asyncio.create_task(driver.decode("west", list(rounds)))
            await driver.prepare("east")
            assert_golden("west", await decoding, rounds)
            assert driver.member == "west"
            assert await driver.driver.read("image_count") == first
            # What was prepared is dropped for another one, and is sent again when it is wanted.
            assert await driver.switch("column") == first + 1
            assert await driver.switch("east") == first + 2
            assert await driver.switch("east") == first + 2
            other = sampled(PATCHES["east"], num_rounds=5, shots=20, seed=3)
            assert_golden("east", await driver.decode("east", list(other)), other)

    run(scenario())


def test_image_that_is_rejected_leaves_the_member_in_force(folder, run, monkeypatch):
    def damaged(image, config):
        made = window_image_chunks(image, config)
        made.chunks[1] ^= 1
        return made

    async def scenario():
        rounds = sampled(PATCHES["west"], num_rounds=5, shots=20, seed=4)
        async with family_driver(folder) as driver:
            await driver.switch("west")
            with monkeypatch.context() as patch:
                patch.setattr("quantacore.host.driver.window_image_chunks", damaged)
                with pytest.raises(ImageRejectedError, match="wrong checksum"):
                    await driver.switch("east")
            with pytest.raises(HardwareFaultError, match="image_checksum 1 times"):
                await driver.driver.check()
            assert driver.member == "west"
            assert_golden("west", await driver.decode("west", list(rounds)), rounds)
            await driver.switch("east")
            assert driver.member == "east"

    run(scenario())


def test_image_of_somebody_else_is_noticed(folder, run):
    async def scenario():
        rounds = sampled(PATCHES["west"], num_rounds=5, shots=5, seed=5)
        async with family_driver(folder) as driver:
            await driver.switch("west")
            await driver.driver.load_image(family().image("east"))
            with pytest.raises(WrongImageError, match="Windows of member west must be decoded"):
                await driver.decode("west", list(rounds), check=False)

    run(scenario())


def test_shots_and_members_are_checked_before_anything_is_sent(folder, run):
    async def scenario():
        rounds = sampled(PATCHES["west"], num_rounds=5, shots=5, seed=6)
        async with family_driver(folder) as driver:
            with pytest.raises(ValueError, match="Member must be one of west, east, wide, column"):
                await driver.decode("d9", list(rounds))
            with pytest.raises(ValueError, match="Member must be one of west, east, wide, column"):
                await driver.switch("d9")
            with pytest.raises(ValueError, match="Rounds of member column must have 2 slots"):
                await driver.decode("column", list(rounds))
            assert driver.member is None
            assert (await driver.driver.counters())["rounds_accepted"] == 0
            own = build_window_image(family().members["west"].plan)
            with pytest.raises(ValueError, match="Image must be made for the core's windows"):
                FamilyDriver(driver.driver, family(), images={"west": own})

    run(scenario())


def test_members_give_different_answers():
    """So that a test would notice if one image stood for another: other members, other frames."""
    rounds = sampled(PATCHES["west"], num_rounds=5, shots=200, seed=7)
    spread = family().rounds("west", rounds)
    frames = [
        WindowDecoder(family().image(name), passes=PASSES).decode_shots(spread).frames
        for name in ("west", "east")
    ]
    assert (frames[0] != frames[1]).any() and np.isin(frames[0], (0, 1)).all()
