"""The counters in the fabric against their golden twin, over every link."""

import asyncio

import numpy as np
import pytest

from quantacore.golden.decode.count_stream import count_stream
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.spec.config import CoreConfig
from quantacore.host.driver import Driver
from quantacore.host.errors import LinkError, RefusedError, WrongCoreError
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.transport import SimTransport
from tests.host.conftest import IMAGE, PLAN, sampled, sim_link

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


def golden_counts(shots, *, windows, rounds):
    """Return what a core counts of equally long shots, between two numbers of windows, rounds."""
    decoded = WindowDecoder(IMAGE, passes=1).decode_shots(shots, with_corrections=True)
    return count_stream(
        shots.reshape(-1, PLAN.num_slots)[rounds],
        decoded.corrections.reshape(-1, decoded.corrections.shape[-1])[windows],
        num_edges=PLAN.graph.num_edges,
    )


def assert_equal(found, expected):
    assert found.corrections.tolist() == expected.corrections.tolist()
    assert found.events.tolist() == expected.events.tolist()
    assert (found.windows, found.rounds) == (expected.windows, expected.rounds)


def test_counts_equal_golden(link, run):
    async def scenario():
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            for seed in (1, 2):  # each snapshot begins at 0
                shots = sampled(7, 60, seed=seed)
                await driver.decode(list(shots))
                found = await driver.take_counts()
                assert_equal(found, golden_counts(shots, windows=slice(None), rounds=slice(None)))
                assert found.corrections.sum() > 100
                assert found.events.sum() > 100
            assert not (await driver.take_counts()).corrections.any()

    run(scenario())


def test_every_window_and_round_is_in_one_snapshot(link, run, monkeypatch):
    monkeypatch.setattr("quantacore.host.driver.SEND_ROUNDS", 60)  # snapshots take turns with them

    async def scenario():
        shots = sampled(9, 100)
        async with link.driver(timeout_s=30) as driver:
            await driver.load_image(IMAGE)
            decoding = asyncio.create_task(driver.decode(list(shots)))
            snapshots = []
            while not decoding.done():
                snapshots.append(await driver.take_counts())
            await decoding
            snapshots.append(await driver.take_counts())
        windows = np.cumsum([0, *(s.windows for s in snapshots)])
        rounds = np.cumsum([0, *(s.rounds for s in snapshots)])
        assert rounds[-1] == 900
        assert sum(0 < s.windows < windows[-1] for s in snapshots) >= 3
        for k, found in enumerate(snapshots):
            assert_equal(
                found,
                golden_counts(
                    shots,
                    windows=slice(windows[k], windows[k + 1]),
                    rounds=slice(rounds[k], rounds[k + 1]),
                ),
            )

    run(scenario())


def test_two_tasks_share_the_counts(link, run):
    async def scenario():
        shots = sampled(7, 60)
        async with link.driver() as driver:
            await driver.load_image(IMAGE)
            await driver.decode(list(shots))
            found = await asyncio.gather(*(driver.take_counts() for _ in range(3)))
        assert_equal(found[0], golden_counts(shots, windows=slice(None), rounds=slice(None)))
        assert [snapshot.windows for snapshot in found[1:]] == [0, 0]

    run(scenario())


def test_snapshot_that_was_not_read_is_read_again(run, monkeypatch):
    async def scenario():
        shots = sampled(7, 60)
        async with sim_link().driver() as driver:
            await driver.load_image(IMAGE)
            await driver.decode(list(shots))
            exchange, calls = driver.transport.exchange, []

            async def failing(accesses):
                calls.append(accesses)
                if len(calls) == 3:
                    raise LinkError("Cable must be in, but is not")
                return await exchange(accesses)

            monkeypatch.setattr(driver.transport, "exchange", failing)
            with pytest.raises(LinkError, match="Cable"):
                await driver.take_counts()
            found = await driver.take_counts()
            assert_equal(found, golden_counts(shots, windows=slice(None), rounds=slice(None)))

    run(scenario())


def test_snapshot_is_refused_by_a_core_without_counters(run):
    folder = cached_stream_core(IMAGE, CoreConfig())

    async def scenario():
        async with Driver(SimTransport(folder), folder) as driver:
            assert await driver.read("count_rows") == 0
            with pytest.raises(RefusedError, match="must take"):
                await driver.write("count_snapshot", 0)
            with pytest.raises(ValueError, match="generate it with --counters"):
                await driver.take_counts()

    run(scenario())


def test_core_without_counters_is_another_core(link, run):
    other = cached_stream_core(IMAGE, CoreConfig())

    async def scenario():
        async with link.driver() as driver:
            with pytest.raises(WrongCoreError, match="Register count_rows must be 0x0"):
                await Driver(driver.transport, other).identify()

    run(scenario())
