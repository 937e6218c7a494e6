"""Decoders by name: one list for the command line, the benches, the tests and sinter.

In: a name and a detector error model.   Out: a `CompiledDecoder`.
Next: `quantacore.sim.cli`.

Use from sinter: ``sinter collect --decoders quantacore --custom_decoders_module_function
quantacore.golden.decode.registry:sinter_decoders ...``
"""

from collections.abc import Callable
from dataclasses import dataclass

import sinter
import stim

from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.spec.image import build_image


def _union_find(passes: int) -> Callable[[stim.DetectorErrorModel], CompiledDecoder]:
    def compile_decoder(model: stim.DetectorErrorModel) -> CompiledDecoder:
        graph = graph_from_dem(model)
        return UnionFindDecoder(graph, build_image(graph), passes=passes)

    return compile_decoder


DECODERS: dict[str, Callable[[stim.DetectorErrorModel], CompiledDecoder]] = {
    "quantacore": _union_find(passes=3),
    "quantacore_1pass": _union_find(passes=1),
    "pymatching": MatchingDecoder,
    "pymatching_correlated": lambda model: MatchingDecoder(model, correlated=True),
}
"""Name -> function that compiles a decoder for a decomposed model."""


@dataclass(frozen=True)
class SinterDecoder(sinter.Decoder):
    """Adapter from a name in `DECODERS` to sinter; small enough to send to worker processes."""

    name: str

    def compile_decoder_for_dem(self, *, dem: stim.DetectorErrorModel) -> CompiledDecoder:
        return DECODERS[self.name](dem)


def sinter_decoders() -> dict[str, sinter.Decoder]:
    """Return our decoders for sinter's ``--custom_decoders_module_function``."""
    return {name: SinterDecoder(name) for name in DECODERS if name.startswith("quantacore")}
