"""Epochs of a log are shown, those that it lacks are run, logged and shown."""

from collections.abc import AsyncIterator

import pytest

from quantacore.sim.cli.epoch_bar import epoch_bar


class Loop:
    async def run(self, earlier: tuple[int, ...]) -> AsyncIterator[int]:
        for index in range(len(earlier), 4):
            yield index


class Log:
    def __init__(self, epochs: list[int]) -> None:
        self.epochs = epochs

    def append(self, epoch: int) -> None:
        self.epochs.append(epoch)


@pytest.mark.parametrize("quiet", [False, True])
def test_epoch_bar_goes_on_after_a_log(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log([0, 1])
    with epoch_bar(4, quiet=quiet) as bar:
        bar.say(["epoch", "double"])
        bar.progress("building")
        bar.go_on(Loop(), log, lambda epoch: [epoch, 2 * epoch])
    assert log.epochs == [0, 1, 2, 3]
    told = capsys.readouterr()
    lines = [line.split() for line in told.out.splitlines()]
    shown = [["epoch", "double"], ["0", "0"], ["1", "2"], ["2", "4"], ["3", "6"]]
    assert lines == ([] if quiet else shown)
    assert "building" in told.err
