"""Verb `predict`: tune predictors of error rates on a data set, and judge them on its test runs.

In: a data set.   Out: a file of parameters; tables, CSV, JSON and pictures.
Next: `quantacore.sim.experiments.prediction`.
"""

import argparse
import hashlib
from pathlib import Path
from typing import Any

from quantacore.sim.cli import predict_card, predict_hear, predict_loops, predict_train
from quantacore.sim.cli.bench_frame import make_folder, note, print_table, shots_bar
from quantacore.sim.cli.outputs import atomic_output
from quantacore.sim.experiments.heard import HEARD

HELP = """tune predictors of error rates, and judge them

From the decoder's corrections, epoch after epoch, predictors say how much likelier each group of
like errors will be: moving averages, filters, a Gaussian process, a hidden Markov model
(docs/prediction.md). Data sets are made by `quantacore dataset`.

  quantacore predict tune     --data DIR --out tuned.json    on the training split alone
  quantacore predict tune     --data DIR --out new.json --onto tuned.json --predictors kalman
  quantacore predict evaluate --data DIR --out report        on the test split
  quantacore predict evaluate --data DIR --out report --tuned tuned.json --regimes mixture jumps
  quantacore predict regret   --data DIR --out regret        logical errors, in the loop; slow
  quantacore predict hear     --data DIR --out heard         counts of the loop, to tune on
  quantacore predict loops    --out loops                    around the core, in Verilator

Without --tuned, parameters are those that come with the package. Files in the folder of evaluate:
report.csv, report.json, scores_<epochs>.png, run_<regime>.png; of regret: regret.json, and
runs.jsonl, from which the same command goes on if it was interrupted, with more runs too.
"""
HORIZONS = (1, 4)
DRAWN = ("moving_average", "ornstein_uhlenbeck", "hidden_markov")
"""More curves nobody can tell apart."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two steps with their flags."""
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    tune = steps.add_parser("tune", help="choose parameters on the training split")
    _add_common(tune)
    tune.add_argument("--out", required=True, metavar="FILE", help="JSON file to write")
    tune.add_argument(
        "--horizons",
        type=int,
        nargs="+",
        default=list(HORIZONS),
        metavar="N",
        help="epochs ahead, each with parameters of its own (default 1 4)",
    )
    tune.add_argument(
        "--heard", metavar="DIR", help="of `predict hear`: tune on runs as they are in the loop"
    )
    tune.add_argument("--seeds", type=int, metavar="N", help="only the first N runs of a regime")
    tune.add_argument(
        "--onto", metavar="FILE", help="of `predict tune`: keep what it has of other predictors"
    )
    evaluate = steps.add_parser("evaluate", help="judge on runs that nobody was tuned on")
    _add_common(evaluate)
    evaluate.add_argument("--out", required=True, metavar="DIR", help="folder of the report")
    regret = steps.add_parser("regret", help="count logical errors with weights that follow")
    _add_common(regret)
    regret.add_argument("--out", required=True, metavar="DIR", help="folder of the report")
    regret.add_argument(
        "--shots", type=int, default=1000, metavar="N", help="of each epoch (default 1000)"
    )
    regret.add_argument("--seeds", type=int, metavar="N", help="only the first N runs of a regime")
    regret.add_argument(
        "--skip",
        type=int,
        default=0,
        metavar="N",
        help="without the first N runs of a regime, which somebody has looked at (default 0)",
    )
    regret.add_argument(
        "--counts",
        choices=tuple(HEARD),
        default="own",
        help="what predictors hear; "
        + "; ".join(f"{name}: {text}" for name, text in HEARD.items())
        + " (default own)",
    )
    for step in (evaluate, regret):
        step.add_argument("--tuned", metavar="FILE", help="of `predict tune`")
        step.add_argument(
            "--split", default="test", metavar="NAME", help="split of the data set (default test)"
        )
    predict_hear.add_step(steps)
    predict_loops.add_step(steps)
    predict_train.add_step(steps)
    predict_card.add_step(steps)
    for step, function in ((tune, _tune), (evaluate, _evaluate), (regret, _regret)):
        step.set_defaults(run_step=function)


def run(args: argparse.Namespace) -> int:
    """Run a step."""
    code: int = args.run_step(args)
    return code


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", required=True, metavar="DIR", help="data set")
    parser.add_argument("--regimes", nargs="+", metavar="NAME", help="kinds of noise (default all)")
    parser.add_argument("--predictors", nargs="+", metavar="NAME", help="only these (default all)")


def _names(args: argparse.Namespace) -> list[str]:
    from quantacore.host.predict.registry import CONTENDERS

    names = args.predictors or list(CONTENDERS)
    for name in names:
        if name not in CONTENDERS:
            raise ValueError(f"Predictor must be one of {', '.join(CONTENDERS)}, not {name!r}")
    return names


def _tuned_names(args: argparse.Namespace, tuned: Any) -> list[str]:
    """Return the predictors that were asked for, or all that were tuned."""
    known = min(tuned.tuned.items())[1]
    names = [name for name in _names(args) if args.predictors or name in known]
    for name in names:
        if name not in known:
            where = f"{args.tuned} has {', '.join(known)}" if args.tuned else "the package has none"
            raise ValueError(f"Predictor {name!r} must have parameters, but {where}")
    return names


def _tune(args: argparse.Namespace) -> int:
    from quantacore.host.predict.tuned_file import Tuned, load_tuned
    from quantacore.host.predict.tuning import epoch_length, learnt_parameters, tune
    from quantacore.sim.experiments.dataset_reader import load_header, load_series
    from quantacore.sim.experiments.heard_runs import load_heard
    from quantacore.sim.experiments.weight_followers import device_of_data

    names = _names(args)
    if min(args.horizons) < 1 or len(set(args.horizons)) < len(args.horizons):
        raise ValueError(f"--horizons must be different and at least 1, not {args.horizons}")
    data = Path(args.data)
    if args.heard:
        circuit = load_header(data).circuit
        runs = load_heard(Path(args.heard), split="train", circuit=circuit, regimes=args.regimes)
    else:
        runs = load_series(data, split="train", regimes=args.regimes, gaps=True)
    if args.seeds is not None:
        runs = _first_of_each(runs, args.seeds)
    if not runs:
        raise ValueError(f"{args.data}: has no runs of the training split")
    onto = load_tuned(Path(args.onto)) if args.onto else None
    if onto is not None and set(onto.tuned) != set(args.horizons):
        raise ValueError(
            f"--horizons must be those of {args.onto} ({', '.join(map(str, onto.tuned))}), "
            f"not {', '.join(map(str, args.horizons))}"
        )
    device = device_of_data(data, names)
    learnt: dict[str, Any] = {}
    for name in names:
        with shots_bar(f"learning {name}", None, unit="iteration") as show:
            found = learnt_parameters(name, runs, progress=show)
        if found:
            learnt[name] = found
    tuned: dict[int, dict[str, dict[str, float]]] = {}
    lines = []
    for horizon in args.horizons:
        tuned[horizon] = {}
        for name in names:
            with shots_bar(f"tuning {name}, {horizon} ahead", None, unit="setting") as show:
                best, loss = tune(
                    name,
                    runs,
                    horizon=horizon,
                    learnt=learnt.get(name),
                    device=device,
                    progress=show,
                )
            tuned[horizon][name] = best
            said = ", ".join(f"{key} {value:.3g}" for key, value in best.items())
            lines.append([name, str(horizon), f"{loss:.4f}", said])
    source = f"{len(runs)} training runs of {', '.join(sorted({run.regime for run in runs}))}"
    if args.heard:
        source += ", as heard in the loop"
    result = Tuned(source=source, epoch_s=epoch_length(runs), learnt=learnt, tuned=tuned)
    if onto is not None:
        result = onto.updated(result, names=names)
    with atomic_output(args.out) as stream:
        stream.write(result.to_json().encode())
    print_table(["predictor", "epochs ahead", "count loss", "parameters"], lines)
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    from quantacore.host.predict.tuned_file import SHIPPED, load_tuned
    from quantacore.sim.experiments.dataset_reader import load_header, load_series
    from quantacore.sim.experiments.prediction import score_runs, summarise, update_microseconds
    from quantacore.sim.experiments.prediction_report import (
        HEAD,
        WINNER_HEAD,
        report_csv,
        report_json,
        table_cells,
        winner_cells,
    )
    from quantacore.sim.experiments.weight_followers import device_of_data

    tuned = load_tuned(Path(args.tuned) if args.tuned else SHIPPED)
    names = _tuned_names(args, tuned)
    data = Path(args.data)
    shots = int(load_header(data).settings["shots"])
    runs = load_series(data, split=args.split, regimes=args.regimes, truth=True, gaps=True)
    if not runs:
        raise ValueError(f"{args.data}: has no runs of the split {args.split!r}")
    device = device_of_data(data, names)
    folder = make_folder(args.out)
    total = len(runs) * len(names) * len(tuned.tuned)
    with shots_bar("judging", total, unit="run") as show:
        rows = summarise(score_runs(runs, tuned, names=names, device=device, progress=show))
    update_us = {name: update_microseconds(name, runs[0], tuned, device=device) for name in names}
    texts = {
        "report.csv": report_csv(rows),
        "report.json": report_json(
            rows,
            source=f"{len(runs)} runs of the split {args.split}",
            tuned_on=tuned.source,
            shots_per_epoch=shots,
            update_us=update_us,
        ),
    }
    for name, text in texts.items():
        with atomic_output(str(folder / name)) as stream:
            stream.write(text.encode())
    _draw(folder, rows, runs, tuned, names, device)
    print_table(HEAD, [table_cells(row, shots_per_epoch=shots) for row in rows])
    print()
    print_table(WINNER_HEAD, winner_cells(rows))
    print()
    head = ["predictor", f"host us per update of {runs[0].num_groups} groups, median"]
    print_table(head, [[name, f"{value:.0f}"] for name, value in update_us.items()])
    note(f"tables, CSV, JSON and pictures: {args.out}")
    return 0


def _regret(args: argparse.Namespace) -> int:
    from quantacore.golden.source.sampling import check_sampling
    from quantacore.host.predict.tuned_file import SHIPPED, SHIPPED_LOOP, load_tuned
    from quantacore.sim.experiments.prediction_regret import RegretBench, summarise_regret
    from quantacore.sim.experiments.prediction_report import REGRET_HEAD, regret_cells, regret_json
    from quantacore.sim.experiments.regret_log import RegretLog

    shipped = SHIPPED_LOOP if args.counts == "believed" else SHIPPED
    tuned = load_tuned(Path(args.tuned) if args.tuned else shipped)
    names = _tuned_names(args, tuned)
    bench = RegretBench(Path(args.data))
    if args.skip < 0:
        raise ValueError(f"--skip must be at least 0, not {args.skip}")
    runs = bench.runs(split=args.split, regimes=args.regimes)
    skipped = {run.name for run in _first_of_each(runs, args.skip)} if args.skip else set()
    runs = [run for run in runs if run.name not in skipped]
    if args.seeds is not None:
        runs = _first_of_each(runs, args.seeds)
    if not runs:
        raise ValueError(f"{args.data}: has no runs of the split {args.split!r}")
    check_sampling(args.shots, None)
    settings = {
        "graph": bench.model.graph.content_hash,
        "data": bench.model.header.settings,
        "predictors": names,
        "parameters": hashlib.sha256(tuned.to_json().encode()).hexdigest(),
        "shots": args.shots,
        "counts": args.counts,
    }
    log = RegretLog(Path(args.out), settings)
    folder = make_folder(args.out)
    for number, run in enumerate(runs, start=1):
        if run.name in log.runs:
            continue
        with shots_bar(f"{number}/{len(runs)} {run.name}", run.num_epochs, unit="epoch") as show:
            log.append(
                bench.measure(
                    run,
                    tuned,
                    names,
                    shots=args.shots,
                    heard=args.counts,
                    progress=show,
                )
            )
    found = [log.runs[run.name] for run in runs]
    rows = summarise_regret(found)
    with atomic_output(str(folder / "regret.json")) as stream:
        stream.write(regret_json(rows, found, tuned_on=tuned.source).encode())
    print_table(REGRET_HEAD, [regret_cells(row) for row in rows])
    return 0


def _draw(folder: Path, rows: Any, runs: Any, tuned: Any, names: list[str], device: Any) -> None:
    from quantacore.host.predict.forecast import forecast
    from quantacore.sim.plots.prediction import plot_run, plot_scores

    for horizon in tuned.tuned:
        plot_scores(rows, folder / f"scores_{horizon}.png", horizon=horizon)
    shown = [name for name in DRAWN if name in names]
    for run in {run.regime: run for run in reversed(runs)}.values():
        said = {
            name: forecast(tuned.make(name, run.num_groups, device=device), run)[0]
            for name in shown
        }
        plot_run(run, said, folder / f"run_{run.regime}.png")


def _first_of_each(runs: Any, number: int) -> Any:
    """Return the first runs of each regime."""
    if number < 1:
        raise ValueError(f"--seeds must be at least 1, not {number}")
    chosen: dict[str, list[Any]] = {}
    for run in runs:
        some = chosen.setdefault(run.regime, [])
        if len(some) < number:
            some.append(run)
    return [run for some in chosen.values() for run in some]
