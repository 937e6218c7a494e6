"""One bit order everywhere: stim's b8."""

from pathlib import Path

import numpy as np
import stim
from hypothesis import given
from hypothesis import strategies as st

from quantacore.golden.spec.bits import (
    pack_bits,
    pack_masks,
    packed_bytes,
    unpack_bits,
    unpack_masks,
)


def test_packed_bytes_rounds_up() -> None:
    assert [packed_bytes(n) for n in (0, 1, 8, 9, 64)] == [0, 1, 1, 2, 8]


def test_pack_bits_writes_stims_b8(tmp_path: Path) -> None:
    bits = np.random.default_rng(1).random((5, 19)) < 0.5
    path = tmp_path / "shots.b8"
    stim.write_shot_data_file(data=bits, path=path, format="b8", num_detectors=19)
    assert pack_bits(bits).tobytes() == path.read_bytes()


@given(st.integers(0, 40), st.integers(0, 5), st.integers(0, 2**32))
def test_unpack_undoes_pack(num_bits: int, num_shots: int, seed: int) -> None:
    bits = np.random.default_rng(seed).random((num_shots, num_bits)) < 0.5
    packed = pack_bits(bits)
    assert packed.shape == (num_shots, packed_bytes(num_bits))
    assert (unpack_bits(packed, num_bits=num_bits) == bits).all()


@given(st.integers(0, 64), st.data())
def test_unpack_masks_undoes_pack_masks(num_bits: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, (1 << num_bits) - 1), max_size=4))
    masks = np.array(values, np.uint64)
    packed = pack_masks(masks, num_bits=num_bits)
    assert packed.shape == (len(values), packed_bytes(num_bits))
    assert unpack_masks(packed).tolist() == values
    bits = [[mask >> k & 1 for k in range(num_bits)] for mask in values]
    assert (pack_bits(np.array(bits, bool).reshape(len(values), num_bits)) == packed).all()
