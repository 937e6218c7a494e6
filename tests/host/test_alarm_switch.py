"""A dead qubit switches the code within the stated rounds, on the golden stream and on the core."""

import numpy as np
import pytest

from quantacore.golden.adapt.switching import Reason, SwitchPolicy
from quantacore.golden.codes.patches import Patch
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.noise.scaled import with_factor_at, with_factors
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import build_window_image
from quantacore.host.alarm_switch import AlarmSwitch, explaining_qubits, usual_rates_of_family
from quantacore.host.anomaly import AnomalyDetector
from quantacore.host.driver import Driver
from quantacore.host.errors import ImageRejectedError
from quantacore.host.family_driver import FamilyDriver
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.transport import SimTransport
from tests.golden.family.families import CORE_CONFIG, PATCHES, family

STATED_ROUNDS = 300
"""Of docs/switching.md."""
P = 0.003
SHOT_ROUNDS, BLOCK_SHOTS = 10, 2
DEAD = (1, 3)
"""A data qubit in the first column: `west` and `wide` use it, `east` does not."""
NAMES = ("wide", "west", "east")
RATES = {"wide": 1e-3, "west": 2e-3, "east": 2e-3}


def sources():
    return {
        name: RepeatingCircuit(PATCHES[name].memory(p=P, rounds=4)) for name in ("wide", "east")
    }


def sampled(source, change, *, shots, seed):
    """Return shots of a memory whose circuit was changed: bool, (shots, rounds, slots)."""
    circuit = change(source.circuit(SHOT_ROUNDS))
    events = circuit.compile_detector_sampler(seed=seed).sample(shots, bit_packed=True)
    return rounds_of_events(events, source.places(SHOT_ROUNDS), num_slots=source.num_slots)


def dead(circuit):
    return with_factor_at(circuit, DEAD, 1000.0)


def sound(circuit):
    return circuit


def alarm_switch(**changes):
    members = family().members
    policy = SwitchPolicy({name: members[name].qubits for name in NAMES}, start="wide")
    detector = AnomalyDetector(usual_rates_of_family(family()))
    return AlarmSwitch(detector, policy, slots=family().slots, rates=RATES, **changes)


def counted(name, rounds):
    """Return what the counters of the family's core say of shots."""
    spread = np.asarray(family().rounds(name, rounds)).reshape(-1, len(family().slots))
    return StreamCounts(
        corrections=np.zeros(0, np.int64),
        events=spread.sum(axis=0, dtype=np.int64),
        windows=0,
        rounds=len(spread),
    )


def rounds_until_decision(alarm, shots, *, name="wide"):
    for start in range(0, len(shots), BLOCK_SHOTS):
        decision = alarm.look(counted(name, shots[start : start + BLOCK_SHOTS]))
        if decision is not None:
            return decision, (start + BLOCK_SHOTS) * SHOT_ROUNDS
    return None, len(shots) * SHOT_ROUNDS


def test_dead_qubit_is_left_within_the_stated_rounds_and_nothing_happens_before():
    source = sources()["wide"]
    for seed in range(5):
        alarm = alarm_switch()
        assert rounds_until_decision(alarm, sampled(source, sound, shots=500, seed=seed))[0] is None
        decision, rounds = rounds_until_decision(
            alarm, sampled(source, dead, shots=60, seed=100 + seed)
        )
        assert decision is not None and rounds <= STATED_ROUNDS
        assert (decision.member, decision.reason) == ("east", Reason.AVOIDS)
        assert DEAD in alarm.policy.dead


def test_burst_over_all_members_corners_the_policy_until_probation_ends():
    source = sources()["wide"]
    burst = sampled(
        source, lambda c: with_factors(c, np.full(c.num_qubits, 50.0)), shots=60, seed=7
    )
    alarm = alarm_switch(probation_rounds=1_000)
    decision, rounds = rounds_until_decision(alarm, burst)
    assert decision is not None and rounds <= STATED_ROUNDS
    assert decision.reason is Reason.CORNERED
    assert len(alarm.policy.dead) >= 3
    name = alarm.policy.member
    quiet = np.zeros((200, SHOT_ROUNDS, len(family().members[name].slots)), bool)
    decision, rounds = rounds_until_decision(alarm, quiet, name=name)
    assert decision is not None and rounds == 1_000
    assert not alarm.policy.dead


class StubbornCore:
    """In the place of a `FamilyDriver`: refuses a few switches, and counts shots as they come."""

    def __init__(self, shots, *, refusals):
        self.driver, self.member, self.refusals = self, "wide", refusals
        self._blocks = iter(
            [shots[start : start + BLOCK_SHOTS] for start in range(0, len(shots), BLOCK_SHOTS)]
        )

    async def take_counts(self):
        return counted("wide", next(self._blocks))

    async def switch(self, name):
        if self.refusals:
            self.refusals -= 1
            raise ImageRejectedError("planted")
        self.member = name


def test_rejected_switch_leaves_the_policy_at_what_is_in_force_and_is_tried_again(run):
    core = StubbornCore(sampled(sources()["wide"], dead, shots=120, seed=2), refusals=1)
    alarm = alarm_switch()

    async def until_decision():
        while True:
            decision = await alarm.step(core)
            if decision is not None:
                return decision

    with pytest.raises(ImageRejectedError, match="planted"):
        run(until_decision())
    assert alarm.policy.member == core.member == "wide"
    decision = run(until_decision())
    assert (decision.member, decision.reason) == ("east", Reason.AVOIDS)
    assert alarm.policy.member == core.member == "east"


def test_usual_rates_of_family_are_the_largest_of_its_members():
    found = usual_rates_of_family(family())
    assert found.shape == (len(family().slots),)
    assert (found > 0.02).all() and (found <= 0.25).all()


def test_explaining_qubits_tells_dead_checks_from_dead_data():
    evidence = {(2, 2): 18.0, (2, 4): -30.0, (4, 2): -30.0}
    assert explaining_qubits(evidence, [(3, 3), (2, 2), (1, 1)]) == [(1, 1)]
    assert explaining_qubits(evidence, [(3, 3), (2, 2)]) == [(2, 2)]
    assert explaining_qubits({(2, 2): 4.0}, [(2, 2)]) == []


def test_alarm_switch_rejects_what_does_not_fit():
    with pytest.raises(ValueError, match="Probation must be at least 1 round"):
        alarm_switch(probation_rounds=0)
    alarm = alarm_switch()
    with pytest.raises(ValueError, match="Slots must be"):
        AlarmSwitch(alarm.detector, alarm.policy, slots=family().slots[1:], rates=RATES)


@pytest.mark.slow
@pytest.mark.verilator
def test_core_switches_code_when_a_qubit_dies(run):
    """The generated core, its own counters; what follows is decoded as the new member alone."""
    folder = cached_stream_core(family().image("west"), family().config(CORE_CONFIG))
    made = sources()

    async def scenario():
        async with Driver(SimTransport(folder), folder, timeout_s=20) as driver:
            await driver.configure(max_passes=3)
            core, alarm = FamilyDriver(driver, family()), alarm_switch()
            await core.switch("wide")
            await driver.take_counts()

            async def rounds_until_switch(shots):
                for start in range(0, len(shots), BLOCK_SHOTS):
                    await core.decode("wide", list(shots[start : start + BLOCK_SHOTS]))
                    decision = await alarm.step(core)
                    if decision is not None:
                        return decision, (start + BLOCK_SHOTS) * SHOT_ROUNDS
                return None, None

            calm = sampled(made["wide"], sound, shots=40, seed=1)
            assert await rounds_until_switch(calm) == (None, None)
            bad = sampled(made["wide"], dead, shots=60, seed=2)
            decision, rounds = await rounds_until_switch(bad)
            assert decision is not None and rounds <= STATED_ROUNDS
            assert decision.switched and core.member == decision.member == "east"
            after = sampled(made["east"], sound, shots=50, seed=3)
            found = await core.decode("east", list(after))
            golden = WindowDecoder(build_window_image(family().members["east"].plan), passes=3)
            assert found.frames.tolist() == golden.decode_shots(after).frames.ravel().tolist()
            assert await alarm.step(core) is None

    run(scenario())


def test_patches_share_what_the_tests_need():
    assert DEAD in PATCHES["wide"].data
    assert DEAD not in Patch(width=3, height=3, corner=(1, 0)).data
