"""The interactive core against golden, and its waveform."""

import random
from pathlib import Path

import pytest

from quantacore.golden.decode.passes import decode_shot
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import uniform_image
from quantacore.hdl.generate import generate_core
from quantacore.sim.waves import InteractiveCore

GRAPH = DecodingGraph(
    num_observables=1,
    detectors=(Detector(), Detector(), Detector()),
    edges=(
        Edge(detectors=(0, 1), prior=0.1),
        Edge(detectors=(0,), prior=0.1, observables=1),
        Edge(detectors=(1, 2), prior=0.1),
    ),
)


@pytest.mark.verilator
@pytest.mark.slow
def test_interactive_core_matches_golden_and_records(tmp_path: Path) -> None:
    generate_core(GRAPH, tmp_path / "core", config=CoreConfig(word_bits=2))
    image = uniform_image(GRAPH, length=3)
    core = InteractiveCore(tmp_path / "core")
    with pytest.raises(ValueError, match="Shot must have 3 detectors, not 2"):
        core.decode([1, 0])
    core.load_image(image)
    assert int(core.ports.image_loaded) == 1
    rng = random.Random("waves")
    with core.recording(tmp_path / "shots.vcd"):
        for _ in range(12):
            defects = [rng.random() < 0.5 for _ in range(3)]
            answer = core.decode(defects)
            expected = decode_shot(GRAPH, image, defects, passes=1)
            assert answer["observables"] == expected.prediction
            assert answer["growth_steps"] == expected.growth_steps
            assert answer["correction"] == sum(1 << edge for edge in expected.correction)
    text = (tmp_path / "shots.vcd").read_text()
    assert "$enddefinitions" in text
    assert "rounds_valid" in text
    assert "edge_2" in text
    core.reset()
    assert int(core.ports.image_loaded) == 0
