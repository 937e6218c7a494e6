"""Golden in the place of a family's core."""

import asyncio

import numpy as np
import pytest

from quantacore.sim.experiments.golden_family import GoldenFamily
from tests.golden.family.families import family
from tests.host.test_code_selector import ROUNDS, counted, decoders, shots


def test_golden_family_decodes_and_counts_as_the_members_do():
    core = GoldenFamily(family(), decoders())

    async def scenario():
        assert core.member is None
        for number, name in enumerate(("narrow", "column", "narrow"), start=1):
            rounds = shots(name, seed=number)
            found = await core.decode(name, list(rounds))
            assert core.member == name and await core.switch(name) == number
            golden = decoders()[name].decode_shots(rounds)
            np.testing.assert_array_equal(found.shot_frames, golden.predictions)
            counts, own = await core.take_counts(), counted(name, rounds)
            assert counts.corrections.tolist() == own.corrections.tolist()
            assert counts.events.tolist() == own.events.tolist()
            assert (counts.windows, counts.rounds) == (own.windows, own.rounds)
        assert (await core.take_counts()).windows == 0
        assert (await core.counters())["rounds_accepted"] == 3 * len(rounds) * ROUNDS
        with pytest.raises(ValueError, match="Member must be one of narrow, column"):
            await core.switch("west")

    asyncio.run(scenario())
