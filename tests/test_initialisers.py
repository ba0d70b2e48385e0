"""Each initialiser draws the distribution that its name means."""

import numpy as np
import pytest

from vgcore import INITIALISERS

SHAPES = [(200, 300), (300, 200), (250, 250)]
STDS = {
    "standard_normal": lambda fan_in, fan_out: 1.0,
    "lecun_normal": lambda fan_in, fan_out: np.sqrt(1 / fan_in),
    "glorot_normal": lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
    "he_normal": lambda fan_in, fan_out: np.sqrt(2 / fan_in),
}
each = pytest.mark.parametrize("name", INITIALISERS)
each_shape = pytest.mark.parametrize(("fan_out", "fan_in"), SHAPES)


def draw(name, fan_out, fan_in, seed=0):
    return INITIALISERS[name](np.random.default_rng(seed), fan_out, fan_in)


def test_every_name_is_proved():
    assert {*STDS, "orthogonal"} == set(INITIALISERS)


@each
@pytest.mark.parametrize(("fan_out", "fan_in"), [*SHAPES, (1, 1), (1, 5), (5, 1)])
def test_the_shape_is_fan_out_by_fan_in(name, fan_out, fan_in):
    assert draw(name, fan_out, fan_in).shape == (fan_out, fan_in)


@each_shape
@pytest.mark.parametrize("name", STDS)
def test_draws_are_normal_with_its_std(name, fan_out, fan_in):
    w = draw(name, fan_out, fan_in) / STDS[name](fan_in, fan_out)
    assert abs(w.mean()) < 5 / np.sqrt(w.size)
    assert abs(w.var() - 1) < 5 * np.sqrt(2 / w.size)
    assert abs((w**4).mean() - 3) < 5 * np.sqrt(96 / w.size)


@each_shape
def test_orthogonal_keeps_lengths(fan_out, fan_in):
    w = draw("orthogonal", fan_out, fan_in)
    product = w @ w.T if fan_out <= fan_in else w.T @ w
    np.testing.assert_allclose(product, np.eye(min(fan_out, fan_in)), atol=1e-13)


@pytest.mark.parametrize(("fan_out", "fan_in"), [(3, 3), (3, 5), (5, 3)])
def test_orthogonal_is_uniform(fan_out, fan_in):
    rng = np.random.default_rng(0)
    w = np.array([INITIALISERS["orthogonal"](rng, fan_out, fan_in) for _ in range(2000)])
    longest = max(fan_out, fan_in)
    assert (np.abs(w.mean(axis=0)) < 5 / np.sqrt(2000 * longest)).all()
    np.testing.assert_allclose((w**2).mean(axis=0), 1 / longest, atol=5 * np.sqrt(2 / 2000) / longest)


@each
def test_a_seed_always_draws_the_same(name):
    np.testing.assert_array_equal(draw(name, 4, 3), draw(name, 4, 3))
    assert not np.array_equal(draw(name, 4, 3), draw(name, 4, 3, seed=1))
