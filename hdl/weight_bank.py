# amaranth: UnusedElaboratable=no
"""The weights of an image: one set in force, one that is being written.

In: the words of an image, one edge (or entry) each.   Out: the weights of every edge.
Next: `quantacore.hdl.edge_unit`.   Golden twin: `quantacore.golden.spec.window_image`.
"""

from collections import defaultdict

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.window import NO_ENTRY, WindowPlan
from quantacore.hdl.interfaces import weights_layout
from quantacore.hdl.unit_library import place


class WeightCell(wiring.Component):
    """Weights of one edge, or of one entry of a window plan, in two banks.

    Parameters
    ----------
    length_bits, num_observables : int
    has_later, with_parity : bool

    Members
    -------
    shift : In(1)
        Take ``chain_in`` as the next weights. Cells form a chain through ``chain_out``.
    chain_in, chain_out : In/Out(weights_layout)
        Next weights of the neighbour in the chain, and of this cell.
    parity_in, parity_out : In/Out(1)
        Their parity, which goes with them. With ``with_parity`` only.
    parity_error : Out(1)
        The weights in force are not what came in. With ``with_parity`` only.
    swap : In(1)
        The next weights come into force.
    weights : Out(weights_layout)
        Weights in force.

    Timing
    ------
    Strobes act after one cycle.
    """

    def __init__(self, *, length_bits, num_observables, has_later=False, with_parity=False):
        self.kind = f"weight_cell_l{length_bits}_o{num_observables}" + "_later" * has_later
        self.kind += "_parity" * with_parity
        self.with_parity = with_parity
        weights = weights_layout(length_bits, num_observables, has_later=has_later)
        self.in_force = Signal(weights, reset_less=True)
        parity = {"parity_in": In(1), "parity_out": Out(1), "parity_error": Out(1)}
        super().__init__(
            {
                **(parity if with_parity else {}),
                "shift": In(1),
                "chain_in": In(weights),
                "chain_out": Out(weights),
                "swap": In(1),
                "weights": Out(weights),
            }
        )

    def elaborate(self, platform):
        m = Module()
        # One bank is written while the other is in force. Copying takes no multiplexer, where
        # choosing between banks would take one for each bit.
        waiting = Signal(self.chain_out.shape(), reset_less=True)
        m.d.comb += [self.chain_out.eq(waiting), self.weights.eq(self.in_force)]
        with m.If(self.shift):
            m.d.sync += waiting.eq(self.chain_in)
        with m.If(self.swap):
            m.d.sync += self.in_force.eq(waiting)
        if self.with_parity:
            parity = Signal(reset_less=True)
            m.d.comb += self.parity_error.eq(self.in_force.as_value().xor() ^ parity)
            with m.If(self.shift):
                m.d.sync += self.parity_out.eq(self.parity_in)
            with m.If(self.swap):
                m.d.sync += parity.eq(self.parity_out)
        return m


class WeightBank(wiring.Component):
    """Weights of all edges of a mesh.

    Parameters
    ----------
    num_edges, length_bits, num_observables : int
    has_later : bool
    plan : WindowPlan, optional
        The image has one word for each of its entries, and an edge has the weights of the entry
        that the plan names for the kind of window; without a plan one word for each edge.

    Members
    -------
    shift : In(1)
        Move the chain on by one word. The first word moved in ends at edge or entry 0.
    weights : In(weights_layout)
        Next word of the chain.
    swap : In(1)
        The weights in the chain come into force.
    start : In(1)
        A window starts. With ``plan`` only.
    kind : In(num_kinds)
        Its kind, one bit each. Valid with ``start``. With ``plan`` only.
    parity_error : Out(1)
        A bit of the weights in force has flipped. With ``plan`` only.
    present : Out(num_kinds)
        Kind of the window that started last, one bit. With ``plan`` only.
    edge_weights : Out(array of num_edges weights_layout)
        ``length`` is that of the kind that starts in this cycle, the rest that of the kind that
        started last. What a window does not commit has no observables.

    Timing
    ------
    Strobes act after one cycle.
    """

    def __init__(
        self,
        *,
        num_edges,
        length_bits,
        num_observables,
        has_later=False,
        plan: WindowPlan | None = None,
    ):
        self.num_edges = num_edges
        self.plan = plan
        cell_parameters = {
            "length_bits": length_bits,
            "num_observables": num_observables,
            "has_later": has_later,
            "with_parity": plan is not None,
        }
        self.cells = [
            WeightCell(**cell_parameters) for _ in range(plan.num_entries if plan else num_edges)
        ]
        self.layout = weights_layout(length_bits, num_observables, has_later=has_later)
        window = {}
        if plan:
            window = {
                "start": In(1),
                "kind": In(plan.num_kinds),
                "present": Out(plan.num_kinds),
                "parity_error": Out(1),
            }
        super().__init__(
            {
                **window,
                "shift": In(1),
                "weights": In(self.layout),
                "swap": In(1),
                "edge_weights": Out(data.ArrayLayout(self.layout, num_edges)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        cells = self.cells
        for index, cell in enumerate(cells):
            place(m, f"cell_{index}", cell, platform)
            source = cells[index + 1].chain_out if index + 1 < len(cells) else self.weights
            m.d.comb += [
                cell.shift.eq(self.shift),
                cell.swap.eq(self.swap),
                cell.chain_in.eq(source),
            ]
        if self.plan:
            for cell, source in zip(cells, [*cells[1:], None], strict=True):
                parity = source.parity_out if source else self.weights.as_value().xor()
                m.d.comb += cell.parity_in.eq(parity)
            m.d.sync += self.parity_error.eq(Cat(cell.parity_error for cell in cells).any())
            self._choose_entries(m, cells)
        else:
            for cell, weights in zip(cells, self.edge_weights, strict=True):
                m.d.comb += weights.eq(cell.weights)
        return m

    def _choose_entries(self, m, cells):
        plan = self.plan
        present = Signal(plan.num_kinds, reset_less=True)
        with m.If(self.start):
            m.d.sync += present.eq(self.kind)
        m.d.comb += self.present.eq(present)
        starting, running = KindGroups(m, self.kind), KindGroups(m, present)
        is_final = running.any_of(kind for kind in range(plan.num_kinds) if plan.is_final(kind))
        for edge, weights in enumerate(self.edge_weights):
            kinds_of = defaultdict(list)
            for kind, entry in enumerate(plan.tables[:, edge].tolist()):
                if entry != NO_ENTRY:
                    kinds_of[entry].append(kind)
            fields = {name: [] for name, _ in self.layout}
            for entry, kinds in kinds_of.items():
                chosen = starting.any_of(kinds), running.any_of(kinds)
                for name, parts in fields.items():
                    is_chosen = chosen[name != "length"]
                    value = getattr(cells[entry].weights, name)
                    # All ones is absent: an edge that no entry is chosen for must read so.
                    parts.append(
                        Mux(is_chosen, value, 0)
                        if name == "observables"
                        else Mux(is_chosen, value, ~0 & ((1 << len(value)) - 1))
                    )
            for name, parts in fields.items():
                target = getattr(weights, name)
                if name != "observables":
                    m.d.comb += target.eq(_joined(parts, lambda a, b: a & b))
                elif len(target):
                    mask = _joined(parts, lambda a, b: a | b)
                    m.d.comb += target.eq(mask if plan.committed[edge] else Mux(is_final, mask, 0))


class KindGroups:
    """ORs of the bits of a kind of window, each set of bits once.

    Parameters
    ----------
    m : Module
        Gets the ORs.
    one_hot : Value
        One bit for each kind.
    """

    def __init__(self, m, one_hot):
        self._module = m
        self._one_hot = one_hot
        self._signals = {}

    def any_of(self, bits):
        """Return a signal: the kind is one of these."""
        key = tuple(sorted(bits))
        if key not in self._signals:
            signal = Signal(name="group")
            self._module.d.comb += signal.eq(Cat(self._one_hot[bit] for bit in key).any())
            self._signals[key] = signal
        return self._signals[key]


def _joined(parts, operation):
    joined = parts[0]
    for part in parts[1:]:
        joined = operation(joined, part)
    return joined
