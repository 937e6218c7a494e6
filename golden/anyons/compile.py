"""Compile a gate to a braid, and the certificate that anyone can check again.

In: gate, length or error, method.   Out: `CompiledBraid`, JSON.
Next: `quantacore.sim.cli.gates_braid`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quantacore.golden.anyons.braid_word import (
    Word,
    exact_matrix,
    word_from_text,
    word_to_text,
)
from quantacore.golden.anyons.cyclotomic import Cyclotomic, ExactUnitary
from quantacore.golden.anyons.meet import LONGEST_BEST, best_braid
from quantacore.golden.anyons.number_theoretic import braid_near
from quantacore.golden.anyons.solovay_kitaev import solovay_kitaev
from quantacore.golden.anyons.target import Target, certified_distance

FORMAT, VERSION = "quantacore-braid", 1

MITM, SK, NUMBER_THEORETIC = "mitm", "sk", "nt"
METHODS = {
    MITM: "best braid of a length: meet in the middle",
    SK: "Solovay-Kitaev: any gate set, long braids",
    NUMBER_THEORETIC: "number theory: length grows as log(1/error)",
}
"""Name -> what it is."""

MOST_CHARACTERS = 10_000_000
"""Of a certificate that is read."""


@dataclass(frozen=True, kw_only=True)
class CompiledBraid:
    """A braid with its certificate."""

    target: Target
    word: Word
    method: str
    matrix: ExactUnitary
    below: float
    """The distance is at least this,"""
    above: float
    """and at most this."""

    def to_json(self) -> str:
        """Return the certificate."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "gate": self.target.text,
            "method": self.method,
            "word": word_to_text(self.word),
            "length": len(self.word),
            "matrix": {
                "u": _integers(self.matrix.u),
                "v": _integers(self.matrix.v),
                "k": self.matrix.k,
            },
            "error": self.above,
            "error_low": self.below,
        }
        return json.dumps(content, indent=1) + "\n"


def certify(word: Word, target: Target, method: str) -> CompiledBraid:
    """Multiply a word out exactly and bound its distance to the gate."""
    matrix = exact_matrix(word)
    below, above = certified_distance(matrix, target)
    return CompiledBraid(
        target=target, word=word, method=method, matrix=matrix, below=below, above=above
    )


def compile_to_length(target: Target, length: int, *, exactly: bool = False) -> CompiledBraid:
    """Return the best braid of at most (or exactly) ``length`` exchanges.

    Raises
    ------
    ValueError
        If the length is out of range.
    """
    return certify(best_braid(target.floats(), length, exactly=exactly), target, MITM)


def compile_to_error(
    target: Target,
    error: float,
    *,
    method: str,
    watch: Callable[[Sequence[int]], Iterable[int]] = iter,
) -> CompiledBraid:
    """Return a braid within ``error``; with `MITM`, the shortest that there is.

    Parameters
    ----------
    target : Target
    error : float
        The methods differ in how small it may be.
    method : str
        One of `METHODS`.
    watch : callable, optional
        Gives back the lengths that `MITM` tries, for a progress bar.

    Raises
    ------
    ValueError
        If the error is out of range, the method unknown, or no braid is short enough for it.
    """
    finders: dict[str, Callable[[Target, float], Word]] = {
        MITM: lambda target, error: _shortest(target, error, watch),
        SK: lambda target, error: solovay_kitaev(target.floats(), error),
        NUMBER_THEORETIC: braid_near,
    }
    if method not in finders:
        raise ValueError(f"Method must be one of {', '.join(METHODS)}, not {method!r}")
    compiled = certify(finders[method](target, error), target, method)
    if compiled.above > error:
        raise ValueError(
            f"Error must be a little larger: the braid found has {compiled.above:.6g}, "
            f"not {error!r} or less"
        )
    return compiled


def _shortest(
    target: Target, error: float, watch: Callable[[Sequence[int]], Iterable[int]]
) -> Word:
    if not 0 < error <= 2:
        raise ValueError(f"Error must be in (0, 2], not {error!r}")
    gate = target.floats()
    for length in watch(range(LONGEST_BEST + 1)):
        word = best_braid(gate, length)
        reached = certified_distance(exact_matrix(word), target)[1]
        if reached <= error:
            return word
    raise ValueError(
        f"Error must be larger for mitm: the best braid of {LONGEST_BEST} exchanges has "
        f"{reached:.3g}, not {error!r}; use --method nt"
    )


def _integers(number: Cyclotomic) -> list[str]:
    """Return the numbers as text: long ones are no JSON numbers for many readers."""
    return [str(part) for part in (number.a, number.b, number.c, number.d)]


def check_certificate(text: str) -> CompiledBraid:
    """Check a certificate: everything in it is computed again from word and gate.

    Raises
    ------
    ValueError
        If it is no certificate, or something in it is not true.
    """
    content = _content(text)
    word = word_from_text(_field(content, "word", str))
    target = Target(_field(content, "gate", str))
    compiled = certify(word, target, _field(content, "method", str))
    if _field(content, "length", int) != len(word):
        raise ValueError(f"Certificate: length must be {len(word)}, not {content['length']!r}")
    expected = json.loads(compiled.to_json())
    if content.get("matrix") != expected["matrix"]:
        raise ValueError("Certificate: matrix must be the product of the word's letters; it is not")
    claimed = _field(content, "error", float)
    if not claimed >= compiled.below:
        raise ValueError(f"Certificate: error must be at least {compiled.below!r}, not {claimed!r}")
    return compiled


def _content(text: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"Certificate must have at most {MOST_CHARACTERS} characters")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Certificate must be JSON: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"Certificate must have format {FORMAT!r}")
    if content.get("version") != VERSION:
        raise ValueError(f"Certificate must have version {VERSION}, not {content.get('version')!r}")
    return content


def _field(content: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = content.get(name)
    good = isinstance(value, (int, float) if kind is float else kind)
    if not good or isinstance(value, bool):
        raise ValueError(f"Certificate: {name} must be a {kind.__name__}, not {value!r:.40}")
    return value
