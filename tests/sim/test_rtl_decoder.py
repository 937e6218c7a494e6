"""The simulated core behind the decoders' interface."""

import random

import pytest

from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image import build_image
from quantacore.sim import rtl_decoder
from quantacore.sim.rtl_decoder import RtlDecoder
from tests.random_graphs import random_events, random_graph

verilator = pytest.mark.verilator


@verilator
def test_decode_shots_bit_packed_gives_golden_bytes(small_graph):
    image = build_image(small_graph)
    events = random_events(random.Random(4), small_graph, num_shots=500, density=0.2)
    config = CoreConfig(word_bits=8)
    ours = RtlDecoder(small_graph, image, config=config)
    golden = UnionFindDecoder(small_graph, image, passes=1)
    for decoder in (ours, golden):
        assert decoder.num_detectors == 11
        assert decoder.num_observables == 9
    found, expected = (
        decoder.decode_shots_bit_packed(bit_packed_detection_event_data=events)
        for decoder in (ours, golden)
    )
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("passes", [0, 8])
def test_rtl_decoder_rejects_passes_out_of_range(small_graph, passes):
    with pytest.raises(ValueError, match=f"Number of passes must be 1 to 7, not {passes}"):
        RtlDecoder(small_graph, build_image(small_graph), passes=passes)


def test_rtl_decoder_rejects_image_of_other_graph(small_graph):
    other = random_graph(random.Random("other"), num_detectors=11, num_edges=25)
    with pytest.raises(ValueError, match="Image must be made for the graph"):
        RtlDecoder(small_graph, build_image(other))


def test_rtl_decoder_rejects_image_that_does_not_fit_the_config(small_graph):
    with pytest.raises(ValueError, match="Image must have the core's 5-bit lengths, not 4-bit"):
        RtlDecoder(small_graph, build_image(small_graph), config=CoreConfig(length_bits=5))


def test_rtl_decoder_rejects_passes_on_a_core_without_links(monkeypatch):
    monkeypatch.setattr(rtl_decoder, "cached_core", None)  # refused before a core is made
    graph = random_graph(random.Random("links"), num_detectors=6, num_edges=12, correlations=8)
    image = build_image(graph)
    assert image.num_links
    with pytest.raises(ValueError, match="Number of passes must be 1 on a core without links"):
        RtlDecoder(graph, image, passes=2, config=CoreConfig(links="none"))
