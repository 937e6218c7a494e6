"""One machine in a file: what its operations get wrong, how fast it is, how many qubits it has.

In: TOML.   Out: `Hardware`, and the noise of a family on it, also scaled.
Next: `quantacore.sim.choice.candidates`.

A section is a kind of qubit: ``[qubits]``, ``[pairs]``, ``[cat]``, ``[gkp]``. Families that need
a kind that is not there are left out. Qubits and modes count alike in the budget.

Source: photon loss of GKP modes, amplified back, is a normal shift: Noh, Albert & Jiang,
arXiv:1801.07271. Cat qubits: `quantacore.golden.codes.cat`.
"""

import dataclasses
import difflib
import math
import tomllib
from dataclasses import dataclass, field
from typing import Any

from quantacore.golden.codes.cat import IDLE_STEPS, MOST_PHOTONS, CatNoise
from quantacore.golden.codes.family import Family
from quantacore.golden.codes.gkp import (
    MOST_SIGMA,
    GkpNoise,
    flip_probability,
    sigma_of_squeezing,
)
from quantacore.golden.codes.honeycomb import PairNoise
from quantacore.golden.codes.operation_noise import OperationNoise

ROUND_STEPS = IDLE_STEPS + 2
"""Steps of a round of cat qubits."""
MOST_RATE = 0.5
MOST_BUDGET = 10_000


@dataclass(frozen=True, kw_only=True)
class Qubits:
    """Section ``[qubits]``: families `rotated`, `xzzx`, `xzzx_planar`."""

    gate: float
    """Error of a two-qubit gate, in [0, 0.5]."""
    idle: float
    """Error of a data qubit while others are measured, once a round, in [0, 0.5]."""
    prepare: float
    """Wrong state after a reset, in [0, 0.5]."""
    measure: float
    """Wrong result, in [0, 0.5]."""
    eta: float = 0.5
    """Bias p_Z / (p_X + p_Y) of gates and idling, at least 0; 0.5: depolarising, inf: Z alone."""
    cycle_us: float = 1.0
    """Time of a round, microseconds."""

    def noise(self, scale: float) -> OperationNoise:
        """Return the noise with every rate multiplied."""
        rates = {
            "p": self.gate,
            "idle_p": self.idle,
            "prepare_p": self.prepare,
            "measure_p": self.measure,
        }
        scaled = {name: min(rate * scale, MOST_RATE) for name, rate in rates.items()}
        return OperationNoise(eta=self.eta, **scaled)


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Section ``[pairs]``: native measurements of pairs, for `honeycomb`."""

    p: float
    """Depolarisation of a pair before its measurement, wrong results, resets; in [0, 0.5]."""
    cycle_us: float = 1.0
    """Time of a round of all three colours, microseconds."""

    def noise(self, scale: float) -> PairNoise:
        """Return the noise with its strength multiplied."""
        return PairNoise(p=min(self.p * scale, MOST_RATE))


@dataclass(frozen=True, kw_only=True)
class Cat:
    """Section ``[cat]``: dissipative cat qubits, for `cat`."""

    kappa1_per_s: float
    """Rate of photon loss, above 0."""
    kappa2_per_s: float
    """Rate of two-photon dissipation, above 0."""
    time: float = 1.0
    """Of a step, in units of ``1 / kappa2``; a round has five."""
    photons: float = 0.0
    """Photons of a cat; 0: the best number is found."""
    most_photons: float = 20.0
    """Up to which numbers are tried, at most 100."""

    @property
    def cycle_us(self) -> float:
        """Time of a round."""
        return ROUND_STEPS * self.time / self.kappa2_per_s * 1e6

    @property
    def ratio(self) -> float:
        """``kappa1 / kappa2``."""
        return self.kappa1_per_s / self.kappa2_per_s

    def noise(self, scale: float, *, n: float) -> CatNoise:
        """Return the noise with so many photons and the losses multiplied."""
        return CatNoise(n=n, k=self.ratio * scale, time=self.time)


@dataclass(frozen=True, kw_only=True)
class Gkp:
    """Section ``[gkp]``: square GKP modes, for `gkp_surface` and `gkp_toric`."""

    squeezing_db: float
    """Of data and ancilla modes: a shift of variance ``10^(-dB/10) / 2`` each."""
    photon_loss: float = 0.0
    """Share of photons lost in a round or before a readout, in [0, 1); adds its variance."""
    gate_squeezing_db: float = math.inf
    """Of the shift that a two-mode gate adds to both its modes; inf: perfect gates."""
    cycle_us: float = 1.0
    """Time of a round, microseconds."""

    @property
    def sigma(self) -> float:
        """Standard deviation of the shift of a mode in a round, and of a readout."""
        return math.sqrt(sigma_of_squeezing(self.squeezing_db) ** 2 + self.photon_loss)

    @property
    def gate_sigma(self) -> float:
        """Standard deviation of the shift that a gate adds."""
        if math.isinf(self.gate_squeezing_db):
            return 0.0
        return sigma_of_squeezing(self.gate_squeezing_db)

    def noise(self, scale: float) -> GkpNoise:
        """Return the noise with the probability of flips multiplied."""
        wanted = min(flip_probability(self.sigma) * scale, 0.49)
        sigma = self.sigma if scale == 1 else _sigma_of_flip(wanted)
        wider = sigma / self.sigma
        return GkpNoise(sigma=sigma, readout_sigma=sigma, gate_sigma=self.gate_sigma * wider)


SECTIONS: dict[str, type[Any]] = {"qubits": Qubits, "pairs": Pairs, "cat": Cat, "gkp": Gkp}
"""Name in the file -> its class."""

SECTION_OF_FAMILY = {
    "rotated": "qubits",
    "xzzx": "qubits",
    "xzzx_planar": "qubits",
    "cat": "cat",
    "gkp_surface": "gkp",
    "gkp_toric": "gkp",
    "honeycomb": "pairs",
}
"""What each of `quantacore.golden.codes.families.FAMILIES` is made of."""

RANGES: dict[str, tuple[float, float, bool]] = {
    "gate": (0, MOST_RATE, True),
    "idle": (0, MOST_RATE, True),
    "prepare": (0, MOST_RATE, True),
    "measure": (0, MOST_RATE, True),
    "p": (0, MOST_RATE, True),
    "eta": (0, math.inf, True),
    "cycle_us": (0, 1e9, False),
    "kappa1_per_s": (0, 1e15, False),
    "kappa2_per_s": (0, 1e15, False),
    "time": (0, 1e6, False),
    "photons": (0, MOST_PHOTONS, True),
    "most_photons": (0, MOST_PHOTONS, False),
    "photon_loss": (0, 0.999, True),
    "squeezing_db": (-6, 100, True),
    "gate_squeezing_db": (-6, math.inf, True),
}
"""Key -> least, most, whether the least is allowed."""


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """What the file says."""

    name: str
    budget: int
    """Qubits or modes, ancillas included."""
    sections: dict[str, Any] = field(default_factory=dict)
    """Name of `SECTIONS` -> its numbers."""

    def section(self, family: str) -> Any:
        """Return the section that a family needs, or None."""
        return self.sections.get(SECTION_OF_FAMILY[family])

    def noise(self, family: Family, *, scale: float = 1.0, photons: float | None = None) -> Any:
        """Return the noise of a family, its rates multiplied by ``scale``."""
        section = self.section(family.name)
        if isinstance(section, Cat):
            return section.noise(scale, n=photons or section.photons)
        return section.noise(scale)

    def to_json(self) -> dict[str, Any]:
        """Return what makes results of this hardware comparable; infinity becomes ``"inf"``."""
        return {
            name: {
                key: "inf" if value == math.inf else value
                for key, value in dataclasses.asdict(section).items()
            }
            for name, section in self.sections.items()
        }


def hardware_from_toml(text: str, *, budget: int | None = None) -> Hardware:
    """Read a description; `quantacore.sim.choice.examples.EXAMPLES` are some.

    Parameters
    ----------
    text : str
    budget : int, optional
        Instead of the one of the file, which may lack it then.

    Raises
    ------
    ValueError
        If it is no TOML, has an unknown key (the nearest right one is named), lacks one, or a
        number is out of range.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"Hardware must be described in TOML: {error}") from None
    _check_keys(data, {"name", "budget", *SECTIONS}, where="the file")
    name, own_budget = data.pop("name", "hardware"), data.pop("budget", None)
    if not isinstance(name, str):
        raise ValueError(f"name must be a text, not {name!r}")
    if not data:
        raise ValueError(f"Hardware must have a section: one of {', '.join(SECTIONS)}")
    sections = {key: _section(key, numbers) for key, numbers in data.items()}
    budget = check_budget(own_budget if budget is None else budget)
    hardware = Hardware(name=name, budget=budget, sections=sections)
    gkp = hardware.sections.get("gkp")
    if gkp is not None and gkp.sigma > MOST_SIGMA:
        raise ValueError(f"[gkp]: shifts must be at most {MOST_SIGMA:g} wide, not {gkp.sigma:.3g}")
    cat = hardware.sections.get("cat")
    if cat is not None and cat.ratio >= 1:
        raise ValueError(
            "[cat]: kappa1_per_s must be below kappa2_per_s: there is no cat otherwise"
        )
    return hardware


def check_budget(budget: Any) -> int:
    """Return a number of qubits or modes; `ValueError` if it is none."""
    if budget is None:
        raise ValueError(
            "budget must be given, in the file or by --budget: qubits or modes, ancillas too"
        )
    if not isinstance(budget, int) or isinstance(budget, bool) or not 1 <= budget <= MOST_BUDGET:
        raise ValueError(f"budget must be a whole number, 1 to {MOST_BUDGET}, not {budget!r}")
    return budget


def _section(name: str, numbers: Any) -> Any:
    where = f"[{name}]"
    if not isinstance(numbers, dict):
        raise ValueError(f"{name} must be a section [{name}] with keys, not {numbers!r}")
    fields = dataclasses.fields(SECTIONS[name])
    _check_keys(numbers, {each.name for each in fields}, where=where)
    for each in fields:
        if each.name not in numbers and each.default is dataclasses.MISSING:
            raise ValueError(f"{where}: {each.name} must be given")
    for key, value in numbers.items():
        least, most, included = RANGES[key]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not least <= value <= most or (value == least and not included):
            start = f"{least:g} to" if included else f"above {least:g}, at most"
            top = "infinity" if math.isinf(most) else f"{most:g}"
            raise ValueError(f"{where}: {key} must be {start} {top}, not {value!r}")
    rates = [numbers[key] for key in ("gate", "idle", "prepare", "measure", "p") if key in numbers]
    if rates and not any(rates):
        raise ValueError(f"{where}: some rate must be above 0: without errors all codes are alike")
    return SECTIONS[name](**{key: float(value) for key, value in numbers.items()})


def _check_keys(found: dict[str, Any], known: set[str], *, where: str) -> None:
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise ValueError(f"Unknown key {key!r} in {where}: {hint}")


def _sigma_of_flip(wanted: float) -> float:
    """Return the shift that flips so often, by bisection."""
    low, high = 1e-2, MOST_SIGMA
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if flip_probability(middle) < wanted else (low, middle)
    return (low + high) / 2
