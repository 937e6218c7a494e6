"""Few kinds of windows stand for all."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.steady_window import num_mesh_edges, steady_plan
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image


@pytest.mark.parametrize(("commit", "buffer"), [(3, 3), (2, 3)])
def test_steady_plan_has_the_kinds_of_the_whole_plan(commit: int, buffer: int) -> None:
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.005))
    few = steady_plan(source, commit_rounds=commit, buffer_rounds=buffer)
    every = window_plan(source, commit_rounds=commit, buffer_rounds=buffer)
    assert num_mesh_edges(source, few) == every.graph.num_edges
    assert (few.num_starts, few.num_rounds) == (every.num_starts, every.num_rounds)
    place = {edge.detectors: index for index, edge in enumerate(every.graph.edges)}
    same = [place[edge.detectors] for edge in few.graph.edges]
    lengths, all_lengths = build_window_image(few), build_window_image(every)
    last = (few.num_starts - 1) * (few.num_rounds + 1)
    for kind in (0, last, last + few.num_rounds):
        some, of_all = lengths.of_kind(kind), all_lengths.of_kind(kind)
        np.testing.assert_array_equal(some.first, of_all.first[same])
        np.testing.assert_array_equal(some.later, of_all.later[same])
        np.testing.assert_array_equal(some.observables, of_all.observables[same])
        assert some.num_links == of_all.num_links


def test_edges_that_only_short_last_windows_have_are_counted() -> None:
    source = RepeatingCircuit(rotated_memory(distance=5, p=0.005))
    few = steady_plan(source, commit_rounds=5, buffer_rounds=3)
    every = window_plan(source, commit_rounds=5, buffer_rounds=3)
    assert few.graph.num_edges < every.graph.num_edges
    assert num_mesh_edges(source, few) == every.graph.num_edges


def test_steady_plan_rejects_no_rounds() -> None:
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.005))
    with pytest.raises(ValueError, match="Commit must be at least 1 round, not 0"):
        steady_plan(source, commit_rounds=0, buffer_rounds=3)
