"""The simulated machine: queues with a formula, and small cases worked out by hand."""

from collections.abc import Generator

import numpy as np
import pytest
import simpy

from quantacore.host.scheduling import CORE, CPU, make_policy
from quantacore.sim.allocation.machine import Machine, OverloadError, make_servers, run_queue
from quantacore.sim.allocation.queueing import pollaczek_khinchine_wait
from quantacore.sim.allocation.tiers import Tier

TIERS = {CORE: Tier(times_us=np.array([2.0])), CPU: Tier(times_us=np.array([5.0]))}


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(np.array([1.0]), id="M/D/1"),
        pytest.param(np.array([0.2, 0.2, 0.2, 3.4]), id="M/G/1"),
    ],
)
def test_waits_match_pollaczek_khinchine(times: np.ndarray) -> None:
    load, windows = 0.6, 12_000
    rate = load / times.mean()
    arrivals = np.cumsum(np.random.default_rng(5).exponential(1 / rate, windows))
    policy = make_policy("edf", make_servers(1, 0))
    waits = np.array(run_queue(policy, {CORE: Tier(times_us=times)}, arrivals).waiting_us)
    stretches = [part.mean() for part in np.array_split(waits, 20)]
    error = np.std(stretches, ddof=1) / np.sqrt(20)
    expected = pollaczek_khinchine_wait(rate, times.mean(), np.mean(times**2))
    assert abs(waits.mean() - expected) < 4 * error
    assert error < 0.08 * expected  # sharp enough to tell a wrong formula


def test_run_queue_follows_known_times() -> None:
    policy = make_policy("static", make_servers(1, 0))
    log = run_queue(policy, TIERS, np.array([0.0, 1.0, 9.0]), times_us=[3.0, 4.0, 1.0])
    assert log.waiting_us == [0.0, 2.0, 0.0]
    assert log.reaction_us == [3.0, 6.0, 1.0]
    assert log.busy_us[CORE] == 8.0


def test_a_transfer_keeps_the_server_busy() -> None:
    policy = make_policy("static", make_servers(1, 0))
    tiers = {CORE: Tier(times_us=np.array([2.0]), transfer_us=0.5)}
    log = run_queue(policy, tiers, np.array([0.0, 0.0]))
    assert log.reaction_us == [2.5, 5.0]
    assert (log.waiting_us, log.most_waiting) == ([0.0, 2.5], 2)


def test_joint_windows_have_times_of_their_own() -> None:
    tier = Tier(
        times_us=np.array([1.0]),
        transfer_us=0.5,
        joint_us=(np.array([3.0]), np.array([4.0, 6.0])),
        joint_transfer_us=0.75,
    )
    rng = np.random.default_rng(1)
    assert tier.draw(rng) == 1.0 and tier.draw(rng, 0) == 3.0
    assert {tier.draw(rng, 1) for _ in range(40)} == {4.0, 6.0}
    assert (tier.mean_us, tier.mean_of(1)) == (1.5, 5.75)
    env = simpy.Environment()
    machine = Machine(env, make_policy("static", make_servers(1, 0)), {CORE: tier})
    machine.submit(0, joint=0)
    env.run()
    assert machine.log.reaction_us == [3.75]
    assert machine.log.joint == [0]


def test_machine_sends_what_is_over_budget_to_a_cpu() -> None:
    env = simpy.Environment()
    policy = make_policy("elastic", make_servers(1, 1), times={CORE: 1.0, CPU: 5.0})
    machine = Machine(env, policy, TIERS, budget_us=1.5, deadline_us=6.0)
    machine.submit(0)
    env.run()
    assert machine.log.reaction_us == [6.5]
    assert (machine.log.given_up, machine.log.on_cpu, machine.log.late) == (1, 1, 1)


def test_machine_without_cpus_has_no_budget() -> None:
    env = simpy.Environment()
    policy = make_policy("elastic", make_servers(1, 0), times={CORE: 1.0})
    machine = Machine(env, policy, TIERS, budget_us=1.5, unmatched_rate=1.0)
    machine.submit(0)
    env.run()
    assert machine.log.reaction_us == [2.0]


def test_windows_wait_for_those_that_they_need() -> None:
    env = simpy.Environment()
    machine = Machine(env, make_policy("edf", make_servers(2, 0)), TIERS)
    first = machine.submit(0)
    machine.submit(0, after=[first])
    machine.submit(1)
    env.run()
    assert machine.log.reaction_us == [2.0, 2.0, 4.0]
    assert machine.log.waiting_area == pytest.approx(2.0)


def test_machine_gives_up_when_it_never_catches_up() -> None:
    env = simpy.Environment()
    machine = Machine(env, make_policy("edf", make_servers(1, 0)), TIERS, most_waiting=10)

    def flood() -> Generator[simpy.Event, None, None]:
        while True:
            machine.submit(0)
            yield env.timeout(1.0)

    env.process(flood())
    with pytest.raises(OverloadError, match="11 windows wait"):
        env.run(until=1000)


def test_make_servers_rejects_no_servers_and_negative_numbers() -> None:
    with pytest.raises(ValueError, match="at least one core or CPU"):
        make_servers(0, 0)
    with pytest.raises(ValueError, match="Number of CPUs must be at least 0, not -1"):
        make_servers(1, -1)


def test_tier_rejects_negative_times() -> None:
    with pytest.raises(ValueError, match="Service times"):
        Tier(times_us=np.array([1.0, -1.0]))
