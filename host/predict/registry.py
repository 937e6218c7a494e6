"""All predictors by name, with what is tried in tuning them.

In: name and parameters.   Out: `Predictor`.
Next: `quantacore.host.predict.tuning`, and one file for each predictor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from quantacore.host.predict.change_point import ChangePoint
from quantacore.host.predict.device import NOTHING_KNOWN, Device
from quantacore.host.predict.gaussian_process import GaussianProcess
from quantacore.host.predict.gru import RecurrentPredictor
from quantacore.host.predict.hidden_markov import HiddenMarkov
from quantacore.host.predict.kalman import Kalman
from quantacore.host.predict.last_value import LastValue
from quantacore.host.predict.moving_average import MovingAverage
from quantacore.host.predict.predictor import Predictor
from quantacore.host.predict.present_estimator import PresentEstimator
from quantacore.host.predict.qubit_factors import QubitFactors
from quantacore.host.predict.sliding_window import SlidingWindow

PRIORS = (0.1, 0.2, 0.4, 0.7, 1.0, 1.5)
SPREADS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7)
MEMORIES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A way of predicting."""

    make: Callable[..., Predictor]
    """Called with the number of groups and all parameters by keyword."""
    text: str
    grid: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Parameter -> values to try. Those of times (``_s``) are in epochs, of walks
    (``_per_root_s``) per root of an epoch; `quantacore.host.predict.tuning` converts them."""
    fixed_to_grid: frozenset[str] = frozenset()
    """Parameters with no values between."""
    is_opponent: bool = False
    """One of the simple ones that a learned predictor has to beat."""
    is_learnt: bool = False
    """Its transitions are learnt, before its grid is tried."""
    mixes_groups: bool = False
    """Other groups' counts matter to a group: runs cannot stand side by side."""
    told: str | None = None
    """What of a `Device` it is told, by the same keyword."""


def _smoother(**grid: tuple[float, ...]) -> dict[str, tuple[float, ...]]:
    return {**grid, "prior_deviation": PRIORS, "spread": SPREADS}


_PROCESS_GRID = _smoother(
    wander_deviation=(0.05, 0.1, 0.2, 0.4, 0.8, 1.2),
    wander_time_s=(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0),
)


CONTENDERS: Mapping[str, Contender] = {
    "last_value": Contender(
        make=LastValue,
        text="the last epoch's counts",
        grid=_smoother(),
        is_opponent=True,
    ),
    "sliding_window": Contender(
        make=SlidingWindow,
        text="counts of the last epochs",
        grid=_smoother(window_s=(1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0, 64.0)),
        # Between whole epochs a window of another length holds the same.
        fixed_to_grid=frozenset({"window_s"}),
        is_opponent=True,
    ),
    "moving_average": Contender(
        make=MovingAverage,
        text="exponentially weighted counts (EWMA)",
        grid=_smoother(memory_s=MEMORIES),
        is_opponent=True,
    ),
    "change_point": Contender(
        make=ChangePoint,
        text="EWMA that begins anew after a change",
        grid=_smoother(memory_s=MEMORIES, significance=(2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 7.0)),
        is_opponent=True,
    ),
    "kalman": Contender(
        make=Kalman,
        text="Kalman filter of a random walk",
        grid=_smoother(walk_per_root_s=(0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.8)),
        is_opponent=True,
    ),
    "present_estimator": Contender(
        make=PresentEstimator,
        text="the loop's estimator of today",
        grid={
            "memory_epochs": MEMORIES,
            "significance": (1.0, 2.0, 2.5, 3.0, 3.5, 4.5),
            "change_significance": (3.0, 4.0, 5.0, 7.0),
            "spread": SPREADS,
        },
        is_opponent=True,
        mixes_groups=True,
    ),
    "ornstein_uhlenbeck": Contender(
        make=partial(GaussianProcess, roughness=0.5),
        text="Gaussian process, constant plus Matern-1/2, in state-space form",
        grid=_PROCESS_GRID,
    ),
    "matern": Contender(
        make=partial(GaussianProcess, roughness=1.5),
        text="Gaussian process, constant plus Matern-3/2, in state-space form",
        grid=_PROCESS_GRID,
    ),
    "hidden_markov": Contender(
        make=HiddenMarkov,
        text="hidden Markov model, its transitions learnt from counts",
        grid={"spread": SPREADS},
        is_learnt=True,
    ),
    "recurrent": Contender(
        make=RecurrentPredictor,
        text="recurrent network (GRU) on top of a hidden Markov model; taught, not tuned",
        mixes_groups=True,
        told="neighbours",
    ),
    "qubit_factors": Contender(
        make=QubitFactors,
        text="state-space process of each qubit's log factor, Student-t steps",
        grid={
            "walk_per_root_s": (0.05, 0.1, 0.2, 0.3, 0.5, 0.8),
            "memory_s": (8.0, 16.0, 32.0, 64.0, 256.0),
            "degrees": (2.0, 4.0, 8.0, 64.0),
            "excess": (0.0, 0.05, 0.1, 0.2, 0.4),
            "prior_deviation": (0.4, 0.7, 1.0, 1.5, 2.0),
            "spread": SPREADS,
        },
        mixes_groups=True,
        told="parts",
    ),
}
"""In the order of tables: simple ones first."""
DEFAULT_PREDICTOR = "qubit_factors"
"""The one with least regret in the loop on held-out noise: docs/prediction.md, section 4."""


def make_predictor(
    name: str,
    num_groups: int,
    parameters: Mapping[str, Any],
    *,
    device: Device = NOTHING_KNOWN,
) -> Predictor:
    """Return a new predictor.

    Parameters
    ----------
    name : str
        One of `CONTENDERS`.
    num_groups : int
    parameters : mapping of str to value
        As its class takes them.
    device : Device
        What is known of it; each predictor is told what it can make use of.

    Raises
    ------
    ValueError
        If there is no such predictor, or a parameter is unknown, missing or out of range.
    """
    if name not in CONTENDERS:
        raise ValueError(f"Predictor must be one of {', '.join(CONTENDERS)}, not {name!r}")
    told = CONTENDERS[name].told
    known = {} if told is None else {told: getattr(device, told)}
    try:
        return CONTENDERS[name].make(num_groups, **known, **parameters)
    except TypeError as error:
        raise ValueError(f"Parameters of {name} must be those of its class: {error}") from None
