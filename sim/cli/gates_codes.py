"""Read a code of one's own for `gates search`.

In: a file of stabilizers, or two of parity-check matrices.   Out: `CssCode`.
Next: `quantacore.golden.search.own_code`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from quantacore.golden.gates.css_codes import CssCode
from quantacore.golden.search.own_code import (
    code_from_matrices,
    code_from_paulis,
    matrix_from_alist,
)
from quantacore.sim.cli.inputs import naming, read_text
from quantacore.sim.cli.outputs import STANDARD_STREAM

MATRICES = (".npy", ".alist")


def read_code(paths: Sequence[str]) -> CssCode:
    """Return the code of one file of stabilizers, or of the matrices of X and of Z.

    Its name is that of the first file, without its ending, and with - for _.

    Raises
    ------
    OSError, ValueError
        If a file cannot be read, or is no code; the message names the file.
    """
    endings = [Path(path).suffix.lower() for path in paths]
    name = "own" if paths[0] == STANDARD_STREAM else Path(paths[0]).stem.replace("_", "-")
    if len(paths) == 1 and endings[0] not in MATRICES:
        text = read_text(paths[0])
        with naming(paths[0]):
            return code_from_paulis(text, name=name)
    if len(paths) != 2 or not set(endings) <= set(MATRICES):
        raise ValueError(
            "--code must be one file of stabilizers (text), or two of matrices, X then Z, that end "
            f"in {' or '.join(MATRICES)}; not {' '.join(paths)}"
        )
    x, z = map(_matrix, paths)
    with naming(" ".join(paths)):
        return code_from_matrices(x, z, name=name)


def _matrix(path: str) -> np.ndarray:
    if path.lower().endswith(".alist"):
        text = read_text(path)
        with naming(path):
            return matrix_from_alist(text)
    with open(path, "rb") as file, naming(path):
        try:
            matrix: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
        except (ValueError, EOFError) as error:
            reason = str(error).partition("\n")[0]
            raise ValueError(f"File must be a matrix in numpy's format, but {reason}") from None
        return matrix
