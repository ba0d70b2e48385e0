"""The gradients of the weights of deep networks, measured and by theory."""

import numpy as np
import pytest

from tests.support.bad_input import refuses
from vgcore.blocks import Recipe, arrays
from vgcore.costs import softmax
from vgcore.digits import load_digits
from vgcore.initialisers import DEFAULTS
from vgcore.studies.ways_out import RECIPES, theory_factors, weight_theory
from vgcore.studies.weights import weight_profile

PLAIN = {"activation": "tanh", "init": "lecun_normal", "batch": 50}


def test_the_norms_are_those_of_backpropagation():
    x, y = load_digits(50)
    recipe = Recipe.of({**PLAIN, "bias_std": 0.5})
    layers = recipe.layers(3, 12, x)
    rng, fan_in, params = np.random.default_rng(0), 784, []
    for block in layers:
        fan_in, own = block.init(rng, fan_in)
        params.append(own)
    flat = list(arrays(params))
    weights, biases, activations = flat[::2], flat[1::2], [x]
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        activations.append(np.tanh(w @ activations[-1] + b))
    z = weights[-1] @ activations[-1] + biases[-1]
    delta, norms = softmax(z) - y, []
    for w, a in zip(weights[::-1], activations[::-1], strict=True):
        norms.append(np.linalg.norm(delta @ a.T / 50))
        delta = (w.T @ delta) * (1.0 - a**2)
    found = weight_profile(recipe, 3, 12, 1).norms[0].to_float()
    np.testing.assert_allclose(found, norms[::-1][1:-1], rtol=1e-5)


@pytest.mark.parametrize("name", RECIPES)
def test_of_one_digit_wide_layers_have_the_gradients_of_the_theory(name):
    recipe = {**RECIPES[name], "batch": 60 if RECIPES[name].get("norm") == "batch" else 1}
    found = weight_profile(recipe, 6, 400, 6)
    ratios = (found.norms / found.norms[:, -1:]).median()
    loose = 2.0 if RECIPES[name].get("norm") == "batch" else 1.3  # of many digits some cancel
    assert (np.abs((ratios * found.theory[-1] / found.theory).log10_abs) < np.log10(loose)).all()
    assert found.theory[-1].log10_abs == pytest.approx(found.norms[:, -1].median().log10_abs)


def test_with_relu_the_weights_keep_level_what_delta_loses():
    x, _ = load_digits(50)
    for scale in (0.5, 1.0, 2.0):
        recipe = Recipe("relu", "lecun_normal", scale, batch=50)
        np.testing.assert_allclose(weight_theory(recipe, 20, 50, x).to_float(), 1.0, rtol=1e-9)
        np.testing.assert_allclose(theory_factors(recipe, 20, 50, x), scale * 0.5**0.5, rtol=1e-9)


@pytest.mark.parametrize(  # the variance of z leaves 1e-24 to 1e24 on the way
    "extreme",
    [
        {"activation": "relu", "init": "standard_normal"},
        {"activation": "relu", "scale": 0.1},
        {"activation": "relu", "scale": 3.0},
        {"activation": "tanh", "scale": 0.02},
        {"activation": "gelu", "scale": 10.0},
        {"activation": "relu", "residual": 1.0, "scale": 2.0},
    ],
)
def test_theory_holds_where_signals_all_but_vanish_or_overflow(extreme):
    found = weight_profile({"init": "he_normal", "batch": 1, **extreme}, 50, 100, 8)
    assert abs((found.norms[:, 0].median() / found.theory[0]).log10_abs) < np.log10(5.0)


def test_beyond_1e24_a_bounded_slope_falls_with_the_root_of_the_variance():
    x, _ = load_digits(5)
    factors = [
        theory_factors(Recipe("tanh", "lecun_normal", scale), 3, 10, x)[1]
        for scale in (1e11, 1e13, 1e15, 1e17)
    ]
    np.testing.assert_allclose(np.divide(factors[1:], factors[:-1]), 10.0, rtol=1e-4)


def test_a_mean_over_digits_leaves_the_theory_by_at_most_their_root():
    for batch in (1, 9, 100):
        found = weight_profile({"activation": "relu", "init": "he_normal", "batch": batch}, 30, 100, 8)
        off = (found.norms[:, 0].median() / found.theory[0]).to_float()
        assert batch**-0.5 / 2.0 < off < 2.0 * batch**0.5


def test_with_skips_there_is_one_for_every_block():
    for blocks in (1, 4):
        found = weight_profile({**PLAIN, "residual": 0.5}, blocks + 1, 10, 2)
        assert found.norms.sign.shape == (2, blocks)
        assert found.theory.sign.shape == (blocks,)


def test_what_cannot_be_is_refused():
    with refuses(1):
        weight_profile(PLAIN, 1)
    with refuses(0):
        weight_profile(PLAIN, 3, 5, 0)
    with pytest.raises(ValueError, match="overflows in these 30 layers"):
        weight_profile({**PLAIN, "activation": "linear", "scale": 1e30, "bias_std": 1.0}, 30, 5, 1)


@pytest.mark.parametrize(  # 50 layers, 500 digits, medians of 8 seeds by another program
    ("framework", "of_weights", "of_biases", "forward"),
    [("Keras", 1.0029, 0.7126, 0.729), ("PyTorch", 0.4216, 0.4108, 0.964)],
)
def test_level_gradients_of_weights_may_hide_that_nothing_gets_through(
    framework, of_weights, of_biases, forward
):
    found = weight_profile(DEFAULTS[framework].recipe("relu"), seeds=6)

    def factor(profile):
        return 10.0 ** (np.median(profile.log10_abs[:, 0] - profile.log10_abs[:, -1]) / 48.0)

    assert factor(found.norms) == pytest.approx(of_weights, rel=0.02)
    assert factor(found.bias_norms) == pytest.approx(of_biases, rel=0.02)
    assert 1.0 / factor(found.forward) == pytest.approx(forward, rel=0.04)
