"""Changes of code on the core: images switched in the middle of shots, every window compared."""

import pytest

from quantacore.sim.experiments.code_changes import small_circuits
from quantacore.sim.experiments.episode_core import EpisodeCore, EpisodeFamily

WINDOW = (2, 2)


@pytest.mark.slow
@pytest.mark.verilator
def test_core_decodes_every_change_with_its_images_switched() -> None:
    """One model for all kinds, one pass: `bench codes changes --core` has three."""
    core = EpisodeCore(EpisodeFamily(small_circuits(), window=WINDOW, passes=1))
    for name in core.episodes.episodes:
        row = core.measure(name, shots=6)
        assert (row.mismatches, row.faults, row.windows) == (0, 0, 30), name
        assert row.switches == 6 * 3 - 1
        assert row.errors == row.golden_errors
    # A planted bug: images that come two rounds too late are seen.
    assert core.measure("grow", shots=4, lag=2).mismatches > 5


def test_family_holds_all_changes() -> None:
    episodes = EpisodeFamily(small_circuits(), window=WINDOW, passes=1)
    assert set(episodes.episodes) == {"grow", "shrink", "frame", "data", "ancilla"}
    for name in episodes.episodes:
        rounds, flips = episodes.sample(name, num_shots=300, seed=1)
        wrong = int((episodes.stream(name, rounds) != flips).sum())
        assert 0 < wrong < 120, name
