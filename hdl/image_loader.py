"""Take a weight image from its stream: into the mesh, and its links into the link memory.

In: the image stream.   Out: the chain's strobe and word, the memory's strobe and row.
Next: `quantacore.hdl.mesh`, `quantacore.hdl.link_memory`.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.image_words import num_image_words
from quantacore.hdl.interfaces import image_layout, link_row_layout, weights_layout
from quantacore.hdl.packets import PacketCounter


class ImageLoader(wiring.Component):
    """Load the next image while shots are decoded on the present one, and swap between shots.

    No shot ever sees half an image: a complete one waits for the shot in the mesh to end and is
    then swapped in before the next shot starts. One that is not complete changes nothing.

    Parameters
    ----------
    config : CoreConfig
        Its link rows settled.
    num_edges, num_observables : int
    num_entries : int, optional
        Words with weights, if there is not one for each edge.

    Members
    -------
    image : In(stream of image_layout)
        One edge a word, edge 0 first; with run-time links also one row of links a word, row 0
        first, and as many words as there are rows. Not ready while a complete image waits to be
        swapped in.
    idle : In(1)
        The mesh decodes nothing.
    shift : Out(1)
    weights : Out(weights_layout)
        Towards the mesh.
    write : Out(1)
    row_index : Out(range(number of words))
    row : Out(link_row_layout)
        Towards the link memory. With run-time links only.
    swap : Out(1)
        The image comes into force; towards the mesh and the link memory.
    blocking : Out(1)
        No shot may start: there has been no image yet, or one waits to be swapped in.
    loaded : Out(1)
        An image is in force.
    error : Out(1)
        An image had the wrong number of words and is dropped; the one in force stays.

    Timing
    ------
    One word per cycle. The swap takes one cycle after the shot in the mesh has finished.
    """

    def __init__(self, config, *, num_edges, num_observables, num_entries=None):
        self.num_entries = num_edges if num_entries is None else num_entries
        self.num_words = num_image_words(config, num_edges=self.num_entries)
        self.has_rows = config.links == "runtime"
        weights = weights_layout(config.length_bits, num_observables, has_later=config.has_later)
        image = image_layout(config, num_edges=num_edges, num_observables=num_observables)
        members = {}
        if self.has_rows:
            members["write"] = Out(1)
            members["row_index"] = Out(range(self.num_words))
            members["row"] = Out(link_row_layout(config, num_edges))
        super().__init__(
            {
                **members,
                "image": In(stream.Signature(image)),
                "idle": In(1),
                "shift": Out(1),
                "weights": Out(weights),
                "swap": Out(1),
                "blocking": Out(1),
                "loaded": Out(1),
                "error": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.packets = packets = PacketCounter(num_words=self.num_words)
        taken = packets.accept & ~packets.dropping
        loaded = Signal()
        complete = Signal()
        m.d.comb += [
            self.image.ready.eq(~complete),
            packets.accept.eq(self.image.valid & self.image.ready),
            packets.last.eq(self.image.payload.last),
            # What comes behind the last entry carries links only.
            self.shift.eq(taken & (packets.index < self.num_entries)),
            self.weights.eq(self.image.payload.weights),
            self.swap.eq(complete & self.idle),
            self.blocking.eq(~loaded | complete),
            self.loaded.eq(loaded),
            self.error.eq(packets.error),
        ]
        if self.has_rows:
            m.d.comb += [
                self.write.eq(taken),
                self.row_index.eq(packets.index),
                self.row.eq(self.image.payload.links),
            ]
        with m.If(packets.complete):
            m.d.sync += complete.eq(1)
        with m.If(self.swap):
            m.d.sync += [complete.eq(0), loaded.eq(1)]
        return m
