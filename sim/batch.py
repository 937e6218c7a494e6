"""Run batches of shots through a Verilated core, whole shots inside C++.

In: a generated core, a weight image, bit-packed shots.   Out: `DecodedShots` with core cycles.
Next: `quantacore.sim.rtl_decoder`.
"""

import ctypes
import os
import weakref
from pathlib import Path

import numpy as np

from quantacore.golden.decode.decoder import check_detection_events
from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.spec.bits import pack_masks, packed_bytes
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import VERILOG_FILE, read_any_manifest
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.image_words import edge_index_bits, image_words
from quantacore.golden.spec.link_rows import check_link_rows
from quantacore.golden.spec.manifest import Manifest
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.verilator import build_shared_library

HARNESS = Path(__file__).with_name("batch_harness.cpp")

STATUS_MESSAGES = {
    1: "Core must make progress within a million cycles, but hangs",
    2: "Core must count its cycles as the clock does, but does not",
    3: "Core must report no error, but does",
}
"""What the harness's status codes mean; 0 is fine."""


class CoreError(RuntimeError):
    """The simulated core hangs, reports an error, or counts its cycles wrong."""


class BatchCore:
    """A Verilated core that decodes batches.

    Building takes from seconds (d = 3) to minutes (d = 7); the result is cached by content.

    Parameters
    ----------
    directory : path
        Written by `quantacore.hdl.generate.generate_core`.
    seed : int
        Of the bits that registers without an initial value have before the reset; 0: all zero.

    Attributes
    ----------
    manifest : Manifest

    Raises
    ------
    FileNotFoundError
        If the folder holds no core.
    ValueError
        If its files do not belong together.
    VerilatorError
        If the model cannot be built.
    """

    def __init__(self, directory: str | os.PathLike[str], *, seed: int = 0) -> None:
        folder = Path(directory)
        self._seed = seed
        self.manifest = read_manifest(folder)
        self._library = _built_library(folder, self.manifest)
        self._make_model()
        answered = f"{self._library.core_graph_hash(self._core):08x}"
        if not self.manifest.topology_hash.startswith(answered):
            raise ValueError(
                f"Core must answer with graph hash {self.manifest.topology_hash[:8]}, "
                f"not {answered}"
            )

    def _make_model(self) -> None:
        """Make a model that knows nothing: no image, no half-sent shot, idle ports."""
        self._handle = self._library.core_new(self._seed)
        self._free = weakref.finalize(self, self._library.core_delete, self._handle)
        self._image: WeightImage | None = None

    def close(self) -> None:
        """Free the model; the object cannot be used any more."""
        self._free()

    def __enter__(self) -> "BatchCore":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def _core(self) -> int:
        if not self._free.alive:
            raise ValueError("Core must be open, but was closed")
        return self._handle

    @property
    def total_cycles(self) -> int:
        """Clock cycles simulated since the model was made."""
        return int(self._library.core_total_cycles(self._core))

    def reset(self) -> None:
        """Reset the core; it needs an image afterwards."""
        self._library.core_reset(self._core)
        self._image = None

    def load_image(self, image: WeightImage) -> None:
        """Load a weight image through the core's image stream.

        Raises
        ------
        ValueError
            If the image was made for another graph or length width, or the core is closed.
        CoreError
            If the core does not take it; the core has no image then.
        """
        check_image_fits_core(image, self.manifest)
        words = _pack_image_words(image, self.manifest)
        status = self._library.core_load_image(self._core, words, len(words))
        self._check_status(status, "while loading an image")
        self._image = image

    def decode_shots(
        self,
        detection_events: np.ndarray,
        *,
        passes: int = 1,
        with_corrections: bool = False,
        isolated: bool = False,
    ) -> DecodedShots:
        """Decode a batch of shots.

        Parameters
        ----------
        detection_events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
            Little-endian bits.
        passes : int
            Most passes per shot, 1 .. 7.
        with_corrections : bool
            Also return the corrections; the core must have been generated with them.
        isolated : bool
            Send a shot only when the core is idle, and check its cycle count against the clock.
            Otherwise shots are sent back to back, as fast as the core takes them.

        Raises
        ------
        ValueError
            If the shots do not fit, no image is loaded, the core cannot tell corrections, or it
            is closed.
        CoreError
            If the core hangs or reports an error; it needs an image afterwards.
        """
        core, manifest = self._core, self.manifest
        events = check_detection_events(detection_events, num_detectors=manifest.num_detectors)
        if self._image is None:
            raise ValueError("Image must be loaded before shots are decoded")
        if with_corrections and not manifest.config.with_corrections:
            raise ValueError("Core must be generated with corrections to return them")
        check_passes(passes)
        if passes > 1 and self._image.num_links and not self.manifest.config.has_later:
            raise ValueError(f"Number of passes must be 1 on a core without links, not {passes!r}")
        num_shots = len(events)
        masks = np.zeros(num_shots, np.uint64)
        unmatched = np.zeros(num_shots, np.uint8)
        contested = np.zeros(num_shots, np.uint8)
        passes_used = np.zeros(num_shots, np.uint8)
        growth_steps = np.zeros(num_shots, np.uint32)
        volumes = np.zeros(num_shots, np.uint32)
        cycles = np.zeros(num_shots, np.uint32)
        corrections = None
        if with_corrections:
            corrections = np.zeros((num_shots, packed_bytes(manifest.num_edges)), np.uint8)
        num_done = ctypes.c_int64()
        status = self._library.core_decode(
            core,
            events,
            num_shots,
            passes,
            isolated,
            masks,
            growth_steps,
            cycles,
            passes_used,
            unmatched,
            volumes,
            contested,
            corrections.ctypes.data if corrections is not None else None,
            ctypes.byref(num_done),
        )
        self._check_status(status, f"in shot {num_done.value}")
        return DecodedShots(
            predictions=pack_masks(masks, num_bits=manifest.num_observables),
            corrections=corrections,
            growth_steps=growth_steps,
            passes=passes_used,
            unmatched=unmatched.astype(bool),
            volumes=volumes,
            contested=contested.astype(bool),
            cycles=cycles,
        )

    def _check_status(self, status: int, where: str) -> None:
        """Raise `CoreError` if the harness gave up, and start over with a new model.

        A reset would not do: the harness leaves its valid signals as they were, so the rest of
        the shot or image would slip in before the next one.
        """
        if status:
            self._free()
            self._make_model()
            raise CoreError(f"{STATUS_MESSAGES[status]} {where}")


def read_manifest(directory: Path) -> Manifest:
    """Return the manifest of a core of whole shots, after checking that its files are as made."""
    manifest = read_any_manifest(directory)
    if manifest.window is not None:
        raise ValueError(
            f"Core must be one of whole shots, but {directory} holds one for streams: "
            "run that with 'quantacore simulate'"
        )
    return manifest


def check_image_fits_core(image: WeightImage, manifest: Manifest) -> None:
    """Raise `ValueError` unless image and core have the same graph, sizes, lengths and links."""
    if image.topology_hash != manifest.topology_hash:
        raise ValueError(
            f"Image must be made for the core's graph {manifest.topology_hash[:16]}, "
            f"not {image.topology_hash[:16]}"
        )
    # The harness reads as many entries as the core has, whatever the arrays hold.
    if image.num_edges != manifest.num_edges:
        raise ValueError(
            f"Image must have the core's {manifest.num_edges} edges, not {image.num_edges}"
        )
    if image.num_observables != manifest.num_observables:
        raise ValueError(
            f"Image must have the core's {manifest.num_observables} observables, "
            f"not {image.num_observables}"
        )
    if image.length_bits != manifest.config.length_bits:
        raise ValueError(
            f"Image must have the core's {manifest.config.length_bits}-bit lengths, "
            f"not {image.length_bits}-bit"
        )
    if manifest.links_hash and image.links_hash != manifest.links_hash:
        raise ValueError(
            f"Image must have the links {manifest.links_hash[:16]} that are baked into "
            f"the core, not {image.links_hash[:16]}: generate a core for it"
        )
    config = manifest.config
    if config.links == "runtime":
        check_link_rows(image, lanes=config.lanes, link_rows=config.link_rows)


def _pack_image_words(image: WeightImage, manifest: Manifest) -> np.ndarray:
    """Return ``uint8``, shape ``(num_words, bytes of a word)``: fields, little-endian, in order."""
    fields = image_words(image, manifest.config)
    return pack_image_fields(fields, _image_field_bytes(manifest))


def pack_image_fields(fields: dict[str, list[int]], sizes: dict[str, int]) -> np.ndarray:
    """Return the words of an image as the harnesses read them.

    Parameters
    ----------
    fields : dict of str to list of int
        As `image_words` returns them; a field that is missing is 0.
    sizes : dict of str to int
        Bytes of each field; `image_field_bytes`.

    Returns
    -------
    uint8, shape ``(num_words, bytes of a word)``
        Fields in order, little-endian.
    """
    absent = [0] * len(fields["last"])
    columns = [
        [value.to_bytes(size, "little") for value in fields.get(name, absent)]
        for name, size in sizes.items()
    ]
    text = b"".join(b"".join(word) for word in zip(*columns, strict=True))
    return np.frombuffer(text, np.uint8).reshape(-1, sum(sizes.values()))


def _image_field_bytes(manifest: Manifest) -> dict[str, int]:
    return image_field_bytes(manifest.config, num_edges=manifest.num_edges)


def image_field_bytes(config: CoreConfig, *, num_edges: int) -> dict[str, int]:
    """Return the bytes of each field of an image's word, in the order of the harnesses."""
    lanes = config.lanes if config.links == "runtime" else 0
    return {
        "length": 1,
        "later": 1,
        "observables": 8,
        "link_targets": packed_bytes(lanes * edge_index_bits(num_edges)),
        "link_lengths": packed_bytes(lanes * config.length_bits),
        "link_next": 4,
        "last": 1,
    }


def _defines(manifest: Manifest) -> list[str]:
    values = {
        "NUM_DETECTORS": manifest.num_detectors,
        "NUM_EDGES": manifest.num_edges,
        "NUM_OBSERVABLES": manifest.num_observables,
        "WORD_BITS": manifest.config.word_bits,
        "HAS_LATER": int(manifest.config.has_later),
        "HAS_LINK_ROWS": int(manifest.config.links == "runtime"),
        "LINK_TARGETS_BYTES": _image_field_bytes(manifest)["link_targets"],
        "LINK_LENGTHS_BYTES": _image_field_bytes(manifest)["link_lengths"],
        "WITH_CORRECTIONS": int(manifest.config.with_corrections),
    }
    return [f"{name}={value}" for name, value in values.items()]


def _built_library(folder: Path, manifest: Manifest) -> ctypes.CDLL:
    """Build the model of a core, or find it; a cached one that does not load is built again."""
    verilog, defines = folder / VERILOG_FILE, _defines(manifest)
    path = build_shared_library(verilog, HARNESS, top=manifest.top, defines=defines)
    try:
        return _open_library(path)
    except OSError:
        path.unlink(missing_ok=True)
    return _open_library(build_shared_library(verilog, HARNESS, top=manifest.top, defines=defines))


def _open_library(path: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(path))
    core = ctypes.c_void_p
    bytes_in = np.ctypeslib.ndpointer(np.uint8, flags="C")
    masks = np.ctypeslib.ndpointer(np.uint64, flags="C")
    counts = np.ctypeslib.ndpointer(np.uint32, flags="C")
    library.core_new.argtypes = [ctypes.c_int]
    library.core_new.restype = core
    library.core_delete.argtypes = [core]
    library.core_delete.restype = None
    library.core_reset.argtypes = [core]
    library.core_reset.restype = None
    library.core_graph_hash.argtypes = [core]
    library.core_graph_hash.restype = ctypes.c_uint32
    library.core_total_cycles.argtypes = [core]
    library.core_total_cycles.restype = ctypes.c_uint64
    library.core_load_image.argtypes = [core, bytes_in, ctypes.c_int64]
    library.core_decode.argtypes = [
        core,
        bytes_in,
        ctypes.c_int64,
        ctypes.c_int,
        ctypes.c_int,
        masks,
        counts,
        counts,
        bytes_in,
        bytes_in,
        counts,
        bytes_in,
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_int64),
    ]
    return library
