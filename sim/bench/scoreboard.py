"""Compare what came out of the core with what the model expects.

In: words of the output streams.   Out: an `AssertionError` that names shot and cycle.
Next: `quantacore.sim.bench.decoder_bench`.
"""

from quantacore.sim.bench.model import GoldenModel
from quantacore.sim.bench.streams import Word


class Scoreboard:
    """Check every prediction and correction as it comes.

    Attributes
    ----------
    num_predictions, num_corrections : int
        Seen and found right since the last reset.
    num_unmatched : int
        Of the predictions, those of shots without a correction.
    num_checked : int
        Predictions over all resets.
    """

    def __init__(self, model: GoldenModel, *, word_bits: int, with_corrections: bool):
        self._model = model
        self._word_bits = word_bits
        self._with_corrections = with_corrections
        self.num_checked = 0
        self.reset()

    def reset(self) -> None:
        self.num_predictions = 0
        self.num_corrections = 0
        self.num_unmatched = 0

    @property
    def complete(self) -> bool:
        """Every shot that came was answered."""
        answered = self.num_predictions == self._model.num_shots
        corrected = not self._with_corrections or self.num_corrections == self._model.num_shots
        return answered and corrected

    def take_prediction(self, cycle: int, word: Word) -> None:
        """Check one prediction."""
        shot = self.num_predictions
        expected = self._model.expected(shot)
        for field, value in (
            ("unmatched", int(expected.unmatched)),
            ("observables", expected.prediction),
            ("growth_steps", expected.growth_steps),
            ("passes", expected.passes),
            ("volume", expected.volume),
            ("contested", int(expected.contested)),
        ):
            found = word.get(field, 0)
            assert found == value, (
                f"decoder: shot {shot}, cycle {cycle}: {field} {found:#x}, golden says {value:#x}"
            )
        self.num_predictions += 1
        self.num_checked += 1
        self.num_unmatched += expected.unmatched

    def take_correction(self, cycle: int, words: list[Word]) -> None:
        """Check one correction."""
        shot = self.num_corrections
        expected = sum(1 << edge for edge in self._model.expected(shot).correction)
        found = sum(word["data"] << (k * self._word_bits) for k, word in enumerate(words))
        assert found == expected, (
            f"decoder: shot {shot}, cycle {cycle}: correction {found:#x}, golden says {expected:#x}"
        )
        self.num_corrections += 1

    def assert_complete(self) -> None:
        """Raise unless every shot that came was answered."""
        assert self.complete, (
            f"decoder: {self._model.num_shots} shots came, {self.num_predictions} predictions "
            f"and {self.num_corrections} corrections went"
        )
