"""What a loop tells the live page, now or from its old log."""

import dataclasses
import json

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.host.live_log import LIVE_FILE, LiveLog
from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.loop_records import (
    header_of_loop,
    live_log_of_loop,
    records_of_epoch,
    tell_weights,
)
from tests.sim.experiments.loop_epochs import loop_epoch

SETTINGS = dataclasses.asdict(LoopSettings(seed=3))


def records_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()][1:]


def test_header_has_the_places_of_the_slots():
    header = header_of_loop(SETTINGS)
    assert header["slots"][:2] == [[2.0, 0.0], [2.0, 2.0]]
    assert len(header["slots"]) == 8
    assert header["settings"]["noise"] == "hot"


def test_epoch_is_told_look_by_look():
    epoch = loop_epoch(2, swaps=[500, 1000], changed=True, rounds_lost=3)
    records = list(records_of_epoch(dataclasses.asdict(epoch), SETTINGS))
    told = [(r["kind"], r.get("what"), r["t_s"], r.get("shots")) for r in records]
    assert told == [
        ("event", "noise", 20.0, None),
        ("look", None, 25.0, 500),
        ("event", "image", 25.0, None),
        ("look", None, 30.0, 500),
        ("event", "note", 30.0, None),
        ("event", "image", 30.0, None),
        ("errors", None, 30.0, 1000),
        ("event", "fault", 30.0, None),
    ]
    assert records[1]["events"] == (7, 8)
    assert records[6]["errors"]["static"] == 20
    assert records[7]["text"] == "3 rounds lost"


def test_live_log_goes_on_after_the_last_whole_epoch(tmp_path):
    epochs = [dataclasses.asdict(loop_epoch(0)), dataclasses.asdict(loop_epoch(1))]
    with live_log_of_loop(tmp_path, SETTINGS, []) as log:
        for index in range(3):
            log.event("note", f"in epoch {index}")
            log.errors({"core": index}, shots=100, epoch=index)
    with live_log_of_loop(tmp_path, SETTINGS, epochs) as log:
        log.event("note", "again")
    told = [record.get("text") or record["epoch"] for record in records_of(tmp_path / LIVE_FILE)]
    assert told == ["in epoch 0", 0, "in epoch 1", 1, "again"]


def test_live_log_of_an_old_loop_is_made_of_its_epochs(tmp_path):
    epochs = [dataclasses.asdict(loop_epoch(0))]
    for damage in ("", "not JSON\nat all\n"):
        if damage:
            (tmp_path / LIVE_FILE).write_text(damage)
        live_log_of_loop(tmp_path, SETTINGS, epochs).close()
        kinds = [record["kind"] for record in records_of(tmp_path / LIVE_FILE)]
        assert kinds == ["look", "look", "event", "errors"]


def test_weights_are_told_beside_the_truth(tmp_path):
    def image_of(p, buffer_rounds=2):
        memory = RepeatingCircuit(rotated_memory(distance=3, p=p))
        return build_window_image(window_plan(memory, commit_rounds=2, buffer_rounds=buffer_rounds))

    path = tmp_path / "live.jsonl"
    with LiveLog(path, header_of_loop(SETTINGS)) as log:
        tell_weights(log, image_of(0.003), truth=image_of(0.006))
        tell_weights(log, image_of(0.003), truth=image_of(0.003, buffer_rounds=1))
    known, unknown = records_of(path)
    ratios = np.array(known["true_priors"]) / np.array(known["priors"])
    assert ((ratios > 1.9) & (ratios < 2.01)).all()
    assert len(known["true_lengths"]) == len(known["lengths"]) == len(ratios)
    assert "true_priors" not in unknown
