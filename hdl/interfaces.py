"""Stream payloads of the core: the one place that names their fields.

In: graph sizes and `CoreConfig`.   Out: layouts for `amaranth.lib.stream` signatures.
Next: `quantacore.hdl.core`.

Every stream follows `amaranth.lib.stream`: a word moves in a cycle in which ``valid`` and
``ready`` are both 1; ``valid`` never waits for ``ready``, and once raised it stays, with the
payload unchanged, until the word has moved.
"""

from amaranth.lib import data

from quantacore.golden.spec.config import (
    COUNTER_BITS,
    INDEX_BITS,
    PASSES_BITS,
    VOLUME_BITS,
    CoreConfig,
)
from quantacore.golden.spec.image_words import edge_index_bits


def words_layout(word_bits: int) -> data.StructLayout:
    """Return the payload of packets of bits: ``data``, and ``last`` with a packet's last word."""
    return data.StructLayout({"data": word_bits, "last": 1})


def weights_layout(
    length_bits: int, num_observables: int, *, has_later: bool = False
) -> data.StructLayout:
    """Return what a weight image holds for one edge; ``later`` only if there are later passes."""
    later = {"later": length_bits} if has_later else {}
    return data.StructLayout({"length": length_bits, **later, "observables": num_observables})


def link_row_layout(config: CoreConfig, num_edges: int) -> data.StructLayout:
    """Return one row of run-time links; see `quantacore.golden.spec.link_rows`."""
    return data.StructLayout(
        {
            "link_targets": data.ArrayLayout(edge_index_bits(num_edges), config.lanes),
            "link_lengths": data.ArrayLayout(config.length_bits, config.lanes),
            "link_next": range(config.link_rows),
        }
    )


def image_layout(config: CoreConfig, *, num_edges: int, num_observables: int) -> data.StructLayout:
    """Return the payload of the image stream; see `quantacore.golden.spec.image_words`."""
    weights = weights_layout(config.length_bits, num_observables, has_later=config.has_later)
    links = {"links": link_row_layout(config, num_edges)} if config.links == "runtime" else {}
    return data.StructLayout({"weights": weights, **links, "last": 1})


def prediction_layout(num_observables: int) -> data.StructLayout:
    """Return the payload of the predictions stream: one word a shot."""
    return data.StructLayout(
        {
            "observables": num_observables,
            "growth_steps": COUNTER_BITS,
            "cycles": COUNTER_BITS,
            "volume": VOLUME_BITS,
            "passes": PASSES_BITS,
            "contested": 1,
            "unmatched": 1,
        }
    )


def round_word_layout(word_bits: int) -> data.StructLayout:
    """Return the payload of the rounds stream of a streaming core: one packet a round.

    ``shot_end`` counts with the last word: the round is the last one of its shot.
    """
    return data.StructLayout({"data": word_bits, "last": 1, "shot_end": 1})


def round_layout(num_slots: int) -> data.StructLayout:
    """Return a round inside the core: its defects, and where in the stream it belongs.

    ``damaged``: its packet was malformed or lost, and ``defects`` are all 0 in its place.
    """
    return data.StructLayout(
        {
            "defects": num_slots,
            "shot_end": 1,
            "damaged": 1,
            "shot": INDEX_BITS,
            "round": INDEX_BITS,
        }
    )


def window_prediction_layout(num_observables: int) -> data.StructLayout:
    """Return the payload of a streaming core's predictions: one word a window."""
    return data.StructLayout(
        {
            "observables": num_observables,
            "shot": INDEX_BITS,
            "round": INDEX_BITS,
            "image": COUNTER_BITS,
            "growth_steps": COUNTER_BITS,
            "cycles": COUNTER_BITS,
            "volume": VOLUME_BITS,
            "passes": PASSES_BITS,
            "contested": 1,
            "shot_end": 1,
            "unmatched": 1,
            "abandoned": 1,
            "damaged": 1,
        }
    )
