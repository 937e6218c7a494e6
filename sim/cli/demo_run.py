"""Run the demo step by step, say what is being made and where, and write the report.

In: distances and noise strengths.   Out: the demo's folder, an exit code.
Next: `quantacore.sim.experiments.demo`, `quantacore.sim.plots.error_rates`.
"""

import shlex
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tqdm import tqdm

from quantacore.golden.metrics import wrong_shots
from quantacore.golden.spec.bits import packed_bytes
from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.hdl.generate import generate_core
from quantacore.sim.batch import BatchCore
from quantacore.sim.cli.outputs import write_text
from quantacore.sim.experiments.decoded_shot import choose_shot, component_names
from quantacore.sim.experiments.demo import (
    OBSERVABLES_FILE,
    SHOTS_FILE,
    DemoProblem,
    DemoRow,
    default_shots,
    make_problem,
    run_problem,
    write_problem,
)
from quantacore.sim.experiments.demo_report import (
    COLUMNS,
    CYCLES,
    ONE_CORE,
    TITLE,
    accuracy_table,
    hardware_table,
    report_text,
    rows_to_json,
    unfinished_report,
)
from quantacore.sim.plots.decoded_shot import plot_decoded_shot
from quantacore.sim.plots.error_rates import plot_error_rates
from quantacore.sim.plots.latencies import plot_latencies

REPORT_FILE = "demo.md"
RESULTS_FILE = "results.json"
PICTURE_SHOTS = 5_000
"""The decoded shot of the picture is one of the first so many."""


def run_demo(
    folder: str,
    *,
    distances: Sequence[int],
    ps: Sequence[float],
    num_shots: int | None,
    seed: int,
) -> int:
    """Run the steps one by one and say what each makes.

    Parameters
    ----------
    folder : str
        New, empty, or written by an earlier demo.
    distances : sequence of int
        Odd, at least 3.
    ps : sequence of float
        Noise strengths, in (0, 0.5].
    num_shots : int, optional
        Of each distance and noise strength, at least 1; `default_shots` if not given.
    seed : int
        0 .. 2**64 - 1.

    Returns
    -------
    int
        Exit code: 1 if RTL and golden differ in a single bit.

    Raises
    ------
    ValueError
        If an argument is out of range, or the folder holds something else.
    """
    started = time.monotonic()
    out = Path(folder)
    if num_shots is not None and num_shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {num_shots!r}")
    if not 0 <= seed < 1 << 64:
        raise ValueError(f"Seed must be 0 to 2**64 - 1, not {seed!r}")
    problems = _problems(out, distances, ps)  # refuses bad values before anything is written
    _claim_folder(out)
    steps = _Steps(total=3 + 3 * len(problems))
    steps.begin("Circuits, error models, decoding graphs, weight images", out / "d*" / "p*")
    for problem in (problem for of_distance in problems.values() for problem in of_distance):
        write_problem(problem)
        steps.say(
            f"d={problem.distance} p={problem.p:g}: {problem.graph.num_detectors} detectors, "
            f"{problem.graph.num_edges} edges, {len(problem.graph.correlations)} correlations"
        )

    rows: list[DemoRow] = []
    for distance, of_distance in problems.items():
        core_folder = out / f"d{distance}" / "core"
        steps.begin(f"Core for d={distance}: graph -> Amaranth -> Verilog", core_folder)
        with steps.waiting("generating core.v and manifest.json"):
            manifest = generate_core(of_distance[0].graph, core_folder)
        size = (core_folder / VERILOG_FILE).stat().st_size
        steps.say(
            f"{manifest.num_detectors} nodes, {manifest.num_edges} edge units, "
            f"{size / 1e6:.2f} MB of Verilog, topology {manifest.topology_hash[:8]}"
        )
        steps.begin(f"Simulation for d={distance}: Verilog -> Verilator -> C++ -> library", None)
        with steps.waiting("building (kept for the next time)"):
            core = BatchCore(core_folder)
        steps.begin(f"Shots for d={distance}: golden, RTL, PyMatching", out / f"d{distance}" / "p*")
        steps.say("the same core for every p: only a new weight image is loaded")
        with core:
            rows += _run_problems(core, of_distance, steps, num_shots=num_shots, seed=seed)

    steps.begin("Pictures", out)
    pictures = _draw(rows, list(problems.values())[-1], out)
    for name, caption in pictures:
        steps.say(f"{out / name}: {caption}")
    steps.begin("Report", out / REPORT_FILE)
    write_text(str(out / RESULTS_FILE), rows_to_json(rows, seed=seed))
    command = _command(folder, distances, ps, num_shots, seed)
    text = report_text(rows, pictures=pictures, files=FILES, command=command)
    write_text(str(out / REPORT_FILE), text)
    print(f"\n{COLUMNS}\n\n{accuracy_table(rows)}\n")
    print(f"{ONE_CORE}\n{CYCLES}\n\n{hardware_table(rows)}\n")
    return verdict(rows, out, seconds=time.monotonic() - started)


FILES = """\
d*/core/core.v, manifest.json, graph.json   the decoder core of a distance
d*/p*/circuit.stim     noisy circuit
d*/p*/model.dem        its detector error model
d*/p*/graph.json       decoding graph
d*/p*/image.json       weight image: what is loaded into the core
d*/p*/shots.b8         detection events
d*/p*/observables.b8   actual observable flips
d*/p*/predictions_golden.b8, predictions_rtl.b8   one pass; the same bytes
results.json           all numbers of this report, with the histograms of cycles"""


def _problems(
    out: Path, distances: Sequence[int], ps: Sequence[float]
) -> dict[int, list[DemoProblem]]:
    return {
        distance: [
            make_problem(distance=distance, p=p, folder=out / f"d{distance}" / f"p{p:g}")
            for p in sorted(set(ps))
        ]
        for distance in sorted(set(distances))
    }


def _claim_folder(out: Path) -> None:
    """Make the folder; empty it if an earlier demo wrote it, refuse any other that holds files."""
    report = out / REPORT_FILE
    if out.exists() and any(out.iterdir()):
        if not report.is_file() or not report.read_text(errors="replace").startswith(TITLE):
            raise ValueError(f"Output folder must be new, empty or an earlier demo's: {out}")
        for old in out.glob("d[0-9]*"):
            if (old / "core").is_dir() or any(old.glob("p*/circuit.stim")):
                shutil.rmtree(old)
        for name in (RESULTS_FILE, *PICTURES):
            (out / name).unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    write_text(str(report), unfinished_report())


def _run_problems(
    core: BatchCore,
    problems: Sequence[DemoProblem],
    steps: "_Steps",
    *,
    num_shots: int | None,
    seed: int,
) -> list[DemoRow]:
    shots = [
        num_shots or default_shots(distance=problem.distance, p=problem.p) for problem in problems
    ]
    rows = []
    with tqdm(total=sum(shots), unit="shot", unit_scale=True, disable=None, leave=False) as bar:
        for problem, count in zip(problems, shots, strict=True):
            bar.set_description(f"      d={problem.distance} p={problem.p:g}")
            row = run_problem(problem, core, num_shots=count, seed=seed, progress=bar.update)
            rows.append(row)
            agreement = "RTL = golden in every bit" if row.bit_exact else "RTL DIFFERS FROM GOLDEN"
            steps.say(
                f"p={problem.p:g}: {count} shots, {agreement}, mean {row.cycles_mean:.1f} cycles"
            )
    return rows


PICTURES = {
    "error_rates.png": "Logical error rate against noise strength, and relative to PyMatching.",
    "latencies.png": "Core cycles per shot, with p99 and the longest shot.",
    "decoded_shot.png": "One decoded shot in space and time: defects, clusters, correction.",
}
"""File name -> what it shows."""


def _draw(
    rows: Sequence[DemoRow], largest: Sequence[DemoProblem], out: Path
) -> list[tuple[str, str]]:
    names = list(PICTURES)
    plot_error_rates(rows, out / names[0])
    plot_latencies(rows, out / names[1])
    problem = largest[len(largest) // 2]
    events, actual = _read_first(problem, SHOTS_FILE, OBSERVABLES_FILE)
    shot, anatomy = choose_shot(
        problem.graph, problem.image, events, actual, num_defects=2 * problem.distance
    )
    predicted = np.array([[anatomy.prediction]], np.uint8)
    wrong = wrong_shots(predicted, actual[shot : shot + 1])[0]
    plot_decoded_shot(
        anatomy,
        out / names[2],
        title=(
            f"Shot {shot} of d={problem.distance}, p={problem.p:g}: {len(anatomy.defects)} defects "
            f"in {len(anatomy.clusters)} clusters after {anatomy.growth_steps} growth steps. "
            f"Prediction: observable {'flipped' if anatomy.prediction else 'not flipped'} "
            f"({'wrong' if wrong else 'right'})"
        ),
        components=component_names(problem.graph),
    )
    return list(PICTURES.items())


def _read_first(problem: DemoProblem, *names: str) -> list[np.ndarray]:
    bits = (problem.graph.num_detectors, problem.graph.num_observables)
    return [
        np.fromfile(problem.folder / name, np.uint8).reshape(-1, packed_bytes(width))[
            :PICTURE_SHOTS
        ]
        for name, width in zip(names, bits, strict=True)
    ]


def _command(
    folder: str,
    distances: Sequence[int],
    ps: Sequence[float],
    num_shots: int | None,
    seed: int,
) -> str:
    words = ["quantacore", "demo", "--out", folder, "--distances", *map(str, distances)]
    words += ["--ps", *(f"{p:g}" for p in ps), "--seed", str(seed)]
    words += [] if num_shots is None else ["--shots", str(num_shots)]
    return shlex.join(words)


def verdict(rows: Sequence[DemoRow], out: Path, *, seconds: float) -> int:
    """Print whether RTL and golden agree; return the exit code, 1 if they do not."""
    shots = sum(row.shots for row in rows)
    failed = [row for row in rows if not row.bit_exact]
    if not failed:
        print(
            f"All {shots} shots: RTL and golden agree in every bit. {seconds:.0f} s. "
            f"Report with pictures: {out / REPORT_FILE}"
        )
        return 0
    for row in failed:
        for mismatch in row.first_mismatches:
            print(f"d={row.distance} p={row.p:g}: {mismatch}", file=sys.stderr)
    count = sum(row.mismatches for row in failed)
    print(f"RTL differs from golden in {count} of {shots} shots.", file=sys.stderr)
    return 1


class _Steps:
    """Numbered lines that say what is being made and where."""

    def __init__(self, *, total: int) -> None:
        self.total = total
        self.number = 0

    def begin(self, what: str, where: Path | None) -> None:
        self.number += 1
        place = "" if where is None else f"  ->  {where}"
        tqdm.write(f"[{self.number:{len(str(self.total))}}/{self.total}] {what}{place}")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        tqdm.write(f"      {text}")
        sys.stdout.flush()

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Let a clock run while something takes a time that nobody can foresee."""
        started = time.monotonic()
        done = threading.Event()
        with tqdm(desc=what, bar_format="      {desc} {elapsed}", disable=None, leave=False) as bar:

            def refresh() -> None:
                while not done.wait(0.3):
                    bar.refresh()

            clock = threading.Thread(target=refresh, daemon=True)
            clock.start()
            try:
                yield
            finally:
                done.set()
                clock.join()
        self.say(f"{what}: {time.monotonic() - started:.1f} s")
