"""Ways out: the profiles of 50 layers against theory and against the numbers of another program."""

from itertools import pairwise

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses, refuses_each
from vgcore import ACTIVATIONS, COSTS, Network, blocks, load_digits, speeds
from vgcore.blocks import Recipe, backward
from vgcore.initialisers import DEFAULTS
from vgcore.studies.ways_out import (
    RECIPES,
    WideLayers,
    deep_profile,
    scaled_skip,
    theory_factors,
    trend,
    wide_layers,
)

EDGE = {"scale": 1.76095**0.5, "bias_std": 0.05**0.5}
PLAIN = {  # first over last of 50 layers by another program, 16 seeds: median, least, most, theory
    "sigmoid": ({"activation": "sigmoid", "bias_std": 1.0}, 1.7e-34, 1.1e-34, 5.7e-34, 1.9e-34),
    "tanh": ({"activation": "tanh"}, 0.282, 0.21, 0.36, 0.300),
    "tanh, glorot": ({"activation": "tanh", "init": "glorot_normal"}, 0.222, 0.17, 0.29, 0.235),
    "tanh at the edge": ({"activation": "tanh", **EDGE}, 1.37, 0.52, 2.0, 1.33),
    "tanh ordered": ({"activation": "tanh", **EDGE, "scale": 0.7}, 6.7e-10, 5.4e-10, 1.2e-9, 7.3e-10),
    "tanh chaotic": ({"activation": "tanh", **EDGE, "scale": 2.0}, 2490, 2200, 2900, 2240),
    "relu, he": ({"activation": "relu", "init": "he_normal"}, 0.81, 0.28, 2.9, 1.0),
    "relu": ({"activation": "relu"}, 3.2e-8, 1.2e-8, 1.1e-7, 4.2e-8),
    "selu": ({"activation": "selu"}, 17.8, 12, 21, 13.8),
    "gelu, he": ({"activation": "gelu", "init": "he_normal"}, 6.9e-8, 4.6e-8, 9e-8, 7.0e-8),
    "orthogonal": ({"activation": "tanh", "init": "orthogonal", "scale": 1.1}, 1.27, 1.2, 1.3, 1.18),
    "orthogonal, gain 1": ({"activation": "tanh", "init": "orthogonal"}, 0.319, 0.31, 0.33, 0.300),
    "linear": ({"activation": "linear"}, 0.94, 0.64, 1.4, 1.0),
}
SKIPS = {  # blocks, alpha: median, least and most of another program's 12 seeds, and theory
    ("relu", "he_normal", 10, 1.0): (32.4, 28, 37, 32),
    ("relu", "he_normal", 50, 1.0): (3.8e7, 2.7e7, 7.3e7, 3.36e7),
    ("relu", "he_normal", 50, 50**-0.5): (1.647, 1.57, 1.71, 1.641),
    ("relu", "he_normal", 200, 200**-0.5): (1.645, 1.58, 1.78, 1.647),
    ("tanh", "lecun_normal", 50, 1.0): (38.7, 36, 43, 36.9),
    ("tanh", "lecun_normal", 200, 1.0): (2280, 1950, 2430, 1970),
    ("tanh", "lecun_normal", 50, 50**-0.5): (1.24, 1.19, 1.28, 1.241),
}
NORMED = [  # norm of the gradient, from layer to layer, by another program, and theory
    ("relu", "batch", 1000, 1.196, 1.211),
    ("relu", "batch", 128, 1.210, 1.211),
    ("relu", "batch", 32, 1.234, None),
    ("relu", "batch", 8, 1.338, None),
    ("tanh", "batch", 1000, 1.098, 1.085),
    ("sigmoid", "batch", 1000, 1.029, 1.017),
    ("linear", "batch", 1000, 1.006, 1.0),
    ("relu", "layer", 500, 0.994, 1.0),
    ("tanh", "layer", 500, 1.090, 1.085),
    ("linear", "layer", 500, 1.004, 1.0),
    ("sigmoid", "layer", 500, 0.389, 0.391),
]


def ratios(profile):
    return profile.ratios.to_float()


@pytest.mark.parametrize("name", PLAIN)
def test_scale_and_activation_set_the_slope(name):
    recipe, median, low, high, theory = PLAIN[name]
    profile = deep_profile({"init": "lecun_normal", **recipe})
    seen = ratios(profile)
    spread = max(np.log(high / low) / 4.0, 0.02)  # about a standard deviation of one seed
    assert abs(np.log(np.median(seen) / median)) < 3.0 * spread * (1 / 8 + 1 / 16) ** 0.5 * 1.25
    assert (profile.theory[0] / profile.theory[-1]).to_float() == pytest.approx(theory, rel=0.025)
    assert profile.factor == pytest.approx(np.median(seen ** (1 / 49)))


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("sigmoid", 0.2048),
        ("tanh ordered", 0.6512),
        ("tanh at the edge", 1.0),
        ("tanh chaotic", 1.1586),
        ("relu, he", 1.0),
        ("relu", 0.5**0.5),
        ("selu", 1.0352),
        ("gelu, he", 0.5**0.5),
    ],
)
def test_the_factor_that_far_layers_come_to(name, factor):
    recipe = Recipe.of({"init": "lecun_normal", **PLAIN[name][0]})
    assert theory_factors(recipe, 200, 100, load_digits(500)[0])[-1] == pytest.approx(factor, abs=6e-5)


@pytest.mark.parametrize("name", SKIPS)
def test_skips_multiply_by_the_root_of_1_and_alpha_squared(name):
    activation, init, count, alpha = name
    median, low, high, theory = SKIPS[name]
    recipe = {"activation": activation, "init": init, "residual": alpha}
    profile = deep_profile(recipe, hidden=count + 1, seeds=8 if count < 100 else 4)
    assert (profile.theory[0] / profile.theory[-1]).to_float() == pytest.approx(theory, rel=0.01)
    assert low * (low / high) ** 0.5 < np.median(ratios(profile)) < high * (high / low) ** 0.5
    assert np.median(ratios(profile)) == pytest.approx(median, rel=0.25)


@pytest.mark.parametrize("hidden", [2, 5, 50, 1000])
def test_scaled_skips_are_level_at_any_depth(hidden):
    recipe = Recipe.of({"activation": "relu", "init": "he_normal", "residual": scaled_skip(hidden)})
    whole = theory_factors(recipe, hidden, 100, load_digits(10)[0]).prod()
    assert whole == pytest.approx((1.0 + 1.0 / (hidden - 1)) ** ((hidden - 1) / 2.0), rel=1e-9)
    assert trend(whole) == "keeps"
    with pytest.raises(ValueError, match="hidden must be a whole number of at least 2, not 1"):
        scaled_skip(1)


def test_within_a_factor_of_ten_a_gradient_keeps():
    assert [trend(value) for value in (0.0, 0.099, 0.1, 1.0, 10.0, 10.1, np.inf)] == [
        *("falls", "falls", "keeps", "keeps", "keeps", "rises", "rises")
    ]


def one_matrix(activation, init, depth, alpha, seeds):
    """First over last of h + alpha f(W h), blocks of a single matrix."""
    x, y = load_digits(250)
    branch = blocks.serial(blocks.dense(None, init), blocks.activate(activation))
    skips = [blocks.skip(branch, alpha)] * depth
    layers = [blocks.dense(100, scale=np.square(x).mean() ** -0.5), *skips, blocks.dense(10)]
    cost, found = COSTS["cross_entropy"], []
    for seed in range(seeds):
        _, params = blocks.serial(*layers).init(np.random.default_rng(seed), len(x))
        backs = backward(layers, params, x, lambda z: cost.error(cost.output(None), z, y))
        _, last, *_, first = (speeds([np.ldexp(b.delta, b.exponent)], "rms")[0] for b in backs)
        found.append(first / last)
    return np.array(found)


@pytest.mark.parametrize(("depth", "growth"), [(10, 0.42), (25, 0.49), (50, 0.52), (100, 0.54)])
def test_tanh_with_skips_over_one_matrix_grows_with_the_root_of_the_depth(depth, growth):
    logs = np.log(one_matrix("tanh", "lecun_normal", depth, 1.0, 6))
    assert np.median(logs) / depth**0.5 == pytest.approx(growth, abs=0.02)


@pytest.mark.parametrize(  # by another program, 16 seeds: median, least and most
    ("alpha", "low", "high"), [(1.0, 1.6e10, 1.7e11), (50**-0.5, 3.9, 10.0), (1 / 50, 1.0, 1.03)]
)
def test_relu_with_skips_over_one_matrix_grows_beyond_1_and_alpha_squared(alpha, low, high):
    seen = one_matrix("relu", "he_normal", 50, alpha, 8)
    assert low < np.median(seen) < high
    assert np.median(seen) > (1.0 + alpha**2) ** 25.0  # which is right for a block of two matrices


@pytest.mark.parametrize(("activation", "norm", "batch", "seen", "theory"), NORMED)
def test_norms(activation, norm, batch, seen, theory):
    recipe = {"activation": activation, "init": "lecun_normal", "norm": norm, "batch": batch}
    profile = deep_profile(recipe, seeds=4)
    assert profile.factor == pytest.approx(seen, rel=0.025)
    if theory:
        own = (profile.theory[:-1] / profile.theory[1:]).to_float()
        np.testing.assert_allclose(own, theory, rtol=2e-3)


def test_batch_norm_of_relu_explodes_by_the_root_of_pi_over_pi_less_1():
    recipe = {"activation": "relu", "init": "he_normal", "norm": "batch"}
    theory = deep_profile(recipe, hidden=3, seeds=1).theory
    np.testing.assert_allclose(
        (theory[:-1] / theory[1:]).to_float(), (np.pi / (np.pi - 1.0)) ** 0.5, rtol=1e-12
    )


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_what_is_normalised_does_not_feel_the_scale_of_its_weights(norm):
    recipe = {"activation": "relu", "init": "lecun_normal", "norm": norm, "batch": 50}
    one = deep_profile(recipe, hidden=20, width=30, seeds=2)
    for scale in (0.3, 3.0, 1e6):
        other = deep_profile({**recipe, "scale": scale}, hidden=20, width=30, seeds=2)
        np.testing.assert_allclose(other.rms.log10_abs, one.rms.log10_abs, atol=3e-5)


def test_orthogonal_layers_that_are_linear_keep_the_gradient_exactly():
    rms = deep_profile({"activation": "linear", "init": "orthogonal"}).rms
    np.testing.assert_allclose((rms / rms[:, -1:]).to_float(), 1.0, rtol=1e-5)


def test_a_plain_profile_is_that_of_the_network():
    recipe = {"activation": "tanh", "init": "lecun_normal", "bias_std": 0.0, "batch": 30}
    rms = deep_profile(recipe, hidden=3, width=8, seeds=1).rms
    rng, sizes = np.random.default_rng(0), [784, 8, 8, 8, 10]
    weights = []
    for fan_in, fan_out in pairwise(sizes):
        weights.append(rng.standard_normal((fan_out, fan_in)) / fan_in**0.5)
        rng.standard_normal((fan_out, 1))
    network = Network(weights, [np.zeros((n, 1)) for n in sizes[1:]], "tanh")
    exact = speeds(network.deltas(*load_digits(30)), "rms")[:-1]
    np.testing.assert_allclose(rms[0].to_float(), exact, rtol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_theory_is_what_wide_layers_do(activation):
    recipe = {"activation": activation, "init": "lecun_normal", "bias_std": 0.5, "scale": 0.9, "batch": 100}
    profile = deep_profile(recipe, hidden=6, width=400, seeds=3)
    np.testing.assert_allclose((profile.rms.median() / profile.theory).to_float(), 1.0, rtol=0.1)


@pytest.mark.parametrize("norm", [None, "layer", "rms"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_theory_is_what_wide_blocks_with_skips_do(activation, norm):
    recipe = {"activation": activation, "init": "lecun_normal", "residual": 0.7, "norm": norm, "batch": 200}
    profile = deep_profile(recipe, hidden=6, width=400, seeds=3)
    np.testing.assert_allclose((profile.rms.median() / profile.theory).to_float(), 1.0, rtol=0.1)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_with_skips_batch_norm_holds_back_what_all_digits_share(activation):
    """Without it theory is what wide blocks do; with it the gradient grows less."""
    recipe, (x, y) = (
        Recipe(activation, "lecun_normal", residual=0.7, norm="batch", batch=200),
        load_digits(200),
    )
    layers, rng, fan_in, params = recipe.layers(6, 400, x), np.random.default_rng(0), len(x), []
    for block in layers:
        fan_in, own = block.init(rng, fan_in)
        params.append(own)

    def growth(shared):
        def error(z):
            gap = 1.0 / (1.0 + np.exp(-z)) - y
            return gap - (1.0 - shared) * gap.mean(axis=1, keepdims=True)

        backs = backward(layers, params, x, error)
        _, last, *_, first = (speeds([np.ldexp(b.delta, b.exponent)], "rms")[0] for b in backs)
        return first / last

    theory = np.prod(theory_factors(recipe, 6, 400, x))
    assert growth(0.0) == pytest.approx(theory, rel=0.08)
    assert 1.0 < growth(1.0) < 0.98 * theory


@pytest.mark.parametrize(  # of 60 seeds and 60 digits by another program; the theory has 2.86 and 1.57
    ("width", "mean", "std"), [(30, -4.61, 3.62), (100, -1.11, 1.63)]
)
def test_the_luck_of_one_digit(width, mean, std):
    """ln of the squared ratio; 60 networks know their mean to std / 8, their deviation to a tenth."""
    rms = deep_profile({"activation": "relu", "init": "he_normal", "batch": 1}, 50, width, 60).rms
    log = 2.0 * np.log(10.0) * (rms[:, 0] / rms[:, -1]).log10_abs
    log = log[np.isfinite(log)]
    assert abs(log.mean() - mean) < 3.0 * std / 8.0
    assert log.std() == pytest.approx(std, rel=0.3)


@pytest.mark.parametrize("width", [100, 300])
def test_at_the_edge_width_decides_the_luck(width):
    """ln of the squared ratio of single digits is spread by 5 L / n in the mean over networks, L = 49."""
    from vgcore.studies.luck import jacobian_luck

    luck = jacobian_luck(49, width, 200 if width > 100 else 400, 1)
    assert luck.law.variance == pytest.approx(5 * 49 / width, rel=0.05)
    assert luck.variance == pytest.approx(luck.law.variance, rel=0.35)


def test_shapes_and_seeds():
    recipe = Recipe("relu", "he_normal", batch=20)
    profile = deep_profile(recipe, hidden=4, width=6, seeds=3)
    assert profile.rms.log10_abs.shape == (3, 4)
    assert profile.theory.log10_abs.shape == (4,)
    np.testing.assert_array_equal(deep_profile(vars(recipe), 4, 6, 3).rms.log10_abs, profile.rms.log10_abs)


def test_a_gradient_that_dies_is_0_and_not_an_error():
    profile = deep_profile({"activation": "relu", "init": "lecun_normal", "scale": 0.0}, 3, 5, 1)
    assert (profile.rms[:, :-1].sign == 0.0).all()


def test_bad_recipes_are_refused():
    recipe = {"activation": "relu", "init": "he_normal"}
    refuses_each(NOT_NAMES, lambda bad: deep_profile({**recipe, "activation": bad}))
    refuses_each(NOT_NAMES, lambda bad: deep_profile({**recipe, "init": bad}))
    refuses_each(
        [name for name in NOT_NAMES if name is not None], lambda bad: deep_profile({**recipe, "norm": bad})
    )
    refuses_each((*NOT_NUMBERS, -1.0), lambda bad: deep_profile({**recipe, "scale": bad}))
    refuses_each((*NOT_NUMBERS, -1.0), lambda bad: deep_profile({**recipe, "bias_std": bad}))
    refuses_each(
        [v for v in (*NOT_NUMBERS, -1.0) if v is not None],
        lambda bad: deep_profile({**recipe, "residual": bad}),
    )
    refuses_each((*NOT_WHOLE, 0, 1001), lambda bad: deep_profile({**recipe, "batch": bad}))
    refuses_each((*NOT_WHOLE, 0, 1), lambda bad: deep_profile(recipe, hidden=bad))
    refuses_each((*NOT_WHOLE, 0), lambda bad: deep_profile(recipe, width=bad))
    refuses_each((*NOT_WHOLE, 0), lambda bad: deep_profile(recipe, seeds=bad))
    refuses_each((None, 3, "relu", ["relu"]), deep_profile)


@pytest.mark.parametrize(
    ("strange", "value"),
    [
        ({"norm": "batch", "batch": 1}, 1),
        ({"norm": "batch", "batch": 2}, 2),
        ({"norm": "layer", "scale": 1e-101}, 1e-101),
        ({"scale": 1e101}, 1e101),
        ({"bias_std": 1e101}, 1e101),
        ({"residual": 1e101}, 1e101),
        ({"norm": "batch", "bias_std": 0.5}, 0.5),
        ({"norm": "batch", "scale": 0.0}, 0.0),
        ({"norm": "layer", "scale": 0.0}, 0.0),
        ({"dropout": 0.5}, {"activation": "relu", "init": "he_normal", "dropout": 0.5}),
    ],
)
def test_what_makes_no_sense_together_is_refused(strange, value):
    with refuses(value):
        deep_profile({"activation": "relu", "init": "he_normal", **strange})


@pytest.mark.parametrize("recipe", [{}, {"activation": "relu"}, {"init": "he_normal"}])
def test_a_recipe_needs_an_activation_and_an_initialiser(recipe):
    with pytest.raises(ValueError, match="needs activation and init and may have scale"):
        deep_profile(recipe)
    with refuses(recipe):
        deep_profile(recipe)


@pytest.mark.parametrize("width", [1, 2])
def test_layer_norm_of_too_few_neurons_is_refused(width):
    with refuses(width):
        deep_profile({"activation": "relu", "init": "he_normal", "norm": "layer"}, width=width)


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_of_three_a_norm_lets_a_gradient_through(norm):
    recipe = {"activation": "tanh", "init": "lecun_normal", "norm": norm, "batch": 3}
    rms = deep_profile(recipe, 3, 3, 3).rms
    assert (rms[:, 0] > rms[:, -1] * 1e-6).all()


@pytest.mark.parametrize("norm", [None, "batch", "layer", "rms"])
@pytest.mark.parametrize("residual", [None, 1e-100, 1.0, 1e100])
@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100])
def test_the_theory_of_the_largest_and_smallest_scales_is_no_error(scale, residual, norm):
    for activation in ("relu", "tanh"):
        for bias_std in (0.0,) if norm == "batch" else (0.0, 1e100):
            recipe = Recipe(activation, "he_normal", scale, bias_std, residual, norm, 9)
            factors = theory_factors(recipe, 4, 10, load_digits(9)[0])
            assert factors.shape == (3,)
            assert not (factors < 0.0).any()


def test_no_depth_makes_a_gradient_0():
    book = {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0, "batch": 50}
    profile = deep_profile(book, hidden=2000, width=20, seeds=2)
    assert profile.factor == pytest.approx(0.198, abs=0.002)
    assert (profile.rms.sign == 1.0).all()
    assert profile.first_over_last.log10_abs == pytest.approx(1999 * np.log10(profile.factor), rel=0.01)
    assert profile.theory.log10_abs[0] == pytest.approx(1999 * np.log10(0.2048), rel=0.01)


@pytest.mark.parametrize("activation", ["relu", "gelu", "tanh"])
def test_no_depth_and_no_scale_make_a_signal_0(activation):
    """Half the scale takes half of the gradient a layer more, also where no float would hold the signal."""
    recipe = {"activation": activation, "init": "lecun_normal", "batch": 20}
    one, half = (deep_profile({**recipe, "scale": scale}, 1200, 30, 2) for scale in (0.25, 0.125))
    assert half.factor == pytest.approx(one.factor / 2.0, rel=1e-3)


@pytest.mark.parametrize("name", RECIPES)
def test_float32_shows_the_digits_that_float64_shows(name, monkeypatch):
    recipe = {**RECIPES[name], "batch": 100}
    chosen = deep_profile(recipe, 50, 60, 2)
    monkeypatch.setattr(WideLayers, "dtype", float)
    exact = deep_profile(recipe, 50, 60, 2)
    np.testing.assert_allclose(chosen.rms.log10_abs, exact.rms.log10_abs, atol=1e-4)
    assert chosen.factor == pytest.approx(exact.factor, rel=1e-6)


def test_where_an_error_grows_networks_run_in_float64():
    x, _ = load_digits(50)
    kinds = {
        "relu": ({"activation": "relu", "init": "he_normal"}, np.float32),
        "chaos": ({"activation": "tanh", "init": "lecun_normal", "scale": 2.5}, float),
        "large and level": ({"activation": "relu", "init": "standard_normal", "scale": 3.0}, np.float32),
    }
    for recipe, dtype in kinds.values():
        assert wide_layers(Recipe.of(recipe), 50, 100, x).dtype is dtype


@pytest.mark.parametrize(  # 50 layers, 500 digits, medians of 8 seeds by another program
    ("framework", "activation", "factor"),
    [
        ("PyTorch", "relu", 0.4045),
        ("PyTorch", "gelu", 0.2898),
        ("PyTorch", "tanh", 0.5733),
        ("PyTorch", "sigmoid", 0.1412),
        ("Keras", "relu", 0.7050),
        ("Keras", "gelu", 0.5025),
        ("Keras", "tanh", 0.9693),
        ("Keras", "sigmoid", 0.2357),
        ("Flax", "relu", 0.7058),
    ],
)
def test_the_defaults_of_the_frameworks(framework, activation, factor):
    profile = deep_profile(DEFAULTS[framework].recipe(activation), seeds=4)
    assert profile.factor == pytest.approx(factor, rel=0.02)
