"""Keep parameters of predictors: the file that comes with the package, and one's own.

In: `Tuned`, or a JSON file.   Out: the other of the two.
Next: `quantacore.sim.cli.predict` (`quantacore predict tune` makes the file).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantacore.host.predict.device import NOTHING_KNOWN, Device
from quantacore.host.predict.predictor import Predictor
from quantacore.host.predict.registry import make_predictor

FORMAT, VERSION = "quantacore-tuned-predictors", 1
SHIPPED = Path(__file__).with_name("tuned.json")
"""Of the data set and command that it names itself: for counts under the model's weights."""
SHIPPED_LOOP = Path(__file__).with_name("tuned_loop.json")
"""The same, for counts of the loop: under changing weights, beside what is believed."""


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """Parameters of predictors, by horizon."""

    source: str
    """What they were tuned on."""
    epoch_s: float
    """Length of its epochs: parameters that are times go with it."""
    learnt: Mapping[str, Mapping[str, Any]]
    """Predictor -> parameters that no horizon changes."""
    tuned: Mapping[int, Mapping[str, Mapping[str, float]]]
    """Epochs ahead -> predictor -> all other parameters."""

    def make(
        self, name: str, num_groups: int, *, horizon: int = 1, device: Device = NOTHING_KNOWN
    ) -> Predictor:
        """Return a new predictor.

        Parameters
        ----------
        name : str
        num_groups : int
        horizon : int
            Epochs ahead that it is to be best for; the nearest that was tuned is taken.
        device : Device
            What is known of it.

        Raises
        ------
        ValueError
            If nothing was tuned for such a predictor.
        """
        nearest = min(self.tuned, key=lambda tuned: abs(math.log(tuned / max(horizon, 1))))
        of_horizon = self.tuned[nearest]
        if name not in of_horizon:
            raise ValueError(
                f"Predictor must be one that was tuned ({', '.join(of_horizon)}), not {name!r}"
            )
        parameters = {**self.learnt.get(name, {}), **of_horizon[name]}
        return make_predictor(name, num_groups, parameters, device=device)

    def updated(self, newer: "Tuned", *, names: Sequence[str]) -> "Tuned":
        """Return these parameters, but those of some predictors from a newer tuning.

        Raises
        ------
        ValueError
            If it is for other epochs.
        """
        if not math.isclose(newer.epoch_s, self.epoch_s):
            raise ValueError(
                f"Epochs must be as long as before, {self.epoch_s:g} s, not {newer.epoch_s:g} s"
            )
        return Tuned(
            source=f"{self.source}; {', '.join(names)}: {newer.source}",
            epoch_s=self.epoch_s,
            learnt={**self.learnt, **newer.learnt},
            tuned={
                horizon: {**of_horizon, **newer.tuned.get(horizon, {})}
                for horizon, of_horizon in self.tuned.items()
            },
        )

    def to_json(self) -> str:
        """Return the text of the file."""
        body = {
            "format": FORMAT,
            "version": VERSION,
            "source": self.source,
            "epoch_s": self.epoch_s,
            "tuned": {
                str(horizon): {
                    name: {key: float(f"{value:.6g}") for key, value in parameters.items()}
                    for name, parameters in of_horizon.items()
                }
                for horizon, of_horizon in self.tuned.items()
            },
            "learnt": {name: dict(parameters) for name, parameters in self.learnt.items()},
        }
        return json.dumps(body, indent=1) + "\n"


def load_tuned(path: Path = SHIPPED) -> Tuned:
    """Return the parameters of a file; those that come with the package if none is named.

    Raises
    ------
    ValueError
        If it is no such file.
    OSError
        If it cannot be read.
    """
    try:
        body = json.loads(path.read_text())
        if (body["format"], body["version"]) != (FORMAT, VERSION):
            raise ValueError("other format")
        tuned = Tuned(
            source=str(body["source"]),
            epoch_s=float(body["epoch_s"]),
            learnt=body["learnt"],
            tuned={int(horizon): dict(each) for horizon, each in body["tuned"].items()},
        )
        if not tuned.tuned or min(tuned.tuned) < 1:
            raise ValueError("horizons must be at least one, of at least 1 epoch")
        # Each parameter is checked where it is used.
        for horizon, of_horizon in tuned.tuned.items():
            for name in of_horizon:
                tuned.make(name, 1, horizon=horizon)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(
            f"{path} must be a file of `quantacore predict tune` ({FORMAT}, version {VERSION}): "
            f"{error}"
        ) from None
    return tuned
