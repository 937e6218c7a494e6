"""Teach the recurrent network, with PyTorch: minutes on one core, the same for the same seed.

In: `CountSeries` with their truth, of training and of validation.   Out: `RecurrentWeights`, curve.
Next: `quantacore.host.predict.recurrent_lessons`, `quantacore.sim.cli.predict_train`.

Loss: negative log likelihood, of the true log ratio (normal), or of the next counts (Poisson
around a log-normal rate), or both added; mean over horizons. Gradients go back through at most
`SPAN` epochs, while the state goes on through the whole run. Steps by Adam (Kingma & Ba,
arXiv:1412.6980). What did best on the runs of validation is kept.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quantacore.host.predict.gru import LARGEST_LOG_SCALE, LARGEST_SHIFT
from quantacore.host.predict.poisson_update import log_factorial
from quantacore.host.predict.recurrent_lessons import Lesson, lessons_of, untaught_weights
from quantacore.host.predict.recurrent_weights import RecurrentWeights
from quantacore.host.predict.series import CountSeries

TEACHERS = ("truth", "counts", "both")
HORIZONS = (1, 2, 4, 8)
SPAN = 64
"""Epochs that a gradient goes back at most."""
LARGEST_GRADIENT = 1.0
"""Norm of a step's gradient is cut to it."""
STEP_DECAY = 0.95
"""Factor of the learning rate after each pass: late passes settle what early ones found."""
NUM_NODES = 8
"""Of the quadrature over the log ratio."""
NEWTON_STEPS = 12


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """How it is taught.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    seed: int = 1
    """Of first weights, order of runs, and how they are spoilt."""
    teacher: str = "both"
    """One of `TEACHERS`."""
    num_units: int = 24
    learning_rate: float = 5e-3
    weight_decay: float = 1e-4
    batch_runs: int = 8
    most_passes: int = 60
    """Over all runs."""
    patience: int = 12
    """Passes without a better loss of validation, after which it ends."""

    def __post_init__(self) -> None:
        if self.teacher not in TEACHERS:
            raise ValueError(f"Teacher must be one of {', '.join(TEACHERS)}, not {self.teacher!r}")
        for name in ("num_units", "batch_runs", "most_passes", "patience"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)!r}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate must be above 0, not {self.learning_rate!r}")


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """After a pass; losses are nats for each count and group. Pass 0: the filter beneath."""

    number: int
    train: float
    validation: float


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What came of it."""

    weights: RecurrentWeights
    curve: tuple[CurvePoint, ...]
    best: CurvePoint
    """Whose weights these are."""


def train(
    training: Sequence[CountSeries],
    validation: Sequence[CountSeries],
    *,
    settings: TrainingSettings,
    neighbours: Sequence[Sequence[int]] | None = None,
    progress: Callable[[CurvePoint], object] = lambda point: None,
) -> Trained:
    """Return weights that were taught on runs of training and chosen on runs of validation.

    Parameters
    ----------
    training, validation : sequence of CountSeries
        At least one each, with truth.
    settings : TrainingSettings
    neighbours : sequence of sequence of int, optional
        Of each group; the runs are of one graph then.
    progress : callable
        Called after each pass.

    Raises
    ------
    ModuleNotFoundError
        If PyTorch is missing; the message says how to install it.
    ValueError
        If runs are missing, or their truth.
    """
    if not (training and validation):
        raise ValueError("Runs must be at least one of training and one of validation")
    torch = imported_torch()
    untaught = untaught_weights(training, num_units=settings.num_units, horizons=HORIZONS)
    lessons = lessons_of(training, untaught, neighbours=neighbours, seed=settings.seed)
    checks = lessons_of(validation, untaught, neighbours=neighbours)
    rng = np.random.default_rng([settings.seed, 13])
    with _deterministic(torch, settings.seed):
        network = make_network(torch, untaught)
        optimiser = torch.optim.AdamW(
            network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        slower = torch.optim.lr_scheduler.ExponentialLR(optimiser, STEP_DECAY)
        size = settings.batch_runs
        check = _Batch(torch, checks)
        batches = [_Batch(torch, lessons[at : at + size]) for at in range(0, len(lessons), size)]
        curve: list[CurvePoint] = []
        best, best_weights = None, untaught
        for number in range(settings.most_passes + 1):
            losses = []
            if number:
                order = rng.permutation(len(lessons))
                batches = [
                    _Batch(torch, [lessons[place] for place in order[at : at + size]])
                    for at in range(0, len(lessons), size)
                ]
            for batch in batches:
                losses.append(_go_through(torch, network, batch, settings, optimiser, bool(number)))
            if number:
                slower.step()
            checked = _go_through(torch, network, check, settings, optimiser, False)
            point = CurvePoint(
                number=number, train=float(np.mean(losses)), validation=float(checked)
            )
            curve.append(point)
            progress(point)
            if best is None or point.validation < best.validation:
                best, best_weights = point, weights_of(network, untaught)
            elif number - best.number >= settings.patience:
                break
    assert best is not None
    return Trained(weights=best_weights, curve=tuple(curve), best=best)


def imported_torch() -> Any:
    """Return PyTorch.

    Raises
    ------
    ModuleNotFoundError
        If it is missing.
    """
    try:
        import torch
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "PyTorch is missing, which teaches the recurrent predictor: "
            "pip install '.[learn]' in the checkout"
        ) from None
    return torch


def make_network(torch: Any, untaught: RecurrentWeights) -> Any:
    """Return the network with random first weights; its corrections are 0 yet."""
    network = torch.nn.ModuleDict(
        {
            "cell": torch.nn.GRUCell(untaught.num_inputs, untaught.num_units),
            "out": torch.nn.Linear(
                untaught.num_units + untaught.num_inputs, 2 * len(untaught.horizons)
            ),
        }
    )
    torch.nn.init.zeros_(network["out"].weight)
    torch.nn.init.zeros_(network["out"].bias)
    return network


def weights_of(network: Any, untaught: RecurrentWeights) -> RecurrentWeights:
    """Return what numpy needs of a network."""

    def array(tensor: Any) -> np.ndarray:
        return np.array(tensor.detach().numpy(), np.float64)

    cell, out = network["cell"], network["out"]
    return replace(
        untaught,
        input_weights=array(cell.weight_ih),
        input_bias=array(cell.bias_ih),
        state_weights=array(cell.weight_hh),
        state_bias=array(cell.bias_hh),
        output_weights=array(out.weight),
        output_bias=array(out.bias),
    )


def run_network(torch: Any, network: Any, told: Any, kept: Any, state: Any) -> tuple[Any, Any, Any]:
    """Return corrections of mean and of log variance, shape ``(T, N, H)``, and the last state.

    Parameters
    ----------
    told : tensor, shape ``(T, N, num_inputs)``
        ``N``: groups of all runs.
    kept : tensor, shape ``(T, N, 1)``
    state : tensor, shape ``(N, num_units)``
    """
    states = []
    for now in range(len(told)):
        state = network["cell"](told[now], kept[now] * state)
        states.append(state)
    raw = network["out"](torch.cat([torch.stack(states), told], dim=2))
    shift, log_scale = raw.chunk(2, dim=2)
    return (
        LARGEST_SHIFT * torch.tanh(shift / LARGEST_SHIFT),
        LARGEST_LOG_SCALE * torch.tanh(log_scale / LARGEST_LOG_SCALE),
        state,
    )


class _Batch:
    """Lessons side by side, their groups along the second axis, short runs filled up."""

    def __init__(self, torch: Any, lessons: Sequence[Lesson]) -> None:
        longest = max(len(lesson.told) for lesson in lessons)

        def joined(name: str, fill: float, dtype: Any) -> Any:
            arrays = []
            for lesson in lessons:
                values = getattr(lesson, name)
                if name == "kept":
                    values = np.broadcast_to(
                        values[:, None, None], (len(values), lesson.told.shape[1], 1)
                    )
                rows = ((0, longest - len(values)), (0, 0), (0, 0))
                arrays.append(np.pad(values, rows, constant_values=fill))
            return torch.tensor(np.concatenate(arrays, axis=1), dtype=dtype)

        self.told = joined("told", 0.0, torch.float32)
        self.kept = joined("kept", 1.0, torch.float32)
        self.mean = joined("mean", 0.0, torch.float64)
        self.log_variance = joined("log_variance", 0.0, torch.float64)
        self.truth = joined("truth", np.nan, torch.float64)
        self.counts = joined("counts", 0.0, torch.float64)
        self.exposures = joined("exposures", 0.0, torch.float64)
        self.log_factorials = torch.tensor(log_factorial(self.counts.numpy()))


def _go_through(
    torch: Any,
    network: Any,
    batch: _Batch,
    settings: TrainingSettings,
    optimiser: Any,
    teach: bool,
) -> float:
    """Return the mean loss of a batch; a step for each span of epochs if it is to teach."""
    state = torch.zeros(batch.told.shape[1], network["cell"].hidden_size)
    total, weight = 0.0, 0
    for start in range(0, len(batch.told), SPAN):
        span = slice(start, start + SPAN)
        with torch.set_grad_enabled(teach):
            shift, log_scale, state = run_network(
                torch, network, batch.told[span], batch.kept[span], state
            )
            loss, number = _loss(torch, batch, span, shift, log_scale, settings.teacher)
        state = state.detach()
        if not number:
            continue
        if teach:
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimiser.step()
        total += float(loss.detach()) * number
        weight += number
    return total / max(weight, 1)


def _loss(
    torch: Any, batch: _Batch, span: slice, shift: Any, log_scale: Any, teacher: str
) -> tuple[Any, int]:
    """Return the mean loss of what can be checked, and how much that is."""
    used = (batch.exposures[span] > 0) & torch.isfinite(batch.truth[span])
    mean = (batch.mean[span] + shift)[used]
    log_variance = (batch.log_variance[span] + log_scale)[used]
    loss = torch.zeros((), dtype=torch.float64)
    if teacher in ("truth", "both"):
        away = batch.truth[span][used] - mean
        loss = (
            loss
            + 0.5
            * (math.log(2 * math.pi) + log_variance + away**2 * torch.exp(-log_variance)).mean()
        )
    if teacher in ("counts", "both"):
        loss = (
            loss
            + count_losses(
                torch,
                mean,
                log_variance,
                batch.counts[span][used],
                batch.exposures[span][used],
                batch.log_factorials[span][used],
            ).mean()
        )
    return loss, int(used.sum())


def count_losses(
    torch: Any, mean: Any, log_variance: Any, counts: Any, exposures: Any, log_factorials: Any
) -> Any:
    """Return negative log likelihoods of counts, Poisson around a log-normal rate.

    The integral is as in `quantacore.host.predict.poisson_update`; its nodes need no gradient.
    """
    variance = torch.exp(log_variance)
    log_exposures = torch.log(exposures)
    with torch.no_grad():
        mode = torch.maximum(mean, torch.log(counts.clamp_min(1e-3)) - log_exposures)
        for _ in range(NEWTON_STEPS):
            rate = torch.exp(mode + log_exposures)
            mode = mode - (mode - mean - variance * (counts - rate)) / (1 + variance * rate)
        spread = torch.sqrt(2 / (1 / variance + torch.exp(mode + log_exposures)))
        nodes, weights = np.polynomial.hermite.hermgauss(NUM_NODES)
        places = mode + spread * torch.tensor(nodes)[:, None]
    logs = (
        counts * (places + log_exposures)
        - torch.exp(places + log_exposures)
        - (places - mean) ** 2 / (2 * variance)
        + torch.tensor(np.log(weights) + nodes**2)[:, None]
    )
    evidence = torch.logsumexp(logs, dim=0) + torch.log(spread)
    return log_factorials - evidence + 0.5 * (math.log(2 * math.pi) + log_variance)


@contextmanager
def _deterministic(torch: Any, seed: int) -> Iterator[None]:
    """Let PyTorch do the same each time, and be as it was afterwards."""
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.use_deterministic_algorithms(True)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.use_deterministic_algorithms(strict)
