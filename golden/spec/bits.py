"""Pack and unpack bits in the one order the project uses: little-endian in each byte (stim's b8).

In: bool arrays or integer masks.   Out: ``uint8`` rows, and back.
Next: `quantacore.golden.spec.results`.
"""

import numpy as np


def packed_bytes(num_bits: int) -> int:
    """Return the number of bytes that ``num_bits`` packed bits take.

    Examples
    --------
    >>> packed_bytes(9)
    2
    """
    return (num_bits + 7) // 8


def pack_bits(bits: np.ndarray) -> np.ndarray:
    """Pack ``bool`` of shape ``(num_shots, num_bits)`` into b8 rows.

    Returns
    -------
    uint8, shape ``(num_shots, ceil(num_bits / 8))``
        Bit ``k`` of shot ``s`` is ``(a[s, k // 8] >> (k % 8)) & 1``; padding bits are 0.

    Examples
    --------
    >>> pack_bits(np.array([[True, False, False, True]]))
    array([[9]], dtype=uint8)
    """
    return np.packbits(np.asarray(bits, dtype=bool), axis=1, bitorder="little")


def unpack_bits(packed: np.ndarray, *, num_bits: int) -> np.ndarray:
    """Undo `pack_bits`: ``bool`` of shape ``(num_shots, num_bits)``."""
    return np.unpackbits(packed, axis=1, count=num_bits, bitorder="little").astype(bool)


def pack_masks(masks: np.ndarray, *, num_bits: int) -> np.ndarray:
    """Turn ``uint64`` masks of shape ``(num_shots,)`` into b8 rows of ``num_bits`` bits.

    Examples
    --------
    >>> pack_masks(np.array([1, 2], dtype=np.uint64), num_bits=2)
    array([[1],
           [2]], dtype=uint8)
    """
    little = np.ascontiguousarray(masks, dtype="<u8")
    return little.view(np.uint8).reshape(len(little), 8)[:, : packed_bytes(num_bits)].copy()


def unpack_masks(packed: np.ndarray) -> np.ndarray:
    """Turn b8 rows of at most 8 bytes into ``uint64`` masks of shape ``(num_shots,)``."""
    padded = np.zeros((len(packed), 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view("<u8").reshape(len(packed))
