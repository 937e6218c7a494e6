"""Write files that are whole or absent.

In: bytes, text, folders under construction.   Out: files and folders in place.
Next: `quantacore.sim.cli.decode`, `quantacore.sim.cli.generate`.

Everything is written beside its destination and moved there in one step, so that an error,
Ctrl-C or a full disk never leaves half a file under the name that the user gave.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

STANDARD_STREAM = "-"


@contextmanager
def atomic_output(path: str) -> Iterator[BinaryIO]:
    """Open a file for writing; it appears under its name only if the block succeeds.

    Parameters
    ----------
    path : str
        ``-`` for standard output. A device or pipe (`/dev/null`) is written directly; a symbolic
        link keeps pointing where it points.

    Raises
    ------
    OSError
        If the folder does not exist or cannot be written.
    """
    if path == STANDARD_STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path).resolve()
    if target.is_dir():
        raise IsADirectoryError(None, "output must be a file, not a folder", path)
    if target.exists() and not target.is_file():
        with open(target, "wb") as stream:
            yield stream
        return
    if not target.parent.is_dir():
        raise FileNotFoundError(None, "folder of the output does not exist", path)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with open(partial, "xb") as stream:
            yield stream
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_text(path: str, text: str) -> None:
    """Write a text file through `atomic_output`."""
    with atomic_output(path) as stream:
        stream.write(text.encode())


@contextmanager
def atomic_directory(path: str, *, replace: bool = False) -> Iterator[Path]:
    """Give a fresh folder to fill; it appears under its name only if the block succeeds.

    Parameters
    ----------
    path : str
    replace : bool
        Replace a folder that is there, but only one that holds a core (a `manifest.json`) or
        nothing: a mistyped name must not cost the user a home directory.

    Raises
    ------
    ValueError
        If something is there already that must not be replaced.
    """
    target = Path(path).resolve()
    if target.exists() or target.is_symlink():
        if not target.is_dir():
            raise ValueError(f"Output folder must not be a file: {path}")
        empty = not any(target.iterdir())
        if not empty and not (target / "manifest.json").is_file():
            raise ValueError(f"Output folder must be new, empty or hold a core: {path}")
        if not empty and not replace:
            raise ValueError(f"Output folder must be new: {path} holds a core, add --force")
    if not target.parent.is_dir():
        raise FileNotFoundError(None, "parent of the output folder does not exist", path)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        fresh = scratch / "new"
        fresh.mkdir()
        yield fresh
        if target.exists():
            target.rename(scratch / "old")
        fresh.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def check_distinct_outputs(paths: Sequence[str | None]) -> None:
    """Raise `ValueError` if two outputs have the same name."""
    named = [path for path in paths if path is not None]
    for path in named:
        if named.count(path) > 1:
            what = "standard output" if path == STANDARD_STREAM else path
            raise ValueError(f"Outputs must have different names, not twice {what}")
