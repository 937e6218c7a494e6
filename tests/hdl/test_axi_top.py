# amaranth: UnusedElaboratable=no
"""A whole streaming core through its AXI ports, in the Amaranth simulator."""

import random
from dataclasses import replace

import numpy as np
import pytest
from amaranth.sim import Simulator

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.lengths import absent_length
from quantacore.golden.spec.prediction_word import decode_prediction
from quantacore.golden.spec.registers import FAULTS, ID_VALUE, REGISTER_BY_NAME
from quantacore.golden.spec.window_image import build_window_image, window_image_chunks
from quantacore.hdl import engine, mesh
from quantacore.hdl.axi_top import AxiTop
from quantacore.hdl.link_memory import LinkMemory
from quantacore.hdl.weight_bank import WeightBank
from quantacore.hdl.window_core import WindowCore
from quantacore.sim.pysim import CLOCK_PERIOD_SECONDS

OKAY, SLVERR = 0, 2
FAULT_BIT = {fault.name: 1 << bit for bit, fault in enumerate(FAULTS)}
PASSES = 2
NUM_ROUNDS = 5

MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
IMAGE = build_window_image(window_plan(MEMORY, commit_rounds=1, buffer_rounds=1))


def sampled(num_shots):
    events = (
        MEMORY.circuit(NUM_ROUNDS)
        .compile_detector_sampler(seed=5)
        .sample(num_shots, bit_packed=True)
    )
    return rounds_of_events(events, MEMORY.places(NUM_ROUNDS), num_slots=MEMORY.num_slots)


class Bench:
    """A core with words of 4 bits, two a round, and what a driver does with it."""

    def __init__(self, *, links="runtime"):
        config = CoreConfig(links=links, with_corrections=False, word_bits=4)
        self.core = WindowCore(IMAGE.plan, config, IMAGE, buffer_depth=4)
        self.dut = AxiTop(self.core)

    def run(self, testbench):
        simulator = Simulator(self.dut)
        simulator.add_testbench(self._clock, background=True)

        async def after_reset(ctx):
            for reset in (1, 0):
                ctx.set(self.dut.aresetn, not reset)
                for _ in range(3):
                    await ctx.tick()
            await testbench(ctx)

        simulator.add_testbench(after_reset)
        simulator.run()

    async def _clock(self, ctx):
        while True:
            ctx.set(self.dut.aclk, not ctx.get(self.dut.aclk))
            await ctx.delay(CLOCK_PERIOD_SECONDS / 2)

    async def write(self, ctx, name, value):
        """Write a register, or an address; return the response."""
        dut = self.dut
        address = name if isinstance(name, int) else REGISTER_BY_NAME[name].address
        ctx.set(dut.s_axil_awaddr, address)
        ctx.set(dut.s_axil_wdata, value)
        ctx.set(dut.s_axil_wstrb, 15)
        ctx.set(dut.s_axil_bready, 1)
        pending = {"aw", "w"}
        for channel in pending:
            ctx.set(getattr(dut, f"s_axil_{channel}valid"), 1)
        response = None
        while pending or response is None:
            moved = {c for c in pending if ctx.get(getattr(dut, f"s_axil_{c}ready"))}
            if ctx.get(dut.s_axil_bvalid):
                response = ctx.get(dut.s_axil_bresp)
            await ctx.tick()
            for channel in moved:
                ctx.set(getattr(dut, f"s_axil_{channel}valid"), 0)
            pending -= moved
        ctx.set(dut.s_axil_bready, 0)
        return response

    async def read(self, ctx, name):
        """Return (data, response) of a register, or an address."""
        dut = self.dut
        address = name if isinstance(name, int) else REGISTER_BY_NAME[name].address
        ctx.set(dut.s_axil_araddr, address)
        ctx.set(dut.s_axil_arvalid, 1)
        ctx.set(dut.s_axil_rready, 1)
        await ctx.tick().until(dut.s_axil_arready)
        ctx.set(dut.s_axil_arvalid, 0)
        answer = None
        while answer is None:
            if ctx.get(dut.s_axil_rvalid):
                answer = ctx.get(dut.s_axil_rdata), ctx.get(dut.s_axil_rresp)
            await ctx.tick()
        ctx.set(dut.s_axil_rready, 0)
        return answer

    async def value(self, ctx, name):
        data, response = await self.read(ctx, name)
        assert response == OKAY
        return data

    async def load(self, ctx, image, *, checksum_error=0, missing=0, extra=0):
        """Write an image; return whether the core has accepted it."""
        written = window_image_chunks(image, self.core.config)
        chunks = written.chunks[: len(written.chunks) - missing] + [0] * extra
        assert await self.write(ctx, "image_start", 0) == OKAY
        for index, chunk in enumerate(chunks):
            refused = index >= len(written.chunks)
            assert await self.write(ctx, "image_data", chunk) == (SLVERR if refused else OKAY)
        await self.write(ctx, "image_checksum", written.checksum ^ checksum_error)
        status = REGISTER_BY_NAME["image_status"].unpack(await self.value(ctx, "image_status"))
        assert not status["image_loading"]
        return bool(status["image_accepted"])

    async def send(self, ctx, shot, *, words=2):
        """Send the rounds of a shot; with another number of words in the first round."""
        dut = self.dut
        for index, row in enumerate(shot):
            bits = int(np.dot(row, 1 << np.arange(len(row))))
            num_words = words if index == 0 else 2
            for word in range(num_words):
                ctx.set(dut.s_axis_rounds_tdata, bits >> 4 * word & 15)
                ctx.set(dut.s_axis_rounds_tlast, word == num_words - 1)
                ctx.set(dut.s_axis_rounds_tuser, index == len(shot) - 1)
                ctx.set(dut.s_axis_rounds_tvalid, 1)
                await self.take_until(ctx, dut.s_axis_rounds_tready)
        ctx.set(dut.s_axis_rounds_tvalid, 0)

    taken = ()
    rng = None

    async def take_until(self, ctx, condition):
        """Take predictions, with stalls, for at least a cycle and up to one with ``condition``."""
        dut = self.dut
        done = False
        while not done:
            ctx.set(dut.m_axis_predictions_tready, self.rng is not None and self.rng.random() < 0.6)
            if ctx.get(dut.m_axis_predictions_tvalid & dut.m_axis_predictions_tready):
                word = ctx.get(dut.m_axis_predictions_tdata)
                fields = decode_prediction(word, num_observables=1)
                assert ctx.get(dut.m_axis_predictions_tlast) == fields["shot_end"]
                self.taken += (fields,)
            done = ctx.get(condition)
            await ctx.tick()
        ctx.set(dut.m_axis_predictions_tready, 0)

    async def decode(self, ctx, shots, **how):
        """Send shots; return the predictions of all their windows."""
        dut = self.dut
        self.taken, self.rng = (), random.Random("axi_top")
        for shot in shots:
            await self.send(ctx, shot, **how)
        num_windows = sum(IMAGE.plan.num_windows(len(shot)) for shot in shots)
        while len(self.taken) < num_windows:
            await self.take_until(ctx, dut.m_axis_predictions_tvalid)
        return self.taken


def assert_golden(predictions, shots, *, image=IMAGE, passes=PASSES):
    golden = WindowDecoder(image, passes=passes).decode_shots(np.array(shots))
    assert [word["observables"] for word in predictions] == golden.frames.ravel().tolist()
    for name, expected in (("round", golden.rounds), ("volume", golden.volumes)):
        assert [word[name] for word in predictions] == expected.ravel().tolist()


def test_stream_through_axi_matches_golden():
    bench = Bench()

    async def testbench(ctx):
        assert await bench.value(ctx, "id") == ID_VALUE
        assert await bench.value(ctx, "graph_hash") == int(IMAGE.plan.plan_hash[:8], 16)
        assert await bench.value(ctx, "num_slots") == 8
        assert await bench.value(ctx, "image_chunks") == len(
            window_image_chunks(IMAGE, bench.core.config).chunks
        )
        assert await bench.load(ctx, IMAGE)
        assert await bench.write(ctx, "max_passes", PASSES) == OKAY
        shots = sampled(12)
        predictions = await bench.decode(ctx, shots)
        assert_golden(predictions, shots)
        assert {word["image"] for word in predictions} == {1}
        assert [word["shot"] for word in predictions] == list(np.repeat(range(12), 4))
        assert await bench.value(ctx, "rounds_accepted") == 12 * NUM_ROUNDS
        assert await bench.value(ctx, "windows") == 12 * 4
        assert await bench.value(ctx, "shots") == 12
        assert await bench.value(ctx, "faults") == 0
        assert await bench.value(ctx, "status") == 1  # an image is loaded, all else at rest
        assert any(word["observables"] for word in predictions)

    bench.run(testbench)


def test_image_that_is_cut_off_or_wrong_leaves_the_old_one():
    bench = Bench()
    other = replace(IMAGE, first=IMAGE.first[::-1].copy())
    broken = [
        {"checksum_error": 1},
        {"missing": 1},
        {"missing": 30},
        {"extra": 1},
        {"extra": 40, "checksum_error": 7},
    ]

    async def testbench(ctx):
        assert await bench.load(ctx, IMAGE)
        assert await bench.write(ctx, "max_passes", PASSES) == OKAY
        shots = sampled(3)
        for number, how in enumerate(broken, start=1):
            assert not await bench.load(ctx, other, **how)
            assert await bench.value(ctx, "faults") & FAULT_BIT["image_checksum"]
            assert await bench.value(ctx, "image_checksum_count") == number
            assert await bench.value(ctx, "image_count") == 1
            assert_golden(await bench.decode(ctx, shots), shots)
        # Interrupted by a new one, which is right.
        await bench.write(ctx, "image_start", 0)
        await bench.write(ctx, "image_data", 0)
        assert await bench.load(ctx, other)
        assert await bench.value(ctx, "image_checksum_count") == len(broken) + 1
        assert await bench.value(ctx, "image_count") == 2
        assert_golden(await bench.decode(ctx, shots), shots, image=other)

    bench.run(testbench)


def test_refused_accesses_change_nothing_and_interrupt():
    bench = Bench(links="none")

    async def testbench(ctx):
        assert await bench.write(ctx, "fault_enable", FAULT_BIT["bad_access"]) == OKAY
        assert ctx.get(bench.dut.irq) == 0
        assert await bench.write(ctx, 0xF0, 1) == SLVERR
        assert ctx.get(bench.dut.irq) == 1
        assert await bench.write(ctx, "id", 1) == SLVERR
        assert await bench.write(ctx, "image_data", 1) == SLVERR
        assert await bench.read(ctx, 0xF4) == (0, SLVERR)
        assert await bench.read(ctx, "image_start") == (0, SLVERR)
        assert await bench.value(ctx, "id") == ID_VALUE
        assert await bench.value(ctx, "bad_access_count") == 5
        assert await bench.write(ctx, "faults", FAULT_BIT["bad_access"]) == OKAY
        assert ctx.get(bench.dut.irq) == 0
        assert await bench.value(ctx, "faults") == 0
        assert await bench.write(ctx, "bad_access_count", 0) == OKAY
        assert await bench.value(ctx, "bad_access_count") == 0

    bench.run(testbench)


async def send_packet_of(bench, ctx, words):
    (word, *_) = await bench.decode(ctx, sampled(1), words=words)
    assert word["damaged"]


async def overrun(bench, ctx, num_rounds):
    bench.rng = None  # nobody takes predictions
    await bench.write(ctx, "control", 1)
    await bench.send(ctx, np.zeros((num_rounds, 8), bool))
    bench.taken, bench.rng = (), random.Random("overrun")
    while not (bench.taken and bench.taken[-1]["shot_end"]):
        await bench.take_until(ctx, bench.dut.m_axis_predictions_tvalid)
    assert any(word["damaged"] for word in bench.taken)
    assert bench.taken[-1]["round"] == num_rounds - 1
    await bench.write(ctx, "control", 0)


async def unexpected_length(bench, ctx):
    await bench.write(ctx, "expected_rounds", NUM_ROUNDS + 1)
    await bench.decode(ctx, sampled(1))
    await bench.write(ctx, "expected_rounds", 0)


async def nothing_to_match(bench, ctx):
    absent = absent_length(IMAGE.length_bits)
    lonely = replace(IMAGE, first=np.full_like(IMAGE.first, absent), later=IMAGE.later)
    assert await bench.load(ctx, lonely)
    shot = np.zeros((NUM_ROUNDS, 8), bool)
    shot[1, 2] = True
    predictions = await bench.decode(ctx, [shot])
    assert any(word["unmatched"] for word in predictions)
    assert await bench.load(ctx, IMAGE)


async def no_time(bench, ctx):
    await bench.write(ctx, "cycle_budget", 1)
    predictions = await bench.decode(ctx, sampled(4))
    assert any(word["abandoned"] for word in predictions)
    await bench.write(ctx, "cycle_budget", 0)


FAULTY = {
    "short_packet": lambda bench, ctx: send_packet_of(bench, ctx, 1),
    "long_packet": lambda bench, ctx: send_packet_of(bench, ctx, 5),
    "lost_round": lambda bench, ctx: overrun(bench, ctx, 12),
    "shot_length": unexpected_length,
    "unmatched": nothing_to_match,
    "abandoned": no_time,
}


@pytest.mark.parametrize("name", FAULTY)
def test_fault_is_sticky_counted_and_overcome(name):
    bench = Bench(links="none")

    async def testbench(ctx):
        assert await bench.load(ctx, IMAGE)
        await bench.write(ctx, "fault_enable", FAULT_BIT[name])
        assert ctx.get(bench.dut.irq) == 0
        await FAULTY[name](bench, ctx)
        assert ctx.get(bench.dut.irq) == 1
        assert await bench.value(ctx, "faults") == FAULT_BIT[name]
        assert await bench.value(ctx, f"{name}_count") >= 1
        await bench.write(ctx, "faults", FAULT_BIT[name])
        assert ctx.get(bench.dut.irq) == 0
        shots = sampled(4)
        predictions = await bench.decode(ctx, shots)
        assert_golden(predictions, shots, passes=1)
        assert not any(
            word[flag] for word in predictions for flag in ("damaged", "abandoned", "unmatched")
        )
        assert await bench.value(ctx, "faults") == 0

    bench.run(testbench)


@pytest.mark.parametrize("where", ["weight", "link"])
def test_flipped_bit_of_the_image_in_force_is_noticed(where, monkeypatch):
    found = []

    class OpenBank(WeightBank):
        def elaborate(self, platform):
            found.append(self.cells[3].in_force)
            return super().elaborate(platform)

    class OpenMemory(LinkMemory):
        def elaborate(self, platform):
            found.append(self.memory)
            return super().elaborate(platform)

    if where == "weight":
        monkeypatch.setattr(mesh, "WeightBank", OpenBank)
    else:
        monkeypatch.setattr(engine, "LinkMemory", OpenMemory)
    bench = Bench()

    async def testbench(ctx):
        assert await bench.load(ctx, IMAGE)
        await bench.write(ctx, "max_passes", PASSES)
        shots = sampled(4)
        assert_golden(await bench.decode(ctx, shots), shots)
        assert await bench.value(ctx, "faults") == 0
        (victim,) = found
        if where == "weight":
            ctx.set(victim.length, ctx.get(victim.length) ^ 4)
            for _ in range(3):
                await ctx.tick()
        else:  # shows when a row is read
            for row in range(victim.depth):
                bits = ctx.get(victim.data[row]).as_value()
                ctx.set(victim.data[row], victim.shape.from_bits(ctx.get(bits) ^ 1))
            await bench.decode(ctx, shots)
        assert await bench.value(ctx, "faults") == FAULT_BIT["image_parity"]
        assert await bench.value(ctx, "image_parity_count") >= 1
        await bench.write(ctx, "faults", FAULT_BIT["image_parity"])
        assert await bench.load(ctx, IMAGE)
        assert_golden(await bench.decode(ctx, shots), shots)
        assert await bench.value(ctx, "faults") == 0

    bench.run(testbench)
