"""Weights of the recurrent predictor: what training makes, and what predicting needs.

In: arrays of training, or an .npz file.   Out: `RecurrentWeights`, an .npz file.
Next: `quantacore.host.predict.gru`.
"""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

FORMAT, VERSION = "quantacore-recurrent-weights", 1
SHIPPED = Path(__file__).with_name("gru.npz")
"""Its data, metrics and limits: ``gru_card.md`` beside it."""
NUM_GATES = 3
"""Reset, update, new: rows of the weights, in this order."""


@dataclass(frozen=True, kw_only=True)
class RecurrentWeights:
    """All that is learnt.

    Raises
    ------
    ValueError
        If shapes do not fit, or a number is not finite.
    """

    epoch_s: np.ndarray
    """Length of an epoch of training, seconds."""
    horizons: np.ndarray
    """Epochs ahead that were taught, rising: shape ``(num_horizons,)``."""
    levels: np.ndarray
    """Of the filter beneath: shape ``(num_levels,)``."""
    transitions: np.ndarray
    """Likewise: shape ``(num_levels, num_levels)``."""
    environment_mean: np.ndarray
    """Of each channel in training: shape ``(num_channels,)``."""
    environment_deviation: np.ndarray
    """Above 0, same shape."""
    input_weights: np.ndarray
    """Shape ``(3 * num_units, num_inputs)``."""
    input_bias: np.ndarray
    """Shape ``(3 * num_units,)``."""
    state_weights: np.ndarray
    """Shape ``(3 * num_units, num_units)``."""
    state_bias: np.ndarray
    """Shape ``(3 * num_units,)``."""
    output_weights: np.ndarray
    """Of state, then inputs: shape ``(2 * num_horizons, num_units + num_inputs)``; corrections of
    the mean of each horizon, then of the log variance."""
    output_bias: np.ndarray
    """Shape ``(2 * num_horizons,)``."""

    def __post_init__(self) -> None:
        units, inputs, outs = self.num_units, self.num_inputs, 2 * np.size(self.horizons)
        gates, channels = NUM_GATES * units, np.size(self.environment_mean)
        wanted: dict[str, tuple[int, ...]] = {
            "epoch_s": (),
            "horizons": (outs // 2,),
            "transitions": (np.size(self.levels),) * 2,
            "environment_mean": (channels,),
            "environment_deviation": (channels,),
            "input_weights": (gates, inputs),
            "input_bias": (gates,),
            "state_weights": (gates, units),
            "state_bias": (gates,),
            "output_weights": (outs, units + inputs),
            "output_bias": (outs,),
        }
        for name, shape in wanted.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(
                    f"Weights {name} must be of shape {shape}, not {np.shape(getattr(self, name))}"
                )
        for field in fields(self):
            if not np.isfinite(getattr(self, field.name)).all():
                raise ValueError(f"Weights {field.name} must be finite")
        if not (self.epoch_s > 0 and (self.environment_deviation > 0).all()):
            raise ValueError("Weights epoch_s and environment_deviation must be above 0")
        if not (self.horizons.size and self.horizons[0] > 0 and (np.diff(self.horizons) > 0).all()):
            raise ValueError("Weights horizons must be above 0, and rise")

    @property
    def num_units(self) -> int:
        """Numbers that the state of a group has."""
        return int(np.shape(self.state_weights)[-1])

    @property
    def num_inputs(self) -> int:
        """Numbers that go in for a group and epoch."""
        return int(np.shape(self.input_weights)[-1])


def save_weights(weights: RecurrentWeights, stream: BinaryIO) -> None:
    """Write weights as float32, the same bytes for the same numbers."""
    arrays: dict[str, Any] = {
        field.name: np.asarray(getattr(weights, field.name), np.float32)
        for field in fields(weights)
    }
    np.savez(stream, format=np.array(FORMAT), version=np.array(VERSION), **arrays)


def load_weights(path: Path = SHIPPED) -> RecurrentWeights:
    """Return the weights of a file; those that come with the package if none is named.

    Raises
    ------
    ValueError
        If it is no such file.
    OSError
        If it cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            if (str(file["format"]), int(file["version"])) != (FORMAT, VERSION):
                raise ValueError("other format")
            arrays = {
                field.name: file[field.name].astype(np.float64)
                for field in fields(RecurrentWeights)
            }
        return RecurrentWeights(**arrays)
    except (KeyError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} must be a file of `quantacore predict train` ({FORMAT}, version {VERSION}): "
            f"{error}"
        ) from None
