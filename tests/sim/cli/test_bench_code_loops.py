"""The table of loops over codes: what is refused."""

import pytest

from quantacore.sim.cli.main import main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--histories", "0"], "Histories must be at least 1, not 0"),
        (["--epochs", "2"], "Epochs must be above 2, not 2"),
        (["--codes", "3x3"], "Codes must be 2 to 8 different ones"),
    ],
)
def test_live_table_rejects_what_cannot_be(words, message, capsys):
    assert main(["bench", "codes", "live", *words]) == 2
    assert message in capsys.readouterr().err
