"""Anyon models: fusion rules, F and R symbols, and the equations that they must satisfy.

In: nothing.   Out: `AnyonModel` of Fibonacci and Ising anyons, residuals of the equations.
Next: `quantacore.golden.anyons.cyclotomic`, `quantacore.golden.anyons.ising`.

``F[a, b, c, d][e, f]`` takes (ab -> e) c -> d to a (bc -> f) -> d; ``R[a, b, c]`` is the phase of
a counterclockwise exchange of a and b that fuse to c. Pentagon and hexagon equations are sums of
products of these over all labels that fusion allows; an entry with a label that it forbids is 0.

Source: Nayak, Simon, Stern, Freedman & Das Sarma, Rev. Mod. Phys. 80, 1083 (2008),
arXiv:0707.1889; equations as in Kitaev, arXiv:cond-mat/0506438, appendix E.
"""

import cmath
import itertools
import math
from dataclasses import dataclass

GOLDEN_TAU = (math.sqrt(5) - 1) / 2
"""Inverse golden ratio, about 0.618."""


@dataclass(frozen=True, kw_only=True)
class AnyonModel:
    """Anyons whose pairs fuse to each label at most once."""

    name: str
    labels: tuple[str, ...]
    """The vacuum ``"1"`` first. Every anyon is its own antiparticle."""
    fusion: frozenset[tuple[str, str, str]]
    """Triples (a, b, c) where a and b can fuse to c."""
    f_special: dict[tuple[str, str, str, str, str, str], complex]
    """F symbols (a, b, c, d, e, f) that are not 1."""
    r_special: dict[tuple[str, str, str], complex]
    """R symbols that are not 1."""

    def fuses(self, a: str, b: str, c: str) -> bool:
        """Tell whether a and b can fuse to c."""
        return (a, b, c) in self.fusion

    def f(self, a: str, b: str, c: str, d: str, e: str, f: str) -> complex:
        """Return an F symbol, 0 if fusion forbids it."""
        left = self.fuses(a, b, e) and self.fuses(e, c, d)
        if not (left and self.fuses(b, c, f) and self.fuses(a, f, d)):
            return 0
        return self.f_special.get((a, b, c, d, e, f), 1)

    def r(self, a: str, b: str, c: str, *, inverse: bool = False) -> complex:
        """Return an R symbol, or that of the clockwise exchange; 0 if fusion forbids it.

        The clockwise exchange of a and b undoes the counterclockwise one of b and a.
        """
        if not self.fuses(a, b, c):
            return 0
        if inverse:
            return 1 / self.r_special.get((b, a, c), 1)
        return self.r_special.get((a, b, c), 1)

    def pentagon_residual(self) -> float:
        """Return the largest absolute difference of the two sides of the pentagon equations."""
        worst = 0.0
        for a, b, c, d, e, f, g, k, m in itertools.product(self.labels, repeat=9):
            # f = ab, g = fc, e = gd on one side; m = cd, k = bm, e = ak on the other.
            if not (self.fuses(a, b, f) and self.fuses(f, c, g) and self.fuses(g, d, e)):
                continue
            if not (self.fuses(c, d, m) and self.fuses(b, m, k) and self.fuses(a, k, e)):
                continue
            left = self.f(f, c, d, e, g, m) * self.f(a, b, m, e, f, k)
            right = sum(
                self.f(a, b, c, g, f, h) * self.f(a, h, d, e, g, k) * self.f(b, c, d, k, h, m)
                for h in self.labels
            )
            worst = max(worst, abs(left - right))
        return worst

    def hexagon_residual(self) -> float:
        """Return the largest absolute difference of the sides, both hexagons, all labels."""
        worst = 0.0
        for a, b, c, d, e, g in itertools.product(self.labels, repeat=6):
            for inverse in (False, True):
                left = (
                    self.r(c, a, e, inverse=inverse)
                    * self.f(a, c, b, d, e, g)
                    * self.r(c, b, g, inverse=inverse)
                )
                right = sum(
                    self.f(c, a, b, d, e, f)
                    * self.r(c, f, d, inverse=inverse)
                    * self.f(a, b, c, d, f, g)
                    for f in self.labels
                )
                worst = max(worst, abs(left - right))
        return worst


def _all_orders(*triples: str) -> frozenset[tuple[str, str, str]]:
    """Return fusion triples in all orders: with self-dual anyons the rules are symmetric."""
    return frozenset((p[0], p[1], p[2]) for t in triples for p in itertools.permutations(t))


FIBONACCI = AnyonModel(
    name="Fibonacci",
    labels=("1", "t"),
    fusion=_all_orders("111", "1tt", "ttt"),
    f_special={
        ("t", "t", "t", "t", "1", "1"): GOLDEN_TAU,
        ("t", "t", "t", "t", "1", "t"): math.sqrt(GOLDEN_TAU),
        ("t", "t", "t", "t", "t", "1"): math.sqrt(GOLDEN_TAU),
        ("t", "t", "t", "t", "t", "t"): -GOLDEN_TAU,
    },
    r_special={
        ("t", "t", "1"): cmath.exp(-4j * math.pi / 5),
        ("t", "t", "t"): cmath.exp(3j * math.pi / 5),
    },
)
"""One nontrivial anyon t with t x t = 1 + t."""

ISING = AnyonModel(
    name="Ising",
    labels=("1", "s", "p"),
    fusion=_all_orders("111", "1ss", "1pp", "ssp"),
    f_special={
        **{
            ("s", "s", "s", "s", e, f): (-1 if e == f == "p" else 1) / math.sqrt(2)
            for e in "1p"
            for f in "1p"
        },
        ("s", "p", "s", "p", "s", "s"): -1,
        ("p", "s", "p", "s", "s", "s"): -1,
    },
    r_special={
        ("s", "s", "1"): cmath.exp(-1j * math.pi / 8),
        ("s", "s", "p"): cmath.exp(3j * math.pi / 8),
        ("p", "p", "1"): -1,
        ("s", "p", "s"): -1j,
        ("p", "s", "s"): -1j,
    },
)
"""Sigma s (carries a Majorana zero mode) and fermion p: s x s = 1 + p, s x p = s, p x p = 1."""
