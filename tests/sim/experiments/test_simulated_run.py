"""A run is made of its regime and seed, and its truth is that of its circuits."""

import io

import numpy as np
import pyarrow.parquet as pq
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.sim.experiments.dataset_schema import RunName
from quantacore.sim.experiments.decoded_counts import counting_decoder, header_of_circuit
from quantacore.sim.experiments.simulated_run import log_ratios, run_seed, simulate_run
from tests.sim.experiments.small_dataset import settings_with

SETTINGS = settings_with(epochs=3)
CIRCUIT = rotated_memory(distance=3, p=SETTINGS.p, rounds=SETTINGS.rounds)
GRAPH = graph_from_circuit(CIRCUIT)


@pytest.fixture(scope="module")
def header():
    return header_of_circuit(
        CIRCUIT,
        counting_decoder(CIRCUIT, passes=SETTINGS.passes),
        origin="simulated",
        settings=SETTINGS.shared(),
        runs=SETTINGS.runs,
    )


def table_of(files, name):
    return pq.read_table(io.BytesIO(files[name])).to_pydict()


def test_truth_is_that_of_the_circuit_with_the_factors_of_the_epoch(header):
    run = RunName(regime="drift", seed=2, split="validation")
    truth = table_of(simulate_run(run, SETTINGS, header), "truth")
    assert truth["epoch"] == [0, 1, 2]
    for factors, ratios in zip(truth["factors"], truth["log_ratios"], strict=True):
        noisy = graph_from_circuit(with_factors(CIRCUIT, np.array(factors)))
        wanted = [e.prior / m.prior for e, m in zip(noisy.edges, GRAPH.edges, strict=True)]
        assert np.exp(ratios) == pytest.approx(wanted, rel=1e-9)
    assert np.abs(truth["log_ratios"]).max() > 0.3


def test_observations_hold_no_truth(header):
    """Quiet and hot runs before the onset differ in nothing but the shots that chance made."""
    run = RunName(regime="quiet", seed=2, split="validation")
    files = simulate_run(run, SETTINGS, header)
    seen, truth = table_of(files, "observations"), table_of(files, "truth")
    assert not set(seen) & set(truth) - {"epoch"}
    assert seen["shots"] == [SETTINGS.shots] * 3
    assert np.array(seen["corrections"]).shape == (3, GRAPH.num_edges)
    assert np.array(seen["events"]).shape == (3, GRAPH.num_detectors)
    assert (np.array(truth["log_ratios"]) == 0).all()
    assert seen["temperature_mk"][0] != seen["temperature_mk"][1]
    assert [probe is None for probe in seen["decoherence"]] == [False, True, True]


def test_no_two_runs_share_their_random_numbers(header):
    runs = [RunName(regime=r, seed=s, split="test") for r in ("quiet", "global") for s in (0, 1)]
    assert len({run_seed(run) for run in runs}) == 4
    # Before its onset `global` is quiet; its shots are others for all that.
    shots = [table_of(simulate_run(r, SETTINGS, header), "observations")["events"] for r in runs]
    assert len({str(events) for events in shots}) == 4


def test_log_ratios_reject_another_topology():
    other = rotated_memory(distance=3, p=0.003, rounds=SETTINGS.rounds + 1)
    with pytest.raises(ValueError, match="must have the edges of its model"):
        log_ratios(other, GRAPH)
