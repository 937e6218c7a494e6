"""Write an exact matrix as a braid, and make the braid short.

In: `ExactUnitary`.   Out: word.   Next: `quantacore.golden.anyons.number_theoretic`.

With T = diag(1, w), some ``F T^j`` in front makes the conjugate of the upper left entry smaller
until the rest is a power of T. An F in the resulting product is either passed to the right, where
it swaps the two generators (``F s1 = s2 F``), or written as ``s s' s``, its braid up to phase;
which of them is better at which place is found by dynamic programming.

Source: Kliuchnikov, Bocharov & Svore, arXiv:1310.4150 (exact synthesis); the choice of braids for
the F's is ours.
"""

from quantacore.golden.anyons.braid_word import ORDER, Word, power, reduced
from quantacore.golden.anyons.cyclotomic import F_MATRIX, ROOTS, T_MATRIX, ZERO, ExactUnitary

T_IN_BRAIDS = 3
"""``T = s1^3`` up to phase."""


def powers_of_t(matrix: ExactUnitary) -> list[int]:
    """Return j_0 .. j_n with ``matrix = T^j_0 F T^j_1 F ... F T^j_n`` up to phase.

    Raises
    ------
    ValueError
        If the matrix is not unitary.
    """
    if not matrix.is_unitary():
        raise ValueError("Matrix must be unitary to be a braid")
    turned = _powers_applied(T_MATRIX)
    powers = []
    while matrix.v != ZERO:
        candidates = [(F_MATRIX @ turn @ matrix, j) for j, turn in enumerate(turned)]
        smallest = min(candidates, key=lambda candidate: _size(candidate[0]))
        if _size(smallest[0]) >= _size(matrix) and smallest[0].v != ZERO:
            raise AssertionError("exact synthesis must get smaller with every step")
        matrix, j = smallest
        powers.append(-j % ORDER)
    # What is left is diag(w^m, -w^(k - m)) = w^m T^(k + 5 - 2 m).
    m = ROOTS.index(matrix.u)
    return [*powers, (matrix.k + 5 - 2 * m) % ORDER]


def _powers_applied(matrix: ExactUnitary) -> list[ExactUnitary]:
    powers = [matrix]
    for _ in range(ORDER - 1):
        powers.append(powers[-1] @ matrix)
    return [powers[-1], *powers[:-1]]


def _size(matrix: ExactUnitary) -> int:
    """Return ``|u|^2 + |u'|^2`` with u' the conjugate of u: a whole number."""
    x, y = matrix.u.square_norm()
    return 2 * x - y


def braid_from_powers(powers: list[int]) -> Word:
    """Return the shortest of the braids that the module's docstring describes.

    Examples
    --------
    >>> braid_from_powers([0, 0])  # F alone
    (1, 2, 1)
    """
    # State: (generator that the next power of T is of, exponent pending for it) -> cost, letters.
    # At an F: 0 passes it on, 1 or -1 writes it as a braid of that direction.
    states: dict[tuple[int, int], tuple[int, Word]] = {(1, 0): (0, ())}
    for number, j in enumerate(powers):
        last = number == len(powers) - 1
        after: dict[tuple[int, int], tuple[int, Word]] = {}
        for (generator, pending), (cost, letters) in states.items():
            for choice in (0,) if last else (0, 1, -1):
                run = power(generator, pending + T_IN_BRAIDS * j + choice)
                middle = power(3 - generator, choice)
                next_generator = generator if choice or last else 3 - generator
                key, price = (next_generator, choice), cost + len(run) + len(middle)
                if key not in after or price < after[key][0]:
                    after[key] = price, letters + run + middle
        states = after
    # Generator 1 at the end: an even number of F's was passed on, and they cancel.
    return reduced(states[1, 0][1])


def braid_of(matrix: ExactUnitary) -> Word:
    """Return a braid whose matrix is this one, up to a power of w."""
    return braid_from_powers(powers_of_t(matrix))
