"""Counting: the same shots for all decoders, on from where it stopped, kept in a file."""

import json
from pathlib import Path

import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.codes.gkp import GkpNoise
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.sim.choice.counts import (
    ANALOG,
    CHUNK_SHOTS,
    COUNTS_FILE,
    MATCHING,
    ONE_PASS,
    OURS,
    Counts,
    CountsFile,
    Point,
    count_errors,
)

POINT = Point(
    family="rotated", distances=(3, 3), rounds=3, basis="z", noise=BiasedNoise(p=0.01), seed=1
)


def test_counts_go_on_where_they_stopped() -> None:
    first = count_errors((POINT, Counts()), CHUNK_SHOTS, 10**6)
    again = count_errors((POINT, first), 2 * CHUNK_SHOTS, 10**6)
    assert again == count_errors((POINT, Counts()), 2 * CHUNK_SHOTS, 10**6)
    assert again.shots == 2 * CHUNK_SHOTS
    assert again.errors[OURS] > first.errors[OURS] > 0
    twice = {name: 2 * errors for name, errors in first.errors.items()}
    assert again.errors != twice  # other shots, not the same again
    assert count_errors((POINT, again), CHUNK_SHOTS, 10**6) == again
    assert count_errors((POINT, first), 10**6, first.errors[OURS]) == first


def test_decoders_are_what_they_are_called() -> None:
    counts = count_errors((POINT, Counts()), 4 * CHUNK_SHOTS, 10**6)
    assert counts.links
    assert counts.errors[OURS] < counts.errors[MATCHING]
    assert counts.errors[OURS] < counts.errors[ONE_PASS]
    assert counts.both[OURS] == counts.errors[OURS]
    assert counts.both[MATCHING] < counts.errors[OURS]
    assert counts.paired(MATCHING).errors == counts.errors[MATCHING]
    assert counts.effort[OURS] > counts.effort[ONE_PASS] > 0


def test_code_without_links_takes_one_pass() -> None:
    family = FAMILIES["cat"]
    noise = family.noise_of({"n": 4, "k": 0.01})
    point = Point(family="cat", distances=(3, 3), rounds=3, basis="x", noise=noise)
    counts = count_errors((point, Counts()), CHUNK_SHOTS, 10**6)
    assert not counts.links
    assert counts.errors[ONE_PASS] == counts.errors[OURS] > 0


def test_file_keeps_the_last_of_each_point(tmp_path: Path) -> None:
    kept = CountsFile(tmp_path)
    kept.save(POINT, Counts(shots=1))
    kept.save(POINT, Counts(shots=2, errors={ONE_PASS: 1, OURS: 2, MATCHING: 0}))
    again = CountsFile(tmp_path)
    assert again.counted(POINT).shots == 2
    assert again.counted(POINT).errors[OURS] == 2
    other = Point(**{**vars(POINT), "noise": BiasedNoise(p=0.02)})
    assert again.counted(other) == Counts()


def test_line_that_was_cut_is_counted_again(tmp_path: Path) -> None:
    kept = CountsFile(tmp_path)
    kept.save(POINT, Counts(shots=1))
    path = tmp_path / COUNTS_FILE
    whole = path.read_text()
    path.write_text(whole + whole.splitlines()[-1][:50])
    assert CountsFile(tmp_path).counted(POINT).shots == 1
    assert path.read_text() == whole


def test_counts_of_another_decoder_are_not_used(tmp_path: Path) -> None:
    CountsFile(tmp_path).save(POINT, Counts(shots=1))
    path = tmp_path / COUNTS_FILE
    head, line = path.read_text().splitlines()
    path.write_text(f"{head}\n{json.dumps({**json.loads(line), 'version': 'older'})}\n")
    assert CountsFile(tmp_path).counted(POINT) == Counts()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shots,errors\n1,2\n", "must be counts of codes of this version: choose another --out"),
        ('{"format": "quantacore-code-counts", "version": 1}\n{}\n', "line 2 is damaged"),
        ('{"format": "quantacore-code-counts", "version": 1}\nx\n', "line 2 is damaged"),
    ],
)
def test_counts_file_rejects(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / COUNTS_FILE).write_text(text)
    with pytest.raises(ValueError, match=message):
        CountsFile(tmp_path)


def gkp_point(gate_sigma: float) -> Point:
    noise = GkpNoise(sigma=0.42, readout_sigma=0.42, gate_sigma=gate_sigma)
    return Point(family="gkp_surface", distances=(3, 3), rounds=2, basis="z", noise=noise)


def test_analog_information_of_modes_helps_on_the_same_shots() -> None:
    counts = count_errors((gkp_point(0.0), Counts()), CHUNK_SHOTS, 10**6)
    assert 10 < 3 * counts.errors[ANALOG] < counts.errors[OURS]
    assert counts.both[ANALOG] <= counts.errors[ANALOG]
    assert counts.paired(ANALOG).errors == counts.errors[ANALOG]


def test_noisy_gates_leave_no_analog_information() -> None:
    counts = count_errors((gkp_point(0.1), Counts()), CHUNK_SHOTS, 10**6)
    assert ANALOG not in counts.errors and counts.errors[OURS] > 0
