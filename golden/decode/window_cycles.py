"""How many cycles the streaming core takes for each window, without generating it.

In: `WindowImage`, passes, rounds of shots.   Out: cycles of each window.
Next: `quantacore.golden.decode.mesh_cycles` (a window is a shot of the mesh).
Hardware twin: `quantacore.hdl.window_core`.
"""

import numpy as np

from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.window import DecodedWindow, WindowDecoder
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.window_image import WindowImage


class WindowCycles(WindowDecoder):
    """The golden decoder of streams, that counts the cycles of baked links as it goes.

    Parameters
    ----------
    image : WindowImage
    passes : int
        Most passes per window, 1 .. 7.

    Raises
    ------
    ValueError
        If ``passes`` is out of range.
    """

    def __init__(self, image: WindowImage, *, passes: int = DEFAULT_PASSES) -> None:
        super().__init__(image, passes=passes)
        self._meshes: dict[int, MeshCycles] = {}
        self._counted: list[np.ndarray] = []

    def count_shots(self, rounds: np.ndarray) -> np.ndarray:
        """Count the cycles of each window.

        Parameters
        ----------
        rounds : bool, shape ``(num_shots, num_rounds, num_slots)``
            As of `decode_shots`.

        Returns
        -------
        uint32, shape ``(num_shots, num_windows)``
            As the core's own counter says it in predictions: from the cycle in which the window
            starts; stops at 65535.
        """
        self._counted = []
        self.decode_shots(rounds)
        return np.stack(self._counted, axis=1)

    def decode_window(
        self,
        defects: np.ndarray,
        *,
        kind: int,
        abandoned: np.ndarray | bool = False,
        image: int = 0,
    ) -> DecodedWindow:
        """Decode one window of each of some shots, and count it."""
        if kind not in self._meshes:
            self._meshes[kind] = MeshCycles(
                self.plan.graph, self.images[image].of_kind(kind), passes=self.passes
            )
        self._counted.append(self._meshes[kind].count_shots(pack_bits(defects)).cycles)
        return super().decode_window(defects, kind=kind, abandoned=abandoned, image=image)
