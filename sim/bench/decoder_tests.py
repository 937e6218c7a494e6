"""cocotb tests of a generated core, run by `quantacore.sim.bench.run`.

Each is one situation in which a user's system may put the core. The checks are the monitors' and
the scoreboard's: every word that moves is checked in the cycle in which it moves.

In: the design, through cocotb.   Out: passed or failed tests.   Next: `quantacore.sim.bench.model`.
"""

import dataclasses

import cocotb
import numpy as np

from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.golden.spec.lengths import FUSED_LENGTH, absent_length, longest_length
from quantacore.sim.bench.decoder_bench import DecoderBench

GAPS = 0.4
STALLS = 0.6
DENSITIES = (0.0, 0.05, 0.2, 0.6)


@cocotb.test()
@cocotb.parametrize(gaps=[0.0, GAPS], stalls=[0.0, STALLS])
async def decode_shots(dut, gaps, stalls):
    """Every answer is right, whatever pauses there are; three images in turn."""
    bench = await started(dut, f"decode_shots/{gaps}/{stalls}", gaps=gaps, stalls=stalls)
    for absent in (0.1, 0.0, 0.7):
        bench.send_image(random_image(bench, absent=absent))
        await bench.finish()
        for shot in range(60):
            bench.send_shot(bench.random_shot(density=DENSITIES[shot % len(DENSITIES)]))
        await bench.finish()
    assert bench.scoreboard.num_checked == 180
    assert bench.scoreboard.num_unmatched > 0, "no shot is unmatched: the test proves less"


@cocotb.test()
@cocotb.parametrize(passes=[1, 2, 3, 7])
async def decode_in_several_passes(dut, passes):
    """Only cores with links have more than one pass; others are left alone."""
    bench = DecoderBench(dut, str(cocotb.plusargs["core"]), seed=f"passes/{passes}")
    if passes > 1 and not bench.config.has_later:
        return
    bench.set_pauses(gaps=0.2, stalls=0.2)
    await bench.start(passes=passes)
    for _ in range(3):
        bench.send_image(random_image(bench))
        for _ in range(30):
            bench.send_shot(bench.random_shot(density=0.15))
    await bench.finish()
    assert bench.scoreboard.num_checked == 90


@cocotb.test()
@cocotb.parametrize(gaps=[0.0, GAPS], stalls=[0.0, STALLS])
async def reload_images_under_load(dut, gaps, stalls):
    """Images come in at any time; every shot is decoded with one whole image."""
    bench = await started(dut, f"reload_images/{gaps}/{stalls}", gaps=gaps, stalls=stalls)
    for _ in range(12):
        bench.send_image(random_image(bench))
        for _ in range(bench.rng.randrange(8)):
            bench.send_shot(bench.random_shot(density=0.2))
        await bench.wait_cycles(bench.rng.randrange(200))
    await bench.finish()
    assert bench.scoreboard.num_checked > 20


@cocotb.test()
@cocotb.parametrize(gaps=[0.0, GAPS], stalls=[0.0, STALLS])
async def drop_malformed_shots(dut, gaps, stalls):
    """Packets too short or too long are dropped and flagged; the next shot decodes."""
    bench = await started(dut, f"malformed_shots/{gaps}/{stalls}", gaps=gaps, stalls=stalls)
    bench.send_image(random_image(bench))
    for num_extra_words in (1, -1, 5, 0, 0, 2 * bench.words_per_shot, -1, 1, 0):
        # A packet has at least one word.
        num_extra_words = max(num_extra_words, 1 - bench.words_per_shot)
        bench.send_shot(bench.random_shot(density=0.2), num_extra_words=num_extra_words)
        bench.send_shot(bench.random_shot(density=0.2))
    await bench.finish()
    assert bench.model.rounds_error
    await bench.reset()
    bench.send_image(random_image(bench))
    bench.send_shot(bench.random_shot(density=0.2))
    await bench.finish()
    assert not bench.model.rounds_error


@cocotb.test()
@cocotb.parametrize(num_extra_words=[-1, 1, 30], gaps=[0.0, GAPS])
async def drop_malformed_images(dut, num_extra_words, gaps):
    """Drop and flag an image too short or too long; the one in force stays."""
    bench = await started(dut, f"malformed_images/{num_extra_words}/{gaps}", gaps=gaps)
    bench.send_image(random_image(bench))
    await bench.finish()
    bench.send_shot(bench.random_shot(density=0.2))
    words = bench.image_words(random_image(bench))
    bench.send_image_words((words + words)[: len(words) + num_extra_words])
    for _ in range(3):
        bench.send_shot(bench.random_shot(density=0.2))  # with the image that is in force
    await bench.finish()
    bench.send_image(random_image(bench))
    await bench.finish()
    bench.send_shot(bench.random_shot(density=0.2))
    await bench.finish()
    assert bench.model.image_error
    assert bench.model.num_images == 2


@cocotb.test()
async def wait_for_the_first_image(dut):
    """Shots that come before any image wait for it; a malformed image does not free them."""
    bench = await started(dut, "first_image")
    for _ in range(3):
        bench.send_shot(bench.random_shot(density=0.2))
    await bench.wait_cycles(100)
    bench.send_image_words(bench.image_words(random_image(bench))[1:])
    await bench.wait_cycles(200)
    assert bench.model.image_error
    assert bench.monitors["predictions"].num_presented == 0
    assert bench.model.num_shots == 1, "one in the buffer"
    bench.send_image(random_image(bench))
    await bench.finish()
    assert bench.scoreboard.num_predictions == 3


@cocotb.test()
@cocotb.parametrize(stalls=[0.0, STALLS])
async def reset_anywhere(dut, stalls):
    """In mid-packet, in mid-shot, in mid-image, with answers waiting: afterwards all is new."""
    bench = await started(dut, f"reset_anywhere/{stalls}", gaps=0.2, stalls=stalls)
    for _ in range(60):
        bench.send_image(random_image(bench))
        if bench.rng.random() < 0.7:
            await bench.finish()
        for _ in range(6):
            bench.send_shot(bench.random_shot(density=0.3))
        await bench.wait_cycles(bench.rng.randrange(60))
        await bench.reset()
        await bench.wait_cycles(bench.rng.randrange(3))
        for name in ("predictions_valid", "image_loaded", "rounds_error", "image_error"):
            assert not int(getattr(dut, name).value), f"{name} after reset, seed {bench.seed!r}"
    bench.send_image(random_image(bench))
    bench.send_shot(bench.random_shot(density=0.3))
    await bench.finish()
    assert bench.scoreboard.num_predictions == 1


@cocotb.test()
async def hold_everything_while_outputs_stall(dut):
    """Nothing is lost or changed while nobody takes the answers."""
    bench = await started(dut, "hold_outputs")
    bench.send_image(random_image(bench))
    await bench.finish()
    for sink in bench.sinks:
        sink.pause = lambda: True
    for _ in range(5):
        bench.send_shot(bench.random_shot(density=0.2))
    await bench.wait_cycles(500)  # the monitors see to it that nothing changes
    assert bench.scoreboard.num_predictions == 0
    assert bench.monitors["predictions"].num_presented == 1
    assert bench.model.num_shots == 3, "one at the output, one in the mesh, one in the buffer"
    bench.set_pauses()
    await bench.finish()


@cocotb.test()
async def count_cycles_of_an_idle_core(dut):
    """From the cycle in which the last word moves to the first with the prediction valid."""
    bench = await started(dut, "count_cycles")
    bench.send_image(random_image(bench))
    await bench.finish()
    for shot in range(80):
        defects = bench.random_shot(density=DENSITIES[shot % len(DENSITIES)])
        bench.send_shot(defects)
        await bench.finish()
        measured = bench.monitors["predictions"].first_valid_cycle - bench.last_accepted_cycle
        counted = bench.last_prediction["cycles"]
        assert counted == measured, f"shot {shot}: counted {counted} cycles, took {measured}"
        assert any(defects) or measured == 2, f"shot {shot}: {measured} cycles without defects"


@cocotb.test()
async def take_shots_without_defects_at_full_speed(dut):
    """Load, decode and drain at the same time."""
    bench = await started(dut, "empty_shots")
    bench.send_image(random_image(bench))
    await bench.finish()
    num_shots, start = 50, bench.cycle
    for _ in range(num_shots):
        bench.send_shot([False] * bench.graph.num_detectors)
    await bench.finish()
    num_edge_words = -(-bench.graph.num_edges // bench.config.word_bits)
    busiest = max(2, bench.words_per_shot, num_edge_words)
    took = bench.last_accepted_cycle - start
    assert took <= num_shots * busiest + 10, f"{num_shots} shots took {took} cycles"


async def started(dut, seed: str, *, gaps: float = 0.0, stalls: float = 0.0) -> DecoderBench:
    """Return a bench that runs, its core reset; the seed is in every message."""
    bench = DecoderBench(dut, str(cocotb.plusargs["core"]), seed=seed)
    bench.set_pauses(gaps=gaps, stalls=stalls)
    await bench.start()
    return bench


def random_image(bench: DecoderBench, *, absent: float = 0.1, fused: float = 0.1) -> WeightImage:
    """Return an image with random lengths and observables."""
    rng, bits = bench.rng, bench.config.length_bits
    lengths = []
    for _ in bench.graph.edges:
        kind = rng.random()
        if kind < absent:
            lengths.append(absent_length(bits))
        elif kind < absent + fused:
            lengths.append(FUSED_LENGTH)
        else:
            lengths.append(rng.randint(1, longest_length(bits)))
    observables = [
        rng.getrandbits(bench.graph.num_observables) if bench.graph.num_observables else 0
        for _ in lengths
    ]
    image = build_image(bench.graph, length_bits=bits)
    if bench.config.links == "runtime":  # those that are baked in cannot change
        kept = np.array([rng.random() < 0.7 for _ in image.link_lengths], bool)
        image = dataclasses.replace(
            image,
            link_sources=image.link_sources[kept],
            link_targets=image.link_targets[kept],
            link_lengths=np.array(
                [rng.randint(1, longest_length(bits)) for _ in range(int(kept.sum()))], np.uint8
            ),
        )
    first = np.array(lengths, np.uint8)
    special = (first == FUSED_LENGTH) | (first == absent_length(bits))
    other = [rng.randint(1, longest_length(bits)) for _ in lengths]
    return dataclasses.replace(
        image,
        first=first,
        later=np.where(special, first, other).astype(np.uint8),
        observables=np.array(observables, np.uint64),
    )
