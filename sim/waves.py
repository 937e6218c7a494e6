"""Poke the ports of a simulated core by hand, and record waveforms.

In: a generated core.   Out: port values, cycle by cycle; VCD files.
Next: `quantacore.sim.cli.wave`.

For many shots use `quantacore.sim.batch`, which is hundreds of times faster. The model is built by
pyverilator-mm, the maintained fork of PyVerilator.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from quantacore.golden.spec.config import num_words
from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.image_words import image_words
from quantacore.sim.batch import CoreError, check_image_fits_core, read_manifest
from quantacore.sim.verilator import (
    cache_directory,
    prepared_environment,
    pyverilator_build_arguments,
)

MAX_CYCLES = 100_000
"""Cycles that a word may wait, or a shot take, before the core counts as hanging."""


class InteractiveCore:
    """A Verilated core to play with from a Python prompt.

    Parameters
    ----------
    directory : path
        Written by `quantacore.hdl.generate.generate_core`. The first use builds a model with
        waveforms: half a minute at distance 3; then it is kept.

    Attributes
    ----------
    ports : object
        One attribute per port of the Verilog module, to read and to write:
        ``core.ports.rounds_valid = 1``; ``int(core.ports.rounds_ready)``.
    manifest : Manifest
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        folder = Path(directory)
        self.manifest = read_manifest(folder)
        self._model = _built_model(folder / VERILOG_FILE)
        self.ports = self._model.io
        self.cycle = 0
        self.reset()

    def tick(self, cycles: int = 1) -> None:
        """Advance the clock."""
        for _ in range(cycles):
            self._model.clock.tick()
            self.cycle += 1

    def reset(self) -> None:
        """Reset the core; it needs an image afterwards."""
        self.ports.rst = 1
        self.tick(2)
        self.ports.rst = 0

    @contextmanager
    def recording(self, path: str | os.PathLike[str]) -> Iterator[None]:
        """Record all signals of the core into a VCD file; ten time units are one clock edge."""
        self._model.start_vcd_trace(os.fspath(path))
        try:
            yield
        finally:
            self._model.stop_vcd_trace()

    def load_image(self, image: WeightImage) -> None:
        """Send a weight image, one word a cycle, and wait until it is in force.

        Raises
        ------
        ValueError
            If the image does not fit the core.
        """
        check_image_fits_core(image, self.manifest)
        fields = image_words(image, self.manifest.config)
        for word in zip(*fields.values(), strict=True):
            self.send("image", dict(zip(fields, word, strict=True)))
        self.tick(2)

    def send(self, stream: str, fields: dict[str, Any]) -> None:
        """Move one word into a stream: set its fields, raise valid, wait for ready.

        Parameters
        ----------
        stream : str
            ``rounds`` or ``image``.
        fields : dict
            Field -> value, e.g. ``{"data": 5, "last": 1}``.
        """
        for name, value in fields.items():
            setattr(self.ports, f"{stream}_{name}", int(value))
        setattr(self.ports, f"{stream}_valid", 1)
        self._wait_for(f"{stream}_ready")
        self.tick()
        setattr(self.ports, f"{stream}_valid", 0)

    def decode(self, defects: Sequence[int] | np.ndarray, *, passes: int = 1) -> dict[str, int]:
        """Decode one shot.

        Parameters
        ----------
        defects : sequence of bool, one per detector
        passes : int
            Most passes; more than 1 on a core with links only.

        Returns
        -------
        dict of str to int
            The fields of the prediction: ``observables``, ``growth_steps``, ``passes``, ``cycles``,
            ``volume``, ``contested``, ``unmatched``; and ``correction``, a mask of edges, if the
            core has that stream.
        """
        manifest = self.manifest
        if len(defects) != manifest.num_detectors:
            raise ValueError(
                f"Shot must have {manifest.num_detectors} detectors, not {len(defects)}"
            )
        if manifest.config.has_later:
            self.ports.max_passes = passes
        word_bits = manifest.config.word_bits
        bits = sum(1 << k for k, defect in enumerate(defects) if defect)
        words = num_words(manifest.num_detectors, word_bits=word_bits)
        for word in range(words):
            data = bits >> word * word_bits & (1 << word_bits) - 1
            self.send("rounds", {"data": data, "last": word == words - 1})
        answer = self._receive("predictions")
        if manifest.config.with_corrections:
            answer["correction"] = 0
            for word in range(num_words(manifest.num_edges, word_bits=word_bits)):
                answer["correction"] |= self._receive("corrections")["data"] << word * word_bits
        return answer

    def _receive(self, stream: str) -> dict[str, int]:
        self._wait_for(f"{stream}_valid")
        prefix = f"{stream}_"
        fields = {
            port.name.removeprefix(prefix): int(getattr(self.ports, port.name))
            for port in self.manifest.ports
            if port.name.startswith(prefix) and not port.name.endswith(("_valid", "_ready"))
        }
        setattr(self.ports, f"{stream}_ready", 1)
        self.tick()
        setattr(self.ports, f"{stream}_ready", 0)
        return fields

    def _wait_for(self, port: str) -> None:
        for _ in range(MAX_CYCLES):
            if int(getattr(self.ports, port)):
                return
            self.tick()
        raise CoreError(f"Core must raise {port} within {MAX_CYCLES} cycles, but hangs")


def _built_model(verilog: Path) -> Any:
    """Return PyVerilator's model of a core, built once for each Verilog text."""
    try:
        from pyverilator import PyVerilator
    except ImportError:
        raise ImportError(
            "pyverilator-mm is missing: install it, e.g. pip install 'quantacore[sim]'"
        ) from None
    digest = hashlib.sha256(verilog.read_bytes() + repr(pyverilator_build_arguments()).encode())
    library = cache_directory() / "interactive" / f"{digest.hexdigest()[:32]}.so"
    if library.exists():
        return PyVerilator(str(library))
    library.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="quantacore-") as folder, prepared_environment():
        model = PyVerilator.build(
            str(verilog), build_dir=folder, quiet=True, **pyverilator_build_arguments()
        )
        unfinished = library.with_name(f".{library.name}.{os.getpid()}")
        shutil.copyfile(Path(folder) / f"V{verilog.stem}", unfinished)
        unfinished.replace(library)
    # It is loaded already; the copy is for the next process.
    return model
