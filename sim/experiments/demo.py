"""The whole way on small codes: circuit, model, graph, core, shots, predictions, comparison.

In: distance, noise strength, number of shots, a folder.   Out: one file a layer, `DemoRow` records.
Next: `quantacore.sim.experiments.demo_report`, `quantacore.sim.cli.demo`.

The code is stim's rotated surface-code memory (Z basis), as many rounds as the distance. Every
decoder gets the same shots.
"""

import filecmp
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import (
    Interval,
    PairedErrors,
    count_paired,
    error_rate,
    error_ratio,
    wrong_shots,
)
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import Circuit, Model, model_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_to_json
from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.golden.spec.image_json import image_to_json
from quantacore.sim.batch import BatchCore
from quantacore.sim.comparison import Mismatch, compare_shots
from quantacore.sim.experiments.contenders import CORRELATED, MATCHING

GOLDEN = "golden 1 pass"
RTL = "RTL 1 pass"
GOLDEN_PASSES = f"golden {DEFAULT_PASSES} passes"
DECODERS = (GOLDEN, RTL, GOLDEN_PASSES, MATCHING, CORRELATED)
"""Columns of the table: `RTL` is the simulated core, with one pass, so that one serves every p."""

CHUNK_SHOTS = 2_000
MOST_MISMATCHES = 10

SHOTS_FILE = "shots.b8"
OBSERVABLES_FILE = "observables.b8"
GOLDEN_FILE = "predictions_golden.b8"
RTL_FILE = "predictions_rtl.b8"


def default_shots(*, distance: int, p: float) -> int:
    """Return a number of shots that takes seconds on a simulated core.

    Rare errors need many shots, and at low noise a shot takes few cycles; a large core takes
    longer for each.

    Examples
    --------
    >>> default_shots(distance=3, p=0.001), default_shots(distance=5, p=0.01)
    (200000, 20000)
    """
    wanted = min(max(100 / p, 20_000), 100_000)
    return max(1, round(min(wanted * (5 / distance) ** 4, 200_000)))


@dataclass(frozen=True, kw_only=True)
class DemoProblem:
    """One noise strength of one code, and the folder that holds its files."""

    distance: int
    p: float
    """All four noise parameters of stim's circuit."""
    circuit: Circuit
    model: Model
    graph: DecodingGraph
    image: WeightImage
    folder: Path


@dataclass(frozen=True, kw_only=True)
class DemoRow:
    """What the decoders did with the shots of one problem."""

    distance: int
    p: float
    num_detectors: int
    shots: int
    paired: dict[str, PairedErrors]
    """Decoder, one of `DECODERS` -> shots decoded wrong, beside those of uncorrelated PyMatching;
    unmatched shots count as wrong."""
    unmatched: int
    """Shots without any correction, by the golden model."""
    mismatches: int
    """Shots in which RTL and golden differ in prediction, correction, growth steps or unmatched
    flag."""
    first_mismatches: tuple[Mismatch, ...]
    same_files: bool
    """The two files of predictions are equal byte for byte."""
    cycle_counts: tuple[int, ...]
    """Entry c: shots that took c core cycles."""

    @property
    def bit_exact(self) -> bool:
        """Tell whether RTL and golden agree in everything."""
        return self.mismatches == 0 and self.same_files

    @property
    def cycles_mean(self) -> float:
        """Mean core cycles of a shot."""
        return float(np.average(np.arange(len(self.cycle_counts)), weights=self.cycle_counts))

    @property
    def cycles_p99(self) -> int:
        """Least number of cycles that 99 % of the shots do not exceed."""
        shares = np.cumsum(self.cycle_counts) / self.shots
        return int(np.searchsorted(shares, 0.99))

    @property
    def cycles_max(self) -> int:
        """Most core cycles that a shot took."""
        return len(self.cycle_counts) - 1

    def rate(self, decoder: str) -> Interval:
        """Return a decoder's logical error rate per shot with its 95 % interval."""
        return error_rate(errors=self.paired[decoder].errors, shots=self.shots)

    def ratio(self, decoder: str) -> Interval:
        """Return a decoder's errors relative to uncorrelated PyMatching's on the same shots."""
        return error_ratio(self.paired[decoder])


def make_problem(*, distance: int, p: float, folder: Path) -> DemoProblem:
    """Return circuit, model, graph and weight image of one noise strength; nothing is written.

    Parameters
    ----------
    distance : int
        Odd, at least 3; also the number of rounds.
    p : float
        Noise strength, in (0, 0.5].
    folder : Path
        Where `write_problem` and `run_problem` will write.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 0 < p <= 0.5:
        raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    circuit = rotated_memory(distance=distance, p=p)
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    return DemoProblem(
        distance=distance,
        p=p,
        circuit=circuit,
        model=model,
        graph=graph,
        image=build_image(graph),
        folder=folder,
    )


def write_problem(problem: DemoProblem) -> None:
    """Write ``circuit.stim``, ``model.dem``, ``graph.json``, ``image.json`` into the folder."""
    problem.folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "circuit.stim": f"{problem.circuit}\n",
        "model.dem": f"{problem.model}\n",
        "graph.json": graph_to_json(problem.graph),
        "image.json": image_to_json(problem.image),
    }
    for name, text in texts.items():
        (problem.folder / name).write_text(text)


def run_problem(
    problem: DemoProblem,
    core: BatchCore,
    *,
    num_shots: int,
    seed: int,
    progress: Callable[[int], object] = lambda shots: None,
) -> DemoRow:
    """Sample shots, decode them with every decoder, compare RTL with golden, write the data.

    Parameters
    ----------
    problem : DemoProblem
    core : BatchCore
        Core of the code's topology, any noise strength: the problem's image is loaded first.
    num_shots : int
        At least 1.
    seed : int
        Of the demo; each problem gets shots of its own from it.
    progress : function
        Called with the number of shots done since the last call.

    Raises
    ------
    ValueError
        If an argument is out of range or the core is another code's.
    """
    core.load_image(problem.image)
    own_seed = np.random.SeedSequence([seed, problem.distance, round(problem.p * 1e9)])
    events, actual = sample_shots(
        problem.circuit, num_shots=num_shots, seed=int(own_seed.generate_state(1, np.uint64)[0])
    )
    golden = UnionFindDecoder(problem.graph, problem.image, passes=1)
    others = {
        GOLDEN_PASSES: UnionFindDecoder(problem.graph, problem.image, passes=DEFAULT_PASSES),
        MATCHING: MatchingDecoder(problem.model),
        CORRELATED: MatchingDecoder(problem.model, correlated=True),
    }
    nothing = PairedErrors(shots=0, errors=0, reference_errors=0, both=0)
    paired = dict.fromkeys(DECODERS, nothing)
    unmatched = mismatches = 0
    first: list[Mismatch] = []
    cycles: list[np.ndarray] = []
    predictions: dict[str, list[np.ndarray]] = {GOLDEN: [], RTL: []}
    for start in range(0, num_shots, CHUNK_SHOTS):
        chunk, flips = events[start : start + CHUNK_SHOTS], actual[start : start + CHUNK_SHOTS]
        # Isolated: each shot meets an idle core, as the definition of core cycles wants.
        found = core.decode_shots(chunk, with_corrections=True, isolated=True)
        expected = golden.decode_shots(chunk, with_corrections=True)
        comparison = compare_shots(found, expected, first_shot=start, most=MOST_MISMATCHES)
        mismatches += int(comparison.mismatching.sum())
        first += comparison.first
        unmatched += int(expected.unmatched.sum())
        assert found.cycles is not None  # a core always counts
        cycles.append(found.cycles)
        answers = {GOLDEN: expected, RTL: found}
        answers |= {name: decoder.decode_shots(chunk) for name, decoder in others.items()}
        wrong = {
            name: wrong_shots(answer.predictions, flips, unmatched=answer.unmatched)
            for name, answer in answers.items()
        }
        for name in DECODERS:
            paired[name] += count_paired(wrong[name], wrong[MATCHING])
        for name, chunks in predictions.items():
            chunks.append(answers[name].predictions)
        progress(len(chunk))
    _write_rows(problem.folder / SHOTS_FILE, [events])
    _write_rows(problem.folder / OBSERVABLES_FILE, [actual])
    _write_rows(problem.folder / GOLDEN_FILE, predictions[GOLDEN])
    _write_rows(problem.folder / RTL_FILE, predictions[RTL])
    return DemoRow(
        distance=problem.distance,
        p=problem.p,
        num_detectors=problem.graph.num_detectors,
        shots=num_shots,
        paired=paired,
        unmatched=unmatched,
        mismatches=mismatches,
        first_mismatches=tuple(first[:MOST_MISMATCHES]),
        same_files=filecmp.cmp(
            problem.folder / GOLDEN_FILE, problem.folder / RTL_FILE, shallow=False
        ),
        cycle_counts=tuple(np.bincount(np.concatenate(cycles)).tolist()),
    )


def _write_rows(path: Path, chunks: list[np.ndarray]) -> None:
    path.write_bytes(b"".join(chunk.tobytes() for chunk in chunks))
