"""Points of a lattice near a point: reduction by LLL, then enumeration.

In: basis, centre, radius.   Out: whole-number coordinates of the points.
Next: `quantacore.golden.anyons.number_theoretic`.

Numbers are mpmath's, since bases here are stretched by 10^20 and more; dimension is 4, so speed
does not matter.

Source: Lenstra, Lenstra & Lovasz, Math. Ann. 261, 515 (1982); Fincke & Pohst, Math. Comp. 44, 463
(1985).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from mpmath import mp

Vector = list[Any]


def dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    """Return the inner product."""
    return sum(p * q for p, q in zip(left, right, strict=True))


def orthogonalized(basis: Sequence[Vector]) -> tuple[list[Vector], list[Vector]]:
    """Return Gram-Schmidt's vectors, not normalised, and the coefficients ``mu[i][j]``."""
    stars: list[Vector] = []
    coefficients: list[Vector] = []
    for vector in basis:
        row = [dot(vector, star) / dot(star, star) for star in stars]
        rest = list(vector)
        for factor, star in zip(row, stars, strict=True):
            rest = [p - factor * q for p, q in zip(rest, star, strict=True)]
        stars.append(rest)
        coefficients.append(row)
    return stars, coefficients


def reduce_basis(basis: Sequence[Vector]) -> tuple[list[Vector], list[list[int]]]:
    """Return an LLL-reduced basis and its vectors' coordinates in the given one."""
    size = len(basis)
    vectors = [list(vector) for vector in basis]
    made_of = [[int(i == j) for j in range(size)] for i in range(size)]
    k = 1
    while k < size:
        for j in range(k - 1, -1, -1):
            _, mu = orthogonalized(vectors[: k + 1])
            times = int(mp.nint(mu[k][j]))
            if times:
                vectors[k] = [p - times * q for p, q in zip(vectors[k], vectors[j], strict=True)]
                made_of[k] = [p - times * q for p, q in zip(made_of[k], made_of[j], strict=True)]
        stars, mu = orthogonalized(vectors[: k + 1])
        lowest = (mp.mpf(3) / 4 - mu[k][k - 1] ** 2) * dot(stars[k - 1], stars[k - 1])
        if dot(stars[k], stars[k]) >= lowest:
            k += 1
        else:
            for rows in (vectors, made_of):
                rows[k], rows[k - 1] = rows[k - 1], rows[k]
            k = max(k - 1, 1)
    return vectors, made_of


def points_near(basis: Sequence[Vector], centre: Vector, radius: Any) -> Iterator[list[int]]:
    """Yield the coordinates of all lattice points within a radius of a centre.

    Parameters
    ----------
    basis : sequence of vectors
        As many as they have components.
    centre : vector
    radius : number

    Examples
    --------
    >>> sorted(points_near([[1, 0], [0, 1]], [0.4, 0], 1))
    [[0, 0], [1, 0]]
    """
    vectors, made_of = reduce_basis([[mp.mpf(x) for x in vector] for vector in basis])
    stars, mu = orthogonalized(vectors)
    squares = [dot(star, star) for star in stars]
    size = len(vectors)
    shares = [dot(centre, star) / square for star, square in zip(stars, squares, strict=True)]
    chosen = [0] * size

    def descend(level: int, room: Any) -> Iterator[list[int]]:
        if level < 0:
            yield [
                sum(c * row[i] for c, row in zip(chosen, made_of, strict=True)) for i in range(size)
            ]
            return
        middle = shares[level] - sum(chosen[i] * mu[i][level] for i in range(level + 1, size))
        reach = mp.sqrt(room / squares[level])
        for value in range(int(mp.ceil(middle - reach)), int(mp.floor(middle + reach)) + 1):
            left = room - (value - middle) ** 2 * squares[level]
            if left >= 0:
                chosen[level] = value
                yield from descend(level - 1, left)

    yield from descend(size - 1, mp.mpf(radius) ** 2)
