"""Take a weight image from its stream and shift it into the mesh.

In: the image stream.   Out: the chain's strobe and word.   Next: `quantacore.hdl.mesh`.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.hdl.interfaces import image_layout, weights_layout
from quantacore.hdl.packets import PacketCounter


class ImageLoader(wiring.Component):
    """Load the next image while shots are decoded on the present one, and swap between shots.

    No shot ever sees half an image: a complete one waits for the shot in the mesh to end and is
    then swapped in before the next shot starts. One that is not complete changes nothing.

    Parameters
    ----------
    num_edges, length_bits, num_observables : int
    has_later : bool
        Images hold lengths of later passes.

    Members
    -------
    image : In(stream of image_layout)
        One edge a word, edge 0 first, ``last`` with the last edge. Not ready while a complete
        image waits to be swapped in.
    idle : In(1)
        The mesh decodes nothing.
    shift : Out(1)
    weights : Out(weights_layout)
        Towards the mesh.
    swap : Out(1)
        The image comes into force; towards the mesh.
    blocking : Out(1)
        No shot may start: there has been no image yet, or one waits to be swapped in.
    loaded : Out(1)
        An image is in force.
    error : Out(1)
        An image had the wrong number of words and is dropped; the one in force stays.

    Timing
    ------
    One edge per cycle. The swap takes one cycle after the shot in the mesh has finished.
    """

    def __init__(self, *, num_edges, length_bits, num_observables, has_later=False):
        self.num_edges = num_edges
        weights = weights_layout(length_bits, num_observables, has_later=has_later)
        image = image_layout(length_bits, num_observables, has_later=has_later)
        super().__init__(
            {
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
        m.submodules.packets = packets = PacketCounter(num_words=self.num_edges)
        loaded = Signal()
        complete = Signal()
        m.d.comb += [
            self.image.ready.eq(~complete),
            packets.accept.eq(self.image.valid & self.image.ready),
            packets.last.eq(self.image.payload.last),
            self.shift.eq(packets.accept & ~packets.dropping),
            self.weights.eq(self.image.payload.weights),
            self.swap.eq(complete & self.idle),
            self.blocking.eq(~loaded | complete),
            self.loaded.eq(loaded),
            self.error.eq(packets.error),
        ]
        with m.If(packets.complete):
            m.d.sync += complete.eq(1)
        with m.If(self.swap):
            m.d.sync += [complete.eq(0), loaded.eq(1)]
        return m
