"""The generator: files, manifest, determinism."""

import hashlib
import random
import re

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import (
    GRAPH_FILE,
    IMAGE_FILE,
    MANIFEST_FILE,
    PLAN_FILE,
    VERILOG_FILE,
)
from quantacore.golden.spec.graph import DecodingGraph, Detector
from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.image_chunks import image_chunks_from_hex
from quantacore.golden.spec.manifest import manifest_from_json
from quantacore.golden.spec.window_image import build_window_image
from quantacore.golden.spec.window_json import plan_from_json
from quantacore.hdl.generate import generate_core, generate_stream_core
from tests.random_graphs import random_graph


def assert_files_are_as_said(manifest, folder):
    assert manifest_from_json((folder / MANIFEST_FILE).read_text()) == manifest
    assert {p.name for p in folder.iterdir()} == {MANIFEST_FILE, *manifest.files}
    for name, digest in manifest.files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    verilog = (folder / VERILOG_FILE).read_text()
    header = re.search(rf"module {manifest.top}\(([^)]*)\)", verilog)
    assert {name.strip() for name in header[1].split(",")} == {port.name for port in manifest.ports}
    assert all(port.doc for port in manifest.ports)
    module = verilog[header.start() :]
    module = module[: module.index("endmodule")]
    for port in manifest.ports:
        width = rf"\[{port.width - 1}:0\] " if port.width > 1 else ""
        assert re.search(rf"{port.direction}put {width}{port.name};", module), port


def test_generate_core_writes_what_the_manifest_says(tmp_path):
    rng = random.Random("generate/files")
    graph = random_graph(rng, num_detectors=6, num_edges=10, num_observables=2)
    manifest = generate_core(graph, tmp_path, config=CoreConfig(word_bits=16))
    assert graph_from_json((tmp_path / GRAPH_FILE).read_text()) == graph
    assert manifest.window is None
    assert_files_are_as_said(manifest, tmp_path)


@pytest.fixture(scope="module")
def plan():
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    return window_plan(memory, commit_rounds=1, buffer_rounds=1)


def test_generate_stream_core_writes_what_the_manifest_says(plan, tmp_path):
    manifest = generate_stream_core(plan, tmp_path, config=CoreConfig(links="runtime"))
    assert_files_are_as_said(manifest, tmp_path)
    graph = graph_from_json((tmp_path / GRAPH_FILE).read_text())
    again = plan_from_json((tmp_path / PLAN_FILE).read_text(), graph)
    assert again.plan_hash == plan.plan_hash == manifest.topology_hash
    image = image_chunks_from_hex((tmp_path / IMAGE_FILE).read_text())
    assert len(image.chunks) == manifest.window.image_chunks
    assert manifest.config.link_rows > 0


def test_generate_stream_core_refuses_an_image_of_other_lengths(plan, tmp_path):
    image = build_window_image(plan, length_bits=5)
    with pytest.raises(ValueError, match="Image must have the core's 4-bit lengths, not 5-bit"):
        generate_stream_core(plan, tmp_path / "core", image=image)
    assert not (tmp_path / "core").exists()


def test_generate_core_is_deterministic(tmp_path):
    graph = random_graph(random.Random("generate/twice"), num_detectors=6, num_edges=10)
    first = generate_core(graph, tmp_path / "a")
    second = generate_core(graph, tmp_path / "b")
    assert first == second


def test_generate_core_bakes_no_weights(tmp_path):
    """Cores of the same code at different noise strengths are the same Verilog."""
    digests = {
        generate_core(
            graph_from_circuit(rotated_memory(distance=3, p=p, rounds=1)), tmp_path / str(p)
        ).files[VERILOG_FILE]
        for p in (0.001, 0.01)
    }
    assert len(digests) == 1


def test_generate_core_rejects_graph_without_edges(tmp_path):
    graph = DecodingGraph(num_observables=0, detectors=(Detector(),), edges=())
    with pytest.raises(ValueError, match="at least one edge"):
        generate_core(graph, tmp_path / "core")
    assert not (tmp_path / "core").exists()
