"""Policies on machines and windows small enough to tell the answer by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantacore.host.scheduling import CORE, CPU, POLICIES, Server, Window, make_policy

TWO_CORES_ONE_CPU = tuple(
    Server(index=index, tier=tier) for index, tier in enumerate((CORE, CORE, CPU))
)
TIMES = {CORE: 1.0, CPU: 3.0}


def window(number: int, *, qubit: int = 0, deadline: float = 10.0, escaped: bool = False) -> Window:
    return Window(number=number, qubit=qubit, ready_at=0.0, deadline=deadline, escaped=escaped)


def decided(name: str, ready: list[Window], free: tuple[Server, ...] = TWO_CORES_ONE_CPU) -> dict:
    policy = make_policy(name, TWO_CORES_ONE_CPU, times=TIMES)
    return {a.window.number: a.server.index for a in policy.decide(ready, free, 1.0)}


def test_static_waits_for_the_core_of_the_qubit() -> None:
    ready = [window(0, qubit=1), window(1, qubit=3), window(2, qubit=2)]
    assert decided("static", ready) == {0: 1, 2: 0}  # qubit 3 has core 1 too: it waits


def test_static_takes_homes_from_a_mapping() -> None:
    policy = make_policy("static", TWO_CORES_ONE_CPU, homes=[2, 0])
    ready = [window(0, qubit=0), window(1, qubit=1)]
    assert [a.server.index for a in policy.decide(ready, TWO_CORES_ONE_CPU, 0.0)] == [2, 0]


def test_static_rejects_a_home_that_is_no_server() -> None:
    with pytest.raises(ValueError, match="Home must be a server of the machine, not 7"):
        make_policy("static", TWO_CORES_ONE_CPU, homes=[7])


def test_round_robin_deals_windows_in_turn() -> None:
    assert decided("round_robin", [window(4), window(5), window(6)]) == {4: 0, 5: 1}


def test_edf_takes_the_most_urgent_first_and_cpus_last() -> None:
    ready = [window(0, deadline=9), window(1, deadline=3), window(2, deadline=5), window(3)]
    assert decided("edf", ready) == {1: 0, 2: 1, 0: 2}


def test_elastic_leaves_a_cpu_free_where_a_core_comes_sooner() -> None:
    ready = [window(number) for number in range(6)]
    # Windows 2 and 3 wait one turn of 1 (finish at 2), windows 4 and 5 two (3): no sooner on a CPU.
    assert decided("elastic", ready) == {0: 0, 1: 1}


def test_elastic_spills_to_a_cpu_what_would_wait_longer() -> None:
    ready = [window(number) for number in range(8)]
    assert decided("elastic", ready) == {0: 0, 1: 1, 6: 2}  # third turn: 4 on a core, 3 on the CPU


@pytest.mark.parametrize("name", POLICIES)
def test_escaped_windows_go_to_cpus_only(name: str) -> None:
    ready = [window(0, escaped=True), window(1, escaped=True, qubit=1)]
    assert decided(name, ready) == {0: 2}
    assert decided(name, ready, TWO_CORES_ONE_CPU[:2]) == {}


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_assignments_are_of_waiting_windows_and_free_servers_once(
    name: str, data: st.DataObject
) -> None:
    free = tuple(s for s in TWO_CORES_ONE_CPU if data.draw(st.booleans()))
    ready = [
        window(
            number,
            qubit=data.draw(st.integers(0, 5)),
            deadline=data.draw(st.floats(0, 20)),
            escaped=data.draw(st.booleans()),
        )
        for number in range(data.draw(st.integers(0, 9)))
    ]
    policy = make_policy(name, TWO_CORES_ONE_CPU, times=TIMES)
    chosen = policy.decide(ready, free, 2.0)
    assert chosen == policy.decide(ready, free, 2.0)  # no state
    assert len({a.window.number for a in chosen}) == len(chosen)
    assert len({a.server.index for a in chosen}) == len(chosen)
    assert all(a.window in ready and a.server in free for a in chosen)


def test_make_policy_rejects_unknown_names_and_empty_machines() -> None:
    with pytest.raises(ValueError, match=r"Policy must be one of .*, not 'fifo'"):
        make_policy("fifo", TWO_CORES_ONE_CPU)
    with pytest.raises(ValueError, match="at least one core or CPU"):
        make_policy("edf", ())
    with pytest.raises(ValueError, match="Time of cpu must be above 0"):
        make_policy("elastic", TWO_CORES_ONE_CPU, times={CORE: 1.0})
