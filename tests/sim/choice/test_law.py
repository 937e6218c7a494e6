"""The law finds what made its samples, and its intervals hold."""

import math

import numpy as np
import pytest

from quantacore.sim.choice import law as law_module
from quantacore.sim.choice.law import Sample, enough, fit_law, too_few


def sample(generator, faults, *, a=-3.0, b=-1.5, scale=1.0, photons=1.0, e=0.0, shots=200_000):
    order = (faults + 1) // 2
    rate = math.exp(a + order * (b + math.log(scale) + e * math.log(photons)))
    per_shot = (1 - (1 - 2 * rate) ** faults) / 2
    return Sample(
        faults=faults,
        aspect=1.0,
        rounds=faults,
        scale=scale,
        shots=shots,
        errors=int(generator.binomial(shots, per_shot)),
        photons=photons,
    )


def test_interval_holds_as_often_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law_module, "DOUBT", 0.0)
    truth = math.exp(-3 - 8 * 1.5)
    hits = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        law = fit_law([sample(generator, faults) for faults in (3, 5, 7)])
        assert law is not None
        hits += law.predict(faults=15).contains(truth)
    assert hits >= 180  # of 190 expected; 12 fewer are 3 standard deviations


def test_law_gives_back_its_numbers() -> None:
    generator = np.random.default_rng(1)
    law = fit_law([sample(generator, faults, shots=10**8) for faults in (3, 5, 7)])
    assert law is not None
    assert law.coefficients == pytest.approx((-3, -1.5), abs=0.02)
    assert law.suppression() == pytest.approx(math.exp(1.5), rel=0.02)
    assert "faults 3, 5, 7" in law.describe()


def test_stronger_noise_stands_in_for_errors_that_are_not_seen() -> None:
    generator = np.random.default_rng(2)
    kwargs = {"a": -3.0, "b": -5.0}
    weak = [sample(generator, faults, **kwargs) for faults in (3, 5, 7)]
    assert not enough(weak)
    assert fit_law(weak) is None
    strong = [
        sample(generator, faults, scale=scale, **kwargs)
        for faults in (3, 5, 7)
        for scale in (4, 8, 16)
    ]
    law = fit_law(weak + strong)
    assert law is not None
    found = law.predict(faults=7)
    truth = math.exp(-3 - 4 * 5)
    assert found.contains(truth)
    assert found.high / found.low < 100
    assert "noise up to 16 times" in law.describe()


def test_photons_share_a_fit() -> None:
    generator = np.random.default_rng(3)
    law = fit_law(
        [
            sample(generator, faults, photons=n, e=0.9, b=-3.0)
            for faults in (3, 5, 7)
            for n in (2, 4, 8)
        ]
    )
    assert law is not None
    assert law.coefficients[2] == pytest.approx(0.9, abs=0.1)
    few, many = (law.predict(faults=5, photons=n) for n in (2, 8))
    assert many.value / few.value == pytest.approx(4**2.7, rel=0.4)


def test_scatter_widens_the_interval() -> None:
    generator = np.random.default_rng(4)
    good = [sample(generator, faults) for faults in (3, 5, 7, 9)]
    bad = [
        Sample(**{**vars(s), "errors": round(s.errors * factor)})
        for s, factor in zip(good, (1.5, 0.7, 1.5, 0.7), strict=True)
    ]
    laws = [fit_law(samples) for samples in (good, bad)]
    widths = []
    for law in laws:
        assert law is not None
        found = law.predict(faults=13)
        widths.append(found.high / found.low)
    assert widths[1] > 2 * widths[0]
    assert laws[1] is not None
    assert laws[1].scatter > 10


def test_doubt_grows_beyond_what_was_seen() -> None:
    generator = np.random.default_rng(8)
    law = fit_law([sample(generator, faults, shots=10**8) for faults in (3, 5, 7)])
    assert law is not None
    widths = []
    for faults in (7, 9, 17):
        found = law.predict(faults=faults)
        widths.append(math.log(found.high / found.low) / 2)
    assert widths[0] < 0.05
    assert widths[1] == pytest.approx(1.96 * 0.16, abs=0.05)
    assert widths[2] == pytest.approx(5 * 1.96 * 0.16, abs=0.1)


def test_long_sides_have_more_places() -> None:
    generator = np.random.default_rng(9)
    law = fit_law([sample(generator, faults) for faults in (3, 5, 7)])
    assert law is not None
    assert law.predict(faults=5, aspect=3.0).value == pytest.approx(3 * law.predict(faults=5).value)


def test_noise_near_threshold_is_left_out() -> None:
    generator = np.random.default_rng(10)
    own = [sample(generator, faults, b=-3.0) for faults in (3, 5)]
    strong = [sample(generator, faults, b=-3.0, scale=2) for faults in (3, 5)]
    flat = [sample(generator, faults, a=-8.0, b=0.0, scale=4) for faults in (3, 5)]
    with_flat, without = fit_law(own + strong + flat), fit_law(own + strong)
    assert with_flat is not None
    assert without is not None
    assert with_flat.coefficients == without.coefficients


def test_one_distance_is_no_law() -> None:
    generator = np.random.default_rng(5)
    assert not enough([sample(generator, 3) for _ in range(5)])
    # 1 and 2 faults, or 3 and 4, take as many errors.
    assert fit_law([sample(generator, faults) for faults in (3, 4, 3, 4)]) is None


def test_rates_stay_below_a_half() -> None:
    generator = np.random.default_rng(6)
    law = fit_law([sample(generator, faults, a=-9.0, b=0.3) for faults in (3, 5, 7)])
    assert law is not None
    assert law.predict(faults=99).high == 0.5


def test_too_many_errors_are_not_too_few() -> None:
    generator = np.random.default_rng(7)
    noisy = [sample(generator, faults, a=-2.0, b=0.0) for faults in (3, 5, 7)]
    assert not enough(noisy)
    assert not too_few(noisy)
    assert too_few([sample(generator, faults, b=-6.0) for faults in (3, 5, 7)])
