"""Series hold what the files say, pooled; what is not whole is refused, by name."""

import shutil

import numpy as np
import pytest

from quantacore.sim.experiments.dataset_reader import (
    load_header,
    load_series,
    pooled,
    pooled_log_ratios,
)
from tests.sim.experiments.small_dataset import (
    change_header,
    change_run,
    small_dataset,
    true_log_ratios,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset") / "data"
    small_dataset(folder)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """Return a data set to spoil."""
    return shutil.copytree(made, tmp_path / "data")


def test_series_are_of_the_split(made):
    assert {s.name for s in load_series(made, split="train")} == {"jumps-0000", "jumps-0001"}
    assert {s.name for s in load_series(made, split="validation")} == {"jumps-0002"}
    test = load_series(made, split="test")
    assert {s.name for s in test} == {"jumps-0003", *(f"mixture-000{k}" for k in range(4))}
    assert {s.name for s in load_series(made, split="test", regimes=["jumps"])} == {"jumps-0003"}
    assert len(load_series(made)) == 8


def test_truth_is_read_only_if_asked_for(made, folder):
    shutil.rmtree(folder / "truth")
    series = load_series(folder)
    assert all(s.log_ratios is None for s in series)
    with pytest.raises(ValueError, match=r"truth.*is missing"):
        load_series(folder, truth=True)
    for with_truth, without in zip(load_series(made, truth=True), series, strict=True):
        assert (with_truth.counts == without.counts).all()
        assert with_truth.log_ratios.shape == with_truth.counts.shape


def test_series_hold_counts_exposures_and_readings(made):
    header = load_header(made)
    series = load_series(made, truth=True)[0]
    assert series.times == pytest.approx([10, 20, 30, 40])
    expected = pooled(np.array([header.expected]), header.groups)[0]
    assert series.exposures == pytest.approx(np.tile(300 * expected, (4, 1)))
    assert series.counts.sum() > 0.5 * series.exposures.sum()
    assert series.environment[:, 0] == pytest.approx(15, abs=2)
    assert series.environment[:, 1] == pytest.approx(1, abs=0.5)
    assert series.environment.shape == (4, 2)
    probed = load_series(made, decoherence=True)[0].environment
    assert probed.shape == (4, 2 + header.num_qubits)
    assert (probed[1:, 2:] == probed[0, 2:]).all()  # held until the next probe
    assert probed[0, 2:].any()


def test_pooling_adds_up():
    values = np.array([[1, 2, 4, 8], [1, 0, 0, 0]])
    assert pooled(values, (0, 1, 0, 2)).tolist() == [[5, 2, 8], [1, 0, 0]]


def test_log_ratio_of_a_group_is_that_of_its_expected_corrections(made):
    header = load_header(made)
    found = pooled_log_ratios(true_log_ratios(made, header.runs[0]), header)
    expected, groups = np.array(header.expected), np.array(header.groups)
    ratios = np.exp(true_log_ratios(made, header.runs[0])[2])
    for group in range(max(groups) + 1):
        inside = groups == group
        assert expected[inside].sum() > 0
        wanted = (ratios * expected)[inside].sum() / expected[inside].sum()
        assert found[2, group] == pytest.approx(np.log(wanted))
    same = np.full((1, header.num_edges), 0.7)
    assert pooled_log_ratios(same, header) == pytest.approx(0.7)


def test_counts_follow_the_truth(made):
    """With the noise of the model's the counts are as expected; where it rises, they do."""
    series = load_series(made, truth=True)
    counts, exposures, truth = (
        np.concatenate([getattr(s, name).ravel() for s in series])
        for name in ("counts", "exposures", "log_ratios")
    )
    calm, loud = np.abs(truth) < 0.1, truth > 1
    assert calm.sum() > 50
    assert loud.sum() > 50
    assert counts[calm].sum() / exposures[calm].sum() == pytest.approx(1, abs=0.25)
    assert counts[loud].sum() > 2 * exposures[loud].sum()


@pytest.mark.parametrize(
    ("table", "changes", "keep", "message"),
    [
        ("observations", {}, lambda row: row != 2, "no gaps, but epoch 1 is followed by 3"),
        ("observations", {}, lambda row: row != 0, "Epochs must begin with 0, not 1"),
        ("observations", {"epoch": lambda e: [0, 1, 1, 2]}, None, "1 is followed by 1"),
        ("observations", {"shots": lambda s: [300, 0, 300, 300]}, None, "epoch 1 has 0"),
        ("observations", {"shots": lambda s: [300, -5, 300, 300]}, None, "epoch 1 has -5"),
        ("observations", {"shots": lambda s: [1, 1, 1, 1]}, None, "Corrections must be 0 to"),
        ("observations", {"time_s": lambda t: [10, 20, 15, 40]}, None, "Times must rise"),
        ("observations", {"readout_level": lambda r: [1, None, 1, 1]}, None, "readout_level must"),
        ("truth", {}, lambda row: row < 3, "Truth must be of the same epochs"),
    ],
)
def test_spoilt_logs_are_refused(folder, table, changes, keep, message):
    change_run(folder, table, changes, keep=keep or (lambda row: True))
    with pytest.raises(ValueError, match=message) as refused:
        load_series(folder, truth=True)
    assert "jumps-0000.parquet: " in str(refused.value)
    assert "\n" not in str(refused.value)


def test_gaps_are_gone_over_if_asked_for(folder, made):
    whole = load_series(made, truth=True)[0]
    change_run(
        folder, "observations", {"shots": lambda s: [0, 300, 300, 300]}, keep=lambda row: row != 2
    )
    series = load_series(folder, truth=True, gaps=True)[0]
    assert (series.exposures[[0, 2]] == 0).all()
    assert (series.counts[[0, 2]] == 0).all()
    assert (series.counts[[1, 3]] == whole.counts[[1, 3]]).all()
    assert series.times == pytest.approx(whole.times)
    assert (series.environment[2] == whole.environment[1]).all()
    assert (series.environment[3] == whole.environment[3]).all()
    assert (series.log_ratios == whole.log_ratios).all()
    change_run(
        folder, "observations", {}, run=load_header(folder).runs[2], keep=(0, 3).__contains__
    )
    longer = load_series(folder, gaps=True)[2]
    assert (longer.environment[1:3] == longer.environment[0]).all()
    with pytest.raises(ValueError, match="epoch 0 has -1"):
        change_run(folder, "observations", {"shots": lambda s: [-1, 300, 300]})
        load_series(folder, gaps=True)


def test_what_is_no_finished_data_set_is_refused(folder, tmp_path):
    with pytest.raises(ValueError, match=r"must be a data set, but has no dataset\.json"):
        load_series(tmp_path / "nothing")
    with pytest.raises(ValueError, match="Split must be one of train, validation, test"):
        load_series(folder, split="all")
    with pytest.raises(ValueError, match="has no runs of hot"):
        load_series(folder, regimes=["hot"])
    (folder / "observations" / "mixture-0001.parquet").unlink()
    with pytest.raises(ValueError, match=r"1 of 8 runs are missing \(first: mixture-0001\)"):
        load_series(folder, split="train")
    change_header(folder, version=7)
    with pytest.raises(
        ValueError, match=r"dataset\.json: Version of the data set must be 1, not 7"
    ):
        load_series(folder)


def test_mixed_data_sets_are_refused(folder, tmp_path):
    other = tmp_path / "other"
    small_dataset(other)
    change_header(other, settings={"shots": 4})
    shutil.copy(folder / "observations" / "jumps-0001.parquet", other / "observations")
    with pytest.raises(ValueError, match=r"jumps-0000\.parquet: File must be of the same data set"):
        load_series(other)
    copied = folder / "observations" / "jumps-0000.parquet"
    shutil.copy(folder / "observations" / "jumps-0001.parquet", copied)
    with pytest.raises(ValueError, match=r"jumps-0000\.parquet: .* but its run differs"):
        load_series(folder)
