"""What the batch harness refuses, and what it promises besides right answers."""

import dataclasses
import gc
import random
import shutil

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import MANIFEST_FILE, VERILOG_FILE
from quantacore.golden.spec.image import build_image
from quantacore.hdl.generate import generate_stream_core
from quantacore.sim import batch
from quantacore.sim.batch import BatchCore, CoreError, check_image_fits_core, read_manifest
from quantacore.sim.core_cache import cached_core
from tests.random_graphs import random_events, random_graph

verilator = pytest.mark.verilator


@pytest.fixture
def core(small_core):
    with BatchCore(small_core) as core:
        yield core


def test_read_manifest_rejects_folder_without_core(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"Core folder must hold manifest\.json"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_read_manifest_rejects_tampered_file(tmp_path, small_core, damage):
    folder = tmp_path / "core"
    shutil.copytree(small_core, folder)
    if damage == "changed":
        (folder / VERILOG_FILE).write_text((folder / VERILOG_FILE).read_text() + "\n")
    else:
        (folder / VERILOG_FILE).unlink()
    with pytest.raises(ValueError, match="must have the SHA-256"):
        read_manifest(folder)


def test_read_manifest_rejects_core_for_streams(tmp_path):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    plan = window_plan(memory, commit_rounds=1, buffer_rounds=1)
    generate_stream_core(plan, tmp_path)
    with pytest.raises(ValueError, match=r"must be one of whole shots, but .* one for streams"):
        read_manifest(tmp_path)


def test_read_manifest_rejects_other_json(tmp_path):
    (tmp_path / MANIFEST_FILE).write_text("{}")
    with pytest.raises(ValueError, match="Format must be 'quantacore-core'"):
        read_manifest(tmp_path)


@verilator
def test_decode_shots_rejects_missing_image(core, small_graph):
    events = random_events(random.Random(1), small_graph, num_shots=3, density=0.2)
    with pytest.raises(ValueError, match="Image must be loaded"):
        core.decode_shots(events)
    core.load_image(build_image(small_graph))
    core.decode_shots(events)
    core.reset()
    with pytest.raises(ValueError, match="Image must be loaded"):
        core.decode_shots(events)


@verilator
def test_load_image_rejects_other_graph(core):
    other = random_graph(random.Random("other"), num_detectors=11, num_edges=25)
    with pytest.raises(ValueError, match="Image must be made for the core's graph"):
        core.load_image(build_image(other))


@verilator
def test_load_image_rejects_other_length_width(core, small_graph):
    with pytest.raises(ValueError, match="Image must have the core's 4-bit lengths, not 5-bit"):
        core.load_image(build_image(small_graph, length_bits=5))


@verilator
def test_decode_shots_rejects_wrong_shape(core, small_graph):
    core.load_image(build_image(small_graph))
    with pytest.raises(
        ValueError, match=r"Detection events must be uint8 of shape \(num_shots, 2\)"
    ):
        core.decode_shots(np.zeros((4, 3), np.uint8))
    with pytest.raises(ValueError, match="Padding bits"):
        core.decode_shots(np.full((4, 2), 0xFF, np.uint8))


@verilator
def test_decode_shots_rejects_more_passes_than_the_core_has(small_core):
    graph = random_graph(random.Random("sim"), num_detectors=11, num_edges=24, num_observables=9)
    linked = random_graph(
        random.Random("sim"), num_detectors=11, num_edges=24, num_observables=9, correlations=20
    )
    assert linked.topology_hash == graph.topology_hash
    with BatchCore(small_core) as core:
        core.load_image(build_image(linked))
        with pytest.raises(ValueError, match="Number of passes must be 1 on a core without links"):
            core.decode_shots(np.zeros((1, 2), np.uint8), passes=3)


@verilator
def test_decode_shots_rejects_corrections_of_a_core_without(small_graph):
    with BatchCore(cached_core(small_graph, CoreConfig(with_corrections=False))) as core:
        core.load_image(build_image(small_graph))
        with pytest.raises(ValueError, match="Core must be generated with corrections"):
            core.decode_shots(np.zeros((1, 2), np.uint8), with_corrections=True)


@verilator
def test_decode_shots_of_no_shots_is_empty(core, small_graph):
    core.load_image(build_image(small_graph))
    decoded = core.decode_shots(np.zeros((0, 2), np.uint8))
    assert decoded.predictions.shape == (0, 2)
    assert decoded.cycles is not None
    assert decoded.cycles.shape == (0,)


@verilator
def test_cycles_are_the_same_isolated_and_back_to_back(core, small_graph):
    core.load_image(build_image(small_graph))
    events = random_events(random.Random(2), small_graph, num_shots=500, density=0.2)
    isolated = core.decode_shots(events, isolated=True)
    together = core.decode_shots(events)
    assert (isolated.cycles == together.cycles).all()


@verilator
def test_closed_core_is_refused(small_core, small_graph):
    core = BatchCore(small_core)
    core.load_image(build_image(small_graph))
    core.close()
    core.close()
    for use in (
        lambda: core.load_image(build_image(small_graph)),
        lambda: core.decode_shots(np.zeros((1, 2), np.uint8)),
        lambda: core.reset(),
        lambda: core.total_cycles,
    ):
        with pytest.raises(ValueError, match="Core must be open, but was closed"):
            use()


@verilator
def test_forgotten_core_is_freed(small_core):
    core = BatchCore(small_core)
    free = core._free
    del core
    gc.collect()
    assert not free.alive


@verilator
def test_core_starts_over_after_an_error(core, small_graph, monkeypatch):
    image = build_image(small_graph)
    events = random_events(random.Random(5), small_graph, num_shots=50, density=0.3)
    core.load_image(image)
    expected = core.decode_shots(events)
    decode, load = core._library.core_decode, core._library.core_load_image
    with monkeypatch.context() as patch:
        patch.setattr(core._library, "core_decode", lambda *args: decode(*args) or 1)
        with pytest.raises(CoreError, match="hangs in shot 50"):
            core.decode_shots(events)
    with pytest.raises(ValueError, match="Image must be loaded"):
        core.decode_shots(events)
    with monkeypatch.context() as patch:
        patch.setattr(core._library, "core_load_image", lambda *args: load(*args) or 3)
        with pytest.raises(CoreError, match="Core must report no error, but does while loading"):
            core.load_image(image)
    with pytest.raises(ValueError, match="Image must be loaded"):
        core.decode_shots(events)
    core.load_image(image)
    assert core.decode_shots(events).predictions.tobytes() == expected.predictions.tobytes()


@verilator
def test_damaged_model_is_built_again(small_core, tmp_path, monkeypatch):
    sound = batch.build_shared_library
    library = tmp_path / "model.so"
    library.write_bytes(b"no library")

    def build(*arguments, **options):
        if not library.exists():
            shutil.copy(sound(*arguments, **options), library)
        return library

    monkeypatch.setattr(batch, "build_shared_library", build)
    with BatchCore(small_core) as core:
        assert core.total_cycles > 0
    assert library.stat().st_size > 1000


def test_check_image_fits_core_compares_sizes(small_core, small_graph):
    manifest = read_manifest(small_core)
    image = build_image(small_graph)
    check_image_fits_core(image, manifest)
    arrays = {name: getattr(image, name)[:-1] for name in ("first", "later", "observables")}
    with pytest.raises(ValueError, match="Image must have the core's 20 edges, not 19"):
        check_image_fits_core(dataclasses.replace(image, **arrays), manifest)
    with pytest.raises(ValueError, match="Image must have the core's 9 observables, not 10"):
        check_image_fits_core(dataclasses.replace(image, num_observables=10), manifest)


@verilator
def test_cores_are_independent(small_core, small_graph):
    events = random_events(random.Random(3), small_graph, num_shots=50, density=0.3)
    with BatchCore(small_core) as first, BatchCore(small_core) as second:
        first.load_image(build_image(small_graph))
        with pytest.raises(ValueError, match="Image must be loaded"):
            second.decode_shots(events)
        assert second.total_cycles < first.total_cycles
