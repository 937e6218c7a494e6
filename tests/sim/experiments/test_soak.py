"""The soak test passes, sees every kind of fault, and complains where something is wrong."""

import pytest

from quantacore.golden.spec.registers import FAULTS
from quantacore.sim.experiments import soak
from quantacore.sim.experiments.soak import SoakTest

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


def test_soak_accounts_for_everything():
    test = SoakTest(distance=3, seed=2)
    done = []
    test.run(24_000, progress=done.append)
    result = test.result
    assert (result.mismatches, result.complaints) == (0, ())
    assert done[-1] == result.rounds >= 24_000
    assert result.swaps >= 2
    # Lost shots and parity are provoked in tests/hdl.
    assert set(result.faults) >= {fault.name for fault in FAULTS} - {
        "lost_shot",
        "image_parity",
        "image_words",
    }
    test.fuzz(2_000)
    assert not test.result.complaints
    assert test.result.transactions > 100_000


def test_soak_complains_about_what_is_not_accounted_for(monkeypatch):
    test = SoakTest(distance=3)
    monkeypatch.setattr(soak, "KINDS", ("packets",))
    honest = SoakTest._wrong_lengths

    def some_more(self, total, *, share):
        # The core gets packets with a word too many of which the test does not know.
        extra = honest(self, total, share=share)
        run = self.core.run

        def tampered(shots, *, extra_words, **rest):
            extra_words = extra_words.copy()
            extra_words[(extra_words == 0).nonzero()[0][:50]] = 1
            return run(shots, extra_words=extra_words, **rest)

        monkeypatch.setattr(self.core, "run", tampered)
        return extra

    monkeypatch.setattr(SoakTest, "_wrong_lengths", some_more)
    test.run(1)
    complaints = " ".join(test.result.complaints)
    assert test.result.mismatches
    assert "golden says otherwise about damaged" in complaints
    assert "long_packet counted" in complaints
