"""A log of epochs that the disk does not take."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from quantacore.sim.experiments.epoch_log import EpochLog


@dataclass(frozen=True)
class Settings:
    epochs: int = 3


@dataclass(frozen=True)
class Epoch:
    index: int


def open_log(folder: Path) -> EpochLog[Epoch]:
    return EpochLog(folder, Settings(), kind=("test", 1), read_epoch=lambda record: Epoch(**record))


def test_full_disk_names_the_file_and_the_loop_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log(tmp_path)
    log.append(Epoch(0))

    def no_room(descriptor: int) -> None:
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - 3)  # a line is cut
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match="No space left") as error:
            log.append(Epoch(1))
    assert error.value.filename == str(tmp_path / "log.jsonl")
    again = open_log(tmp_path)
    assert again.epochs == log.epochs == [Epoch(0)]
    again.append(Epoch(1))
    assert open_log(tmp_path).epochs == [Epoch(0), Epoch(1)]
