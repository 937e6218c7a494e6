"""Real shots become a data set of the same schema, in their order, without any truth."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.sampling import sample_shots
from quantacore.sim.experiments.dataset import write_dataset
from quantacore.sim.experiments.dataset_files import read_run
from quantacore.sim.experiments.dataset_reader import load_header, load_series
from quantacore.sim.experiments.decoded_counts import count_epoch, counting_decoder
from quantacore.sim.experiments.imported import Experiment, ImportSettings, import_experiment
from tests.sim.experiments.small_dataset import SETTINGS, contents

CIRCUIT = rotated_memory(distance=3, p=0.01, rounds=2)
EVENTS, ACTUAL = sample_shots(CIRCUIT, num_shots=250, seed=3)
EXPERIMENT = Experiment(name="device", circuit=CIRCUIT, events=EVENTS, actual=ACTUAL)
SMALL = ImportSettings(shots=100)


def test_shots_are_cut_into_epochs_in_their_order(tmp_path):
    header = import_experiment(tmp_path, EXPERIMENT, SMALL)
    columns = read_run(tmp_path, "observations", header.runs[0], header)
    assert columns["shots"].tolist() == [100, 100, 50]
    assert columns["time_s"].tolist() == [1, 2, 3]
    decoder = counting_decoder(CIRCUIT, passes=SMALL.passes)
    last = count_epoch(decoder, EVENTS[200:], ACTUAL[200:])
    assert columns["corrections"][2].tolist() == last["corrections"].tolist()
    assert columns["events"][2].tolist() == last["events"].tolist()
    assert columns["errors"][2] == last["errors"]


def test_no_truth_and_no_sensors_are_invented(tmp_path):
    import_experiment(tmp_path, EXPERIMENT, SMALL)
    assert set(contents(tmp_path)) == {"dataset.json", "observations/device-0000.parquet"}
    (series,) = load_series(tmp_path, split="test", decoherence=True)
    assert series.environment.shape == (3, 0)
    assert series.exposures[2] == pytest.approx(series.exposures[0] / 2)
    with pytest.raises(ValueError, match="whose truth nobody knows"):
        load_series(tmp_path, truth=True)


def test_import_is_done_once_and_only_for_the_same_shots(tmp_path):
    import_experiment(tmp_path, EXPERIMENT, SMALL)
    before = contents(tmp_path)
    import_experiment(tmp_path, EXPERIMENT, SMALL)
    assert contents(tmp_path) == before
    with pytest.raises(ValueError, match="was made with shots 100, not 50"):
        import_experiment(tmp_path, EXPERIMENT, ImportSettings(shots=50))
    with pytest.raises(ValueError, match="was made with shots_hash"):
        other = Experiment(name="device", circuit=CIRCUIT, events=EVENTS[::-1], actual=ACTUAL)
        import_experiment(tmp_path, other, SMALL)
    with pytest.raises(ValueError, match="holds imported runs, not simulated"):
        write_dataset(tmp_path, SETTINGS, workers=0)
    (tmp_path / "observations" / "device-0000.parquet").unlink()
    import_experiment(tmp_path, EXPERIMENT, SMALL)
    assert contents(tmp_path) == before
    assert load_header(tmp_path).origin == "imported"


def test_experiments_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="device: Shots must be at least 1, not 0"):
        Experiment(name="device", circuit=CIRCUIT, events=EVENTS[:0], actual=ACTUAL[:0])
    with pytest.raises(ValueError, match=r"must be of 250 shots, .* not 249"):
        Experiment(name="device", circuit=CIRCUIT, events=EVENTS, actual=ACTUAL[1:])
    with pytest.raises(ValueError, match="Detection events must be uint8"):
        wide = np.concatenate([EVENTS, EVENTS], axis=1)
        Experiment(name="device", circuit=CIRCUIT, events=wide, actual=ACTUAL)
    with pytest.raises(ValueError, match="Actual flips must be uint8 of shape"):
        wide = np.concatenate([ACTUAL, ACTUAL], axis=1)
        Experiment(name="device", circuit=CIRCUIT, events=EVENTS, actual=wide)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"shots": 0}, "shots must be at least 1, not 0"),
        ({"epoch_s": 0.0}, "epoch_s must be above 0"),
        ({"passes": 0}, "Number of passes must be"),
    ],
)
def test_bad_settings_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        ImportSettings(**setting)
