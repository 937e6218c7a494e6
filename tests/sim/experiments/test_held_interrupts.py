"""Ctrl-C waits while processes start, and does not reach them."""

import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from quantacore.sim.experiments.held_interrupts import held_interrupts

CHILD = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


def child_is_deaf() -> bool:
    return subprocess.check_output([sys.executable, "-c", CHILD], text=True) == "True\n"


@pytest.fixture
def hearing():
    """Hear Ctrl-C as a command in a terminal does; what runs in the background may not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hearing")
def test_interrupt_comes_when_the_block_has_ended():
    done = False
    with pytest.raises(KeyboardInterrupt), held_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        done = True
    assert done


def is_deaf(_: int) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_workers_of_the_block_do_not_hear_it():
    with held_interrupts(), multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(is_deaf, [1]) == [True]


def test_processes_of_the_block_do_not_hear_it():
    with held_interrupts():
        assert child_is_deaf()
    assert not child_is_deaf()
