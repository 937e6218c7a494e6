"""Run rounds through a Verilated streaming core, whole streams inside C++.

In: `WindowPlan`, `WindowImage`, rounds of shots.   Out: `StreamedWindows`.
Next: `quantacore.sim.comparison`.   Golden twin: `quantacore.golden.decode.window`.
"""

import ctypes
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.spec.bits import pack_bits, packed_bytes
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage, window_image_words
from quantacore.hdl.generate import TOP, core_verilog
from quantacore.hdl.top import Top
from quantacore.hdl.window_core import WindowCore
from quantacore.sim.batch import (
    STATUS_MESSAGES,
    CoreError,
    image_field_bytes,
    pack_image_fields,
)
from quantacore.sim.verilator import build_shared_library

HARNESS = Path(__file__).with_name("stream_harness.cpp")

FLAGS = ("contested", "shot_end", "unmatched", "abandoned", "damaged")
"""Bits of a window's flags, from bit 0."""


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


@dataclass(frozen=True, kw_only=True)
class StreamedWindows:
    """What a streaming core said, one row a window, in the order of the stream."""

    frames: np.ndarray
    """``uint64``, shape ``(num_windows,)``: running Pauli frame of the window's shot."""
    shots: np.ndarray
    """``uint32``: index of the shot since reset."""
    rounds: np.ndarray
    """``uint32``: index in the shot of the last round that is committed."""
    images: np.ndarray
    """``uint32``: number of the image in force, modulo 2**16; 1 is the first."""
    growth_steps: np.ndarray
    cycles: np.ndarray
    """``uint32``: core cycles, from the one in which the window is taken."""
    volumes: np.ndarray
    passes: np.ndarray
    flags: np.ndarray
    """``uint8``: see `FLAGS`."""
    valid_at: np.ndarray
    """``uint64``: clock cycle in which the prediction became valid."""
    accepted_at: np.ndarray
    """``uint64``, shape ``(num_rounds,)``: clock cycle in which each round's last word moved."""
    faults: np.ndarray
    """``uint64``: events by kind, in the order of the core's ``faults``."""
    corrections: np.ndarray | None
    """``uint8``, shape ``(num_windows, ceil(num_edges / 8))``: committed edges."""

    def flag(self, name: str) -> np.ndarray:
        """Return one of `FLAGS`, ``bool``, shape ``(num_windows,)``."""
        return (self.flags >> FLAGS.index(name) & 1).astype(bool)


class _Traffic(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int32)
        for name in ("passes", "cycle_budget", "period", "gap_percent", "stall_percent", "seed")
    ]


_COLUMNS = {
    "frames": np.uint64,
    "shots": np.uint32,
    "rounds": np.uint32,
    "images": np.uint32,
    "growth_steps": np.uint32,
    "cycles": np.uint32,
    "volumes": np.uint32,
    "passes": np.uint8,
    "flags": np.uint8,
    "valid_at": np.uint64,
}
"""Arrays of one value a window, in the order of the harness."""


class _Answers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in (*_COLUMNS, "corrections")]


class StreamBatch:
    """A Verilated streaming core.

    Building takes a minute (d = 3) or several (d = 5); the model is cached by content.

    Parameters
    ----------
    plan : WindowPlan
    config : CoreConfig
    image : WindowImage
        Loaded at once; its links are baked in where the configuration says so.

    Raises
    ------
    VerilatorError
        If the model cannot be built.
    """

    def __init__(self, plan: WindowPlan, config: CoreConfig, image: WindowImage) -> None:
        core = WindowCore(plan, config, image)
        self.plan = plan
        self.config: CoreConfig = core.config
        self.fault_names = tuple(name for name, _ in core.faults.shape())
        self._library = _built_library(core, self.fault_names)
        self._handle = self._library.core_new()
        self._free = weakref.finalize(self, self._library.core_delete, self._handle)
        answered = f"{self._library.core_graph_hash(self._handle):08x}"
        if not plan.plan_hash.startswith(answered):
            raise ValueError(f"Core must answer with {plan.plan_hash[:8]}, not {answered}")
        self.load_image(image)

    def load_image(self, image: WindowImage) -> None:
        """Load a weight image through the core's image stream.

        Raises
        ------
        CoreError
            If the core does not take it.
        """
        fields = window_image_words(image, self.config)
        words = pack_image_fields(fields, _image_bytes(self.plan, self.config))
        self._check(self._library.core_load_image(self._handle, words, len(words)), "in an image")

    def run(
        self, shots: Sequence[np.ndarray], *, passes: int = 1, traffic: Traffic | None = None
    ) -> StreamedWindows:
        """Send shots one after another and take the predictions of all windows.

        Parameters
        ----------
        shots : sequence of bool arrays of shape ``(num_rounds, num_slots)``
        passes : int
            Most passes per window, 1 .. 7.
        traffic : Traffic, optional

        Raises
        ------
        CoreError
            If the core hangs, or answers with more or fewer windows than the shots have.
        """
        traffic = traffic or Traffic()
        rounds = pack_bits(np.concatenate(shots))
        ends = np.zeros(len(rounds), np.uint8)
        ends[np.cumsum([len(shot) for shot in shots]) - 1] = 1
        num_windows = sum(self.plan.num_windows(len(shot)) for shot in shots)
        columns = {name: np.zeros(num_windows, dtype) for name, dtype in _COLUMNS.items()}
        corrections = None
        if self.config.with_corrections:
            corrections = np.zeros((num_windows, packed_bytes(self.plan.graph.num_edges)), np.uint8)
        pointers = {name: column.ctypes.data for name, column in columns.items()}
        accepted_at = np.zeros(len(rounds), np.uint64)
        faults = np.zeros(len(self.fault_names), np.uint64)
        num_done = ctypes.c_int64()
        status = self._library.core_run(
            self._handle,
            rounds,
            ends,
            len(rounds),
            ctypes.byref(_Traffic(passes=passes, **vars(traffic))),
            accepted_at,
            num_windows,
            ctypes.byref(
                _Answers(
                    **pointers,
                    corrections=None if corrections is None else corrections.ctypes.data,
                )
            ),
            faults,
            ctypes.byref(num_done),
        )
        self._check(status, f"in window {num_done.value}")
        return StreamedWindows(
            **columns, accepted_at=accepted_at, faults=faults, corrections=corrections
        )

    def _check(self, status: int, where: str) -> None:
        if status:
            raise CoreError(f"{STATUS_MESSAGES[status]} {where}")


def _image_bytes(plan: WindowPlan, config: CoreConfig) -> dict[str, int]:
    return image_field_bytes(config, num_edges=plan.graph.num_edges)


def _built_library(core: WindowCore, fault_names: Sequence[str]) -> ctypes.CDLL:
    plan, config = core.plan, core.config
    field_bytes = _image_bytes(plan, config)
    defines = {
        "NUM_SLOTS": plan.num_slots,
        "NUM_EDGES": plan.graph.num_edges,
        "NUM_OBSERVABLES": plan.graph.num_observables,
        "NUM_FAULTS": len(fault_names),
        "WORD_BITS": config.word_bits,
        "HAS_LATER": int(config.has_later),
        "HAS_LINK_ROWS": int(config.links == "runtime"),
        "LINK_TARGETS_BYTES": field_bytes["link_targets"],
        "LINK_LENGTHS_BYTES": field_bytes["link_lengths"],
        "WITH_CORRECTIONS": int(config.with_corrections),
    }
    with tempfile.TemporaryDirectory(prefix="quantacore-") as folder:
        verilog = Path(folder) / "core.v"
        verilog.write_text(core_verilog(Top(core)))
        path = build_shared_library(
            verilog, HARNESS, top=TOP, defines=[f"{k}={v}" for k, v in defines.items()]
        )
    library = ctypes.CDLL(str(path))
    bytes_in = np.ctypeslib.ndpointer(np.uint8, flags="C")
    counts = np.ctypeslib.ndpointer(np.uint64, flags="C")
    core_type = ctypes.c_void_p
    library.core_new.restype = core_type
    library.core_delete.argtypes = [core_type]
    library.core_delete.restype = None
    library.core_graph_hash.argtypes = [core_type]
    library.core_graph_hash.restype = ctypes.c_uint32
    library.core_load_image.argtypes = [core_type, bytes_in, ctypes.c_int64]
    library.core_run.argtypes = [
        core_type,
        bytes_in,
        bytes_in,
        ctypes.c_int64,
        ctypes.POINTER(_Traffic),
        counts,
        ctypes.c_int64,
        ctypes.POINTER(_Answers),
        counts,
        ctypes.POINTER(ctypes.c_int64),
    ]
    return library
