"""Verb `run` with `--codes`: a core that changes its code as noise drifts, live.

In: settings.   Out: a folder with a log; a table on standard output.
Next: `quantacore.sim.experiments.code_loop`.
"""

import argparse
import contextlib
import dataclasses
import json
from pathlib import Path
from typing import Any

from quantacore.sim.cli.bench_frame import note, print_table
from quantacore.sim.cli.bench_windows import window
from quantacore.sim.cli.epoch_bar import epoch_bar

CODES_HELP = """instead of weights, choose the code: members of one core, such as 3x3 5x5
(WIDTHxHEIGHT data qubits, memory in basis z, fails by HEIGHT faults) or 3x3+2+0 (its corner). It
begins with the first. What it counts says how often each would fail now; the cheapest that meets
--target is taken, and a better one if the target is missed and that is worth a switch. Weights
stay those of the model. Beside it: each code all the time, and the best of each epoch (oracle).
--out then holds log.jsonl and live.jsonl. --distance and --predictor do not matter; --passes 1
makes a much smaller core"""


def add_code_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that choose codes."""
    parser.add_argument("--codes", nargs="+", metavar="WxH", help=CODES_HELP)
    parser.add_argument(
        "--target",
        type=float,
        metavar="RATE",
        help="with --codes: logical errors per shot that are good enough (default: twice those "
        "of the first code without drift)",
    )
    parser.add_argument(
        "--window",
        type=window,
        default=(3, 3),
        metavar="CxB",
        help="with --codes: rounds that a window commits, and looks ahead (default 3x3)",
    )
    parser.add_argument(
        "--switch_cost",
        type=float,
        default=0.0,
        metavar="RATE",
        help="with --codes: errors per shot that a switch is taken to cost, so that it must gain "
        "more within three looks (default 0: it is made between two shots)",
    )
    parser.add_argument(
        "--enough",
        type=int,
        default=1_000,
        metavar="N",
        help="with --codes: shots that a code must have counted after a switch before its counts "
        "replace what was known (default 1000)",
    )
    parser.add_argument(
        "--rates",
        choices=("qubits", "edges"),
        default="qubits",
        help="with --codes: how rates are predicted. qubits (default): corrections and events say "
        "how noisy each qubit is, and 4000 shots of that are decoded for each code; "
        "edges: corrections say how noisy each edge is, and a bound follows, at once",
    )
    parser.add_argument(
        "--core",
        choices=("rtl", "golden"),
        default="rtl",
        help="with --codes: the generated Verilog in Verilator (default), or the golden decoder in "
        "its place: the same errors, in less time",
    )


def run_codes(args: argparse.Namespace) -> int:
    """Run the loop, from the beginning or from where its log ends."""
    from quantacore.sim.experiments.code_loop import code_epoch
    from quantacore.sim.experiments.code_loop_settings import CodeLoopSettings
    from quantacore.sim.experiments.code_records import CODE_LOOP
    from quantacore.sim.experiments.epoch_log import EpochLog

    settings = CodeLoopSettings(
        codes=tuple(args.codes),
        target=args.target,
        switch_cost=args.switch_cost,
        p=args.p,
        rounds=args.rounds,
        noise=args.noise,
        epochs=args.epochs,
        calm_epochs=args.calm,
        shots=args.shots,
        looks=args.looks,
        epoch_s=args.epoch_s,
        passes=args.passes,
        window=args.window,
        memory_shots=args.memory,
        enough_shots=args.enough,
        rates=args.rates,
        core=args.core,
        seed=args.seed,
    )
    log = EpochLog(Path(args.out), settings, kind=CODE_LOOP, read_epoch=code_epoch)
    if log.epochs and not args.json:
        note(f"{args.out}: goes on after epoch {log.epochs[-1].index}")
    try:
        loop = _go_on(args, settings, log)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; {args.out} holds {len(log.epochs)} epochs, and the same command goes on"
        ) from None
    report = code_report(log.epochs, settings, qubits=loop.qubits, target=loop.target)
    if args.json:
        print(json.dumps(report, indent=1))
    else:
        _print_report(report, args.out)
    return 0 if report["mismatches"] == report["rounds_lost"] == 0 else 1


def _go_on(args: argparse.Namespace, settings: Any, log: Any) -> Any:
    from quantacore.sim.experiments.code_loop import CodeLoop
    from quantacore.sim.experiments.code_records import header_of_codes, records_of_code_epoch
    from quantacore.sim.experiments.loop_records import live_log_after, telling_the_end

    with epoch_bar(args.epochs, quiet=args.json) as bar, contextlib.ExitStack() as logs:
        opened: list[Any] = []

        def progress(text: str) -> None:
            for live in opened:
                live.event("note", text)
            bar.progress(text)

        def open_live(family: Any) -> Any:
            facts = {**dataclasses.asdict(settings), "period": args.period}
            live = live_log_after(
                log.folder,
                header_of_codes(facts, family.slots),
                [dataclasses.asdict(epoch) for epoch in log.epochs],
                lambda epoch: records_of_code_epoch(epoch, facts, num_slots=len(family.slots)),
            )
            opened.append(live)
            logs.enter_context(live)
            logs.enter_context(telling_the_end(live, log.epochs))
            return live

        loop = CodeLoop(settings, progress=progress, open_live=open_live, period=args.period)
        bar.say(["epoch", "core", *settings.codes, "oracle", "codes of the core"])
        bar.go_on(loop, log, _cells)
    return loop


def _cells(epoch: Any) -> list[str]:
    held = [look.code for look in epoch.looks]
    return [
        str(epoch.index),
        str(epoch.core_errors),
        *(str(count) for count in epoch.errors.values()),
        epoch.oracle,
        " ".join(held),
    ]


def code_report(
    epochs: Any, settings: Any, *, qubits: dict[str, int], target: float
) -> dict[str, Any]:
    """Return what a loop did: errors and qubit-rounds of every contender after the calm epochs."""
    from quantacore.sim.experiments.code_contenders import contenders

    found = contenders(epochs, settings, qubits=qubits)
    return {
        "format": "quantacore-code-loop-report",
        "version": 1,
        "noise": settings.noise,
        "target": target,
        "epochs": len(epochs),
        "disturbed_shots": found[0].shots,
        "contenders": {
            each.name: {
                "errors": each.errors,
                "rate": None if each.rate is None else vars(each.rate),
                "qubit_rounds": each.qubit_rounds,
                "switches": each.switches,
            }
            for each in found
        },
        "mismatches": sum(epoch.mismatches for epoch in epochs),
        "rounds_lost": sum(epoch.rounds_lost for epoch in epochs),
        "windows": sum(epoch.windows for epoch in epochs),
    }


def _print_report(report: dict[str, Any], out: str) -> None:
    print()
    if report["disturbed_shots"]:
        print(f"After the calm epochs, {report['disturbed_shots']} shots of each:")
        rows = [
            [
                name,
                str(row["errors"]),
                "{value:.5f} [{low:.5f}, {high:.5f}]".format(**row["rate"]),
                str(row["qubit_rounds"]),
                str(row["switches"]),
            ]
            for name, row in report["contenders"].items()
        ]
        print_table(["contender", "errors", "per shot (95 %)", "qubit-rounds", "switches"], rows)
    print(
        f"target {report['target']:.5f}; {report['windows']} windows equal golden but "
        f"{report['mismatches']}; {report['rounds_lost']} rounds lost"
    )
    print(f"Log: {out}")
