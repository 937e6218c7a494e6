"""The bench `area` as it is typed, without the tools."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from quantacore.sim.experiments import area
from quantacore.sim.experiments.area import AreaRow, read_record, record_from_json
from quantacore.sim.experiments.area_points import Problem
from quantacore.sim.experiments.area_section import BEGIN, END, area_section, section_of
from quantacore.sim.synthesis.programs import SynthesisError
from tests.sim.cli.conftest import Answer
from tests.sim.experiments.area_rows import area_row


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure nothing; baked cores fail."""

    def measure(problem: Problem, distance: int, **_: object) -> AreaRow:
        if problem is Problem.BAKED:
            raise SynthesisError("planted")
        row = area_row(problem, distance)
        if problem is Problem.ONE_PASS and distance == 7:
            return replace(row, combs=None, fmax_mhz={}, path={}, unplaced="ERROR: no place")
        return row

    monkeypatch.setattr(area, "measure_area", measure)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "performance.md").write_text(f"# Page\n\n{BEGIN}\n{END}\n\nmore\n")
    return tmp_path


def test_bench_area_writes_record_and_page(quantacore: Callable[..., Answer], docs: Path) -> None:
    words = ("bench", "area", "--docs", docs, "--write_docs", "--problems", "helios", "one_pass")
    answer = quantacore(*words, "--distances", 3, 5)
    assert (answer.code, answer.err) == (0, "")
    record = read_record(docs / "synthesis.json")
    assert [(row.problem.value, row.distance) for row in record.rows] == [
        *(("helios", 3), ("one_pass", 3)),
        *(("helios", 5), ("one_pass", 5)),
    ]
    page = (docs / "performance.md").read_text()
    assert page.startswith("# Page\n\n")
    assert page.endswith("\n\nmore\n")
    assert section_of(page) == area_section(record) == answer.out.rstrip("\n")
    assert quantacore(*words, "--distances", 3).code == 0
    assert len(read_record(docs / "synthesis.json").rows) == 4  # those of d = 5 stay


def test_bench_area_goes_on_after_a_failure(quantacore: Callable[..., Answer], docs: Path) -> None:
    words = ("bench", "area", "--docs", docs, "--write_docs", "--distances", 3, 5)
    answer = quantacore(*words, "--problems", "baked", "helios")
    assert answer.code == 3
    assert "1/4 baked d=3: planted\n" in answer.err
    assert "2 of 4 cores could not be measured" in answer.err
    assert len(read_record(docs / "synthesis.json").rows) == 2


def test_bench_area_writes_nothing_unless_asked(
    quantacore: Callable[..., Answer], docs: Path
) -> None:
    before = (docs / "performance.md").read_text()
    words = ("bench", "area", "--docs", docs, "--distances", 3, "--problems", "helios", "--json")
    answer = quantacore(*words)
    assert record_from_json(answer.out).rows == (area_row(),)
    assert (docs / "performance.md").read_text() == before
    assert not (docs / "synthesis.json").exists()


def test_bench_area_keeps_what_it_has_when_interrupted(
    quantacore: Callable[..., Answer], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(problem: Problem, distance: int, **_: object) -> AreaRow:
        if distance == 5:
            raise KeyboardInterrupt
        return area_row(problem, distance)

    monkeypatch.setattr(area, "measure_area", measure)
    words = ("--docs", docs, "--write_docs", "--distances", 3, 5, "--problems", "helios")
    answer = quantacore("bench", "area", *words)
    assert answer.code == 130
    assert "interrupted in 2/2 helios d=5; the same command goes on" in answer.err
    assert read_record(docs / "synthesis.json").rows == (area_row(),)


def test_bench_area_reports_a_core_that_was_not_placed(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("bench", "area", "--distances", 7, "--problems", "helios", "one_pass")
    assert answer.code == 3
    assert "2/2 one_pass d=7: not placed: ERROR: no place\n" in answer.err
    assert "| 7 | one pass |" in answer.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--distances 4", "Distance must be odd and at least 3, not 4"),
        ("--seeds -1", "Seed must be 0 to 2147483647, not -1"),
        ("--problems tea", "invalid choice: 'tea'"),
        ("--cycles missing.csv", "missing.csv: No such file or directory"),
        ("--docs nowhere --write_docs", "nowhere/performance.md: No such file or directory"),
    ],
)
def test_bench_area_rejects(refused: Callable[..., str], words: str, message: str) -> None:
    assert message in refused("bench", "area", *words.split())
