"""The loop on a running core: changes weights when the noise has changed, and only then."""

import numpy as np
import pytest

from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.decode.correction_rates import window_correction_rates
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.noise.local import data_qubits
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.window import window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.host.adaptive_loop import AdaptiveLoop
from quantacore.host.errors import HardwareFaultError
from tests.host.conftest import IMAGE, MEMORY, PLAN, sampled, sim_link
from tests.host.test_driver import assert_golden

pytestmark = [pytest.mark.verilator, pytest.mark.slow]

NUM_ROUNDS = 7
EXPECTED_SHOTS = 20_000
EXPECTED = window_correction_rates(
    MEMORY, WindowDecoder(IMAGE, passes=1), num_rounds=NUM_ROUNDS, num_shots=EXPECTED_SHOTS
)


def estimator(expected=EXPECTED):
    return CorrectionCounts(
        expected=expected,
        groups=like_edges(PLAN.graph)[: len(expected)],
        expected_shots=EXPECTED_SHOTS * PLAN.num_windows(NUM_ROUNDS),
    )


def hot_shots(num_shots, *, seed):
    """Return shots of a device with a data qubit in the middle that fails 15 times as often."""
    circuit = MEMORY.circuit(NUM_ROUNDS)
    factors = np.ones(circuit.num_qubits)
    factors[data_qubits(circuit)[4]] = 15
    sampler = with_factors(circuit, factors).compile_detector_sampler(seed=seed)
    events = sampler.sample(num_shots, bit_packed=True)
    return rounds_of_events(events, MEMORY.places(NUM_ROUNDS), num_slots=PLAN.num_slots)


def test_loop_loads_weights_when_the_noise_has_changed(link, run):
    async def scenario():
        async with link.driver(timeout_s=30) as driver:
            loop = AdaptiveLoop(driver, IMAGE, estimator())
            assert await loop.start() == 1
            shots = sampled(NUM_ROUNDS, 150)
            await driver.decode(list(shots))
            assert (await loop.step()).image_number is None
            assert loop.live is IMAGE
            await driver.decode(list(hot_shots(150, seed=1)))
            step = await loop.step()
            assert step.image_number == 2
            assert step.estimate.num_changed > 0
            assert step.counts.windows == 150 * PLAN.num_windows(NUM_ROUNDS)
            assert loop.live.first.tolist() != IMAGE.first.tolist()
            shots = hot_shots(60, seed=2)
            predictions = await driver.decode(list(shots))
            assert_golden(predictions, shots, images=[loop.live], first_image=2)

    run(scenario())


def test_steady_noise_loads_nothing(run):
    async def scenario():
        async with sim_link().driver() as driver:
            loop = AdaptiveLoop(driver, IMAGE, estimator())
            await loop.start()
            for seed in range(40):
                await driver.decode(list(sampled(NUM_ROUNDS, 500, seed=100 + seed)))
                assert (await loop.step()).image_number is None
            assert (await loop.step()).estimate is None  # no window since

    run(scenario())


def test_loop_goes_on_where_another_was(run):
    async def scenario():
        async with sim_link().driver() as driver:
            loop = AdaptiveLoop(driver, IMAGE, estimator())
            await loop.start()
            await driver.decode(list(hot_shots(2_000, seed=1)))
            step = await loop.step()
            assert step.image_number is not None
            again = AdaptiveLoop(driver, IMAGE, estimator())
            again.replay(step.counts)
            assert await again.start() == step.image_number + 1
            assert again.live.first.tolist() == loop.live.first.tolist() != IMAGE.first.tolist()
            await driver.decode(list(hot_shots(500, seed=2)))
            await again.step()
            assert again.estimator.shots.max() == 2_500 * PLAN.num_windows(NUM_ROUNDS)

    run(scenario())


def test_counts_with_faults_in_them_teach_nothing(run):
    async def scenario():
        async with sim_link().driver() as driver:
            loop = AdaptiveLoop(driver, IMAGE, estimator())
            await loop.start()
            await driver.configure(expected_rounds=NUM_ROUNDS)
            for clear in (True, False):
                with pytest.raises(HardwareFaultError, match="shot_length"):
                    await driver.decode([*hot_shots(300, seed=1), *sampled(NUM_ROUNDS - 1, 1)])
                if not clear:
                    await driver.decode(list(hot_shots(300, seed=2)), check=False)
                step = await loop.step()
                assert step.counts.windows > 300
                assert step.estimate is None
            await driver.decode(list(hot_shots(300, seed=3)))
            assert (await loop.step()).image_number is not None

    run(scenario())


def test_what_does_not_fit_is_refused(run):
    other = build_window_image(window_plan(MEMORY, commit_rounds=3, buffer_rounds=1))

    async def scenario():
        async with sim_link().driver() as driver:
            with pytest.raises(ValueError, match="Image must be made for the core's windows"):
                AdaptiveLoop(driver, other, estimator())
            with pytest.raises(ValueError, match=r"must be of the core's \d+ edges"):
                AdaptiveLoop(driver, IMAGE, estimator(EXPECTED[:-1]))

    run(scenario())
