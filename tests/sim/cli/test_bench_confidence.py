"""The bench `confidence` as it is typed: table, JSON, picture, refusals."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sim.cli.conftest import Answer

POINT = "--distances 3 --ps 0.02 --shots 2000"


@pytest.fixture
def bench(quantacore: Callable[..., Answer]) -> Callable[[str], Answer]:
    """Run the bench with the words of one string."""
    return lambda words: quantacore("bench", "confidence", *words.split())


def test_bench_confidence_prints_shares_of_errors_left(bench: Callable[[str], Answer]) -> None:
    answer = bench(f"{POINT} --discarded 0 0.1")
    assert (answer.code, answer.err) == (0, "")
    head, _, *lines = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in answer.out.splitlines()
    ]
    assert head[-2:] == ["0", "0.1"]
    assert lines[0][:5] == ["3", "0.02", "Z", "2000", "contested, then volume"]
    assert all(line[-2] == "1.000" and 0 < float(line[-1]) < 0.9 for line in lines)


def test_bench_confidence_prints_rates_with_intervals(bench: Callable[[str], Answer]) -> None:
    answer = bench(f"{POINT} --discarded 0.1 --rates")
    assert answer.out.splitlines()[2].count("e-") == 3


def test_bench_confidence_prints_no_share_without_errors(bench: Callable[[str], Answer]) -> None:
    answer = bench("--distances 3 --ps 0.00001 --shots 10 --discarded 0.1")
    assert [cell.strip() for cell in answer.out.splitlines()[2].split("|")][-3:] == ["0", "", ""]


def test_bench_confidence_writes_json_and_a_picture(
    bench: Callable[[str], Answer], tmp_path: Path
) -> None:
    answer = bench(f"{POINT} --bases x z --passes 1 --json --plot {tmp_path}/new/folder")
    data = json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert data["format"] == "quantacore-confidence"
    row = data["rows"][1]
    assert (row["discarded"], row["kept"], row["decoder"]) == (
        0.0003,
        1999,
        "quantacore b=4, 1 pass",
    )
    assert row["rate"]["value"] == pytest.approx(row["errors_left"] / row["kept"])
    assert {row["basis"] for row in data["rows"]} == {"X", "Z"}
    assert (tmp_path / "new" / "folder" / "rejection_curves.png").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--distances 4", "Distance must be odd and at least 3, not 4"),
        ("--ps 0", "Noise strength must be in (0, 0.5], not 0.0"),
        ("--shots 0", "Number of shots must be at least 1, not 0"),
        ("--passes 8", "Number of passes must be 1 to 7, not 8"),
        ("--discarded 1", "Share of discarded shots must be in [0, 1) and leave a shot, not 1.0"),
        ("--discarded nan", "Share of discarded shots must be in [0, 1) and leave a shot, not nan"),
        ("--shots 10 --discarded 0.99", "must be in [0, 1) and leave a shot, not 0.99"),
        ("--plot /dev/null/pictures", "/dev/null"),
    ],
)
def test_bench_confidence_rejects(refused: Callable[..., str], words: str, message: str) -> None:
    assert message in refused("bench", "confidence", *words.split())
