"""Loops over codes in many histories of noise: static, by edges, by qubits, and with foresight.

In: `CodeLoopSettings`, regimes.   Out: `ChoiceRow` records.
Next: `quantacore.sim.cli.bench_code_loops`; `docs/switching.md` shows its output.

Golden decoders are in the core's place. All contenders of a history have the same noise, and the
same shots of a code.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from quantacore.sim.experiments.choice_totals import ChoiceRow, HistoryTotal, row_of_histories
from quantacore.sim.experiments.code_loop import CodeEpoch, CodeLoop
from quantacore.sim.experiments.code_loop_settings import RATES, CodeLoopSettings
from quantacore.sim.experiments.loop_cores import GOLDEN

ORACLE = "oracle"


def static(code: str) -> str:
    """Return the name of the contender that holds a code all the time."""
    return f"static {code}"


class CodeLoops:
    """Codes that are counted on the model once, for all histories.

    Parameters
    ----------
    settings : CodeLoopSettings
        Noise, seed and way of predicting are not used.
    progress : function of str
        Told what takes long before the first history.
    """

    def __init__(
        self, settings: CodeLoopSettings, *, progress: Callable[[str], object] = lambda text: None
    ) -> None:
        self.settings = replace(settings, core=GOLDEN)
        self._loop = CodeLoop(self.settings, progress=progress)
        self.target = self._loop.target

    def measure(
        self,
        regime: str,
        *,
        seeds: Sequence[int],
        rates: Sequence[str] = tuple(RATES),
        progress: Callable[[], object] = lambda: None,
    ) -> list[ChoiceRow]:
        """Run all contenders through the same histories; calm epochs are left out.

        Parameters
        ----------
        regime : str
            One of `quantacore.golden.noise.regimes.REGIMES`.
        seeds : sequence of int
            One of each history.
        rates : sequence of str
            Of `RATES`: a contender each.
        progress : function
            Called after each epoch.
        """
        totals: dict[str, list[HistoryTotal]] = {}
        for seed in seeds:
            for kind in rates:
                loop = self._loop.varied(noise=regime, seed=seed, rates=kind)
                epochs = asyncio.run(_collected(loop, progress))
                disturbed = epochs[self.settings.calm_epochs :]
                totals.setdefault(kind, []).append(
                    self._total(
                        [(k.code, k.shots, k.errors) for each in disturbed for k in each.looks]
                    )
                )
            spans = {ORACLE: [(e.oracle, e.shots, e.errors[e.oracle]) for e in disturbed]}
            for code in self.settings.codes:
                spans[static(code)] = [(code, e.shots, e.errors[code]) for e in disturbed]
            for name, held in spans.items():
                totals.setdefault(name, []).append(self._total(held))
        order = (*map(static, self.settings.codes), *rates, ORACLE)
        return [row_of_histories(regime, name, totals[name]) for name in order]

    def _total(self, held: Sequence[tuple[str, int, int]]) -> HistoryTotal:
        """Return the sum of what was held: code, shots, errors."""
        total, before = HistoryTotal(), held[0][0] if held else None
        for code, shots, errors in held:
            total.add(
                code,
                shots=shots,
                errors=errors,
                qubit_rounds=self._loop.qubits[code] * shots * self.settings.rounds,
                switched=code != before,
                in_flight=False,
            )
            before = code
        return total


async def _collected(loop: CodeLoop, progress: Callable[[], object]) -> list[CodeEpoch]:
    epochs = []
    async for epoch in loop.run():
        epochs.append(epoch)
        progress()
    return epochs
