"""The verb `bench`: tables, JSON, exit codes."""

import json

import pytest

from quantacore.sim.cli.bench import BENCHES
from quantacore.sim.cli.main import main


def run(capsys: pytest.CaptureFixture[str], words: str) -> tuple[int, str, str]:
    code = main(["bench", *words.split()])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


SPEED = "speed --distances 3 --ps 0.005 --shots 500 --repeats 1"


@pytest.mark.parametrize("bench", BENCHES)
def test_bench_explains_itself(capsys: pytest.CaptureFixture[str], bench: str) -> None:
    code, out, _ = run(capsys, f"{bench} --help")
    assert code == 0
    assert BENCHES[bench].summary.splitlines()[0] in out


def test_bench_help_lists_every_bench(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for name in BENCHES:
        assert f"\n    {name}" in out


def test_bench_speed_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, SPEED)
    assert code == 0
    head, rule, plain, correlated, last = out.splitlines()
    assert [cell.strip() for cell in head.split("|")][1:4] == ["d", "p", "shots"]
    assert len({len(line) for line in (head, rule, plain, correlated)}) == 1
    assert "PyMatching correlated" in correlated
    assert last.startswith("Highest ratio: ")


def test_bench_speed_fails_above_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, f"{SPEED} --limit 0.0001")
    assert code == 1
    assert "above the limit of 0.0001" in err
    assert run(capsys, f"{SPEED} --limit 1e9")[0] == 0


def test_bench_speed_writes_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, f"{SPEED} --json")
    assert code == 0
    data = json.loads(out)
    assert (data["format"], data["version"]) == ("quantacore-speed", 1)
    assert [row["passes"] for row in data["rows"]] == [1, 3]
    for row in data["rows"]:
        assert row["ratio"] == pytest.approx(row["us_per_shot"] / row["rival_us_per_shot"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "required: BENCH"),
        ("nonsense", "invalid choice: 'nonsense'"),
        ("speed --distances 4", "Distance must be odd and at least 3, not 4"),
        ("speed --ps 0", "Noise strength must be in (0, 0.5], not 0.0"),
        ("speed --ps x", "invalid float value: 'x'"),
        ("speed --shots 0", "Number of shots must be at least 1, not 0"),
        ("speed --repeats 0", "Number of repeats must be at least 1, not 0"),
    ],
)
def test_bench_rejects(capsys: pytest.CaptureFixture[str], words: str, message: str) -> None:
    code, out, err = run(capsys, words)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.startswith("quantacore: error: ")
    assert err.count("\n") == 1
