"""Weights in files: whole, the same bytes each time, or refused with one line."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantacore.host.predict.recurrent_weights import (
    SHIPPED,
    RecurrentWeights,
    load_weights,
    save_weights,
)


def saved(weights: RecurrentWeights, path: Path) -> Path:
    with open(path, "wb") as stream:
        save_weights(weights, stream)
    return path


def test_weights_come_back_as_they_were_written(tmp_path: Path) -> None:
    again = load_weights(saved(load_weights(), tmp_path / "again.npz"))
    np.testing.assert_array_equal(again.state_weights, load_weights().state_weights)
    assert (tmp_path / "again.npz").read_bytes() == SHIPPED.read_bytes()


def test_shipped_weights_are_small_and_have_a_card() -> None:
    assert SHIPPED.stat().st_size < 200_000
    assert SHIPPED.with_name("gru_card.md").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b'{"format": 1}'])
def test_load_weights_rejects_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"bad.npz must be a file of `quantacore predict train`"):
        load_weights(tmp_path / "bad.npz")


def test_load_weights_rejects_half_a_file(tmp_path: Path) -> None:
    (tmp_path / "half.npz").write_bytes(SHIPPED.read_bytes()[: SHIPPED.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"half\.npz must be"):
        load_weights(tmp_path / "half.npz")


def test_load_weights_rejects_another_version(tmp_path: Path) -> None:
    np.savez(tmp_path / "new.npz", format=np.array("quantacore-recurrent-weights"), version=2)
    with pytest.raises(ValueError, match="other format"):
        load_weights(tmp_path / "new.npz")


@pytest.mark.parametrize(
    ("name", "values", "text"),
    [
        ("input_bias", np.zeros(2), "Weights input_bias must be of shape"),
        ("output_bias", np.full(8, np.nan), "Weights output_bias must be finite"),
        ("epoch_s", np.array(0.0), "epoch_s and environment_deviation must be above 0"),
        ("horizons", np.array([1.0, 2, 2, 8]), "horizons must be above 0, and rise"),
    ],
)
def test_weights_reject_what_does_not_fit(name: str, values: np.ndarray, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        replace(load_weights(), **{name: values})
