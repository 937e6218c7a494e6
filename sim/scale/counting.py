"""Count the errors and the core cycles of one chunk of shots, in any process.

In: `Job`.   Out: `sinter.TaskStats` to be added up.
Next: `quantacore.sim.scale.run`, `quantacore.golden.decode.mesh_cycles`.

A chunk has a seed of its own, so no number of workers changes a count, and its number stands among
the counts (``chunk=7``), so a file says which chunks it holds.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sinter

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.decode.window_cycles import WindowCycles
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import Circuit, Model, model_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.steady_window import steady_plan
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.choice.counts import golden_version
from quantacore.sim.experiments.contenders import MATCHING, Contender
from quantacore.sim.experiments.cycle_histogram import counts_of_cycles
from quantacore.sim.experiments.paired_decoding import paired_decoding
from quantacore.sim.experiments.shot_sequence import ShotSequence
from quantacore.sim.experiments.stats_file import new_task
from quantacore.sim.experiments.window_accuracy import StreamedShots
from quantacore.sim.scale.settings import (
    CHUNK_SHOTS,
    ERRORS,
    STEADY_WINDOW,
    STREAM,
    Setting,
)

BENCH = "scale"
"""What rows of this verb say in a file."""
ONE_PASS, OURS, MODEL, CORE = "golden, 1 pass", "golden, 3 passes", "cycle model", "core"
WHOLE = "golden, 3 passes, whole shots"
"""Names of what counts, besides PyMatching's; windows are set beside `WHOLE`."""
PASSES = {ONE_PASS: 1, OURS: 3}
CHUNK = "chunk="
"""Of the keys in ``custom_counts``: which chunks there are."""


@dataclass(frozen=True)
class Job:
    """A chunk of shots of a setting."""

    setting: Setting
    what: str
    """`ERRORS` or `CYCLES`."""
    chunk: int
    seed: int

    @property
    def shots(self) -> int:
        """Of the chunk."""
        return CHUNK_SHOTS[self.what]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What shots are made and decoded with."""

    circuit: Circuit
    model: Model
    graph: DecodingGraph
    image: WeightImage
    source: RepeatingCircuit | None
    """Of windows."""
    layers: int
    """Of detectors in a shot of windows."""


@lru_cache(maxsize=2)
def problem_of(setting: Setting) -> Problem:
    """Return what a setting needs; seconds at d = 21."""
    source, layers = None, setting.rounds + 1  # the readout makes a layer, too
    if setting.window is None:
        circuit = rotated_memory(distance=setting.distance, p=setting.p, rounds=setting.rounds)
    else:
        source = RepeatingCircuit(rotated_memory(distance=setting.distance, p=setting.p))
        circuit = source.circuit(layers)
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    return Problem(
        circuit=circuit,
        model=model,
        graph=graph,
        image=build_image(graph),
        source=source,
        layers=layers,
    )


def sequence_of(job: Job) -> ShotSequence:
    """Return the shots of a setting; errors and cycles have other ones.

    Windows have the shots of the whole shots that are as long.
    """
    if job.what == STREAM:
        circuit, key = _stream(job.setting).circuit, job.setting.name
    else:
        circuit = problem_of(job.setting).circuit
        key = dataclasses.replace(job.setting, window=None).name
    return ShotSequence(
        lambda shots, seed: sample_shots(circuit, num_shots=shots, seed=seed),
        key=f"{BENCH}/{job.what}/{key}/{job.seed}",
        batch_shots=job.shots,
    )


def tasks_of(setting: Setting, what: str, seed: int) -> dict[str, sinter.TaskStats]:
    """Return what is counted of a setting, nothing counted yet: name -> task."""
    names = [MODEL]
    if what == ERRORS:
        names = [MATCHING, *PASSES] if setting.window is None else [WHOLE, OURS]
    return {name: task_of(setting, what, seed, name) for name in names}


def task_of(setting: Setting, what: str, seed: int, name: str, *more: str) -> sinter.TaskStats:
    """Return one of them; ``more`` is what else its counts depend on."""
    metadata = {
        "bench": BENCH,
        "what": what,
        "c": "surface_code:rotated_memory",
        **setting.metadata,
        "passes": PASSES.get(name, PASSES[OURS]),
        "seed": seed,
        "fingerprint": golden_version(),
    }
    return new_task(name, metadata, str(CHUNK_SHOTS[what]), *more)


def count_chunk(job: Job) -> tuple[str, list[sinter.TaskStats]]:
    """Return the `golden_version` of this process, and what it counts in a chunk."""
    tasks = tasks_of(job.setting, job.what, job.seed)
    mark = {f"{CHUNK}{job.chunk}": 1}
    first = job.chunk * job.shots
    if job.what == ERRORS:
        decode = paired_decoding(
            _contenders(job.setting),
            tasks,
            reference=MATCHING if job.setting.window is None else WHOLE,
            sequence=sequence_of(job),
        )
        batch = list(decode(first, first + job.shots, list(tasks.values())))
    else:
        events, _ = sequence_of(job).shots(first, first + job.shots)
        if job.what == STREAM:
            stream = _stream(job.setting)
            cycles = stream.cycles_of(stream.rounds(events))[:, STEADY_WINDOW]
        else:
            cycles = _mesh(job.setting).count_shots(events).cycles
        task = tasks[MODEL]
        counts: Mapping[str, int] = counts_of_cycles(cycles)
        batch = [task.with_edits(shots=job.shots, custom_counts=Counter(counts))]
    return golden_version(), [
        each.with_edits(custom_counts=Counter({**each.custom_counts, **mark})) for each in batch
    ]


def chunks_of(stats: sinter.TaskStats) -> set[int]:
    """Return the numbers of the chunks that have been counted."""
    return {int(key.removeprefix(CHUNK)) for key in stats.custom_counts if key.startswith(CHUNK)}


@lru_cache(maxsize=2)
def _contenders(setting: Setting) -> dict[str, Contender]:
    problem = problem_of(setting)
    decoders: dict[str, CompiledDecoder]
    if setting.window is None:
        decoders = {
            name: UnionFindDecoder(problem.graph, problem.image, passes=passes)
            for name, passes in PASSES.items()
        }
        decoders[MATCHING] = MatchingDecoder(problem.model)
    else:
        assert problem.source is not None
        commit, buffer = setting.window
        windows = StreamedShots(
            problem.source,
            window_plan(problem.source, commit_rounds=commit, buffer_rounds=buffer),
            num_rounds=problem.layers,
            length_bits=problem.image.length_bits,
            passes=PASSES[OURS],
        )
        whole = UnionFindDecoder(problem.graph, problem.image, passes=PASSES[OURS])
        decoders = {WHOLE: whole, OURS: windows}
    return {
        name: Contender(name=name, decoder=decoder, settings={})
        for name, decoder in decoders.items()
    }


@lru_cache(maxsize=2)
def _mesh(setting: Setting) -> MeshCycles:
    problem = problem_of(setting)
    return MeshCycles(problem.graph, problem.image, passes=PASSES[OURS])


class Stream:
    """Windows of a `stream_setting`, whatever distance.

    Parameters
    ----------
    setting : Setting
    whole_plan : bool
        Windows of every kind, as a core has them; seconds at d = 5, far longer beyond.
    """

    def __init__(self, setting: Setting, *, whole_plan: bool = False) -> None:
        assert setting.window is not None
        commit, buffer = setting.window
        source = RepeatingCircuit(rotated_memory(distance=setting.distance, p=setting.p))
        make = window_plan if whole_plan else steady_plan
        layers = setting.rounds + 1
        self.circuit = source.circuit(layers)
        self.image = build_window_image(make(source, commit_rounds=commit, buffer_rounds=buffer))
        self._places = source.places(layers)
        self._cycles = WindowCycles(self.image, passes=PASSES[OURS])

    def rounds(self, events: np.ndarray) -> np.ndarray:
        """Return the rounds of some shots, as `rounds_of_events` does."""
        return rounds_of_events(events, self._places, num_slots=self.image.plan.num_slots)

    def cycles_of(self, rounds: np.ndarray) -> np.ndarray:
        """Return the cycles of each window, as `WindowCycles.count_shots` does."""
        return self._cycles.count_shots(rounds)


@lru_cache(maxsize=2)
def _stream(setting: Setting) -> Stream:
    return Stream(setting)
