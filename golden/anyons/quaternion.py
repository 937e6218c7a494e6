"""Products of gates as unit quaternions, in floats and many at once.

In: arrays whose last axis holds ``q0 - i (q1 X + q2 Y + q3 Z)``.   Out: the same.
Next: `quantacore.golden.anyons.short_braids`, `quantacore.golden.anyons.solovay_kitaev`.
"""

import numpy as np

ONE = np.array([1.0, 0.0, 0.0, 0.0])


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return ``left @ right``; shapes ``(..., 4)`` that broadcast."""
    a, b, c, d = np.moveaxis(np.asarray(left), -1, 0)
    e, f, g, h = np.moveaxis(np.asarray(right), -1, 0)
    return np.stack(
        [
            a * e - b * f - c * g - d * h,
            a * f + b * e + c * h - d * g,
            a * g - b * h + c * e + d * f,
            a * h + b * g - c * f + d * e,
        ],
        axis=-1,
    )


def inverse(quaternion: np.ndarray) -> np.ndarray:
    """Return the inverse of unit quaternions, shape ``(..., 4)``."""
    return quaternion * np.array([1.0, -1.0, -1.0, -1.0])
