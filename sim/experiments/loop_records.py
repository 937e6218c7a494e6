"""What a closed loop tells the live page: its header, and the records of an epoch.

In: settings and epochs of a log.   Out: header and records of `quantacore.host.live_log`.
Next: `quantacore.sim.dashboard.log_records` (old logs), `quantacore.sim.cli.run` (new ones).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.host.live_log import live_header


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
    bounds = [round(k * epoch["shots"] / len(epoch["looks"])) for k in range(len(epoch["looks"]))]
    for k, (look, first) in enumerate(zip(epoch["looks"], bounds, strict=True)):
        last = [*bounds, epoch["shots"]][k + 1]
        t_s = at + (k + 1) * per_look
        counted = {name: look[name] for name in ("windows", "rounds", "events")}
        yield {"kind": "look", "t_s": t_s, "shots": last - first, **counted}
        if not look["learned"]:
            yield event_record(t_s, "note", "nothing was learned from this look")
        if k + 1 < len(bounds):
            come = [shot for shot in swaps if first < shot <= last]
        else:
            come = [shot for shot in swaps if first < shot]
        for _ in come:
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


IMAGE_TEXT = "new weights are in force"


def changed_text(index: int) -> str:
    """Return how a change of the noise is told."""
    return f"the noise of a qubit changed (epoch {index})"


def event_record(t_s: float, what: str, text: str) -> dict[str, Any]:
    """Return a record of an event."""
    return {"kind": "event", "t_s": t_s, "what": what, "text": text}
