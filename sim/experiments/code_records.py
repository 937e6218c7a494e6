"""What a loop over codes tells the live page: its header, and the records of old epochs.

In: settings and epochs of a log.   Out: header and records of `quantacore.host.live_log`.
Next: `quantacore.sim.dashboard.log_records` (old logs), `quantacore.sim.cli.run_codes` (new ones).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from quantacore.host.live_log import live_header
from quantacore.sim.experiments.loop_records import event_record

CODE_LOOP = ("quantacore-code-loop", 2)
"""Format and version of the log."""
OLD_CODE_LOOP = ("quantacore-code-loop", 1)
"""Without detection events: it can be looked at, but not gone on with."""


def header_of_codes(
    settings: Mapping[str, Any], slots: Sequence[Sequence[float]] = ()
) -> dict[str, Any]:
    """Return the header of a live log.

    Parameters
    ----------
    settings : mapping
        Fields of `CodeLoopSettings`.
    slots : sequence of sequence of float
        Places of the family's slots; none for logs, which do not say them.

    Raises
    ------
    ValueError
        If settings are missing or wrong.
    """
    try:
        title = f"Codes {' '.join(settings['codes'])} on one core, noise: {settings['noise']}"
    except (KeyError, TypeError) as error:
        raise ValueError(f"Settings must be those of a loop over codes ({error!r})") from None
    shown = {k: v for k, v in settings.items() if k != "codes"}
    return live_header(title=title, slots=slots, settings=shown)


def records_of_code_epoch(
    epoch: Mapping[str, Any], settings: Mapping[str, Any], *, num_slots: int = 0
) -> Iterable[dict[str, Any]]:
    """Return what an epoch of a log says; a log has no clock, so the device's is taken.

    Raises
    ------
    KeyError, TypeError
        If the line is not an epoch.
    """
    looks = epoch["looks"]
    at, per_look = epoch["index"] * settings["epoch_s"], settings["epoch_s"] / max(1, len(looks))
    for k, look in enumerate(looks, start=1):
        t_s = at + k * per_look
        counted = {name: look[name] for name in ("shots", "windows", "rounds")}
        # Old logs hold no detection events: nothing is said of them, not that there were none.
        events = list(look.get("events", [0] * num_slots))[:num_slots]
        yield {"kind": "look", "t_s": t_s, **counted, "events": events}
        if look["choice"] not in (None, look["code"]):
            yield event_record(t_s, "code", switch_text(look["choice"], look["code"], look["why"]))
    errors = {"core": sum(look["errors"] for look in looks), **epoch["errors"]}
    yield {
        "kind": "errors",
        "t_s": at + settings["epoch_s"],
        "shots": epoch["shots"],
        "errors": errors,
        "epoch": epoch["index"],
    }


def switch_text(choice: str, before: str, why: str) -> str:
    """Return how a switch is told."""
    return f"{choice} after {before}: {why}"
