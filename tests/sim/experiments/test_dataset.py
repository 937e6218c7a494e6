"""A data set is made run by run, goes on where it ended, and is what its settings say."""

import pytest

from quantacore.sim.experiments import dataset as module
from quantacore.sim.experiments.dataset import write_dataset
from quantacore.sim.experiments.dataset_reader import load_header, load_series
from tests.sim.experiments.small_dataset import SETTINGS, contents, settings_with, small_dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset") / "data"
    small_dataset(folder)
    return folder


def test_dataset_has_a_file_of_observations_and_of_truth_for_each_run(folder):
    header = load_header(folder)
    names = {run.name for run in header.runs}
    assert names == {f"{r}-000{seed}" for r in ("jumps", "mixture") for seed in range(4)}
    files = {f"{table}/{name}.parquet" for table in ("observations", "truth") for name in names}
    assert set(contents(folder)) == {"dataset.json", *files}
    assert header.settings == SETTINGS.shared()


def test_dataset_is_the_same_again(folder, tmp_path):
    small_dataset(tmp_path)
    assert contents(tmp_path) == contents(folder)


def test_interrupted_dataset_goes_on_and_ends_up_the_same(folder, tmp_path, monkeypatch):
    simulate, made = module.simulate_run, []

    def stops_after_three(run, *shared):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(run)
        return simulate(run, *shared)

    monkeypatch.setattr(module, "simulate_run", stops_after_three)
    with pytest.raises(KeyboardInterrupt):
        small_dataset(tmp_path)
    first = contents(tmp_path)
    assert len(first) == 1 + 2 * 3
    with pytest.raises(ValueError, match=r"must be finished, but 5 of 8 runs are missing"):
        load_series(tmp_path)
    # The truth of a run alone is no finished run; nor is a file under construction.
    (tmp_path / "observations" / f"{made[-1].name}.parquet").unlink()
    told = []

    def goes_on(run, *shared):
        made.append(run)
        return simulate(run, *shared)

    monkeypatch.setattr(module, "simulate_run", goes_on)
    write_dataset(tmp_path, SETTINGS, workers=0, progress=lambda *p: told.append(p))
    assert contents(tmp_path) == contents(folder)
    assert len(made) == 3 + 6
    assert told[0] == (2, 8)
    assert told[-1] == (8, 8)
    write_dataset(tmp_path, SETTINGS, workers=0)
    assert len(made) == 9


def test_more_seeds_and_regimes_are_added(folder, tmp_path):
    small_dataset(tmp_path, settings_with(regimes=("jumps",), seeds=2))
    small_dataset(tmp_path)
    ours, whole = contents(tmp_path), contents(folder)
    assert {n: d for n, d in ours.items() if n != "dataset.json"} == {
        n: d for n, d in whole.items() if n != "dataset.json"
    }
    assert sorted(map(str, load_header(tmp_path).runs)) == sorted(
        map(str, load_header(folder).runs)
    )
    # Fewer take nothing away.
    small_dataset(tmp_path, settings_with(seeds=1))
    assert contents(tmp_path) == ours


def test_other_settings_are_refused(folder):
    before = contents(folder)
    with pytest.raises(ValueError, match=r"was made with shots 300, not 301: choose another --out"):
        small_dataset(folder, settings_with(shots=301))
    with pytest.raises(ValueError, match=r"was made with held_out \['calibration', 'mixture'\]"):
        small_dataset(folder, settings_with(held_out=()))
    assert contents(folder) == before


def test_folder_with_other_things_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match=r"must be a data set, a new folder or an empty one"):
        small_dataset(tmp_path)
    with pytest.raises(ValueError, match=r"must be a data set, a new folder or an empty one"):
        small_dataset(tmp_path / "thesis.txt")
    assert set(contents(tmp_path)) == {"thesis.txt"}


def test_scheduler_and_workers_do_not_go_together(tmp_path):
    for words in ({"workers": -1}, {"workers": 2, "scheduler": "tcp://localhost:1"}):
        with pytest.raises(ValueError, match="workers must be"):
            write_dataset(tmp_path / "data", SETTINGS, **words)
    assert not (tmp_path / "data").exists()
