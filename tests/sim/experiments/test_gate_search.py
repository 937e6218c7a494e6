"""Rows of the leaderboard."""

from quantacore.sim.experiments.gate_search import SearchRow


def test_search_row_has_a_rate_where_no_shot_is_kept() -> None:
    row = SearchRow(
        state="steane-zero", connectivity="all", method="beam", cnots=11, ancillas=1, depth=6,
        accepted=0, shots=10, errors=0, p=0.9, certified=True, seconds=1.0,
    )  # fmt: skip
    assert row.error_rate.value == 0 and row.error_rate.high > 0.7
