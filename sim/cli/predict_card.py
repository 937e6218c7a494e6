"""Step `card` of the verb `predict`: write the model card of recurrent weights.

In: a data set, weights, tuned opponents.   Out: Markdown.
Next: `quantacore.sim.experiments.recurrent_card`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.host.predict.predictor import Predictor
from quantacore.sim.cli.bench_frame import shots_bar
from quantacore.sim.cli.outputs import atomic_output

HELP = """write the model card of the recurrent predictor

  quantacore predict card --data DIR --weights gru/gru.npz --tuned tuned.json --out gru_card.md

Judged on the test split against the opponents of --tuned, as `quantacore predict tune` makes them.
Without --weights, those that come with the package.
"""
HORIZONS = (1, 4)
OPPONENTS = ("hidden_markov", "kalman")
ALONE = "recurrent, alone"


def add_step(steps: Any) -> None:
    """Add the step to the verb's parser: an action of `add_subparsers`."""
    parser = steps.add_parser(
        "card",
        help=HELP.partition("\n")[0],
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", required=True, metavar="DIR", help="data set")
    parser.add_argument("--weights", metavar="FILE", help="of `predict train`")
    parser.add_argument("--tuned", required=True, metavar="FILE", help="of `predict tune`")
    parser.add_argument("--out", required=True, metavar="FILE", help="Markdown file to write")
    parser.set_defaults(run_step=run)


def run(args: argparse.Namespace) -> int:
    """Judge, and write the card."""
    from quantacore.host.predict.gru import RecurrentPredictor
    from quantacore.host.predict.neighbours import neighbouring_groups
    from quantacore.host.predict.recurrent_weights import SHIPPED, load_weights
    from quantacore.host.predict.tuned_file import load_tuned
    from quantacore.sim.experiments.dataset_reader import load_header, load_series
    from quantacore.sim.experiments.recurrent_card import OURS, card_scores, card_text

    weights = load_weights(Path(args.weights) if args.weights else SHIPPED)
    tuned = load_tuned(Path(args.tuned))
    data = Path(args.data)
    header = load_header(data)
    runs = load_series(data, split="test", truth=True, gaps=True)
    if not runs:
        raise ValueError(f"{args.data}: has no runs of the test split")
    graph = graph_from_circuit(circuit_from_text(header.circuit))
    beside = neighbouring_groups(graph, header.groups)

    def opponent(name: str) -> Callable[[int, int], Predictor]:
        return lambda num_groups, horizon: tuned.make(name, num_groups, horizon=horizon)

    makers: dict[str, Callable[[int, int], Predictor]] = {
        OURS: lambda num, _: RecurrentPredictor(num, weights=weights, neighbours=beside),
        ALONE: lambda num, _: _Deaf(RecurrentPredictor(num, weights=weights)),
        **{name: opponent(name) for name in OPPONENTS},
    }
    with shots_bar("judging", len(runs) * len(makers) * len(HORIZONS), unit="run") as show:
        scores = card_scores(runs, makers, horizons=HORIZONS, progress=show)
    text = card_text(
        header,
        runs,
        scores,
        units=weights.num_units,
        numbers=sum(
            array.size
            for name, array in vars(weights).items()
            if name.endswith(("weights", "bias"))
        ),
        horizons=weights.horizons.tolist(),
    )
    with atomic_output(args.out) as stream:
        stream.write(text.encode())
    return 0


class _Deaf:
    """A predictor that hears no sensors."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor
        self.predict = predictor.predict

    def update(
        self, counts: Any, exposures: Any, *, time_s: float, environment: Any = None
    ) -> None:
        self.predictor.update(counts, exposures, time_s=time_s)
