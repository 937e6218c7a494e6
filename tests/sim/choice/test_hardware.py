"""The description of a machine: what it means, and what is refused."""

import math

import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.codes.gkp import flip_probability
from quantacore.sim.choice.examples import EXAMPLES, example
from quantacore.sim.choice.hardware import SECTION_OF_FAMILY, hardware_from_toml
from tests.sim.choice.machines import CATS, QUBITS, machine

GKP = "budget = 50\n[gkp]\nsqueezing_db = 10\n"


def test_every_family_is_made_of_something() -> None:
    assert set(SECTION_OF_FAMILY) == set(FAMILIES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_read(name: str) -> None:
    hardware = hardware_from_toml(example(name))
    assert hardware.budget >= 100
    for family in FAMILIES.values():
        if hardware.section(family.name) is not None:
            assert isinstance(hardware.noise(family, photons=6), family.noise)


def test_rates_go_to_their_operations() -> None:
    text = QUBITS.replace("gate = 0.008", "gate = 0.001").replace("idle = 0.008", "idle = 0.002")
    text = text.replace("prepare = 0.008", "prepare = 0.003")
    noise = machine(text).noise(FAMILIES["rotated"])
    assert (noise.p, noise.idle_p, noise.prepare_p, noise.measure_p) == (0.001, 0.002, 0.003, 0.008)
    before_readout = str(FAMILIES["rotated"].circuit(3, noise=noise)).splitlines()[-20:]
    assert any(line.startswith("X_ERROR(0.008)") for line in before_readout)
    scaled = machine(text).noise(FAMILIES["rotated"], scale=4)
    assert (scaled.p, scaled.measure_p) == (0.004, 0.032)


def test_cycle_of_cats_is_five_steps() -> None:
    cat = machine(CATS).sections["cat"]
    assert cat.cycle_us == pytest.approx(5.0)
    assert cat.ratio == pytest.approx(1e-3)
    assert machine(CATS).noise(FAMILIES["cat"], photons=4, scale=2).k == pytest.approx(2e-3)


def test_loss_and_squeezing_add_up() -> None:
    plain, lossy = (machine(GKP + extra).sections["gkp"] for extra in ("", "photon_loss = 0.05"))
    assert plain.sigma**2 == pytest.approx(0.05)
    assert lossy.sigma**2 == pytest.approx(0.1)
    assert lossy.gate_sigma == 0
    twice = machine(GKP).noise(FAMILIES["gkp_surface"], scale=2)
    assert flip_probability(twice.sigma) == pytest.approx(2 * flip_probability(plain.sigma))


def test_infinity_is_no_json() -> None:
    assert machine(QUBITS + "eta = inf").to_json()["qubits"]["eta"] == "inf"
    assert machine(QUBITS + "eta = inf").sections["qubits"].eta == math.inf


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("budget = ", "Hardware must be described in TOML"),
        ("budget = 5", "Hardware must have a section: one of qubits, pairs, cat, gkp"),
        (QUBITS.replace("budget = 50", ""), "budget must be given"),
        (QUBITS.replace("50", "0"), "budget must be a whole number, 1 to 10000, not 0"),
        (QUBITS.replace("50", "1.5"), "budget must be a whole number, 1 to 10000, not 1.5"),
        (QUBITS.replace("budget", "budgte"), "Unknown key 'budgte' in the file: did you mean bud"),
        (QUBITS.replace("gate", "gates"), r"Unknown key 'gates' in \[qubits\]: did you mean gate"),
        (QUBITS.replace("[qubits]", "[qubit]"), "Unknown key 'qubit' in .*: did you mean qubits"),
        (QUBITS + "xyzw = 1", "Unknown key 'xyzw' in .*: known are cycle_us, eta, gate"),
        (QUBITS.replace("gate = 0.008", "gate = -0.1"), "gate must be 0 to 0.5, not -0.1"),
        (QUBITS.replace("gate = 0.008", 'gate = "a"'), "gate must be 0 to 0.5, not 'a'"),
        (QUBITS.replace("gate = 0.008", "gate = nan"), "gate must be 0 to 0.5, not nan"),
        (QUBITS.replace("gate = 0.008", ""), r"\[qubits\]: gate must be given"),
        (QUBITS.replace("0.008", "0"), "some rate must be above 0"),
        (QUBITS + "eta = -1", "eta must be 0 to infinity, not -1"),
        (QUBITS + "cycle_us = 0", "cycle_us must be above 0, at most 1e.09, not 0"),
        (CATS.replace("1e6", "0"), "kappa2_per_s must be above 0"),
        (CATS.replace("1e6", "1e3"), "kappa1_per_s must be below kappa2_per_s"),
        (CATS + "photons = 200", "photons must be 0 to 100, not 200"),
        ("budget = 9\nqubits = 3", r"qubits must be a section \[qubits\] with keys, not 3"),
        ("budget = 9\n[gkp]\nsqueezing_db = -20", "squeezing_db must be -6 to 100, not -20"),
    ],
)
def test_hardware_rejects(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hardware_from_toml(text)


def test_example_rejects() -> None:
    with pytest.raises(ValueError, match=r"Example must be one of transmon, .*, not 'ion'"):
        example("ion")
