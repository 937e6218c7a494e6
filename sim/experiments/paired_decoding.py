"""Decode the same shots with several decoders and count their errors beside one of them.

In: decoders, one of them the reference; the tasks that count their errors; a sequence of shots.
Out: what `quantacore.sim.experiments.collect` calls for each batch.
Next: `quantacore.sim.experiments.accuracy`, `quantacore.sim.experiments.window_accuracy`.
"""

import time
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

import sinter

from quantacore.golden.metrics import PairedErrors, count_paired, wrong_shots
from quantacore.sim.experiments.collect import Decode
from quantacore.sim.experiments.contenders import Contender
from quantacore.sim.experiments.shot_sequence import ShotSequence

Key = TypeVar("Key", bound=Hashable)


def paired_decoding(
    contenders: Mapping[Key, Contender],
    tasks: Mapping[Key, sinter.TaskStats],
    *,
    reference: Key,
    sequence: ShotSequence,
) -> Decode:
    """Return what decodes one batch with every contender that is behind.

    Parameters
    ----------
    contenders, tasks : mapping
        By the same keys. All are compared with the reference, so that it decodes a batch even
        where it has its own counts already.
    reference : key
    sequence : ShotSequence

    Returns
    -------
    Decode
        Its tasks count shots, errors (unmatched shots too), seconds, errors of the reference,
        errors of both, and unmatched shots.
    """
    others = [key for key in contenders if key != reference]

    def decode(
        start: int, stop: int, behind: Sequence[sinter.TaskStats]
    ) -> Iterator[sinter.TaskStats]:
        events, observables = sequence.shots(start, stop)
        for key in [reference, *others]:
            lacks = tasks[key] in behind
            if key != reference and not lacks:
                continue
            started = time.perf_counter()
            decoded = contenders[key].decoder.decode_shots(events)
            seconds = time.perf_counter() - started
            wrong = wrong_shots(decoded.predictions, observables, unmatched=decoded.unmatched)
            if key == reference:
                reference_wrong = wrong
            if not lacks:
                continue
            paired = count_paired(wrong, reference_wrong)
            yield tasks[key].with_edits(
                shots=paired.shots,
                errors=paired.errors,
                seconds=seconds,
                custom_counts=Counter(
                    reference_errors=paired.reference_errors,
                    both_wrong=paired.both,
                    unmatched=int(decoded.unmatched.sum()),
                ),
            )

    return decode


def paired_errors(stats: sinter.TaskStats) -> PairedErrors:
    """Return what `paired_decoding` counted for a task, from a file or from memory.

    Raises
    ------
    KeyError, TypeError
        If the counts are not of such a task.
    """
    return PairedErrors(
        shots=stats.shots,
        errors=stats.errors,
        reference_errors=stats.custom_counts["reference_errors"],
        both=stats.custom_counts["both_wrong"],
    )
