"""Verb `dataset`."""

import json

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.sim.cli import dataset as verb
from quantacore.sim.experiments.dataset_reader import load_series
from quantacore.sim.experiments.dataset_settings import DatasetSettings

SMALL = ("--rounds", 2, "--regimes", "hot", "quiet", "--epochs", 3, "--shots", 50, "--workers", 0)


def test_dataset_is_made_and_added_to(quantacore, refused, tmp_path):
    out = tmp_path / "data"
    first = quantacore("dataset", "--out", out, *SMALL, "--seeds", 1)
    assert first.code == 0, first
    assert "runs: 2 train, 0 validation, 0 test; " in first.out
    again = quantacore("dataset", "--out", out, *SMALL, "--seeds", 4, "--json")
    report = json.loads(again.out)
    assert report["runs"] == {"train": 4, "validation": 2, "test": 2}
    assert report["settings"]["shots"] == 50
    assert {series.num_epochs for series in load_series(out, truth=True)} == {3}
    assert "was made with shots 50, not 60" in refused(
        "dataset", "--out", out, *SMALL, "--shots", 60
    )


def test_interrupt_says_what_is_there(quantacore, monkeypatch, tmp_path):
    from quantacore.sim.experiments import dataset

    monkeypatch.setattr(dataset, "simulate_run", interrupted)
    answer = quantacore("dataset", "--out", tmp_path / "data", *SMALL)
    assert answer.code == 130
    assert "holds 0 finished runs, and the same command goes on" in answer.err


def interrupted(*_):
    raise KeyboardInterrupt


def test_defaults_of_the_help_are_those_of_the_library():
    settings = DatasetSettings()
    for name, _, default, _, _ in verb.NUMBERS:
        assert getattr(settings, name) == default
    assert settings.held_out == verb.HELD_OUT


@pytest.fixture
def device(tmp_path):
    """Folder of an experiment, with the names that Google's have."""
    folder = tmp_path / "device"
    folder.mkdir()
    circuit = rotated_memory(distance=3, p=0.01, rounds=2)
    circuit.to_file(folder / "circuit_noisy.stim")
    circuit.compile_detector_sampler(seed=1).sample_write(
        120,
        filepath=str(folder / "detection_events.b8"),
        format="b8",
        obs_out_filepath=str(folder / "obs_flips_actual.01"),
        obs_out_format="01",
    )
    return folder


def test_experiment_is_imported(quantacore, device, tmp_path):
    answer = quantacore("dataset", "--from", device, "--out", tmp_path / "data", "--shots", 50)
    assert answer.code == 0, answer
    assert "runs: 0 train, 0 validation, 1 test" in answer.out
    (series,) = load_series(tmp_path / "data")
    assert series.name == "device-0000"
    assert series.num_epochs == 3


def test_real_experiment_has_the_published_number_of_shots(quantacore, shared_data, tmp_path):
    folder = shared_data / "google2022" / "surface_code_bZ_d3_r05_center_3_5"
    answer = quantacore("dataset", "--from", folder, "--out", tmp_path / "data")
    assert answer.code == 0, answer
    (series,) = load_series(tmp_path / "data")
    assert series.num_epochs == 50
    # The makers' model is a good one: groups have about the corrections that it lets expect.
    ratios = series.counts.sum(axis=0) / series.exposures.sum(axis=0)
    assert 0.7 < ratios.min() < ratios.max() < 1.5


def test_bad_input_is_refused(refused, device, tmp_path):
    out = tmp_path / "data"
    words = ("dataset", "--out", out)
    assert "Distance must be odd" in refused(*words, "--distance", 4)
    assert "shots must be at least 1" in refused(*words, "--shots", 0)
    assert "invalid choice: 'loud'" in refused(*words, "--regimes", "loud")
    assert "not allowed with" in refused(*words, "--workers", 1, "--scheduler", "tcp://x:1")
    assert "--distance must be left out" in refused(*words, "--from", device, "--distance", 3)
    assert "--workers must be left out" in refused(*words, "--from", device, "--workers", 0)
    assert "No such file" in refused(*words, "--from", tmp_path / "nothing")
    (device / "obs_flips_actual.01").write_text("0\n" * 119)
    assert "must be of 120 shots" in refused(*words, "--from", device)
    events = device / "detection_events.b8"
    events.write_bytes(events.read_bytes()[:-1])
    assert "detection_events.b8" in refused(*words, "--from", device)
    events.write_bytes(b"")
    (device / "obs_flips_actual.01").write_text("")
    assert "Shots must be at least 1, not 0" in refused(*words, "--from", device)
    (device / "circuit_noisy.stim").write_text("WOBBLE 0")
    assert "circuit_noisy.stim: Circuit must be in stim's format" in refused(
        *words, "--from", device
    )
    assert not out.exists()
