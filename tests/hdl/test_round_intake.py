# amaranth: UnusedElaboratable=no
"""The intake of rounds on random packets, with and without back-pressure."""

import random
from typing import NamedTuple

import pytest

from quantacore.golden.spec.config import num_words
from quantacore.hdl.round_intake import RoundIntake
from quantacore.sim.pysim import simulate

STROBES = ("short_packet", "long_packet", "lost_round", "lost_shot", "shot_length")


class Round(NamedTuple):
    defects: int
    shot_end: int
    damaged: int
    shot: int
    round: int


class Packet(NamedTuple):
    words: list[int]
    defects: int
    shot_end: int
    good: int


def random_packet(rng, num_slots, word_bits, *, shot_end, good=True):
    right = num_words(num_slots, word_bits=word_bits)
    size = right
    while not good and size == right:
        size = rng.randint(1, right + 3)
    words = [rng.getrandbits(word_bits) for _ in range(size)]
    value = sum(word << word_bits * index for index, word in enumerate(words))
    return Packet(words, value & ((1 << num_slots) - 1) if good else 0, shot_end, good)


def random_shots(rng, num_slots, word_bits, *, num_rounds, bad=0.1, end=0.2):
    return [
        random_packet(
            rng, num_slots, word_bits, shot_end=rng.random() < end, good=rng.random() >= bad
        )
        for _ in range(num_rounds)
    ]


def tagged(packets):
    """Return what a lossless intake puts out."""
    shot, index, rounds = 0, 0, []
    for packet in packets:
        rounds.append(Round(packet.defects, packet.shot_end, not packet.good, shot, index))
        shot, index = (shot + 1, 0) if packet.shot_end else (shot, index + 1)
    return rounds


class Bench:
    """Send packets, collect rounds and strobes, watch the handshake of ``out``."""

    def __init__(self, *, num_slots, word_bits, seed):
        self.dut = RoundIntake(num_slots=num_slots, word_bits=word_bits)
        self.rng = random.Random(seed)
        self.counts = dict.fromkeys(STROBES, 0)
        self.num_accepted = 0
        self.rounds: list[Round] = []
        self.lost: list[int] = []  # indices of the packets whose round is lost
        self.stalled: Round | None = None
        self.num_ended = 0

    async def cycle(self, ctx, word=None, *, ready):
        """Run one cycle; return whether the word has moved."""
        dut, rng = self.dut, self.rng
        ctx.set(dut.rounds.valid, word is not None)
        data, last, end = word or (0, rng.randrange(2), rng.randrange(2))
        ctx.set(dut.rounds.payload, {"data": data, "last": last, "shot_end": end})
        ctx.set(dut.out.ready, ready)
        await ctx.delay(1e-9)
        for name in STROBES:
            self.counts[name] += ctx.get(getattr(dut, name))
        moved = word is not None and ctx.get(dut.rounds.ready)
        valid, view = ctx.get(dut.out.valid), ctx.get(dut.out.payload)
        found = Round(*(getattr(view, name) for name in Round._fields)) if valid else None
        if self.stalled is not None:
            assert found == self.stalled
        self.stalled = found if not ready else None
        assert ctx.get(dut.accepted) == (valid and ready)
        if valid and ready:
            self.rounds.append(found)
        if moved and last:
            if ctx.get(dut.lost_round):
                self.lost.append(self.num_ended)
            self.num_ended += 1
        else:
            assert not ctx.get(dut.lost_round) and not ctx.get(dut.lost_shot)
        await ctx.tick()
        return moved

    async def send(self, ctx, packets, *, gaps, stalls):
        for packet in packets:
            for index, word in enumerate(packet.words):
                last = index == len(packet.words) - 1
                # The end of a shot counts with the last word only.
                end = packet.shot_end if last else self.rng.randrange(2)
                while self.rng.random() < gaps:
                    await self.cycle(ctx, ready=self.rng.random() >= stalls)
                while not await self.cycle(
                    ctx, (word, last, end), ready=self.rng.random() >= stalls
                ):
                    pass

    async def drain(self, ctx, cycles):
        for _ in range(cycles):
            await self.cycle(ctx, ready=True)


SIZES = pytest.mark.parametrize(("num_slots", "word_bits"), [(8, 8), (9, 4)])


@SIZES
@pytest.mark.parametrize(("gaps", "stalls"), [(0, 0), (0.3, 0.5), (0, 0.8), (0.7, 0)])
def test_round_intake_puts_out_one_round_per_packet(num_slots, word_bits, gaps, stalls):
    bench = Bench(num_slots=num_slots, word_bits=word_bits, seed=f"intake/{num_slots}/{gaps}")
    packets = random_shots(bench.rng, num_slots, word_bits, num_rounds=150)

    async def testbench(ctx):
        await bench.send(ctx, packets, gaps=gaps, stalls=stalls)
        await bench.drain(ctx, 3)

    simulate(bench.dut, testbench)
    right = num_words(num_slots, word_bits=word_bits)
    assert bench.rounds == tagged(packets)
    assert bench.counts == {
        **dict.fromkeys(STROBES, 0),
        "short_packet": sum(len(packet.words) < right for packet in packets),
        "long_packet": sum(len(packet.words) > right for packet in packets),
    }


def check_losses(bench, packets):
    """Every packet is put out, or lost and stood in for, or of a shot that is skipped whole."""
    expected, lost = tagged(packets), set(bench.lost)
    seen_shots = {found.shot for found in bench.rounds}
    wanted = [
        right._replace(defects=0, damaged=1) if index in lost else right
        for index, right in enumerate(expected)
        if right.shot in seen_shots
    ]
    assert bench.rounds == wanted
    skipped = {right.shot for right in expected} - seen_shots
    for index, right in enumerate(expected):
        assert right.shot not in skipped or index in lost
    assert bench.counts["lost_shot"] == len(skipped)
    assert bench.counts["lost_round"] == len(lost)


@SIZES
@pytest.mark.parametrize("gaps", [0, 0.2, 0.7])
@pytest.mark.parametrize("end", [0.05, 0.4, 1])
def test_round_intake_without_waiting_accounts_for_every_round(num_slots, word_bits, gaps, end):
    bench = Bench(num_slots=num_slots, word_bits=word_bits, seed=f"no_wait/{num_slots}/{gaps}")
    packets = []

    async def testbench(ctx):
        ctx.set(bench.dut.no_wait, 1)
        for _ in range(12):
            more = random_shots(bench.rng, num_slots, word_bits, num_rounds=12, end=end)
            packets.extend(more)
            await bench.send(ctx, more, gaps=gaps, stalls=bench.rng.choice([0, 0.3, 0.6, 1]))
        packets.append(random_packet(bench.rng, num_slots, word_bits, shot_end=1))
        await bench.send(ctx, packets[-1:], gaps=0, stalls=1)
        await bench.drain(ctx, 400)
        num_lost = len(bench.lost)
        assert num_lost > 20
        if end > 0.1:
            assert bench.counts["lost_shot"] > 0
        last = random_shots(bench.rng, num_slots, word_bits, num_rounds=30)
        packets.extend(last)
        await bench.send(ctx, last, gaps=0, stalls=0)
        await bench.drain(ctx, 3)
        assert len(bench.lost) == num_lost, "a round is lost though nothing stalls"

    simulate(bench.dut, testbench)
    check_losses(bench, packets)


@pytest.mark.parametrize("shot_rounds", [1, 2, 5])
@pytest.mark.parametrize("stall_cycles", [2, 3, 4, 20])
def test_round_intake_recovers_while_rounds_come_in_every_cycle(shot_rounds, stall_cycles):
    bench = Bench(num_slots=4, word_bits=4, seed=f"full_rate/{shot_rounds}/{stall_cycles}")
    packets = [
        random_packet(bench.rng, 4, 4, shot_end=index % shot_rounds == shot_rounds - 1)
        for index in range(120)
    ]

    async def testbench(ctx):
        ctx.set(bench.dut.no_wait, 1)
        await bench.send(ctx, packets[:7], gaps=0, stalls=0)
        await bench.send(ctx, packets[7 : 7 + stall_cycles], gaps=0, stalls=1)
        await bench.send(ctx, packets[7 + stall_cycles :], gaps=0, stalls=0)
        await bench.drain(ctx, 3)

    simulate(bench.dut, testbench)
    check_losses(bench, packets)
    assert bench.lost
    assert max(bench.lost) < 7 + stall_cycles + 3 * shot_rounds


def test_round_intake_resumes_an_endless_shot_that_was_held_back():
    bench = Bench(num_slots=4, word_bits=4, seed="endless")
    packets = [random_packet(bench.rng, 4, 4, shot_end=index == 2) for index in range(30)]

    async def testbench(ctx):
        ctx.set(bench.dut.no_wait, 1)
        await bench.send(ctx, packets[:10], gaps=0, stalls=1)
        await bench.drain(ctx, 15)
        await bench.send(ctx, packets[10:], gaps=0, stalls=0)
        await bench.drain(ctx, 2)

    simulate(bench.dut, testbench)
    check_losses(bench, packets)
    assert bench.lost == list(range(1, 10))
    assert len(bench.rounds) == 30


def test_round_intake_loses_nothing_more_when_no_wait_ends():
    bench = Bench(num_slots=9, word_bits=4, seed="toggle")
    packets = random_shots(bench.rng, 9, 4, num_rounds=600)
    lost_while_waiting = []

    async def testbench(ctx):
        for start in range(0, 600, 3):
            no_wait = bench.rng.randrange(2)
            ctx.set(bench.dut.no_wait, no_wait)
            before = len(bench.lost)
            stalls = bench.rng.choice([0, 0.5, 0.95])
            await bench.send(ctx, packets[start : start + 3], gaps=0.1, stalls=stalls)
            if not no_wait:
                lost_while_waiting.append(len(bench.lost) - before)
        await bench.drain(ctx, 100)

    simulate(bench.dut, testbench)
    check_losses(bench, packets)
    assert len(bench.lost) > 10
    assert len(lost_while_waiting) > 50 and not any(lost_while_waiting)


def test_round_intake_reports_shots_of_another_length_once():
    bench = Bench(num_slots=2, word_bits=2, seed="length")
    lengths = [3, 2, 3, 7, 1, 3, 4]

    async def testbench(ctx):
        for expected, reports in [(3, 4), (0, 0), (1, 6), (7, 6)]:
            ctx.set(bench.dut.expected_rounds, expected)
            before = bench.counts["shot_length"]
            for length in lengths:
                await bench.send(
                    ctx,
                    [
                        random_packet(bench.rng, 2, 2, shot_end=index == length - 1)
                        for index in range(length)
                    ],
                    gaps=0.2,
                    stalls=0.2,
                )
            assert bench.counts["shot_length"] == before + reports

    simulate(bench.dut, testbench)


def test_round_intake_passes_a_round_in_one_cycle():
    bench = Bench(num_slots=4, word_bits=4, seed="latency")

    async def testbench(ctx):
        for index in range(10):
            await bench.cycle(ctx, (index, 1, 0), ready=True)
            assert len(bench.rounds) == index
        await bench.cycle(ctx, ready=True)
        assert [found.defects for found in bench.rounds] == list(range(10))

    simulate(bench.dut, testbench)
