"""Spread runs over processes, here or on other machines, by Dask distributed.

In: a function, its runs, address of a scheduler or number of workers.   Out: results as they come.
Next: `quantacore.sim.experiments.dataset`, `quantacore.sim.choice.comparison`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from quantacore.sim.experiments.held_interrupts import held_interrupts

Run = TypeVar("Run")
Result = TypeVar("Result")
ANSWER_S = 30
"""How long a scheduler, and its first worker, may take to answer."""
LOST_WORKERS = 10
"""So many workers may be lost with one run before it counts as the run's fault."""


def runs_by_workers(
    make: Callable[..., Result],
    runs: Iterable[Run],
    *shared: Any,
    scheduler: str | None = None,
    workers: int | None = None,
) -> Iterator[tuple[Run, Result]]:
    """Yield each run with ``make(run, *shared)``, in the order in which they are ready.

    Parameters
    ----------
    make : function
        Of a module that the workers can import.
    runs : iterable
        What ``make`` is told first; must pickle.
    shared : tuple
        Further arguments.
    scheduler : str, optional
        Address of a Dask scheduler.
    workers : int, optional
        Processes on this machine; 0: none but this one, without Dask. One for each processor if
        not given.

    Raises
    ------
    ValueError
        If both scheduler and workers are given, workers is below 0, or the scheduler does not
        answer or has no worker.
    ModuleNotFoundError
        If Dask distributed is needed and missing.
    """
    check_workers(scheduler, workers)
    if workers == 0:
        for run in runs:
            yield run, make(run, *shared)
        return
    with _client(scheduler, workers) as client:
        from distributed import as_completed

        # What is shared goes with each run, not once by `scatter`: that dies with a worker.
        run_of = {client.submit(make, run, *shared, pure=False): run for run in runs}
        for future in as_completed(list(run_of)):
            run = run_of.pop(future)
            result = future.result()
            future.release()  # a worker keeps what the client may still ask for
            yield run, result


def check_workers(scheduler: str | None, workers: int | None) -> None:
    """Raise `ValueError` if both are given, or workers is below 0."""
    if workers is not None and workers < 0:
        raise ValueError(f"workers must be at least 0, not {workers}")
    if scheduler is not None and workers is not None:
        raise ValueError("workers must be left out with a scheduler: it has its own")


@contextmanager
def _client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise ModuleNotFoundError(
            "Python package 'distributed' is missing: pip install '.[predict]' in the checkout, or "
            "do with one process by --workers 0"
        ) from None
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=ANSWER_S)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"Scheduler must answer at {scheduler}, but did not: {error}"
            ) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=ANSWER_S)
            except TimeoutError:
                raise ValueError(
                    f"Scheduler at {scheduler} must have workers, but has none: start "
                    f"`dask worker {scheduler}` on each machine"
                ) from None
            yield client
        return
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": LOST_WORKERS}),
        ExitStack() as open_things,
    ):
        with held_interrupts():
            cluster = open_things.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address="127.0.0.1:0",  # any free port
                    silence_logs=logging.CRITICAL,  # lost workers come back; the bar is progress
                )
            )
        yield open_things.enter_context(Client(cluster))
