"""What belongs together in files: seeds do, versions do not."""

import sinter

from quantacore.sim.experiments.saved_rows import saved_tasks
from quantacore.sim.experiments.stats_file import new_task


def saved(shots: int, **metadata: object) -> sinter.TaskStats:
    fields = {"bench": "accuracy", "seed": 1, "fingerprint": "a", **metadata}
    return new_task("decoder", fields).with_edits(shots=shots)


def test_saved_tasks_adds_up_seeds() -> None:
    found = saved_tasks([saved(10), saved(20, seed=2), saved(5, p=0.01)])
    assert [task.shots for task in found.of_bench("accuracy")] == [30, 5]
    assert found.of_bench("latency") == []
    assert (found.num_foreign, found.num_superseded) == (0, 0)


def test_saved_tasks_keeps_the_later_version() -> None:
    found = saved_tasks([saved(10), saved(20, fingerprint="b"), saved(1, fingerprint="b", seed=2)])
    assert [task.shots for task in found.tasks] == [21]
    assert found.num_superseded == 1


def test_saved_tasks_leaves_out_what_others_counted() -> None:
    foreign = [new_task("x", {"d": 3}).with_edits(shots=3)]
    foreign.append(sinter.TaskStats(strong_id="y", decoder="y", json_metadata=None, shots=1))
    found = saved_tasks([*foreign, saved(10)])
    assert [task.shots for task in found.tasks] == [10]
    assert found.num_foreign == 2
