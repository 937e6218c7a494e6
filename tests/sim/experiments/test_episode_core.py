"""Changes of code on the core: images switched in the middle of shots, every window compared."""

import pytest

from quantacore.sim.experiments.code_changes import small_circuits
from quantacore.sim.experiments.episode_core import EpisodeCore, EpisodeFamily

WINDOW = (2, 2)


@pytest.mark.slow
@pytest.mark.verilator
def test_core_decodes_every_change_with_its_images_switched() -> None:
    """One model for all kinds and both bases, one pass: `bench codes changes --core` has three."""
    core = EpisodeCore(EpisodeFamily(small_circuits(), window=WINDOW, passes=1))
    for name in core.episodes.episodes:
        row = core.measure(name, shots=4)
        assert (row.mismatches, row.faults, row.windows) == (0, 0, 20), name
        assert row.switches == 4 * 3 - 1
        assert row.errors == row.golden_errors
    # A planted bug: images that come two rounds too late are seen.
    assert core.measure("grow x", shots=4, lag=2).mismatches > 5


def test_family_holds_all_changes() -> None:
    episodes = EpisodeFamily(small_circuits(), window=WINDOW, passes=1)
    kinds = ("grow", "shrink", "frame", "data", "ancilla")
    assert set(episodes.episodes) == {f"{kind} {basis}" for kind in kinds for basis in "zx"}
    # Both bases are on one core: it has no edge more than that of one.
    one = EpisodeFamily(small_circuits(bases="z"), window=WINDOW, passes=1)
    assert episodes.family.plan.graph.num_edges == one.family.plan.graph.num_edges
    for name in episodes.episodes:
        rounds, flips = episodes.sample(name, num_shots=300, seed=1)
        wrong = int((episodes.stream(name, rounds) != flips).sum())
        assert 0 < wrong < 120, name
