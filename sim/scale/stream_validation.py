"""The cycle model of windows beside the streaming core, window by window.

In: settings whose core can be built.   Out: counts of both in the file; `Validation` records.
Next: `quantacore.sim.scale.figures`.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import sinter

from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.experiments.cycle_histogram import counts_of_cycles
from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.scale.counting import OURS, PASSES, Job, Stream, sequence_of
from quantacore.sim.scale.settings import (
    STEADY_WINDOW,
    STREAM,
    Effort,
    Setting,
)
from quantacore.sim.scale.validation import Validation, validate_settings
from quantacore.sim.stream_batch import StreamBatch
from quantacore.sim.stream_comparison import compare_stream


def validate_streams(
    effort: Effort,
    distances: Sequence[int],
    stats: StatsFile,
    *,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> list[Validation]:
    """Stream shots through cores in Verilator, and count their windows in the model.

    Means are of steady windows, one a shot; shots that differ do so in any of their windows.

    Parameters
    ----------
    effort : Effort
    distances : sequence of int
        Whose cores are built: half a minute at 3, many minutes at 5, each noise strength by itself.
    stats : StatsFile
        Open; what it holds is not run again.
    progress : function
        Told (finished, total) settings.

    Raises
    ------
    RuntimeError
        If a core answers otherwise than the golden decoder.
    """
    settings = [each for each in effort.stream_settings if each.distance in distances]
    return validate_settings(settings, STREAM, _on_core, effort, stats, progress=progress)


def _on_core(
    setting: Setting, task: sinter.TaskStats, chunks: range, seed: int
) -> list[sinter.TaskStats]:
    passes = PASSES[OURS]
    stream = Stream(setting, whole_plan=True)
    core = StreamBatch(cached_stream_core(stream.image, linked_config(stream.image, passes=passes)))
    core.load_image(stream.image)
    images = {core.read("image_count"): stream.image}
    batches = []
    for chunk in chunks:
        job = Job(setting, STREAM, chunk, seed)
        first = chunk * job.shots
        events, _ = sequence_of(job).shots(first, first + job.shots)
        rounds = stream.rounds(events)
        shots = list(rounds)
        streamed = core.run(shots, passes=passes)
        if compare_stream(streamed, shots, images, passes=passes).mismatching.any():
            raise RuntimeError(f"{setting.name}: core must answer as the golden decoder does")
        cycles = streamed.fields["cycles"].reshape(job.shots, -1)
        model = stream.cycles_of(rounds)
        counts = Counter(counts_of_cycles(cycles[:, STEADY_WINDOW]))
        counts["model_cycles"] = int(model[:, STEADY_WINDOW].sum())
        counts["differing"] = int((model != cycles).any(axis=1).sum())
        batches.append(task.with_edits(shots=job.shots, custom_counts=counts))
    return batches
