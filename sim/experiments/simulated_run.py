"""One simulated run of a data set: a regime and a seed, from the noise to two Parquet files.

In: `RunName`, settings, `DatasetHeader`.   Out: bytes of the files, by folder.
Next: `quantacore.sim.experiments.dataset`, which writes them.
"""

import zlib
from typing import Any

import numpy as np

from quantacore.golden.noise.drift import DriftSimulator
from quantacore.golden.noise.environment import Sensors
from quantacore.golden.noise.regimes import drift_regime
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit, circuit_from_text
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.sim.experiments.dataset_files import table_bytes
from quantacore.sim.experiments.dataset_schema import TABLES, DatasetHeader, RunName
from quantacore.sim.experiments.dataset_settings import DatasetSettings
from quantacore.sim.experiments.decoded_counts import count_epoch, counting_decoder

SENSOR_STREAM = 1
SHOT_STREAM = 2


def simulate_run(
    run: RunName, settings: DatasetSettings, header: DatasetHeader
) -> dict[str, bytes]:
    """Return the files of a run, by folder of `TABLES`.

    The same run gives the same bytes on the same machine with the same packages; stim promises no
    more of its seeds.
    """
    circuit = circuit_from_text(header.circuit)
    decoder = counting_decoder(circuit, passes=settings.passes)
    seed = run_seed(run)
    config = drift_regime(run.regime, circuit, epoch_s=settings.epoch_s, seed=seed)
    drift = DriftSimulator(circuit, config, seed=seed)
    sensors = Sensors(circuit, seed=[seed, SENSOR_STREAM])
    num_rounds = round(settings.epoch_s * 1e6 / config.round_us)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    known: tuple[np.ndarray, np.ndarray] | None = None  # factors and their log ratios
    for index in range(settings.epochs):
        epoch = drift.advance(num_rounds)
        noisy = drift.noisy_circuit(epoch)
        if known is None or (known[0] != epoch.factors).any():
            known = epoch.factors, log_ratios(noisy, decoder.graph)
        events, actual = sample_shots(
            noisy, num_shots=settings.shots, seed=_seed(seed, SHOT_STREAM, index)
        )
        reading = sensors.read(epoch)
        rows["observations"].append(
            {
                "epoch": index,
                "time_s": drift.time_s,
                **count_epoch(decoder, events, actual),
                "temperature_mk": reading.temperature_mk,
                "readout_level": reading.readout_level,
                "decoherence": reading.decoherence,
            }
        )
        rows["truth"].append(
            {
                "epoch": index,
                "log_ratios": known[1],
                "factors": epoch.factors,
                "fluctuators_on": epoch.fluctuators_on,
                "bursts": epoch.bursts,
                "heat": epoch.heat,
            }
        )
    return {
        table: table_bytes(
            {column.name: [row[column.name] for row in rows[table]] for column in columns},
            table=table,
            header=header,
            run=run,
        )
        for table, columns in TABLES.items()
    }


def run_seed(run: RunName) -> int:
    """Return the seed of a run's noise: no two regimes share random numbers."""
    return _seed(run.seed, zlib.crc32(run.regime.encode()))


def log_ratios(noisy: Circuit, graph: DecodingGraph) -> np.ndarray:
    """Return the log of each edge's prior in a noisy circuit over that in the model's graph.

    Returns
    -------
    float64, shape ``(num_edges,)``

    Raises
    ------
    ValueError
        If the noise makes other edges than the model has.
    """
    found = graph_from_circuit(noisy)
    if found.topology_hash != graph.topology_hash:
        raise ValueError("Noisy circuit must have the edges of its model, but has others")
    priors = [np.array([edge.prior for edge in g.edges]) for g in (found, graph)]
    return np.asarray(np.log(priors[0] / priors[1]))


def _seed(*words: int) -> int:
    return int(np.random.SeedSequence(words).generate_state(1, np.uint64)[0])
