"""Step `hear` of the verb `predict`: runs as a predictor in the loop hears them.

In: a data set.   Out: a folder for `predict tune --heard` and `predict train --heard`.
Next: `quantacore.sim.experiments.heard_runs`.
"""

import argparse
from pathlib import Path
from typing import Any

from tqdm import tqdm

HELP = """hear runs as in the loop, to tune and teach predictors on

  quantacore predict hear  --data DIR --out heard            minutes; the same command goes on
  quantacore predict tune  --data DIR --heard heard --out tuned.json
  quantacore predict train --data DIR --heard heard --out gru

The noise of the training and validation runs goes by again. A decoder follows the --driver, and its
corrections are set beside what it would correct if the noise were as believed: what predictors of
`regret --counts believed`, and of `quantacore run`, hear. Files in --out: heard.json, and an .npz
of each run.
"""


def add_step(steps: Any) -> None:
    """Add the step to the verb's parser: an action of `add_subparsers`."""
    parser = steps.add_parser(
        "hear",
        help=HELP.partition("\n")[0],
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", required=True, metavar="DIR", help="data set")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write")
    parser.add_argument(
        "--driver",
        default="kalman",
        metavar="NAME",
        help="predictor whose weights are in force (default kalman)",
    )
    parser.add_argument("--tuned", metavar="FILE", help="of `predict tune`")
    parser.add_argument(
        "--shots", type=int, default=1000, metavar="N", help="of each epoch (default 1000)"
    )
    parser.set_defaults(run_step=run)


def run(args: argparse.Namespace) -> int:
    """Hear all runs of training and validation."""
    from quantacore.host.predict.tuned_file import SHIPPED, load_tuned
    from quantacore.sim.experiments.heard_runs import write_heard
    from quantacore.sim.experiments.prediction_regret import RegretBench

    tuned = load_tuned(Path(args.tuned) if args.tuned else SHIPPED)
    bench = RegretBench(Path(args.data))
    with tqdm(desc="hearing", unit="run", disable=None, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.n = done
            bar.refresh()

        number = write_heard(
            Path(args.out),
            bench,
            tuned,
            driver=args.driver,
            shots=args.shots,
            progress=progress,
        )
    print(f"{args.out}: {number} runs, as {args.driver} hears them")
    return 0
