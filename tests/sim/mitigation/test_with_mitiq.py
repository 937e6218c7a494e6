"""Tests of mitiq on our counts."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

import quantacore.sim.mitigation.with_mitiq as with_mitiq
from quantacore.sim.mitigation.estimators import depolarising_gamma, extrapolate
from tests.sim.mitigation.test_estimators import RECORD


def test_mitiq_agrees_with_our_estimators(tmp_path: Path) -> None:
    python = os.environ.get("QUANTACORE_MITIQ")
    if not python:
        pytest.skip("mitiq has an environment of its own (make test-mitigation)")
    counts = tmp_path / "counts.json"
    counts.write_text(json.dumps(RECORD))
    command = [python, str(with_mitiq.__file__), str(counts), "--samples", "200"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(run.stdout.splitlines()[-1])
    noisy = [0.96**10, 0.86**10]
    assert result["unmitigated"] == pytest.approx(noisy[0])
    assert result["noise scaling, linear"] == pytest.approx(
        float(extrapolate([1, 2], np.array(noisy), order=1))
    )
    assert result["cancellation"] == pytest.approx(1.0)
    assert result["gamma_flip"] == pytest.approx(result["gamma_flip_expected"])
    assert result["gamma_depolarising_0.05"] == pytest.approx(depolarising_gamma(0.05))
