"""The core's own counts change its code, on the golden stream and on the generated core."""

from functools import cache

import numpy as np
import pytest

from quantacore.golden.adapt.code_choice import CodeChoice, Why
from quantacore.golden.adapt.counted_rates import CountedRates
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.noise.scaled import with_doubled_noise
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import build_window_image
from quantacore.host import code_selector
from quantacore.host.code_selector import CodeSelector
from quantacore.host.driver import Driver
from quantacore.host.errors import ImageRejectedError
from quantacore.host.family_driver import FamilyDriver
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.experiments.counted_codes import counted_members
from quantacore.sim.transport import SimTransport
from tests.golden.family.families import CORE_CONFIG, PATCHES, family

ROUNDS, LOOK_SHOTS = 6, 300
NAMES = ("narrow", "column")
COSTS = {"narrow": 5, "column": 11}
"""As if the better one were the dearer one, so that there is something to choose."""
TARGET = 0.08
"""The narrow one makes 0.05 errors per shot, and 0.15 when noise has doubled."""


@cache
def circuits():
    return {name: PATCHES[name].memory(p=0.01, rounds=4) for name in NAMES}


@cache
def decoders():
    config = family().config(CORE_CONFIG)
    linked = {name: image.num_links > 0 for name, image in family().images(config).items()}
    return {
        name: WindowDecoder(
            build_window_image(family().members[name].plan, with_links=linked[name]), passes=3
        )
        for name in NAMES
    }


@cache
def shots(name, *, loud=False, seed=1, num_shots=LOOK_SHOTS):
    """Return rounds of shots: bool, (num_shots, ROUNDS, slots of the member)."""
    circuit = circuits()[name]
    if loud:
        circuit = with_doubled_noise(circuit)
    source = RepeatingCircuit(circuit)
    sampler = source.circuit(ROUNDS).compile_detector_sampler(seed=seed)
    events = np.asarray(sampler.sample(num_shots, bit_packed=True))
    return rounds_of_events(events, source.places(ROUNDS), num_slots=source.num_slots)


def selector(*, start="narrow", enough=500):
    windows = family().plan.num_windows(ROUNDS)
    codes = counted_members(
        family(), circuits(), decoders(), num_rounds=ROUNDS, num_shots=5_000, memory_shots=1e5
    )
    return CodeSelector(
        family(),
        CountedRates(codes, least_shots=enough * windows),
        CodeChoice(start=start, target=TARGET),
        qubits=COSTS,
    )


def counted(name, rounds):
    """Return what the counters of the family's core say of a member's shots."""
    found = decoders()[name].decode_shots(rounds, with_corrections=True)
    bits = unpack_bits(
        found.corrections.reshape(-1, found.corrections.shape[-1]),
        num_bits=decoders()[name].plan.graph.num_edges,
    )
    corrections = np.zeros(family().plan.graph.num_edges, np.int64)
    corrections[family().placement(name).edges] = bits.sum(axis=0)
    events = np.zeros(len(family().slots), np.int64)
    events[family().placement(name).slots] = rounds.sum(axis=(0, 1))
    return StreamCounts(
        corrections=corrections,
        events=events,
        windows=found.frames.size,
        rounds=len(rounds) * ROUNDS,
    )


def test_selector_follows_the_noise_and_keeps_what_is_known_after_a_switch():
    watch = selector()
    assert watch.look(counted("narrow", shots("narrow", seed=1))) is None  # not enough yet
    assert not watch.look(counted("narrow", shots("narrow", seed=2))).switched
    for seed in (3, 4, 5):
        choice = watch.look(counted("narrow", shots("narrow", loud=True, seed=seed)))
        if choice.switched:
            break
    assert (choice.option, choice.why) == ("column", Why.BETTER) and watch.member == "column"
    known = watch.last_rates
    assert known["narrow"] > TARGET > known["column"]
    # What is known stays until the column has counted enough of its own.
    assert watch.look(counted("column", shots("column", seed=6))) is None
    assert watch.last_rates == known
    found = []
    for seed in range(7, 14):
        found.append(watch.look(counted("column", shots("column", seed=seed))))
        if found[-1].switched:
            break
    assert (found[-1].option, found[-1].why) == ("narrow", Why.CHEAPER)
    assert watch.last_rates["narrow"] < TARGET / 1.4


def test_selector_rejects_what_does_not_fit():
    watch = selector()
    with pytest.raises(ValueError, match="Code must be one of narrow, column, not 'west'"):
        CodeSelector(family(), watch.rates, CodeChoice(start="west", target=TARGET))
    codes = dict.fromkeys(("narrow", "column"), watch.rates.codes["column"])
    with pytest.raises(ValueError, match="Estimator of member narrow must be of its"):
        CodeSelector(
            family(),
            CountedRates(codes, least_shots=1),
            CodeChoice(start="narrow", target=TARGET),
        )


def test_step_needs_a_start(run):
    with pytest.raises(RuntimeError, match="must be started"):
        run(selector().step(None))


@pytest.mark.slow
@pytest.mark.verilator
def test_core_changes_code_and_every_window_is_golden(run, monkeypatch):
    """Before, during and after; a rejected image and a fault change nothing."""
    folder = cached_stream_core(family().image("west"), family().config(CORE_CONFIG))

    async def scenario():
        async with Driver(SimTransport(folder), folder, timeout_s=20) as driver:
            await driver.configure(max_passes=3)
            core, watch = FamilyDriver(driver, family()), selector()
            await watch.start(core)

            async def look(seed, *, loud=False):
                name = watch.member
                rounds = shots(name, loud=loud, seed=seed)
                found = await core.decode(name, list(rounds))
                golden = decoders()[name].decode_shots(rounds)
                assert found.frames.tolist() == golden.frames.ravel().tolist()
                step = await watch.step(core)
                assert (step.member, step.counts.windows) == (name, golden.frames.size)
                own = counted(name, rounds)
                assert step.counts.corrections.tolist() == own.corrections.tolist()
                assert step.counts.events.tolist() == own.events.tolist()
                return step

            assert (await look(1)).choice is None

            async def rejected(name):
                raise ImageRejectedError("planted")

            with monkeypatch.context() as planted:
                planted.setattr(core, "switch", rejected)
                with pytest.raises(ImageRejectedError):
                    for seed in (2, 3, 4, 5):
                        await look(seed, loud=True)
            assert watch.member == core.member == "narrow"
            assert (await look(6, loud=True)).choice.why is Why.BETTER
            assert watch.member == core.member == "column"
            for seed in range(7, 14):
                if watch.member == "column":
                    await look(seed)
            assert watch.member == core.member == "narrow"
            await look(14)

            with monkeypatch.context() as planted:

                async def spoiled(self):
                    return True

                planted.setattr(code_selector.FaultWatch, "was_spoiled", spoiled)
                before = watch.last_rates
                step = await look(20)
                assert not step.learned and step.choice is None and watch.last_rates is before

    run(scenario())
