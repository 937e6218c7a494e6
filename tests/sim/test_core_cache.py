"""A core is generated once, and never used when it is stale."""

import dataclasses
import hashlib
import random

import pytest

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import MANIFEST_FILE, VERILOG_FILE
from quantacore.golden.spec.manifest import Manifest, manifest_to_json
from quantacore.sim import core_cache
from quantacore.sim.core_cache import cached_core, generator_digest
from tests.random_graphs import random_graph


@pytest.fixture
def graph(tmp_path, monkeypatch):
    """Make a graph, a cache of its own, and a generator that takes no time."""

    def generate(graph, folder, **_):
        text = f"// {graph.topology_hash}"
        (folder / VERILOG_FILE).write_text(text)
        manifest = Manifest(
            top="core",
            config=CoreConfig(),
            topology_hash=graph.topology_hash,
            links_hash="",
            num_detectors=graph.num_detectors,
            num_edges=graph.num_edges,
            num_observables=graph.num_observables,
            ports=(),
            tools={},
            files={VERILOG_FILE: hashlib.sha256(text.encode()).hexdigest()},
        )
        (folder / MANIFEST_FILE).write_text(manifest_to_json(manifest))

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(core_cache, "generate_core", generate)
    return random_graph(random.Random("cache"), num_detectors=3, num_edges=5)


def test_cached_core_generates_once(graph, monkeypatch):
    folder = cached_core(graph)
    monkeypatch.setattr(core_cache, "generate_core", None)
    assert cached_core(graph) == folder
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_cached_core_is_shared_by_graphs_with_other_priors(graph):
    edges = tuple(dataclasses.replace(edge, prior=0.25) for edge in graph.edges)
    other = dataclasses.replace(graph, edges=edges)
    assert cached_core(other) == cached_core(graph)


def test_cached_core_differs_with_config_and_generator(graph, monkeypatch):
    folders = {cached_core(graph), cached_core(graph, CoreConfig(word_bits=8))}
    digest = generator_digest()
    monkeypatch.setattr(core_cache, "generator_digest", lambda: digest + "changed")
    folders.add(cached_core(graph))
    assert len(folders) == 3


def test_cached_core_leaves_nothing_after_failure(graph, monkeypatch, tmp_path):
    def fail(*_, **__):
        raise ValueError("planted")

    monkeypatch.setattr(core_cache, "generate_core", fail)
    with pytest.raises(ValueError, match="planted"):
        cached_core(graph)
    assert not list((tmp_path / "quantacore" / "cores").iterdir())


@pytest.mark.parametrize("name", [VERILOG_FILE, MANIFEST_FILE])
@pytest.mark.parametrize("damage", ["truncated", "missing"])
def test_cached_core_generates_a_damaged_core_again(graph, name, damage):
    folder = cached_core(graph)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    if damage == "truncated":
        (folder / name).write_bytes(whole[name][:20])
    else:
        (folder / name).unlink()
    assert cached_core(graph) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
