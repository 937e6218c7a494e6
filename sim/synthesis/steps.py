"""Do a step of synthesis once, and find its files again.

In: all that a step depends on, a function that does it.   Out: a folder with its files.
Next: `quantacore.sim.synthesis.yosys`, `quantacore.sim.synthesis.place_route`.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from quantacore.golden.spec.graph_json import parse_json
from quantacore.sim.verilator import cache_directory

FORMAT = "quantacore-synthesis-step"
VERSION = 1
DIGESTS = "digests.json"
"""File of a step's folder: the SHA-256 of each other file. Written last."""


def cached_step(key_parts: Sequence[str], make: Callable[[Path], Sequence[str]]) -> Path:
    """Return a folder with the files of a step, made at most once.

    Any number of processes may ask at a time. A folder whose files are not as they were written is
    made again.

    Parameters
    ----------
    key_parts : sequence of str
        All that the files depend on: content, versions, options.
    make : function
        Fills an empty folder and returns the names of the files to keep.
    """
    text = "\n".join((FORMAT, str(VERSION), *key_parts))
    folder = cache_directory() / "synthesis" / hashlib.sha256(text.encode()).hexdigest()[:32]
    if _is_sound(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder.parent))
    try:
        kept = make(unfinished)
        digests = {name: _digest(unfinished / name) for name in kept}
        data = {"format": FORMAT, "version": VERSION, "files": digests}
        (unfinished / DIGESTS).write_text(json.dumps(data, indent=1))
        for path in unfinished.iterdir():
            if path.name not in digests and path.name != DIGESTS:
                path.unlink()
        if folder.exists():
            # In place, as others may be reading it: every file is replaced whole, digests last.
            for name in (*digests, DIGESTS):
                (unfinished / name).replace(folder / name)
        else:
            unfinished.rename(folder)
    except OSError:
        # Another process was faster; its files are as good.
        if not _is_sound(folder):
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _is_sound(folder: Path) -> bool:
    """Tell whether a folder holds all files of a step as they were written."""
    try:
        data = parse_json((folder / DIGESTS).read_text(), format=FORMAT, version=VERSION)
        return all(_digest(folder / name) == digest for name, digest in data["files"].items())
    except (OSError, ValueError, KeyError, AttributeError):
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
