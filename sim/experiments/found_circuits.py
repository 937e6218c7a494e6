"""Keep what searches found in a folder, and know which searches are finished.

In: rows and circuits of searches.   Out: a stim file, a JSON row and a certificate of each search.
Next: `quantacore.sim.cli.gates_search`.

Only a cheaper circuit replaces a file. A search that is finished, with these seconds and this
seed, is not begun again, whether it found anything or not.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantacore.golden.gates.certificate import make_certificate
from quantacore.golden.gates.preparation import prepared_gate
from quantacore.golden.search.circuit import Circuit, from_stim
from quantacore.golden.search.targets import Target
from quantacore.sim.experiments.gate_search import SearchRow

FORMAT = "quantacore-gate-search"
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a folder has of one state, device and method."""

    row: SearchRow | None
    """None: nothing was found so far."""
    circuit: Circuit | None
    finished: tuple[tuple[float, int], ...]
    """Seconds and seed of the searches that are done."""


class FoundCircuits:
    """The files of one state, device and method.

    Parameters
    ----------
    folder : Path
        It exists.
    target : Target
    connectivity, method : str
    """

    def __init__(self, folder: Path, target: Target, connectivity: str, method: str) -> None:
        self._target = target
        self._stem = folder / f"{target.name}_{connectivity}_{method}"
        rows = json.dumps([target.x_rows, target.z_rows])
        self._state = hashlib.sha256(rows.encode()).hexdigest()

    def _file(self, ending: str) -> Path:
        return self._stem.with_name(f"{self._stem.name}{ending}")

    def read(self) -> Kept:
        """Return what is there.

        Raises
        ------
        ValueError
            If a file is damaged, or of another state with the same name.
        """
        file = self._file(".json")
        if not file.exists():
            return Kept(row=None, circuit=None, finished=())
        try:
            content = json.loads(file.read_text())
            row = None if content["row"] is None else SearchRow(**content["row"])
            finished = tuple((float(t), int(seed)) for t, seed in content.get("finished", ()))
            state = content.get("state", self._state)
            circuit = None
            if row is not None:
                text = self._file(".stim").read_text()
                circuit = from_stim(text, num_data=self._target.num_qubits)
        except (ValueError, TypeError, KeyError, AttributeError, FileNotFoundError):
            raise ValueError(
                f"{file}: File must be a row of an earlier search, its circuit beside it, but it "
                "cannot be read: remove it"
            ) from None
        if state != self._state:
            raise ValueError(
                f"{file}: File must be of this code, not of another one of that name: choose "
                "another --out"
            )
        return Kept(row=row, circuit=circuit, finished=finished)

    def files(
        self,
        row: SearchRow | None,
        circuit: Circuit | None,
        finished: tuple[tuple[float, int], ...],
    ) -> dict[Path, str]:
        """Return path -> text of what is to be kept; the row comes last."""
        made: dict[Path, str] = {}
        if row is not None and circuit is not None:
            made[self._file(".stim")] = f"{circuit.to_stim()}\n"
            made[self._file(".certificate.json")] = _text(self._certificate(row, circuit))
        made[self._file(".json")] = _text(
            {
                "format": FORMAT,
                "version": VERSION,
                "state": self._state,
                "row": None if row is None else row.record(),
                "finished": finished,
            }
        )
        return made

    def _certificate(self, row: SearchRow, circuit: Circuit) -> dict[str, Any]:
        target = self._target
        basis = "z" if target.basis == "zero" else "x"
        built = prepared_gate(target.code, basis, circuit.to_stim(), order=target.num_faults)
        # Not a name of the gate library, which has circuits of its own.
        return make_certificate(f"found {row.state}", target.distance, built)


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1) + "\n"
