"""Take a weight image from its stream and shift it into the mesh.

In: the image stream.   Out: the chain's strobe and word.   Next: `quantacore.hdl.mesh`.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.hdl.interfaces import image_layout, weights_layout
from quantacore.hdl.packets import PacketCounter


class ImageLoader(wiring.Component):
    """Load images between shots.

    An image waits for the shot in the mesh to end, and shots wait for the image to be complete:
    no shot ever sees half an image.

    Parameters
    ----------
    num_edges, length_bits, num_observables : int

    Members
    -------
    image : In(stream of image_layout)
        One edge a word, edge 0 first, ``last`` with the last edge.
    idle : In(1)
        The mesh decodes nothing.
    shift : Out(1)
    weights : Out(weights_layout)
        Towards the mesh.
    blocking : Out(1)
        No shot may start: no image is complete, or one is about to come in.
    loaded : Out(1)
        A complete image is in the mesh.
    error : Out(1)
        An image had the wrong number of words. None is loaded until a whole one has come.
    """

    def __init__(self, *, num_edges, length_bits, num_observables):
        self.num_edges = num_edges
        super().__init__(
            {
                "image": In(stream.Signature(image_layout(length_bits, num_observables))),
                "idle": In(1),
                "shift": Out(1),
                "weights": Out(weights_layout(length_bits, num_observables)),
                "blocking": Out(1),
                "loaded": Out(1),
                "error": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.packets = packets = PacketCounter(num_words=self.num_edges)
        loaded = Signal()
        m.d.comb += [
            self.image.ready.eq(self.idle),
            packets.accept.eq(self.image.valid & self.image.ready),
            packets.last.eq(self.image.payload.last),
            self.shift.eq(packets.accept & ~packets.dropping),
            self.weights.eq(self.image.payload.weights),
            self.blocking.eq(~loaded | self.image.valid),
            self.loaded.eq(loaded),
            self.error.eq(packets.error),
        ]
        with m.If(packets.accept):
            m.d.sync += loaded.eq(packets.complete)
        return m
