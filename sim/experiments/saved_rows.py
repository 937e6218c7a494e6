"""Sort what files hold: which counts belong together, and which are out of date.

In: totals from `stats_file.read_stats`.   Out: one total for each curve's point.
Next: `quantacore.sim.cli.bench_plot`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sinter

VERSION_FIELDS = ("fingerprint", "generator")
"""Metadata that tells versions of a decoder or core apart."""


@dataclass(frozen=True, kw_only=True)
class SavedTasks:
    """Counts of our benches, one total for each setting."""

    tasks: tuple[sinter.TaskStats, ...]
    num_foreign: int
    """Tasks of others, such as `sinter collect`."""
    num_superseded: int
    """Tasks of which the files hold a later version."""

    def of_bench(self, bench: str) -> list[sinter.TaskStats]:
        """Return the tasks of one bench."""
        return [task for task in self.tasks if task.json_metadata["bench"] == bench]


def saved_tasks(stats: Sequence[sinter.TaskStats]) -> SavedTasks:
    """Add up different seeds, and keep only the version that appears last.

    Parameters
    ----------
    stats : sequence of sinter.TaskStats
        In the order of the file.
    """
    totals: dict[str, tuple[object, sinter.TaskStats]] = {}
    ours = [
        each
        for each in stats
        if isinstance(each.json_metadata, dict) and "bench" in each.json_metadata and each.shots
    ]
    num_superseded = 0
    for each in ours:
        metadata = dict(each.json_metadata)
        metadata.pop("seed", None)
        version = [metadata.pop(field, None) for field in VERSION_FIELDS]
        key = json.dumps([each.decoder, metadata], sort_keys=True)
        total = each.with_edits(strong_id=key, json_metadata=metadata)
        known = totals.get(key)
        if known is not None and known[0] == version:
            total = known[1] + total
        elif known is not None:
            num_superseded += 1
        totals[key] = version, total
    return SavedTasks(
        tasks=tuple(total for _, total in totals.values()),
        num_foreign=len(stats) - len(ours),
        num_superseded=num_superseded,
    )
