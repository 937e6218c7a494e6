"""Names of patches, and settings that are refused."""

import pytest

from quantacore.golden.codes.patches import Patch
from quantacore.sim.experiments.code_loop_settings import (
    CodeLoopSettings,
    box_around,
    patch_named,
)


def test_patches_have_names():
    assert patch_named("1x5") == Patch(width=1, height=5)
    assert patch_named("3x3+2+1") == Patch(width=3, height=3, corner=(2, 1))
    assert box_around([patch_named("1x5"), patch_named("3x3+2+1")]) == Patch(width=5, height=5)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"codes": ("3x3",)}, "Codes must be 2 to 8 different ones, not 3x3"),
        ({"codes": ("3x3", "3x3")}, "Codes must be 2 to 8 different ones"),
        ({"codes": ("3x3", "d5")}, r"Code must be as 3x5 or 3x5\+2\+0 \(its corner\), not 'd5'"),
        ({"codes": ("3x3", "3x2")}, "Code must be at least 3 data qubits high, not '3x2'"),
        ({"noise": "loud"}, "Noise must be one of quiet"),
        ({"rates": "guess"}, "Rates must be one of qubits, edges, not 'guess'"),
        ({"core": "board"}, "Core must be one of rtl, golden, not 'board'"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"rounds": 1}, "rounds must be at least 2, not 1"),
        ({"shots": 4}, r"shots must be at least looks \(5\), not 4"),
        ({"epoch_s": 0.0}, "epoch_s must be above 0"),
        ({"p": 0.0}, "p must be above 0"),
        ({"target": 0.7}, "target must be above 0 and at most 0.5, not 0.7"),
        ({"switch_cost": -1.0}, "switch_cost must be at least 0"),
        ({"enough_shots": 0}, "enough_shots must be at least 1"),
        ({"passes": 8}, "asses must be"),
        ({"window": (0, 3)}, "Commit must be at least 1 round, not 0"),
        ({"seed": -1}, "eed must be"),
    ],
)
def test_bad_settings_are_refused(words, message):
    with pytest.raises(ValueError, match=message):
        CodeLoopSettings(**({"codes": ("3x3", "1x5")} | words))
