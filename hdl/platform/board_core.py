"""All that a board runs, but its pins and clocks: the core, its registers, and a UART.

In: `WindowCore`, clock and baud rate.   Out: a module with clock, reset, UART and LEDs.
Next: `quantacore.hdl.platform.board_top` (a board around it), or Verilator.

Neither this nor anything in it knows a vendor: its Verilog is what is simulated, and the same text
goes into the bitstream.
"""

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Module, Mux, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.wiring import In, Out, connect

from quantacore.golden.spec.manifest import Port
from quantacore.golden.spec.prediction_word import prediction_bits
from quantacore.golden.spec.uart_protocol import Opcode
from quantacore.hdl.platform.command_port import ANSWER_BYTES, CommandPort
from quantacore.hdl.platform.frame_receiver import FrameReceiver
from quantacore.hdl.platform.frame_transmitter import FrameTransmitter
from quantacore.hdl.platform.uart import UartReceiver, UartTransmitter, phase_step
from quantacore.hdl.registered_core import ACCESS_INPUTS, ACCESS_OUTPUTS, RegisteredCore
from quantacore.hdl.window_core import WindowCore

QUEUE_BYTES = 2048
"""Received bytes that wait; with their marks they fill one block RAM of an ECP5."""
AFTERGLOW = 1 / 32
"""Seconds for which `led_busy` shows that something was decoded: an eye would miss microseconds."""

PORT_DOCS = {
    "clk": "clock of everything, rising edge",
    "rst": "reset of everything, synchronous, active high",
    "uart_rx": "from the computer, 1 at rest",
    "uart_tx": "to the computer, 1 at rest",
    "led_alive": "blinks: the clock runs and reset is over",
    "led_busy": "rounds are or were just now being decoded",
    "led_fault": "irq, any fault is set, or a bad frame came since the last HELLO",
}


class BoardCore(wiring.Component):
    """Streaming core that is operated over a UART.

    Parameters
    ----------
    core : WindowCore
        Without corrections; a word of its rounds stream carries a whole round.
    clock_hz : float
        Frequency of ``clk``.
    baud : float
        Of the UART, 8N1.

    Attributes
    ----------
    image_port : ImagePort
        Knows how many chunks an image has.
    ports : tuple of Port
        All ports with direction, width and meaning.

    Members
    -------
    clk, rst : In(1)
        Clock and synchronous reset, high while the clock is not good.
    uart_rx : In(1)
        Need not be synchronous to the clock.
    uart_tx : Out(1)
    led_alive, led_busy, led_fault : Out(1)
        1 is lit.

    Timing
    ------
    Bytes wait in a queue of `QUEUE_BYTES` until they are executed, one command after another;
    answers and predictions take turns on ``uart_tx``. Predictions wait in the core, which stalls
    when the UART is slower than it.

    Raises
    ------
    ValueError
        If the core has corrections, its words are too narrow, or the baud rate does not go with
        the clock.
    """

    def __init__(self, core: WindowCore, *, clock_hz: float, baud: float):
        plan, config = core.plan, core.config
        if config.with_corrections:
            raise ValueError("Core of a board must be one without corrections")
        if config.word_bits < plan.num_slots:
            raise ValueError(
                f"Word width must be at least {plan.num_slots} bits, those of a round, "
                f"not {config.word_bits!r}"
            )
        self.core = core
        self.clock_hz = clock_hz
        self.step = phase_step(clock_hz=clock_hz, baud=baud)
        self.registered = RegisteredCore(core, with_lights=True)
        self.image_port = self.registered.image_port
        self.prediction_bytes = prediction_bits(plan.graph.num_observables) // 8
        self.ports = tuple(
            Port(
                name=name,
                direction="in" if name in ("clk", "rst", "uart_rx") else "out",
                width=1,
                doc=doc,
            )
            for name, doc in PORT_DOCS.items()
        )
        super().__init__(
            {port.name: In(1) if port.direction == "in" else Out(1) for port in self.ports}
        )

    def elaborate(self, platform):
        m = Module()
        m.domains.sync = ClockDomain()
        m.submodules.registered = registered = self.registered
        m.submodules.uart_receiver = uart_receiver = UartReceiver(self.step)
        m.submodules.queue = queue = SyncFIFOBuffered(width=9, depth=QUEUE_BYTES)
        m.submodules.receiver = receiver = FrameReceiver(num_slots=self.core.plan.num_slots)
        m.submodules.port = port = CommandPort(
            num_payload_bytes=receiver.num_payload_bytes,
            word_bits=self.core.config.word_bits,
            queue_bytes=QUEUE_BYTES,
        )
        m.submodules.transmitter = transmitter = FrameTransmitter(
            num_payload_bytes=max(self.prediction_bytes, ANSWER_BYTES)
        )
        m.submodules.uart_transmitter = uart_transmitter = UartTransmitter(self.step)

        # One cycle of reset for all, the UART too, when a computer asks for it.
        restart = Signal()
        m.d.sync += restart.eq(port.restart)
        m.d.comb += [ClockSignal().eq(self.clk), ResetSignal().eq(self.rst | restart)]

        lost = Signal()  # bytes that found the queue full: the next one that fits says so
        m.d.comb += [
            uart_receiver.rx.eq(self.uart_rx),
            queue.w_en.eq(uart_receiver.done),
            queue.w_data.eq(Cat(uart_receiver.data, uart_receiver.error | lost)),
            receiver.bytes.valid.eq(queue.r_rdy),
            receiver.bytes.payload.eq(queue.r_data),
            queue.r_en.eq(receiver.bytes.ready),
            self.uart_tx.eq(uart_transmitter.tx),
        ]
        with m.If(uart_receiver.done):
            m.d.sync += lost.eq(~queue.w_rdy)

        connect(m, receiver.commands, port.commands)
        connect(m, port.rounds, registered.rounds)
        connect(m, transmitter.bytes, uart_transmitter.bytes)
        for name in ACCESS_INPUTS:
            m.d.comb += getattr(registered, name).eq(getattr(port, name))
        for name in ACCESS_OUTPUTS:
            m.d.comb += getattr(port, name).eq(getattr(registered, name))
        self._add_turns(m, port.answers, registered.predictions, transmitter.frames)
        self._add_leds(m, port, registered)
        return m

    def _add_turns(self, m, answers, predictions, frames):
        """Let answers and predictions take turns where both wait: neither starves the other."""
        answered_last = Signal()
        predicts = Signal()
        prediction_tag = Signal(8)
        frame, answer = frames.payload, answers.payload
        m.d.comb += [
            predicts.eq(predictions.valid & (answered_last | ~answers.valid)),
            frames.valid.eq(answers.valid | predictions.valid),
            answers.ready.eq(frames.ready & ~predicts),
            predictions.ready.eq(frames.ready & predicts),
            frame.opcode.eq(Mux(predicts, Opcode.PREDICTION, answer.opcode)),
            frame.tag.eq(Mux(predicts, prediction_tag, answer.tag)),
            frame.length.eq(Mux(predicts, self.prediction_bytes, answer.length)),
            frame.payload.eq(Mux(predicts, predictions.payload.data, answer.payload)),
        ]
        with m.If(frames.valid & frames.ready):
            m.d.sync += answered_last.eq(~predicts)
            m.d.sync += prediction_tag.eq(prediction_tag + predicts)

    def _add_leds(self, m, port, registered):
        blink = Signal(range(max(2, round(self.clock_hz))))
        glow = Signal(range(max(2, round(self.clock_hz * AFTERGLOW))))
        m.d.sync += blink.eq(blink + 1)
        with m.If(registered.active):
            m.d.sync += glow.eq(~0)
        with m.Elif(glow != 0):
            m.d.sync += glow.eq(glow - 1)
        m.d.comb += [
            self.led_alive.eq(blink[-1]),
            self.led_busy.eq(glow != 0),
            self.led_fault.eq(registered.irq | registered.any_fault | port.spoiled),
        ]
