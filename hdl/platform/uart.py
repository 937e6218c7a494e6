"""Receive and send bytes over a UART, 8N1.

In: the line, or bytes.   Out: bytes with what was wrong with them, or the line.
Next: `quantacore.hdl.platform.frame_receiver`, `quantacore.hdl.platform.frame_transmitter`.

Bit times come from a phase accumulator, so that the clock need not be a multiple of the baud rate:
the rate is off by less than 0.1 %, and each edge by less than a clock cycle.
"""

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

PHASE_BITS = 16
PHASES = 1 << PHASE_BITS
LEAST_CYCLES_PER_BIT = 4
DATA_BITS = 8


def phase_step(*, clock_hz: float, baud: float) -> int:
    """Return what the phase of a bit grows by in a clock cycle; a bit is `PHASES` long.

    Raises
    ------
    ValueError
        If a bit has less than `LEAST_CYCLES_PER_BIT` or more than a thousand clock cycles.

    Examples
    --------
    >>> phase_step(clock_hz=25e6, baud=3e6)
    7864
    """
    if not LEAST_CYCLES_PER_BIT * baud <= clock_hz <= 1000 * baud:
        raise ValueError(
            f"Baud rate must be {clock_hz / 1000:.0f} to {clock_hz / LEAST_CYCLES_PER_BIT:.0f} "
            f"at a clock of {clock_hz / 1e6:g} MHz, not {baud!r}"
        )
    return round(baud * PHASES / clock_hz)


class UartReceiver(wiring.Component):
    """Bytes from a line.

    The line is looked at in every clock cycle: at least 4 times a bit. A start bit that is over
    before its middle is a glitch, and ignored. After a byte without stop bit the line must rise
    before another one begins.

    Parameters
    ----------
    step : int
        From `phase_step`.

    Members
    -------
    rx : In(1)
        The line, 1 at rest; from another clock.
    data : Out(8)
    done : Out(1)
        ``data`` is there, for one cycle.
    error : Out(1)
        With ``done``: there was no stop bit.

    Timing
    ------
    ``done`` comes in the middle of the stop bit, plus 2 cycles. Rates may differ by 2 %.
    """

    def __init__(self, step):
        self.step = step
        super().__init__(
            {"rx": In(1, init=1), "data": Out(DATA_BITS), "done": Out(1), "error": Out(1)}
        )

    def elaborate(self, platform):
        m = Module()
        line = Signal(init=1)
        m.submodules.synchronizer = FFSynchronizer(self.rx, line, init=1)
        receiving = Signal()
        waiting_for_rest = Signal()
        phase = Signal(PHASE_BITS)
        bits = Signal(range(DATA_BITS + 2))
        stop = DATA_BITS + 1
        advanced = phase + self.step
        m.d.sync += phase.eq(advanced)
        with m.If(waiting_for_rest):
            m.d.sync += waiting_for_rest.eq(~line)
        with m.Elif(~receiving):
            # The edge came up to a cycle ago, and samples come up to a cycle late: half a cycle
            # each on average, so that one more puts samples into the middle.
            m.d.sync += [phase.eq(PHASES // 2 + self.step), bits.eq(0), receiving.eq(~line)]
        with m.Elif(advanced[PHASE_BITS]):
            m.d.sync += bits.eq(bits + 1)
            with m.If(bits == 0):
                m.d.sync += receiving.eq(~line)
            with m.Elif(bits == stop):
                m.d.comb += [self.done.eq(1), self.error.eq(~line)]
                m.d.sync += [receiving.eq(0), waiting_for_rest.eq(~line)]
            with m.Else():
                m.d.sync += self.data.eq(Cat(self.data[1:], line))
        return m


class UartTransmitter(wiring.Component):
    """A line from bytes.

    Parameters
    ----------
    step : int
        From `phase_step`.

    Members
    -------
    bytes : In(stream of 8 bits)
    tx : Out(1)
        The line, 1 at rest; from a register.

    Timing
    ------
    A byte takes 10 bit times and one cycle.
    """

    def __init__(self, step):
        self.step = step
        super().__init__({"bytes": In(stream.Signature(DATA_BITS)), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        shift = Signal(DATA_BITS + 1)
        left = Signal(range(DATA_BITS + 3))
        phase = Signal(PHASE_BITS)
        advanced = phase + self.step
        m.d.comb += self.bytes.ready.eq(left == 0)
        with m.If(self.bytes.valid & self.bytes.ready):
            m.d.sync += [
                self.tx.eq(0),
                shift.eq(Cat(self.bytes.payload, Const(1, 1))),
                left.eq(DATA_BITS + 2),
                phase.eq(0),
            ]
        with m.Elif(left != 0):
            m.d.sync += phase.eq(advanced)
            with m.If(advanced[PHASE_BITS]):
                m.d.sync += [
                    self.tx.eq(shift[0]),
                    shift.eq(Cat(shift[1:], Const(1, 1))),
                    left.eq(left - 1),
                ]
        return m
