"""Verb `run`: a core that adapts to drifting noise, live.

In: settings.   Out: a folder with log, tables and picture; a table on standard output.
Next: `quantacore.sim.experiments.closed_loop`.
"""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from quantacore.golden.metrics import error_rate, error_ratio
from quantacore.golden.noise.regimes import REGIMES
from quantacore.host.predict.registry import DEFAULT_PREDICTOR
from quantacore.sim.cli.bench_frame import finite, note
from quantacore.sim.cli.epoch_bar import epoch_bar
from quantacore.sim.cli.run_codes import add_code_arguments, run_codes

HELP = """run a core in Verilator while its noise drifts, and let its weights follow

Drifting noise -> the generated core -> its counters -> estimate -> weight image -> swap, epoch by
epoch. Errors of the core are set beside those of the weights that never change (static), of
weights that know the true noise (oracle), and of PyMatching with the true noise, all on the same
shots. Every window of the core is compared with golden. Nothing of it is an FPGA: see
docs/host.md for the same loop on a board.

  quantacore run --out loop                               a hot qubit at d = 3: minutes
  quantacore run --out loop --epochs 20                   goes on where that one ended
  quantacore dashboard loop                               meanwhile, or later: its page
  quantacore run --out jumps --noise jumps --distance 5 --rounds 15
  quantacore run --out codes --codes 3x3 5x5 --noise bursts --passes 1    the code follows instead

Kinds of noise are listed at --noise. The first --calm epochs have the model's noise. An epoch
stands for --epoch_s seconds of the device, of which --shots are decoded.

Files in --out: log.jsonl (settings, then a line an epoch: counts, errors, truth), epochs.parquet,
counts.parquet, loop.png, live.jsonl (for `quantacore dashboard`). A run that was interrupted goes
on with the same command. Exit code 1 if the core differed from golden or lost a round.
"""

PICTURE_FILE = "loop.png"
COLUMNS = ("epoch", "core", "static", "oracle", "PyMatching", "images", "noise")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("--out", required=True, metavar="DIR", help="folder of the log")
    parser.add_argument(
        "--noise",
        choices=tuple(REGIMES),
        default="hot",
        help="; ".join(f"{name}: {text}" for name, text in REGIMES.items()) + " (default hot)",
    )
    parser.add_argument(
        "--predictor",
        default=DEFAULT_PREDICTOR,
        metavar="NAME",
        help=f"of docs/prediction.md, as tuned there (default {DEFAULT_PREDICTOR}, the best of "
        "them, which knows the qubits behind the counts); or counting: the next shots will be as "
        "those that were counted, after --memory shots",
    )
    numbers: tuple[tuple[str, type, Any, str, str], ...] = (
        ("distance", int, 3, "D", "of the surface code, odd"),
        ("rounds", int, 9, "R", "of a shot"),
        ("p", float, 0.003, "P", "noise strength of the model, whose weights it starts with"),
        ("epochs", int, 12, "N", "in all, those of earlier runs included"),
        ("calm", int, 2, "N", "epochs with the model's noise at the beginning"),
        ("shots", int, 5_000, "N", "decoded in an epoch"),
        ("looks", int, 5, "N", "at the counters in an epoch"),
        ("epoch_s", float, 10.0, "S", "seconds that an epoch stands for"),
        ("passes", int, 3, "K", "most passes of the decoder"),
        ("memory", int, 20_000, "N", "shots after which a count is worth 1/e to counting"),
        ("seed", int, 1, "S", "of noise and shots"),
        (
            "period",
            int,
            100,
            "CYCLES",
            "of the core from round to round; 0: as fast as it takes them. Few fill its buffer",
        ),
    )
    for name, kind, default, letter, text in numbers:
        parser.add_argument(
            f"--{name}",
            type=kind,
            default=default,
            metavar=letter,
            help=f"{text} (default {default:g})",
        )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    add_code_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run the loop, from the beginning or from where its log ends."""
    if args.period < 0:
        raise ValueError(f"--period must be at least 0 cycles, not {args.period}")
    if args.codes:
        return run_codes(args)
    from quantacore.sim.experiments.closed_loop import LoopSettings
    from quantacore.sim.experiments.loop_log import LoopLog

    settings = LoopSettings(
        distance=args.distance,
        p=args.p,
        rounds=args.rounds,
        noise=args.noise,
        epochs=args.epochs,
        calm_epochs=args.calm,
        shots=args.shots,
        looks=args.looks,
        epoch_s=args.epoch_s,
        passes=args.passes,
        memory_shots=args.memory,
        predictor=args.predictor,
        seed=args.seed,
    )
    log = LoopLog(Path(args.out), settings)
    if log.epochs and not args.json:
        note(f"{args.out}: goes on after epoch {log.epochs[-1].index}")
    try:
        load_cycles = _go_on(args, settings, log)
    except KeyboardInterrupt:
        done = len(log.epochs)
        if done:
            _show(log, settings)
        raise KeyboardInterrupt(
            f"interrupted; {args.out} holds {done} epochs, and the same command goes on"
        ) from None
    _show(log, settings)
    report = _report(log.epochs, settings, load_cycles=load_cycles)
    if args.json:
        print(json.dumps(report, indent=1))
    else:
        _print_report(report, args.out)
    return 0 if report["mismatches"] == report["rounds_lost"] == 0 else 1


def _go_on(args: argparse.Namespace, settings: Any, log: Any) -> int:
    """Run the epochs that the log lacks; return the cycles that an image takes to load."""
    from quantacore.sim.experiments.closed_loop import ClosedLoop
    from quantacore.sim.experiments.loop_records import live_log_of_loop, telling_the_end

    with (
        epoch_bar(args.epochs, quiet=args.json) as bar,
        live_log_of_loop(
            log.folder,
            {**dataclasses.asdict(settings), "period": args.period},
            [dataclasses.asdict(e) for e in log.epochs],
        ) as live,
        telling_the_end(live, log.epochs),
    ):

        def progress(text: str) -> None:
            live.event("note", text)
            bar.progress(text)

        loop = ClosedLoop(settings, progress=progress, live=live, period=args.period)
        bar.say(COLUMNS)
        bar.go_on(loop, log, _cells)
    return loop.load_cycles


def _show(log: Any, settings: Any) -> None:
    """Write tables and picture of the epochs that are done."""
    from quantacore.sim.plots.closed_loop import plot_closed_loop

    log.write_tables()
    plot_closed_loop(log.epochs, settings, log.folder / PICTURE_FILE)


def _cells(epoch: Any) -> list[str]:
    return [
        str(epoch.index),
        *(str(epoch.errors[name]) for name in ("core", "static", "oracle", "matching")),
        ",".join(str(shot) for shot in epoch.swaps) or "-",
        "changed" if epoch.changed else "",
    ]


def _report(epochs: Any, settings: Any, *, load_cycles: int) -> dict[str, Any]:
    from quantacore.sim.experiments.closed_loop import DECODERS, paired_with_core, reactions

    disturbed = [epoch for epoch in epochs if epoch.index >= settings.calm_epochs]
    shots = sum(epoch.shots for epoch in disturbed)
    errors = {name: sum(epoch.errors[name] for epoch in disturbed) for name in DECODERS}
    waits = reactions(list(epochs))
    rates = {
        name: vars(error_rate(errors=count, shots=shots)) if shots else None
        for name, count in errors.items()
    }
    return {
        "format": "quantacore-run-report",
        "version": 1,
        "noise": settings.noise,
        "distance": settings.distance,
        "rounds": settings.rounds,
        "epochs": len(epochs),
        "disturbed_shots": shots,
        "errors": errors,
        "rates": rates,
        "per_error_of_core": {
            name: finite(error_ratio(paired_with_core(disturbed, name)))
            for name in DECODERS
            if name != "core"
        },
        "images": sum(len(epoch.swaps) for epoch in epochs),
        "reaction_shots": waits,
        "reaction_rounds": [None if wait is None else wait * settings.rounds for wait in waits],
        "load_cycles": load_cycles,
        "mismatches": sum(epoch.mismatches for epoch in epochs),
        "rounds_lost": sum(epoch.rounds_lost for epoch in epochs),
        "windows": sum(epoch.windows for epoch in epochs),
    }


def _print_report(report: dict[str, Any], out: str) -> None:
    errors, shots = report["errors"], report["disturbed_shots"]
    print()
    if shots:
        print(f"After the calm epochs, {shots} shots, logical errors per shot [95 %]:")
        for name, rate in report["rates"].items():
            print(
                f"  {name:9} {errors[name]:6}   {rate['value']:.5f} "
                f"[{rate['low']:.5f}, {rate['high']:.5f}]"
            )
        for name, ratio in report["per_error_of_core"].items():
            if ratio["value"] is not None:
                low, high = (ratio[end] or float("inf") for end in ("low", "high"))
                print(
                    f"Errors of {name} per error of the core, same shots: "
                    f"{ratio['value']:.3f} [{low:.3f}, {high:.3f}]"
                )
    waits = [wait for wait in report["reaction_shots"] if wait is not None]
    if waits:
        mean = sum(waits) / len(waits)
        print(
            f"First image after a change: {mean:.0f} shots ({mean * report['rounds']:.0f} rounds), "
            f"mean of {len(waits)}; changes without one: "
            f"{len(report['reaction_shots']) - len(waits)}"
        )
    print(
        f"{report['images']} images, {report['load_cycles']} core cycles to load one; "
        f"{report['windows']} windows equal golden but {report['mismatches']}; "
        f"{report['rounds_lost']} rounds lost"
    )
    print(f"Log, tables and picture: {out}")
