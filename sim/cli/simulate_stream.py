"""Verb `simulate` for streaming cores: shots go round by round through the core's AXI ports.

In: folder of a streaming core, a circuit, shot data or a number of shots to sample.
Out: mismatches with the golden model, cycles per round, reactions, logical errors.
Next: `quantacore.sim.stream_batch`, `quantacore.sim.stream_comparison`.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator

import numpy as np

from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.metrics import error_rate, wrong_shots
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import pack_masks
from quantacore.golden.spec.manifest import Manifest
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.cli.inputs import naming, read_text
from quantacore.sim.cli.shots import NO_SHOTS, count_shots, read_shots
from quantacore.sim.experiments.cycle_histogram import CycleHistogram

MOST_MISMATCHES = 10
BATCH_ROUNDS = 5_000
"""Rounds of a run of the simulator: some seconds of it."""


def simulate_stream(args: argparse.Namespace, manifest: Manifest, *, default_shots: int) -> int:
    """Run the shots through core and golden model; 1 if any window differs."""
    # Late, so that cores of whole shots need none of it.
    from tqdm import tqdm

    from quantacore.sim.experiments.streaming import reactions
    from quantacore.sim.stream_batch import StreamBatch, Traffic
    from quantacore.sim.stream_comparison import compare_stream

    _check_flags(args)
    source = _source(args, manifest)
    assert manifest.window is not None
    plan = window_plan(
        source,
        commit_rounds=manifest.window.commit_rounds,
        buffer_rounds=manifest.window.buffer_rounds,
    )
    if plan.plan_hash != manifest.topology_hash:
        raise ValueError(
            f"{args.circuit}: Circuit must have the windows of core {args.core} "
            f"({manifest.topology_hash[:16]}), not {plan.plan_hash[:16]}: generate a core for it"
        )
    config = manifest.config
    image = build_window_image(
        plan, length_bits=config.length_bits, with_links=config.links != "none"
    )
    passes = args.passes
    if passes is None:
        passes = DEFAULT_PASSES if config.has_later else 1
    places = source.places(source.num_rounds)
    sampled: int = args.shots or default_shots
    total = (
        count_shots(args.in_path, format=args.in_format, num_bits=len(places))
        if args.in_path is not None
        else sampled
    )
    if total == 0:  # before the core is built
        raise ValueError(NO_SHOTS.format(args.in_path))
    core = StreamBatch(args.core)
    core.load_image(image)
    number = core.read("image_count")
    per_shot = plan.num_windows(source.num_rounds)
    counts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    cycles: Counter[int] = Counter()
    first: list[str] = []
    with tqdm(total=total, unit="shot", unit_scale=True, disable=None, leave=False) as bar:
        for events, actual in _shots(args, source, num_bits=len(places), total=sampled):
            shots = list(rounds_of_events(events, places, num_slots=plan.num_slots))
            streamed = core.run(shots, passes=passes, traffic=Traffic(period=args.period))
            found = compare_stream(streamed, shots, {number: image}, passes=passes)
            first += [f"from shot {counts['shots']} on: {text}" for text in found.first]
            cycles.update(reactions(streamed, plan, source.num_rounds).tolist())
            faults.update({name: count for name, count in streamed.faults.items() if count})
            counts["mismatches"] += int(found.mismatching.sum())
            counts["cycles"] += int(streamed.valid_at[-1]) - int(streamed.accepted_at[0])
            counts["shots"] += len(shots)
            if actual is not None:
                frames = streamed.frames.reshape(-1, per_shot)[:, -1]
                predictions = pack_masks(frames, num_bits=plan.graph.num_observables)
                counts["errors"] += int(wrong_shots(predictions, actual).sum())
            bar.update(len(shots))
    if not counts["shots"]:
        raise ValueError(NO_SHOTS.format(args.in_path))
    reaction = CycleHistogram(cycles)
    report: dict[str, object] = {
        "format": "quantacore-simulate-stream-report",
        "version": 1,
        "shots": counts["shots"],
        "rounds_per_shot": source.num_rounds,
        "windows": counts["shots"] * per_shot,
        "passes": passes,
        "period": args.period,
        "mismatches": counts["mismatches"],
        "first_mismatches": first[:MOST_MISMATCHES],
        "faults": dict(faults),
        "with_corrections": config.with_corrections,
        "cycles_per_round": counts["cycles"] / (counts["shots"] * source.num_rounds),
        "reaction": {
            "mean": reaction.mean,
            "p50": reaction.percentile(50),
            "p99": reaction.percentile(99),
            "max": reaction.max,
        },
    }
    if args.in_path is None:
        report["errors"] = counts["errors"]
        report["error_rate"] = vars(error_rate(errors=counts["errors"], shots=counts["shots"]))
    print(json.dumps(report, indent=1) if args.json else _as_text(report))
    return 1 if counts["mismatches"] else 0


def _check_flags(args: argparse.Namespace) -> None:
    if args.circuit is None:
        raise ValueError(
            "--circuit must be given for a streaming core: it says which detector is in which round"
        )
    if args.image is not None:
        raise ValueError(
            "--image must be left out with a streaming core: it is made from --circuit"
        )
    if args.isolated:
        raise ValueError("--isolated must be left out with a streaming core: give --period instead")
    if args.period < 0:
        raise ValueError(f"--period must be at least 0 cycles, not {args.period}")


def _source(args: argparse.Namespace, manifest: Manifest) -> RepeatingCircuit:
    text = read_text(args.circuit)
    with naming(args.circuit):
        source = RepeatingCircuit(circuit_from_text(text))
        assert manifest.window is not None
        if source.num_slots != manifest.window.num_slots:
            raise ValueError(
                f"Rounds must have the core's {manifest.window.num_slots} detectors, "
                f"not {source.num_slots}"
            )
    return source


def _shots(
    args: argparse.Namespace, source: RepeatingCircuit, *, num_bits: int, total: int | None
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Yield batches of detection events, with the actual observable flips of sampled shots."""
    batch = max(1, BATCH_ROUNDS // source.num_rounds)
    if args.in_path is not None:
        for events in read_shots(
            args.in_path,
            format=args.in_format,
            num_bits=num_bits,
            what="detectors",
            max_shots=batch,
        ):
            yield events, None
        return
    assert total is not None  # unknown only of a pipe
    circuit = source.circuit(source.num_rounds)
    events, actual = sample_shots(circuit, num_shots=total, seed=args.seed)
    for start in range(0, total, batch):
        yield events[start : start + batch], actual[start : start + batch]


def _as_text(report: dict[str, object]) -> str:
    what = "frames, committed edges, growth steps and flags"
    if not report["with_corrections"]:
        what = "frames, growth steps and flags (the core has no corrections stream)"
    windows = f"{report['windows']} windows of {report['shots']} shots"
    rounds = f"{report['rounds_per_shot']} rounds"
    lines = [f"{report['mismatches']} mismatches in {windows} with {rounds}: {what} compared"]
    first, faults, reaction = (report[name] for name in ("first_mismatches", "faults", "reaction"))
    assert isinstance(first, list) and isinstance(faults, dict) and isinstance(reaction, dict)
    lines += [f"  {mismatch}" for mismatch in first]
    lines += [f"fault {name}: {count} times" for name, count in faults.items()]
    lines.append(f"{report['cycles_per_round']:.2f} cycles per round, first to last")
    lines.append(
        "reaction from a window's last round to its prediction, in cycles: "
        "mean {mean:.1f}, p50 {p50:.0f}, p99 {p99:.0f}, max {max:.0f}".format(**reaction)
    )
    if not report["period"]:
        lines.append("  (rounds came without pause and had to wait; --period 100 gives them time)")
    lines += errors_lines(report)
    return "\n".join(lines)


def errors_lines(report: dict[str, object]) -> list[str]:
    """Return what a report says of logical errors, if the shots were sampled."""
    if "errors" not in report:
        return []
    rate = report["error_rate"]
    assert isinstance(rate, dict)
    interval = f"[{rate['low']:.3g}, {rate['high']:.3g}] (95 %)"
    return [f"{report['errors']} logical errors, rate {rate['value']:.3g} {interval}"]
