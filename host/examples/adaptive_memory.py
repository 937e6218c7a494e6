"""Keep a core's weights in step with a device: a control script to start from.

In: folder of a core with counters, its circuit, a port if it is on a board.   Out: a line a look.
Next: `quantacore.host.adaptive_loop`; ``docs/tutorial.md`` makes core and circuit.

    python host/examples/adaptive_memory.py core memory.stim
    python host/examples/adaptive_memory.py core memory.stim /dev/ttyUSB0
    quantacore dashboard live.jsonl            meanwhile, in another terminal: its page
"""

import argparse
import asyncio

import numpy as np
import stim

from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.decode.correction_rates import window_correction_rates
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.noise.local import data_qubits
from quantacore.golden.noise.scaled import with_doubled_noise, with_factors
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.window_image import build_window_image
from quantacore.host.adaptive_loop import AdaptiveLoop
from quantacore.host.driver import Driver
from quantacore.host.links.serial_port import SerialTransport
from quantacore.host.live_log import LiveLog, live_header
from quantacore.sim.transport import SimTransport

ROUNDS, SHOTS, MODEL_SHOTS = 9, 500, 50_000


def next_shots(source: RepeatingCircuit, look: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rounds and flips of some shots. Put your experiment here: this one gets hot."""
    circuit = source.circuit(ROUNDS)
    factors = np.ones(circuit.num_qubits)
    factors[data_qubits(circuit)[4]] = 1 if look < 4 else 30
    sampler = with_factors(circuit, factors).compile_detector_sampler(seed=look)
    events, flips = sampler.sample(SHOTS, separate_observables=True, bit_packed=True)
    places = source.places(ROUNDS)
    return rounds_of_events(events, places, num_slots=source.num_slots), flips[:, 0]


async def main(
    core: str, circuit: str, port: str = "", *, log: str = "live.jsonl", looks: int = 12
) -> None:
    """Decode, look at the counters, load new weights if they help; again and again."""
    source = RepeatingCircuit(stim.Circuit.from_file(circuit))
    async with Driver(SerialTransport(port) if port else SimTransport(core), core) as driver:
        plan = driver.core.plan
        image = build_window_image(plan)
        await driver.reset()  # whatever another program has left in it
        await driver.configure(max_passes=3)
        doubled = RepeatingCircuit(with_doubled_noise(stim.Circuit.from_file(circuit)))
        expected, expected_doubled = (
            window_correction_rates(
                some, WindowDecoder(image), num_rounds=ROUNDS, num_shots=MODEL_SHOTS
            )
            for some in (source, doubled)
        )
        estimator = CorrectionCounts(
            expected=expected,
            expected_doubled=expected_doubled,
            groups=like_edges(plan.graph),
            expected_shots=MODEL_SHOTS * plan.num_windows(ROUNDS),
            memory_shots=50_000,
        )
        loop = AdaptiveLoop(driver, image, estimator)
        await loop.start()
        header = live_header(title="adaptive memory", slots=source.slot_coordinates, settings={})
        with LiveLog(log, header) as live:
            for look in range(looks):
                shots, flips = next_shots(source, look)
                found = await driver.decode(list(shots))
                errors = int((found.shot_frames != flips).sum())
                step = await loop.step()
                news = f"new weights, image {step.image_number}" if step.image_number else ""
                print(f"look {look}: {errors} errors in {SHOTS} shots  {news}")
                level = await driver.take_level()
                cycles = found.fields["cycles"]
                live.look(step.counts, shots=SHOTS, cycles=cycles, buffer=level)
                live.errors({"core": errors}, shots=SHOTS)
                if news:
                    live.event("image", news)
                    live.weights(priors=loop.live.plan.entry_priors, lengths=loop.live.first)
            live.end(f"{looks} looks are done")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Decode, and let the weights follow the noise.")
    parser.add_argument("core", help="folder of a streaming core with counters")
    parser.add_argument("circuit", help="its circuit: a surface code memory with one observable")
    parser.add_argument("port", nargs="?", default="", help="serial port; simulated without")
    parser.add_argument("--log", default="live.jsonl", help="for the page (default live.jsonl)")
    asyncio.run(main(**vars(parser.parse_args())))
