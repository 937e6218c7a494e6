"""The core of a family in Verilator: every member as alone, every switch at the edge of a shot."""

import itertools
import random

import numpy as np
import pytest

from quantacore.sim.experiments import switching
from quantacore.sim.experiments.switching import LATTICE, SwitchBench
from quantacore.sim.stream_batch import Traffic
from quantacore.sim.stream_comparison import compare_stream
from tests.golden.family.families import CORE_CONFIG, PATCHES

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


@pytest.fixture(scope="module")
def bench():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(switching, "FAMILY_CONFIG", CORE_CONFIG)  # the core of all tests
        return SwitchBench(PATCHES, p=0.01, window=(2, 2))


@pytest.mark.parametrize("name", PATCHES)
def test_core_decodes_a_member_as_its_own_golden_decoder(bench, name):
    row = bench.measure_member(name, num_rounds=7, shots=1000)
    assert (row.mismatches, row.shots, row.windows) == (0, 1000, 3000)
    assert row.load_cycles > 1000


@pytest.mark.parametrize("traffic", [Traffic(), Traffic(gap_percent=30, stall_percent=30)], ids=str)
def test_switches_under_load_lose_no_shot(bench, traffic):
    """Members and lengths at random, rounds as fast as the core takes them, or with pauses."""
    rng = random.Random("switching/load")
    names = list(PATCHES)
    last = None
    for turn in range(60):
        name, num_rounds, shots = rng.choice(names), rng.randrange(2, 12), rng.randrange(1, 6)
        if name != last:
            bench.core.load_image(bench.images[name])
        number = bench.core.read("image_count")
        before = bench.core.read("shots")
        rounds = bench.sample(name, num_rounds=num_rounds, shots=shots, seed=turn)
        sent = list(bench.family.rounds(name, rounds))
        streamed = bench.core.run(sent, passes=bench.passes, traffic=traffic)
        found = compare_stream(streamed, sent, {number: bench.images[name]}, passes=bench.passes)
        assert not found.mismatching.any(), f"{turn=} {name}: {found.first}"
        assert streamed.fields["shot"][0] == before & 0xFFFFFFFF, f"{turn=}"
        assert bench.core.read("shots") == before + shots, f"{turn=}"
        assert not any(streamed.faults.values()), f"{turn=}"
        last = name


def test_waiting_costs_less_than_the_rounds_of_a_window(bench):
    shown = []
    row = bench.measure_waiting(switches=20, progress=shown.append)
    assert (row.switches, row.shots, row.mismatches, row.faults) == (20, 21, 0, 0)
    assert row.cost.num_shots == 20
    assert 10 < row.cost.mean < 400
    assert shown == list(range(21))


def test_paced_switch_costs_nothing(bench):
    row = bench.measure_paced(switches=20)
    assert (row.switches, row.shots, row.mismatches, row.faults) == (20, 21, 0, 0)
    assert row.cost.max == 0


@pytest.mark.parametrize("guard_rounds", [-4, 6], ids=["early", "late"])
def test_switch_away_from_the_edge_is_seen(bench, guard_rounds):
    """A planted bug: the image comes into force while the old shot or the new one is decoded."""
    row = bench.measure_paced(switches=10, guard_rounds=guard_rounds)
    assert row.mismatches >= 10


def test_rotation_brings_different_pairs(bench):
    names = bench._rotation(40)
    pairs = set(itertools.pairwise(names))
    assert all(a != b for a, b in pairs)
    assert len(pairs) > len(PATCHES)


def test_lattice_is_one_of_25_data_qubits():
    assert len(set().union(*(patch.data for patch in LATTICE.values()))) == 25
    assert np.all([set(patch.data) <= set(LATTICE["d5"].data) for patch in LATTICE.values()])
