"""Run rounds through a Verilated streaming core, whole streams inside C++.

In: folder of a streaming core, `WindowImage`, rounds of shots.   Out: `StreamedWindows`.
Next: `quantacore.sim.comparison`.   Golden twin: `quantacore.golden.decode.window`.

The harness drives the AXI ports of the Verilog that users get; settings, images and faults go
through its registers.
"""

import ctypes
import os
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.spec.bits import pack_bits, packed_bytes
from quantacore.golden.spec.core_folder import VERILOG_FILE, StreamCoreFiles, read_stream_core
from quantacore.golden.spec.prediction_word import decode_predictions, prediction_bits
from quantacore.golden.spec.registers import FAULTS, REGISTER_BY_NAME
from quantacore.golden.spec.window_image import WindowImage, window_image_chunks
from quantacore.sim.batch import STATUS_MESSAGES, CoreError
from quantacore.sim.verilator import build_shared_library

HARNESS = Path(__file__).with_name("stream_harness.cpp")
OKAY = 0
"""Response of AXI to an access that was not refused."""
MOST_POLLS = 1000
"""Reads of the state before an image that does not come into force is given up."""


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """How rounds come and predictions go."""

    period: int = 0
    """A round every so many cycles; 0: as fast as the core takes them."""
    gap_percent: int = 0
    """Chance of a cycle without a word, 0 .. 99."""
    stall_percent: int = 0
    """Chance of a cycle in which an output stream is not ready, 0 .. 99."""
    cycle_budget: int = 0
    """Cycles after which a window is given up; 0: never."""
    seed: int = 1
    every_cycle: bool = False
    """Simulate also the cycles in which nothing changes, instead of only counting them."""


@dataclass(frozen=True, kw_only=True)
class RegisterWrite:
    """A write while the streams go on."""

    after_rounds: int
    """It begins when so many rounds of the run have been sent."""
    address: int
    value: int


@dataclass(frozen=True, kw_only=True)
class StreamedWindows:
    """What a streaming core said, one row a window, in the order of the stream."""

    fields: dict[str, np.ndarray]
    """``uint64``, shape ``(num_windows,)`` each: see `prediction_fields`."""
    valid_at: np.ndarray
    """``uint64``: clock cycle in which the prediction became valid."""
    accepted_at: np.ndarray
    """``uint64``, shape ``(num_rounds,)``: clock cycle in which each round's last word moved."""
    faults: dict[str, int]
    """Events of the run by kind; counts stop at 65535."""
    responses: np.ndarray
    """``uint8``: response to each write, 0 or 2 (refused)."""
    corrections: np.ndarray | None
    """``uint8``, shape ``(num_windows, ceil(num_edges / 8))``: committed edges."""

    @property
    def frames(self) -> np.ndarray:
        """``uint64``, shape ``(num_windows,)``: running Pauli frame of the window's shot."""
        return self.fields["observables"]

    def flag(self, name: str) -> np.ndarray:
        """Return a field of one bit, ``bool``, shape ``(num_windows,)``."""
        return self.fields[name].astype(bool)


PACE = ("period", "gap_percent", "stall_percent", "seed", "every_cycle")
"""What the harness is told of `Traffic`, in its order."""


class _Traffic(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in (*PACE, "until_rest")]


def _columns(count: int, **arrays: np.ndarray | None) -> ctypes.Structure:
    """Return what the harness takes: a count and pointers to arrays, which must live on."""
    fields = [("count", ctypes.c_int64), *((name, ctypes.c_void_p) for name in arrays)]
    structure = type("_Columns", (ctypes.Structure,), {"_fields_": fields})
    pointers = {name: None if a is None else a.ctypes.data for name, a in arrays.items()}
    made: ctypes.Structure = structure(count=count, **pointers)
    return made


class StreamBatch:
    """A Verilated streaming core, after its reset: it has no image.

    Building takes half a minute (d = 3) or minutes (d = 5, 7); models are cached by content.

    Parameters
    ----------
    directory : path
        From `quantacore.hdl.generate.generate_stream_core` or `cached_stream_core`.
    seed : int
        Of the bits that registers without an initial value have before the reset; 0: all zero.

    Raises
    ------
    FileNotFoundError
        If there is no core.
    ValueError
        If its files do not belong together, or it is a core of whole shots.
    VerilatorError
        If the model cannot be built.
    """

    def __init__(self, directory: str | os.PathLike[str], *, seed: int = 0) -> None:
        self.core = read_stream_core(directory)
        self.manifest = self.core.manifest
        self.plan = self.core.plan
        self.config = self.manifest.config
        self._library = _built_library(self.core)
        self._handle = self._library.core_new(seed)
        self._free = weakref.finalize(self, self._library.core_delete, self._handle)
        answered = f"{self.read('graph_hash'):08x}"
        if not self.plan.plan_hash.startswith(answered):
            raise ValueError(f"Core must answer with {self.plan.plan_hash[:8]}, not {answered}")

    @property
    def irq(self) -> bool:
        """The interrupt line."""
        return bool(self._library.core_irq(self._handle))

    @property
    def total_cycles(self) -> int:
        """Clock cycles simulated since the model was made."""
        return int(self._library.core_total_cycles(self._handle))

    def write(self, register: str | int, value: int) -> bool:
        """Write a register, by name or address, between runs; tell whether it was not refused."""
        response = ctypes.c_uint32()
        status = self._library.core_write(
            self._handle, _address(register), value, ctypes.byref(response)
        )
        self._check(status, f"at register {register}")
        return response.value == OKAY

    def read(self, register: str | int) -> int:
        """Read a register, by name or address; 0 if it was refused."""
        return self.access(register)[0]

    def access(self, register: str | int) -> tuple[int, int]:
        """Read a register, by name or address; return value and response (0 or 2, refused)."""
        value, response = ctypes.c_uint32(), ctypes.c_uint32()
        status = self._library.core_read(
            self._handle, _address(register), ctypes.byref(value), ctypes.byref(response)
        )
        self._check(status, f"at register {register}")
        return value.value, response.value

    def load_image(self, image: WindowImage) -> None:
        """Load a weight image through the registers.

        Raises
        ------
        ValueError
            If it was made for another plan, other lengths, or other baked links.
        CoreError
            If the core does not take it.
        """
        self.core.check_image(image)
        for write in self.image_writes(image):
            if not self.write(write.address, write.value):
                raise CoreError("Core must take the image, but refuses a write")
        accepted = REGISTER_BY_NAME["image_status"].unpack(self.read("image_status"))
        if not accepted["image_accepted"]:
            raise CoreError("Core must take the image, but finds a wrong checksum")
        status = REGISTER_BY_NAME["status"]
        for _ in range(MOST_POLLS):
            state = status.unpack(self.read("status"))
            if state["image_loaded"] and not state["image_busy"]:
                return
        raise CoreError("Core must bring the image into force, but does not")

    def image_writes(self, image: WindowImage, *, after_rounds: int = 0) -> list[RegisterWrite]:
        """Return the writes that load an image, for `run` or one by one."""
        made = window_image_chunks(image, self.config)
        writes = [
            ("image_start", 0),
            *(("image_data", chunk) for chunk in made.chunks),
            ("image_checksum", made.checksum),
        ]
        return [
            RegisterWrite(after_rounds=after_rounds, address=_address(name), value=value)
            for name, value in writes
        ]

    def run(
        self,
        shots: Sequence[np.ndarray],
        *,
        passes: int = 1,
        traffic: Traffic | None = None,
        extra_words: np.ndarray | None = None,
        writes: Sequence[RegisterWrite] = (),
    ) -> StreamedWindows:
        """Send shots one after another and take the predictions of all windows.

        Parameters
        ----------
        shots : sequence of bool arrays of shape ``(num_rounds, num_slots)``
        passes : int
            Most passes per window, 1 .. 7.
        traffic : Traffic, optional
        extra_words : int32, shape ``(number of all rounds,)``, optional
            Words too many in each round's packet, or too few if negative.
        writes : sequence of RegisterWrite, optional
            In this order, one after another, while the streams go on.

        Raises
        ------
        CoreError
            If the core hangs, or answers with more windows than the shots have.
        """
        check_passes(passes)
        traffic = traffic or Traffic()
        rounds = pack_bits(np.concatenate(shots))
        ends = np.zeros(len(rounds), np.uint8)
        ends[np.cumsum([len(shot) for shot in shots]) - 1] = 1
        extra = np.zeros(len(rounds), np.int32) if extra_words is None else extra_words
        accepted_at = np.zeros(len(rounds), np.uint64)
        num_windows = sum(self.plan.num_windows(len(shot)) for shot in shots)
        num_observables = self.plan.graph.num_observables
        words = np.zeros((num_windows, prediction_bits(num_observables) // 8), np.uint8)
        valid_at = np.zeros(num_windows, np.uint64)
        corrections = None
        if self.config.with_corrections:
            corrections = np.zeros((num_windows, packed_bytes(self.plan.graph.num_edges)), np.uint8)
        after = np.array([write.after_rounds for write in writes], np.int64)
        addresses = np.array([write.address for write in writes], np.uint32)
        values = np.array([write.value for write in writes], np.uint32)
        responses = np.zeros(len(writes), np.uint8)
        self.write("max_passes", passes)
        self.write("cycle_budget", traffic.cycle_budget)
        self.write("faults", (1 << len(FAULTS)) - 1)
        for fault in FAULTS:
            self.write(f"{fault.name}_count", 0)
        self._run(
            traffic,
            rounds=_columns(
                len(rounds), defects=rounds, ends=ends, extra=extra, accepted_at=accepted_at
            ),
            writes=_columns(
                len(writes), after=after, addresses=addresses, values=values, said=responses
            ),
            windows=_columns(num_windows, words=words, valid_at=valid_at, corrections=corrections),
        )
        return StreamedWindows(
            fields=decode_predictions(words, num_observables=num_observables),
            valid_at=valid_at,
            accepted_at=accepted_at,
            faults={fault.name: self.read(f"{fault.name}_count") for fault in FAULTS},
            responses=responses,
            corrections=corrections,
        )

    def advance(self, rounds: np.ndarray, ends: np.ndarray, *, period: int = 0) -> np.ndarray:
        """Send some rounds, of whole shots or not, and run until nothing more will happen.

        Parameters
        ----------
        rounds : uint8, shape ``(num_rounds, ceil(num_slots / 8))``, little-endian bits
        ends : bool, shape ``(num_rounds,)``
            The last round of its shot.
        period : int
            As in `Traffic`.

        Returns
        -------
        uint8, shape ``(num_windows, prediction_bits(num_observables) / 8)``
            Words of the predictions that came.

        Raises
        ------
        CoreError
            If the core hangs.
        """
        # A round completes one window at most, but for a last one: its shot has some left. Rounds
        # that waited for an image come first, in the buffer and one before it; all may be last.
        behind = -(-self.plan.num_rounds // self.plan.commit_rounds)
        waiting = self.read("buffered_rounds") + 1
        room = len(rounds) + waiting + behind * (1 + waiting + int(np.count_nonzero(ends)))
        words = np.zeros((room, prediction_bits(self.plan.graph.num_observables) // 8), np.uint8)
        accepted_at = np.zeros(len(rounds), np.uint64)
        valid_at = np.zeros(room, np.uint64)
        corrections = None
        if self.config.with_corrections:
            corrections = np.zeros((room, packed_bytes(self.plan.graph.num_edges)), np.uint8)
        packed = np.ascontiguousarray(rounds, np.uint8)
        last = np.ascontiguousarray(ends, np.uint8)
        extra = np.zeros(len(rounds), np.int32)
        num_done = self._run(
            Traffic(period=period),
            rounds=_columns(
                len(rounds), defects=packed, ends=last, extra=extra, accepted_at=accepted_at
            ),
            writes=_columns(0, after=None, addresses=None, values=None, said=None),
            windows=_columns(room, words=words, valid_at=valid_at, corrections=corrections),
            until_rest=True,
        )
        return words[:num_done]

    def _run(
        self,
        traffic: Traffic,
        *,
        rounds: ctypes.Structure,
        writes: ctypes.Structure,
        windows: ctypes.Structure,
        until_rest: bool = False,
    ) -> int:
        """Run the harness; return the number of predictions."""
        num_done = ctypes.c_int64()
        pace = {field: getattr(traffic, field) for field in PACE}
        status = self._library.core_run(
            self._handle,
            ctypes.byref(rounds),
            ctypes.byref(_Traffic(**pace, until_rest=until_rest)),
            ctypes.byref(writes),
            ctypes.byref(windows),
            ctypes.byref(num_done),
        )
        self._check(status, f"in window {num_done.value}")
        return num_done.value

    def _check(self, status: int, where: str) -> None:
        if status:
            raise CoreError(f"{STATUS_MESSAGES[status]} {where}")


def _address(register: str | int) -> int:
    return register if isinstance(register, int) else REGISTER_BY_NAME[register].address


def _built_library(files: StreamCoreFiles) -> ctypes.CDLL:
    manifest, config = files.manifest, files.manifest.config
    defines = {
        "NUM_SLOTS": files.plan.num_slots,
        "NUM_EDGES": manifest.num_edges,
        "WORD_BITS": config.word_bits,
        "PREDICTION_BITS": prediction_bits(manifest.num_observables),
        "WITH_CORRECTIONS": int(config.with_corrections),
        "CLOCK": "aclk",
    }
    path = build_shared_library(
        files.folder / VERILOG_FILE,
        HARNESS,
        top=manifest.top,
        defines=[f"{k}={v}" for k, v in defines.items()],
    )
    library = ctypes.CDLL(str(path))
    core, pointer = ctypes.c_void_p, ctypes.c_void_p
    number = ctypes.POINTER(ctypes.c_uint32)
    library.core_new.argtypes = [ctypes.c_int]
    library.core_new.restype = core
    library.core_delete.argtypes = [core]
    library.core_delete.restype = None
    library.core_total_cycles.argtypes = [core]
    library.core_total_cycles.restype = ctypes.c_uint64
    library.core_irq.argtypes = [core]
    library.core_write.argtypes = [core, ctypes.c_uint32, ctypes.c_uint32, number]
    library.core_read.argtypes = [core, ctypes.c_uint32, number, number]
    library.core_run.argtypes = [core, *[pointer] * 4, ctypes.POINTER(ctypes.c_int64)]
    return library
