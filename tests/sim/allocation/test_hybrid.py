"""The real small machine: every window once, the same answers, whoever dies."""

from collections import Counter

import pytest

from quantacore.host.scheduling import CORE, CPU
from quantacore.sim.allocation.hybrid import NoServerError, run_hybrid
from quantacore.sim.allocation.hybrid_records import HybridResult, HybridSetup


def check_once_and_right(result: HybridResult) -> None:
    setup = result.setup
    numbers = [window.number for window in result.windows]
    assert numbers == list(range(setup.qubits * setup.windows))
    assert result.duplicates == 0
    assert result.replay.mismatches == 0
    assert result.replay.core_stream_mismatches == 0
    assert set(Counter(window.qubit for window in result.windows).values()) == {setup.windows}


@pytest.mark.slow
def test_cpus_alone_decode_all_when_one_is_killed() -> None:
    setup = HybridSetup(cores=0, cpus=2, windows=10, qubits=3, kills=((0, 4),), policy="edf")
    result = run_hybrid(setup)
    check_once_and_right(result)
    assert result.killed == (0,)
    # edf prefers server 0, so that it gets enough windows. The one that it held is decoded again,
    # unless its answer was on the way already; then it may have got one more.
    answered = sum(window.server == 0 for window in result.windows)
    assert answered + sum(window.attempts == 2 for window in result.windows) in (5, 6)


@pytest.mark.slow
@pytest.mark.verilator
def test_cores_and_cpus_decode_all_when_one_is_killed_and_cores_report_faults() -> None:
    faults = tuple(range(5, 30))
    setup = HybridSetup(
        cores=2,
        cpus=1,
        windows=15,
        qubits=4,
        p=0.01,
        window=(1, 1),  # a small core, and much that is carried over
        passes=1,
        kills=((0, 3),),
        faults=faults,
        policy="static",
    )
    result = run_hybrid(setup)
    check_once_and_right(result)
    assert result.killed == (0,)
    given_up = [window for window in result.windows if window.faults]
    assert len(given_up) > 5
    for window in given_up:
        assert window.number in faults
        assert window.tier == CPU
        assert window.faults == ("abandoned",)
    assert any(window.tier == CORE and window.cycles > 0 for window in result.windows)
    # Windows moved between cores and CPUs, and took with them what was carried over.
    assert result.replay.carrying > 10
    assert result.replay.carried_moves > 0


@pytest.mark.slow
@pytest.mark.verilator
def test_streams_of_cores_alone_are_those_of_the_streaming_decoder() -> None:
    setup = HybridSetup(
        cores=2,
        cpus=0,
        windows=12,
        qubits=3,
        p=0.01,
        window=(1, 1),
        passes=1,
        policy="round_robin",
    )
    result = run_hybrid(setup)
    check_once_and_right(result)
    assert result.replay.core_streams == 3
    assert result.replay.carried_moves > 0  # another core went on with what one had carried over


@pytest.mark.slow
def test_hybrid_says_so_when_no_worker_is_left() -> None:
    setup = HybridSetup(cores=0, cpus=1, windows=10, qubits=2, kills=((0, 3),), policy="edf")
    with pytest.raises(NoServerError, match="No worker is left"):
        run_hybrid(setup)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cores": 0, "cpus": 0}, "at least one core or CPU"),
        ({"qubits": 0}, "Number of qubits must be at least 1, not 0"),
        ({"windows": 0}, "Number of windows must be at least 1, not 0"),
        ({"qubits": 10**9}, "Windows of all qubits must be at most 1000000, not 50000000000"),
        ({"passes": 0}, "asses must be"),
        ({"load": 1.0}, r"Load must be in \(0, 1\)"),
        ({"kills": ((7, 1),)}, r"Server to kill must be 0 \.\. 3, not 7"),
        ({"faults": (1000,)}, r"Window with a fault must be 0 \.\. 299, not 1000"),
        ({"cpus": 0, "cycle_budget": 5}, "Machine must have a CPU for windows"),
        ({"cpu_ms": -1.0}, "Time of a CPU must be in"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_hybrid_setup_rejects_bad_numbers(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HybridSetup(**change)
