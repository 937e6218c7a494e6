"""Write files that are whole or absent.

In: bytes, text, folders under construction.   Out: files and folders in place.
Next: `quantacore.sim.cli.decode`, `quantacore.sim.cli.generate`.

Everything is written beside its destination and moved there in one step, so that an error,
Ctrl-C or a full disk never leaves half a file under the name that the user gave.
"""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

STANDARD_STREAM = "-"
MANIFEST = "manifest.json"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a write, which do not say of which file."""


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
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and (
            error.errno in NO_ROOM or error.filename == str(partial)
        ):
            raise OSError(error.errno, error.strerror, path) from None
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
    empty = False
    if target.exists() or target.is_symlink():
        if not target.is_dir():
            raise ValueError(f"Output folder must not be a file: {path}")
        empty = not any(target.iterdir())
        if not empty and not (target / MANIFEST).is_file():
            raise ValueError(f"Output folder must be new, empty or hold a core: {path}")
        if not empty and not replace:
            raise ValueError(f"Output folder must be new: {path} holds a core, add --force")
    if not target.parent.is_dir():
        raise FileNotFoundError(None, "parent of the output folder does not exist", path)
    # An empty folder is filled, not replaced: it may be a shell's working folder or a mount point.
    place = target if empty else target.parent
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=place))
    fresh, old = scratch / "new", scratch / "old"
    try:
        fresh.mkdir()
        yield fresh
        if empty:
            if any(item != scratch for item in target.iterdir()):
                raise ValueError(f"Output folder must stay empty until the end: {path}")
            _move_contents(fresh, target)
        elif target.exists():
            _exchange(fresh, target, old)
        else:
            fresh.rename(target)
    finally:
        only_copy_is_here = old.exists() and fresh.exists()
        shutil.rmtree(fresh if only_copy_is_here else scratch, ignore_errors=True)


def _move_contents(source: Path, target: Path) -> None:
    """Move all files into an empty folder, or none; the manifest last, as the sign of a core."""
    items = sorted(source.iterdir(), key=lambda item: (item.name == MANIFEST, item.name))
    try:
        for item in items:
            item.rename(target / item.name)
    except BaseException:
        for item in items:
            if not item.exists() and (target / item.name).exists():
                (target / item.name).rename(item)
        raise


def _exchange(fresh: Path, target: Path, old: Path) -> None:
    """Move the target to ``old`` and ``fresh`` in its place, or leave the target as it was."""
    try:
        target.rename(old)
        fresh.rename(target)
    except BaseException:
        if old.exists() and fresh.exists():
            old.rename(target)
        raise


def check_distinct_outputs(paths: Sequence[str | None]) -> None:
    """Raise `ValueError` if two outputs are the same file, by whatever names."""
    seen: set[str] = set()
    for path in paths:
        if path is None:
            continue
        file = path if path == STANDARD_STREAM else os.path.realpath(path)
        if file in seen:
            what = "standard output" if path == STANDARD_STREAM else path
            raise ValueError(f"Outputs must have different names, not twice {what}")
        seen.add(file)


def check_writable(path: str | None) -> None:
    """Raise `OSError` if a file could not be written there: before the work, not after it."""
    if path is None or path == STANDARD_STREAM:
        return
    target = Path(path).resolve()
    if target.is_dir():
        raise IsADirectoryError(None, "output must be a file, not a folder", path)
    if not target.parent.is_dir():
        raise FileNotFoundError(None, "folder of the output does not exist", path)
    if not os.access(target.parent, os.W_OK) and not target.exists():
        raise PermissionError(None, "folder of the output must be writable", path)
