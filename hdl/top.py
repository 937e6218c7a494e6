"""Give a core flat ports with names that a Verilog user can wire.

In: `Core`.   Out: a module whose ports are plain signals, and their list for the manifest.
Next: `quantacore.hdl.generate`.
"""

from amaranth.hdl import Module, Value
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In

from quantacore.golden.spec.manifest import Port
from quantacore.hdl.core import Core

PORT_DOCS = {
    "rounds_data": "detection events of the shot, detector k in bit k % width of word k // width",
    "rounds_last": "last word of the shot",
    "image_length": "length of one edge, edge 0 first; 0 fused, all ones absent",
    "image_later": "length of that edge in later passes",
    "image_observables": "observable mask of that edge",
    "image_link_targets": "edges that this row of links lowers, lane 0 in the lowest bits",
    "image_link_lengths": "the lengths it lowers them to, lane 0 in the lowest bits; all ones none",
    "image_link_next": "row with further links of the same edge; 0 none",
    "image_last": "last word of the image",
    "predictions_observables": "observables that the correction flips",
    "predictions_growth_steps": "growth steps taken; stops at all ones",
    "predictions_passes": "passes that ran; 0 without defects",
    "predictions_cycles": "core cycles taken; stops at all ones",
    "predictions_volume": "how much had to grow: the larger, the less sure; stops at all ones",
    "predictions_contested": "the passes did not all predict the same: the least sure of answers",
    "predictions_unmatched": "no correction exists: observables are 0 and mean nothing",
    "corrections_data": "edges of the correction, edge k in bit k % width of word k // width",
    "corrections_last": "last word of the correction",
    "max_passes": "most passes per shot, 1 to 7; sampled when a shot starts",
    "graph_hash": "first 4 bytes of the graph's topology hash",
    "image_loaded": "an image is in force",
    "image_count": "images that have come into force since reset; wraps",
    "image_shot": "index of the first shot decoded with the image in force; shot 0 after reset",
    "rounds_error": "a shot with the wrong number of words was dropped; 1 until reset",
    "image_error": "an image with the wrong number of words was dropped; 1 until reset",
}
HANDSHAKE_DOCS = {
    "valid": "the word is there; stays 1 and the word unchanged until it has moved",
    "ready": "the word moves in this cycle if valid is 1",
}


class Top(wiring.Component):
    """Wrap a core; ports are named ``<stream>_<field>``, ``<stream>_valid``, ``<stream>_ready``.

    Attributes
    ----------
    ports : tuple of Port
        All ports with direction, width and meaning; ``clk`` and ``rst`` included.
    """

    def __init__(self, core: Core):
        self.core = core
        self._inner = {}
        members = {}
        for name, member in core.signature.members.items():
            interface = getattr(core, name)
            flow = member.flow
            if member.is_port:
                self._add(members, name, interface, flow)
                continue
            for field, value in _leaves(interface.payload):
                self._add(members, f"{name}_{field}", value, flow)
            self._add(members, f"{name}_valid", interface.valid, flow)
            self._add(members, f"{name}_ready", interface.ready, flow.flip())
        self.ports = (
            Port(name="clk", direction="in", width=1, doc="clock, rising edge"),
            Port(name="rst", direction="in", width=1, doc="synchronous reset, active high"),
            *(
                Port(
                    name=name,
                    direction="in" if member.flow == In else "out",
                    width=len(self._inner[name]),
                    doc=PORT_DOCS.get(name, HANDSHAKE_DOCS.get(name.rpartition("_")[2], "")),
                )
                for name, member in members.items()
            ),
        )
        super().__init__(members)

    def _add(self, members, name, value, flow):
        value = Value.cast(value)
        if len(value):  # Verilog has no ports without bits
            self._inner[name] = value
            members[name] = flow(len(value))

    def elaborate(self, platform):
        m = Module()
        m.submodules.core = self.core
        for name, member in self.signature.members.items():
            outer = getattr(self, name)
            inner = self._inner[name]
            m.d.comb += inner.eq(outer) if member.flow == In else outer.eq(inner)
        return m


def _leaves(view):
    """Yield (name, value) of every field that is not itself a structure."""
    for name, field in view.shape():
        value = getattr(view, name)
        if isinstance(field.shape, data.StructLayout):
            yield from _leaves(value)
        else:
            yield name, value
