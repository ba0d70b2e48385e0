"""Each initialiser draws the distribution that its name means."""

import re

import numpy as np
import pytest

from vgcore import ACTIVATIONS, BIASES, DEFAULTS, INITIALISERS
from vgcore.initialisers import biases, entry_std, normal, sigma_w, variance_scaling

SHAPES = [(200, 300), (300, 200), (250, 250)]
NORMAL = {
    "standard_normal": lambda fan_in, fan_out: 1.0,
    "lecun_normal": lambda fan_in, fan_out: np.sqrt(1 / fan_in),
    "glorot_normal": lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
    "he_normal": lambda fan_in, fan_out: np.sqrt(2 / fan_in),
}
BOUNDS = {
    "lecun_uniform": lambda fan_in, fan_out: np.sqrt(3 / fan_in),
    "glorot_uniform": lambda fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out)),
    "he_uniform": lambda fan_in, fan_out: np.sqrt(6 / fan_in),
    "kaiming_uniform": lambda fan_in, fan_out: 1 / np.sqrt(fan_in),
    "logistic_uniform": lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
}
OF_BIASES = {
    "fan_in_uniform": BOUNDS["kaiming_uniform"],
    "glorot_uniform": BOUNDS["glorot_uniform"],
    "logistic_uniform": BOUNDS["logistic_uniform"],
}
TRUNCATED = {name.replace("_normal", "_truncated_normal"): name for name in list(NORMAL)[1:]}
LEFT = (0.77374130, 1.41618912, 9.74508879)  # moments 2, 4 and 8 of N(0, 1) between -2 and 2, by mpmath
each = pytest.mark.parametrize("name", INITIALISERS)
each_shape = pytest.mark.parametrize(("fan_out", "fan_in"), SHAPES)
each_dtype = pytest.mark.parametrize("dtype", [float, np.float32])


def draw(name, fan_out, fan_in, seed=0, **more):
    return INITIALISERS[name].sample(np.random.default_rng(seed), fan_out, fan_in, **more)


def is_drawn_with(found, moments):
    """Hold the mean, and the moments 2 and 4 of values drawn, against the expected within 5 sigma."""
    n, (second, fourth, eighth) = found.size, moments
    assert abs(found.mean()) < 5 * np.sqrt(second / n)
    assert abs((found**2).mean() - second) < 5 * np.sqrt((fourth - second**2) / n)
    assert abs((found**4).mean() - fourth) < 5 * np.sqrt((eighth - fourth**2) / n)


def test_every_name_is_proved():
    assert {*NORMAL, *BOUNDS, *TRUNCATED, "orthogonal"} == set(INITIALISERS)
    assert {*OF_BIASES, "zeros", "normal"} == set(BIASES)
    assert all(init.source for init in (*INITIALISERS.values(), *BIASES.values()))


@each
@each_dtype
@pytest.mark.parametrize(("fan_out", "fan_in"), [*SHAPES, (1, 1), (1, 5), (5, 1)])
def test_the_shape_is_fan_out_by_fan_in(name, fan_out, fan_in, dtype):
    w = draw(name, fan_out, fan_in, dtype=dtype)
    assert w.shape == (fan_out, fan_in)
    assert w.dtype == dtype


@each_shape
@each_dtype
@pytest.mark.parametrize("name", NORMAL)
def test_draws_are_normal_with_its_std(name, fan_out, fan_in, dtype):
    is_drawn_with(draw(name, fan_out, fan_in, dtype=dtype) / NORMAL[name](fan_in, fan_out), (1, 3, 105))


@each_shape
@each_dtype
@pytest.mark.parametrize("name", BOUNDS)
def test_draws_are_uniform_between_its_bounds(name, fan_out, fan_in, dtype):
    found = draw(name, fan_out, fan_in, dtype=dtype) / BOUNDS[name](fan_in, fan_out)
    is_drawn_with(found, (1 / 3, 1 / 5, 1 / 9))
    assert 1 - 20 / found.size < np.abs(found).max() < 1 + 1e-6


@each_shape
@each_dtype
@pytest.mark.parametrize("name", TRUNCATED)
def test_draws_are_normal_cut_at_two_and_widened_to_its_std(name, fan_out, fan_in, dtype):
    std = NORMAL[TRUNCATED[name]](fan_in, fan_out)
    cut = draw(name, fan_out, fan_in, dtype=dtype) / std * np.sqrt(LEFT[0])
    is_drawn_with(cut, LEFT)
    assert 1.99 < np.abs(cut).max() < 2 + 1e-6
    assert INITIALISERS[name].std(fan_in, fan_out) == pytest.approx(std)


@each
@each_shape
def test_the_std_is_of_the_draws(name, fan_out, fan_in):
    """The 5 sigma of `is_drawn_with` are held above; here, that no std is another's."""
    assert draw(name, fan_out, fan_in).std() == pytest.approx(entry_std(name, fan_in, fan_out), rel=0.015)
    assert sigma_w(name, fan_in) == pytest.approx(entry_std(name, fan_in, fan_in) * np.sqrt(fan_in))


@pytest.mark.parametrize("name", NORMAL)
@pytest.mark.parametrize(("fan_out", "fan_in"), [(3, 7), (100, 784), (100, 100)])
def test_normal_draws_are_those_of_the_generator(name, fan_out, fan_in):
    """What a seed shows on the screen stays what it was."""
    of_the_seed = np.random.default_rng(1).standard_normal((fan_out, fan_in))
    expected = of_the_seed * NORMAL[name](fan_in, fan_out)
    np.testing.assert_allclose(draw(name, fan_out, fan_in, seed=1), expected, rtol=5e-16)


def test_orthogonal_draws_are_those_of_the_generator():
    expected = [[0.33753119, 0.32273704, 0.88425873], [0.46509405, -0.87389208, 0.14142195]]
    np.testing.assert_allclose(draw("orthogonal", 2, 3, seed=1), expected, atol=1e-8)


@each_shape
@pytest.mark.parametrize(("dtype", "atol"), [(float, 1e-13), (np.float32, 1e-5)])
def test_orthogonal_keeps_lengths(fan_out, fan_in, dtype, atol):
    w = draw("orthogonal", fan_out, fan_in, dtype=dtype)
    product = w @ w.T if fan_out <= fan_in else w.T @ w
    np.testing.assert_allclose(product, np.eye(min(fan_out, fan_in)), atol=atol)


@pytest.mark.parametrize(("fan_out", "fan_in"), [(3, 3), (3, 5), (5, 3)])
def test_orthogonal_is_uniform(fan_out, fan_in):
    rng = np.random.default_rng(0)
    w = np.array([INITIALISERS["orthogonal"].sample(rng, fan_out, fan_in) for _ in range(2000)])
    longest = max(fan_out, fan_in)
    assert (np.abs(w.mean(axis=0)) < 5 / np.sqrt(2000 * longest)).all()
    np.testing.assert_allclose((w**2).mean(axis=0), 1 / longest, atol=5 * np.sqrt(2 / 2000) / longest)


@each
def test_a_seed_always_draws_the_same(name):
    np.testing.assert_array_equal(draw(name, 4, 3), draw(name, 4, 3))
    assert not np.array_equal(draw(name, 4, 3), draw(name, 4, 3, seed=1))


@each_dtype
@pytest.mark.parametrize("name", OF_BIASES)
def test_biases_are_uniform_by_the_fans_of_their_layer(name, dtype):
    b = BIASES[name].sample(np.random.default_rng(0), 50_000, 40, dtype=dtype)
    assert b.shape == (50_000, 1)
    assert b.dtype == dtype
    bound = OF_BIASES[name](40, 50_000)
    is_drawn_with(b / bound, (1 / 3, 1 / 5, 1 / 9))
    assert 0.999 < np.abs(b).max() / bound < 1 + 1e-6
    assert BIASES[name].std(40, 50_000) == pytest.approx(bound / np.sqrt(3))


@each_dtype
def test_biases_are_normal_with_the_std_that_is_given(dtype):
    b = biases("normal", 0.3).sample(np.random.default_rng(0), 50_000, 40, dtype=dtype)
    assert b.shape == (50_000, 1)
    is_drawn_with(b / 0.3, (1, 3, 105))
    assert biases("normal", 0.3).std(40, 50_000) == 0.3
    assert not biases("normal").sample(np.random.default_rng(0), 5, 3).any()


@each_dtype
def test_biases_of_zeros_draw_nothing(dtype):
    rng = np.random.default_rng(0)
    b = BIASES["zeros"].sample(rng, 5, 3, dtype=dtype)
    np.testing.assert_array_equal(b, np.zeros((5, 1), dtype), strict=True)
    assert rng.random() == np.random.default_rng(0).random()


@pytest.mark.parametrize("framework", DEFAULTS)
def test_a_default_is_a_recipe_of_known_names(framework):
    for activation in ACTIVATIONS:
        recipe = DEFAULTS[framework].recipe(activation, scale=2.0)
        assert recipe.pop("init") in INITIALISERS
        assert recipe.pop("bias") in BIASES
        assert recipe == {"activation": activation, "scale": 2.0}


def test_only_scikit_learn_looks_at_the_activation():
    for framework, default in DEFAULTS.items():
        same = default.recipe("sigmoid")["init"] == default.recipe("relu")["init"]
        assert same == (framework != "scikit-learn")
    assert DEFAULTS["scikit-learn"].of("sigmoid").bias == "logistic_uniform"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: variance_scaling(-1.0, "fan_in", "normal"), "scale must be at least 0.0, not -1.0"),
        (lambda: variance_scaling(np.nan, "fan_in", "normal"), "scale must be finite, but holds nan"),
        (lambda: variance_scaling(1.0, "fan", "normal"), "unknown mode 'fan': use one of fan_in, fan_avg"),
        (
            lambda: variance_scaling(1.0, "fan_in", "cauchy"),
            "unknown distribution 'cauchy': use one of normal",
        ),
        (lambda: normal(-0.1), "std must be at least 0.0, not -0.1"),
        (lambda: biases("ones"), "unknown initialiser of biases 'ones': use one of zeros, normal"),
        (lambda: biases("normal", -1.0), "bias_std must be at least 0.0, not -1.0"),
        (lambda: biases("zeros", 0.5), "zeros has a std of its own, leave out 0.5"),
        (lambda: entry_std("glorot", 3, 4), "unknown initialiser 'glorot': use one of standard_normal"),
        (lambda: sigma_w("he_normal", 0), "width must be a whole number of at least 1, not 0"),
    ],
)
def test_bad_input_is_quoted(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
