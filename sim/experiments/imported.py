"""Real experiments as a data set: shots in the order in which they were taken, cut into epochs.

In: circuit of the model, detection events, actual flips.   Out: a data set of one run.
Next: `quantacore.sim.experiments.dataset_reader`.

Nobody knows the true noise of a real device, nor were its sensors written down with its shots:
there is no truth, and sensors are null. Shots have no time either: each epoch counts as
``epoch_s`` seconds.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quantacore.golden.decode.decoder import check_detection_events
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.spec.bits import packed_bytes
from quantacore.sim.experiments.dataset import check_same_settings, write_run
from quantacore.sim.experiments.dataset_files import (
    read_header,
    run_file,
    table_bytes,
    write_whole,
)
from quantacore.sim.experiments.dataset_schema import (
    HEADER_FILE,
    IMPORTED,
    OBSERVATIONS,
    DatasetHeader,
    RunName,
)
from quantacore.sim.experiments.decoded_counts import (
    count_epoch,
    counting_decoder,
    header_of_circuit,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Experiment:
    """Shots of a real device.

    Raises
    ------
    ValueError
        If there are no shots, or not as many actual flips.
    """

    name: str
    circuit: Circuit
    """The noise that its makers think it has: the decoder's model."""
    events: np.ndarray
    """``uint8``, shape ``(num_shots, ceil(num_detectors / 8))``, little-endian bits."""
    actual: np.ndarray
    """The same of observables."""

    def __post_init__(self) -> None:
        check_detection_events(self.events, num_detectors=self.circuit.num_detectors)
        if not len(self.events):
            raise ValueError(f"{self.name}: Shots must be at least 1, not 0")
        if len(self.actual) != len(self.events):
            raise ValueError(
                f"{self.name}: Actual flips must be of {len(self.events)} shots, as detection "
                f"events are, not {len(self.actual)}"
            )
        shape = (len(self.events), packed_bytes(self.circuit.num_observables))
        if self.actual.shape != shape or self.actual.dtype != np.uint8:
            raise ValueError(
                f"{self.name}: Actual flips must be uint8 of shape {shape}, not "
                f"{self.actual.dtype} of shape {self.actual.shape}"
            )

    @property
    def shots_hash(self) -> str:
        """SHA-256 (hex) of events and actual flips: another experiment has another."""
        return hashlib.sha256(self.events.tobytes() + self.actual.tobytes()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class ImportSettings:
    """How shots become epochs.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    shots: int = 1_000
    """Of an epoch; the last may have fewer."""
    epoch_s: float = 1.0
    passes: int = DEFAULT_PASSES

    def __post_init__(self) -> None:
        if self.shots < 1:
            raise ValueError(f"shots must be at least 1, not {self.shots}")
        if not self.epoch_s > 0:
            raise ValueError(f"epoch_s must be above 0, not {self.epoch_s}")
        check_passes(self.passes)


def import_experiment(
    folder: Path, experiment: Experiment, settings: ImportSettings
) -> DatasetHeader:
    """Write a data set with the shots of an experiment; its only run is for tests.

    Parameters
    ----------
    folder : Path
        New, empty, or with the same import, which is then left as it is.
    experiment : Experiment
    settings : ImportSettings

    Raises
    ------
    ValueError
        If the folder holds something else, or the circuit's errors cannot be decoded.
    """
    run = RunName(regime=experiment.name, seed=0, split="test")
    decoder = counting_decoder(experiment.circuit, passes=settings.passes)
    shared: dict[str, Any] = {
        "experiment": experiment.name,
        "num_shots": len(experiment.events),
        "shots_hash": experiment.shots_hash,
        "graph_hash": decoder.graph.content_hash,
        **vars(settings),
    }
    header = read_header(folder)
    if header is not None:
        check_same_settings(folder, header, IMPORTED, shared)
        if run_file(folder, "observations", run).exists():
            return header
    header = header_of_circuit(
        experiment.circuit, decoder, origin=IMPORTED, settings=shared, runs=(run,)
    )
    write_whole(folder / HEADER_FILE, header.to_json().encode())
    columns: dict[str, list[Any]] = {column.name: [] for column in OBSERVATIONS}
    for epoch, start in enumerate(range(0, len(experiment.events), settings.shots)):
        chosen = slice(start, start + settings.shots)
        row = {
            "epoch": epoch,
            "time_s": (epoch + 1) * settings.epoch_s,
            **count_epoch(decoder, experiment.events[chosen], experiment.actual[chosen]),
        }
        for name, entries in columns.items():
            entries.append(row.get(name))
    data = table_bytes(columns, table="observations", header=header, run=run)
    write_run(folder, run, {"observations": data})
    return header
