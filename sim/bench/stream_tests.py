"""cocotb tests of a generated streaming core, run by `quantacore.sim.bench.run`.

All ports are driven by cocotbext-axi; every offer on every channel is watched, every window is
compared with the golden model.

In: the design, through cocotb.   Out: passed or failed tests.   Next: `quantacore.sim.bench.run`.
"""

import cocotb
import numpy as np
from cocotb.triggers import ClockCycles
from cocotbext.axi import AxiResp

from quantacore.golden.spec.registers import FAULTS, ID_VALUE, REGISTERS, Access
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.sim.bench.axi_bench import AxiBench
from quantacore.sim.stream_comparison import compare_stream

PAUSES = [0.0, 0.4, 0.8]
PASSES = 3
FAULT_BIT = {fault.name: 1 << bit for bit, fault in enumerate(FAULTS)}


async def started(dut, seed: str, *, pauses: float) -> AxiBench:
    """Return the bench of a core after its reset."""
    bench = AxiBench(dut, str(cocotb.plusargs["core"]), seed=seed, pauses=pauses)
    await bench.start()
    return bench


async def ready(bench: AxiBench) -> WindowImage:
    """Load the image of the core's own priors."""
    image = build_window_image(bench.plan, length_bits=bench.config.length_bits)
    assert await bench.load_image(image)
    await bench.wait_for("image_count", 1)
    assert await bench.write("max_passes", PASSES) == AxiResp.OKAY
    return image


def random_shots(bench: AxiBench, count: int) -> list[np.ndarray]:
    """Return shots of random lengths; defects need not come from faults."""
    rng = np.random.default_rng(bench.rng.getrandbits(64))
    least = bench.plan.least_rounds
    return [
        rng.random((least + rng.integers(0, 12), bench.plan.num_slots)) < 0.08 for _ in range(count)
    ]


async def compared(bench: AxiBench, shots, images, *, damaged=None) -> dict[str, int]:
    """Wait for the answers to some shots; none may differ from the golden model's.

    Returns the fault that they count as: random defects may lie where nothing explains them.
    """
    num_windows = sum(bench.plan.num_windows(len(shot)) for shot in shots)
    streamed = await bench.answers(num_windows)
    comparison = compare_stream(streamed, shots, images, passes=PASSES, damaged=damaged)
    assert not comparison.mismatching.any(), comparison.first
    return {"unmatched": int(streamed.flag("unmatched").sum())}


@cocotb.test()
@cocotb.parametrize(pauses=PAUSES)
async def identify(dut, pauses):
    """Every register reads or refuses as the map says, and those that do not exist refuse."""
    bench = await started(dut, f"identify/{pauses}", pauses=pauses)
    assert await bench.read("id") == (ID_VALUE, AxiResp.OKAY)
    assert (await bench.read("num_slots"))[0] == bench.plan.num_slots
    refused = 0
    for register in REGISTERS:
        value, response = await bench.read(register.address)
        assert response == (AxiResp.OKAY if register.access.readable else AxiResp.SLVERR)
        refused += response == AxiResp.SLVERR
        if register.access is Access.READ_WRITE:
            assert value == register.reset, register.name
        if not register.access.writable:
            assert await bench.write(register.address, 1) == AxiResp.SLVERR, register.name
            refused += 1
    for address in (0xF8, 0xFC):
        assert await bench.read(address) == (0, AxiResp.SLVERR)
        assert await bench.write(address, 1) == AxiResp.SLVERR
        refused += 2
    assert await bench.faults() == {"bad_access": refused}


@cocotb.test()
@cocotb.parametrize(pauses=PAUSES)
async def decode_streams(dut, pauses):
    """Shots of many lengths, one behind the other."""
    bench = await started(dut, f"decode_streams/{pauses}", pauses=pauses)
    image = await ready(bench)
    shots = random_shots(bench, 40)
    for shot in shots:
        bench.send_shot(shot)
    expected = await compared(bench, shots, {1: image})
    assert expected["unmatched"] > 0, "no window is unmatched: the test proves less"
    assert await bench.faults() == expected
    assert (await bench.read("shots"))[0] == 40
    assert not dut.irq.value


@cocotb.test()
@cocotb.parametrize(pauses=PAUSES)
async def swap_images_under_load(dut, pauses):
    """Images come while rounds do; every window is decoded with one whole image."""
    bench = await started(dut, f"swap_images/{pauses}", pauses=pauses)
    images = {1: await ready(bench)}
    shots = random_shots(bench, 60)
    for shot in shots:
        bench.send_shot(shot)
    for number in (2, 3):
        unit = images[1].unit * (1.5 if number == 2 else 0.8)
        other = build_window_image(bench.plan, length_bits=bench.config.length_bits, unit=unit)
        if bench.config.links == "baked":
            other = _with_links_of(other, images[1])
        images[number] = other
        assert await bench.load_image(other)
        await bench.wait_for("image_count", number)
    expected = await compared(bench, shots, images)
    assert await bench.faults() == expected


@cocotb.test()
@cocotb.parametrize(pauses=PAUSES)
async def report_faults(dut, pauses):
    """Short and long packets, bad accesses and cut images: seen, counted, overcome."""
    bench = await started(dut, f"report_faults/{pauses}", pauses=pauses)
    image = await ready(bench)
    await bench.write("fault_enable", FAULT_BIT["short_packet"])
    shots = random_shots(bench, 30)
    damaged = []
    expected = {"short_packet": 0, "long_packet": 0}
    for shot in shots:
        for index, defects in enumerate(shot):
            extra = bench.rng.choice([0] * 12 + [1, 3] + [-1] * (bench.words_per_round > 1))
            damaged.append(extra != 0)
            expected["short_packet"] += extra < 0
            expected["long_packet"] += extra > 0
            bench.send_round(defects, end=index == len(shot) - 1, extra_words=extra)
    for _ in range(5):
        assert await bench.write(0xFC, 0) == AxiResp.SLVERR
    await bench.write("image_start", 0)
    await bench.write("image_data", 1)
    await bench.write("image_checksum", 0)
    expected |= {"bad_access": 5, "image_checksum": 1}
    expected |= await compared(bench, shots, {1: image}, damaged=np.array(damaged))
    found = await bench.faults()
    found.pop("image_words", None)
    assert found == {name: count for name, count in expected.items() if count}
    assert bool(dut.irq.value) == bool(expected["short_packet"])
    await bench.write("faults", FAULT_BIT["short_packet"])
    await ClockCycles(dut.aclk, 2)
    assert not dut.irq.value
    again = random_shots(bench, 5)
    for shot in again:
        bench.send_shot(shot)
    await compared(bench, again, {1: image})


@cocotb.test()
@cocotb.parametrize(pauses=PAUSES)
async def reset_at_any_time(dut, pauses):
    """After a reset in the middle of everything the core starts afresh."""
    bench = await started(dut, f"reset/{pauses}", pauses=pauses)
    for _ in range(3):
        image = await ready(bench)
        for shot in random_shots(bench, 20):
            bench.send_shot(shot)
        await ClockCycles(dut.aclk, bench.rng.randrange(20, 400))
        for stream in (bench.rounds, bench.predictions, bench.corrections):
            stream.clear()
        await bench.reset()
        for stream in (bench.predictions, bench.corrections):
            stream.clear()
    image = await ready(bench)
    shots = random_shots(bench, 10)
    for shot in shots:
        bench.send_shot(shot)
    await compared(bench, shots, {1: image})


def _with_links_of(image: WindowImage, other: WindowImage) -> WindowImage:
    """Return an image that fits a core with baked links."""
    fields = {name: value for name, value in vars(image).items() if not name.startswith("_")}
    return WindowImage(**{**fields, "links": other.links, "link_lengths": other.link_lengths})
