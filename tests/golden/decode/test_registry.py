"""Our decoders under sinter: as objects, by name, from its command line."""

import csv
import io
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sinter
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.registry import DECODERS, sinter_decoders

MODULE_FUNCTION = "quantacore.golden.decode.registry:sinter_decoders"


def test_sinter_decoders_are_one_and_three_passes() -> None:
    assert set(sinter_decoders()) == {"quantacore", "quantacore_1pass"}
    model = stim.DetectorErrorModel("error(0.1) D0 L0")
    passes = {name: DECODERS[name](model).passes for name in sinter_decoders()}
    assert passes == {"quantacore": 3, "quantacore_1pass": 1}


@pytest.mark.parametrize("name", sinter_decoders())
def test_sinter_decoder_survives_the_way_to_a_worker(name: str) -> None:
    decoder = pickle.loads(pickle.dumps(sinter_decoders()[name]))
    model = stim.DetectorErrorModel("error(0.1) D0 L0")
    compiled = decoder.compile_decoder_for_dem(dem=model)
    events = np.array([[1], [0]], np.uint8)
    predictions = compiled.decode_shots_bit_packed(bit_packed_detection_event_data=events)
    assert predictions.tolist() == [[1], [0]]


def test_sinter_collect_counts_plausible_errors() -> None:
    task = sinter.Task(circuit=rotated_memory(distance=3, p=0.01), json_metadata={"d": 3})
    stats = sinter.collect(
        num_workers=1,
        tasks=[task],
        decoders=["quantacore", "quantacore_1pass", "pymatching"],
        custom_decoders=sinter_decoders(),
        max_shots=4000,
        max_batch_size=1000,
    )
    errors = {row.decoder: row.errors for row in stats}
    assert set(errors) == {"quantacore", "quantacore_1pass", "pymatching"}
    for row in stats:
        assert (row.shots, row.discards) == (4000, 0)
        assert 0.03 < row.errors / row.shots < 0.1  # about 0.06 for all three


def test_sinter_collect_discards_unmatched_shots() -> None:
    # The model knows of no way in which a detector fires alone, the circuit does.
    circuit = stim.Circuit("X_ERROR(0.25) 0\nM 0 1\nDETECTOR rec[-1]\nDETECTOR rec[-2]")
    circuit.append("OBSERVABLE_INCLUDE", [stim.target_rec(-1)], 0)
    model = stim.DetectorErrorModel("error(0.1) D0 D1 L0")
    (stats,) = sinter.collect(
        num_workers=1,
        tasks=[sinter.Task(circuit=circuit, detector_error_model=model)],
        decoders=["quantacore"],
        custom_decoders=sinter_decoders(),
        max_shots=2000,
    )
    assert stats.shots == 2000
    assert stats.errors == 0
    assert 400 < stats.discards < 600  # expected 500 +- 19


def test_sinter_predict_refuses_unmatched_shots() -> None:
    model = stim.DetectorErrorModel("error(0.1) D0 D1 L0")
    arguments = {"dem": model, "decoder": "quantacore", "custom_decoders": sinter_decoders()}
    matched = np.array([[3], [0]], np.uint8)
    predictions = sinter.predict_observables(dets=matched, **arguments)
    assert predictions.tolist() == [[1], [0]]
    with pytest.raises(ValueError, match="Got a numpy array"):
        sinter.predict_observables(dets=np.array([[3], [1]], np.uint8), **arguments)


def test_sinter_command_line_collects_with_our_decoders(tmp_path: Path) -> None:
    circuit = tmp_path / "d=3.stim"
    rotated_memory(distance=3, p=0.02, rounds=1).to_file(circuit)
    command = [
        *(str(Path(sys.executable).with_name("sinter")), "collect", "--circuits", str(circuit)),
        *("--decoders", "quantacore", "quantacore_1pass", "--max_shots", "500"),
        *("--custom_decoders_module_function", MODULE_FUNCTION),
        *("--processes", "1", "--quiet", "--metadata_func", "auto"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [
        {name.strip(): value.strip() for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(done.stdout))
    ]
    assert {row["decoder"] for row in rows} == {"quantacore", "quantacore_1pass"}
    for name in sinter_decoders():  # sinter prints a row for each batch
        own = [row for row in rows if row["decoder"] == name]
        assert sum(int(row["shots"]) for row in own) == 500
        assert 0 < sum(int(row["errors"]) for row in own) < 100
