"""Verb `run` with `--codes`: what it refuses, what it reports; the loop has its own test."""

from quantacore.sim.cli.run_codes import code_report
from quantacore.sim.experiments.code_loop import CodeEpoch, CodeLook
from quantacore.sim.experiments.code_loop_settings import CodeLoopSettings

SETTINGS = CodeLoopSettings(codes=("3x3", "5x5"), calm_epochs=1, shots=100, looks=2)


def look(code, errors):
    return CodeLook(
        code=code,
        shots=50,
        errors=errors,
        corrections=(),
        events=(),
        windows=100,
        rounds=450,
        learned=True,
        rates={},
        choice=code,
        why="stays",
    )


def epoch(index, codes, oracle):
    return CodeEpoch(
        index=index,
        shots=100,
        errors={"3x3": 20, "5x5": 6},
        looks=tuple(look(code, 10 if code == "3x3" else 3) for code in codes),
        oracle=oracle,
        mismatches=0,
        rounds_lost=0,
        truth={},
    )


def test_report_leaves_calm_epochs_out_and_counts_qubit_rounds():
    epochs = [
        epoch(0, ("3x3", "3x3"), "3x3"),
        epoch(1, ("3x3", "5x5"), "5x5"),
        epoch(2, ("5x5", "5x5"), "5x5"),
    ]
    report = code_report(epochs, SETTINGS, qubits={"3x3": 17, "5x5": 49}, target=0.1)
    found = {
        name: (row["errors"], row["qubit_rounds"], row["switches"])
        for name, row in report["contenders"].items()
    }
    assert found == {
        "core": (19, 9 * (50 * 17 + 150 * 49), 1),
        "oracle": (12, 9 * 200 * 49, 0),
        "static 3x3": (40, 9 * 200 * 17, 0),
        "static 5x5": (12, 9 * 200 * 49, 0),
    }
    assert report["disturbed_shots"] == 200 and report["windows"] == 600


def test_run_refuses_bad_codes(refused, tmp_path):
    out = tmp_path / "loop"
    base = ("run", "--out", out, "--codes")
    assert "Codes must be 2 to 8 different ones, not 3x3" in refused(*base, "3x3")
    assert "Code must be as 3x5 or 3x5+2+0 (its corner), not 'd5'" in refused(*base, "3x3", "d5")
    assert "target must be above 0" in refused(*base, "3x3", "5x5", "--target", 0)
    assert "switch_cost must be at least 0" in refused(*base, "3x3", "5x5", "--switch_cost", -1)
    assert "--window" in refused(*base, "3x3", "5x5", "--window", "three")
    assert not out.exists()


def test_empty_report_has_no_rates():
    report = code_report([], SETTINGS, qubits={"3x3": 17, "5x5": 49}, target=0.1)
    assert report["contenders"]["core"]["rate"] is None
