"""What a closed loop tells the live page: header and records, of old logs too.

In: settings and epochs of a log, images.   Out: header and records of `quantacore.host.live_log`.
Next: `quantacore.sim.dashboard.log_records` (old logs), `quantacore.sim.cli.run` (new ones).
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.window_image import WindowImage
from quantacore.host.live_log import LIVE_FILE, LiveLog, live_header

IMAGE_TEXT = "new weights are in force"
STARTING_TEXT = "starting the simulated core; the first time Verilator builds it, for minutes"
NOT_LEARNED_TEXT = "nothing was learned from this look: no windows, or a fault"


def header_of_loop(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the header of a loop's live log.

    Parameters
    ----------
    settings : mapping
        Of the log: fields of `LoopSettings`.

    Raises
    ------
    ValueError
        If some are missing or wrong.
    """
    try:
        circuit = rotated_memory(distance=settings["distance"], p=settings["p"])
        title = (
            f"Surface code memory, d = {settings['distance']}, {settings['rounds']} rounds, "
            f"noise: {settings['noise']}"
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"Settings must be those of a loop ({error!r})") from None
    slots = RepeatingCircuit(circuit).slot_coordinates
    return live_header(title=title, slots=slots, settings=settings)


def records_of_epoch(
    epoch: Mapping[str, Any], settings: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    """Return what an epoch of a log says; a log has no clock, so the device's is taken.

    Raises
    ------
    KeyError, TypeError
        If the line is not an epoch.
    """
    per_look = settings["epoch_s"] / max(1, len(epoch["looks"]))
    at = epoch["index"] * settings["epoch_s"]
    swaps = set(epoch["swaps"])
    if epoch["changed"]:
        yield event_record(at, "noise", changed_text(epoch["index"]))
    ends = np.linspace(0, epoch["shots"], len(epoch["looks"]) + 1).astype(int).tolist()
    for k, (look, (first, last)) in enumerate(zip(epoch["looks"], pairwise(ends), strict=True)):
        t_s = at + (k + 1) * per_look
        counted = {name: look[name] for name in ("windows", "rounds", "events")}
        yield {"kind": "look", "t_s": t_s, "shots": last - first, **counted}
        if not look["learned"]:
            yield event_record(t_s, "note", NOT_LEARNED_TEXT)
        if last in swaps:
            yield event_record(t_s, "image", IMAGE_TEXT)
    t_s = at + settings["epoch_s"]
    yield {
        "kind": "errors",
        "t_s": t_s,
        "shots": epoch["shots"],
        "errors": epoch["errors"],
        "epoch": epoch["index"],
    }
    for name, text in (
        ("mismatches", "windows differ from golden"),
        ("rounds_lost", "rounds lost"),
    ):
        if epoch[name]:
            yield event_record(t_s, "fault", f"{epoch[name]} {text}")


def kept_records(path: Path, epochs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Return the records of a live log up to the end of its last whole epoch.

    Parameters
    ----------
    path : Path
    epochs : sequence of mapping
        That are done.

    Returns
    -------
    list of dict or None
        None if the file is not there, is damaged, or lacks the last epoch.
    """
    if not epochs:
        return []
    kept: list[dict[str, Any]] = []
    try:
        with open(path) as lines:
            next(lines)
            for line in lines:
                kept.append(json.loads(line))
                if kept[-1].get("epoch") == epochs[-1]["index"]:
                    return kept
    except (OSError, ValueError, AttributeError, StopIteration):
        pass
    return None


def live_log_after(
    folder: Path,
    header: Mapping[str, Any],
    epochs: Sequence[Mapping[str, Any]],
    records_of: Callable[[Mapping[str, Any]], Iterable[dict[str, Any]]],
) -> LiveLog:
    """Open the live log of a loop that begins, or goes on after some epochs.

    A loop from before live logs gets one from its epochs.
    """
    path = folder / LIVE_FILE
    records = kept_records(path, epochs)
    if records is None:
        records = [record for epoch in epochs for record in records_of(epoch)]
    return LiveLog(path, header, records=records)


def live_log_of_loop(
    folder: Path, settings: Mapping[str, Any], epochs: Sequence[Mapping[str, Any]]
) -> LiveLog:
    """Open the live log of a `ClosedLoop`; see `live_log_after`."""
    return live_log_after(
        folder,
        header_of_loop(settings),
        epochs,
        lambda epoch: records_of_epoch(epoch, settings),
    )


@contextlib.contextmanager
def telling_the_end(live: LiveLog, epochs: Sequence[object]) -> Iterator[None]:
    """Tell how a loop ends, whichever way that is; a fault of its core too."""
    try:
        yield
    except KeyboardInterrupt:
        live.end("interrupted; the same command goes on")
        raise
    except Exception as error:
        live.event("fault", str(error) or type(error).__name__)
        live.end("the loop failed")
        raise
    live.end(f"{len(epochs)} epochs are done")


def tell_weights(live: LiveLog, image: WindowImage, *, truth: WindowImage) -> None:
    """Tell which weights are in force, and which the true noise would have.

    Windows of the true noise may differ in more than their priors; then the truth is left out.
    """
    same = image.plan.plan_hash == truth.plan.plan_hash
    live.weights(
        priors=image.plan.entry_priors,
        lengths=image.first,
        true_priors=truth.plan.entry_priors if same else None,
        true_lengths=truth.first if same else None,
    )


def changed_text(index: int) -> str:
    """Return how a change of the noise is told."""
    return f"the noise of a qubit changed (epoch {index})"


def event_record(t_s: float, what: str, text: str) -> dict[str, Any]:
    """Return a record of an event."""
    return {"kind": "event", "t_s": t_s, "what": what, "text": text}
