"""The matrix form against backpropagation, the chain, and singular values of 400 digits."""

import tracemalloc

import numpy as np
import pytest
from mpmath import mp

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS, COSTS, Chain, Network
from vgcore.studies.matrix import (
    delta_product,
    jacobian_spectrum,
    matrix_form,
    spectra,
    square_form,
    square_network,
)

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
each_cost = pytest.mark.parametrize("cost", COSTS)
NET = Network.random([3, 4, 2], 0)
X, Y = np.array([[0.3], [-0.2], [0.9]]), np.array([[0.2], [0.7]])


def factors(network, x, layer, cost):
    """Return Sigma'(z^l), (w^{l+1})^T, Sigma'(z^{l+1}), ... of one example."""
    zs, _ = network.forward(x, cost)
    sigmas = [ACTIVATIONS[network.activation]] * (network.depth - 1) + [network.output(cost)]
    slopes = [np.diag(sigma.sigma_prime(z[:, 0])) for sigma, z in zip(sigmas, zs, strict=True)]
    weights = [w.T for w in network.weights]
    found = [slopes[layer - 1]]
    for w, slope in zip(weights[layer:], slopes[layer:], strict=True):
        found += [w, slope]
    return found


def exact_spectrum(network, x, layer, cost="cross_entropy"):
    """Return the singular values of the product of these very factors, as mpmath numbers."""
    with mp.workdps(400):
        product = mp.matrix(factors(network, x, layer, cost)[0].tolist())
        for factor in factors(network, x, layer, cost)[1:]:
            product *= mp.matrix(factor.tolist())
        return sorted(mp.svd_r(product, compute_uv=False), reverse=True)


def error(found, exact):
    """Return the largest relative error."""
    with mp.workdps(30):
        return max(float(abs(mp.mpf(float(a)) / b - 1)) for a, b in zip(found, exact, strict=True))


@each_cost
@each_activation
def test_the_product_is_what_backpropagation_finds(activation, cost):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(3, 5)), rng.uniform(size=(2, 5))
    network = Network.random([3, 6, 1, 5, 4, 2], 7, activation)
    for layer, delta in enumerate(network.deltas(x, y, cost), 1):
        found = delta_product(network, x, y, layer, cost)
        np.testing.assert_allclose(found, delta, rtol=1e-12, atol=1e-13 * np.abs(delta).max())


class Counted(np.ndarray):
    """A matrix that counts what it is multiplied with."""

    products = 0

    def __matmul__(self, other):
        if np.ndim(other) == 3:  # matrices, not the vectors of backpropagation
            Counted.products += 1
        return np.asarray(self) @ other


def test_all_layers_take_one_product_a_layer():
    for depth in (10, 40):
        network = square_network(depth, 3, 0)
        network.weights[:] = [w.view(Counted) for w in network.weights]
        Counted.products = 0
        matrix_form(network, np.ones((3, 1)), np.zeros((3, 1)))
        assert Counted.products == depth - 1


def test_the_products_of_many_examples_are_not_all_in_memory(alone):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(2, 100, 1000))
    network = square_network(4, 100, 0, 0.1)
    delta_product(network, x[:, :1], y[:, :1], 1)  # numpy imports what it multiplies with on first use
    tracemalloc.start()
    found = delta_product(network, x, y, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30e6
    np.testing.assert_allclose(found, network.deltas(x, y)[0], rtol=1e-10, atol=1e-15)


@each_cost
@each_activation
def test_of_width_1_it_is_the_chain(activation, cost):
    chain = Chain.random(6, 5, activation=activation)
    network = square_network(6, 1, 5, activation=activation)
    form = matrix_form(network, [[0.4]], [[0.7]], cost)
    trace = chain.trace(0.4, 0.7, cost)
    np.testing.assert_allclose(np.ravel(form.products), trace.nabla_b.to_float(), rtol=1e-13)
    np.testing.assert_allclose(np.ravel(form.slopes), trace.primes.to_float(), rtol=1e-13)
    product = np.abs(np.cumprod(trace.primes.to_float()[::-1] * [1.0, *chain.weights[:0:-1]])[::-1])
    found = spectra(network, [[0.4]], cost)
    seen = [values.to_float() for values in found.products]
    np.testing.assert_allclose(np.ravel(seen), product, rtol=1e-13)


@each_activation
def test_a_square_network_of_width_1_is_the_random_chain_to_the_last_digit(activation):
    chain = Chain.random(7, 11, 2.5, 0.3, activation)
    network = square_network(7, 1, 11, 2.5, 0.3, activation)
    np.testing.assert_array_equal(np.ravel(network.weights), chain.weights)
    np.testing.assert_array_equal(np.ravel(network.biases), chain.biases)
    assert network.activation == activation


def test_a_deeper_square_network_of_a_seed_begins_the_same():
    short, long = square_network(2, 3, 4), square_network(5, 3, 4)
    for l in range(2):
        np.testing.assert_array_equal(short.weights[l], long.weights[l])
        np.testing.assert_array_equal(short.biases[l], long.biases[l])


def test_the_stds_of_a_square_network_are_those_of_its_draws():
    network = square_network(20, 60, 0, 0.2, 3.0)
    assert np.std(network.weights) == pytest.approx(0.2, rel=5 / np.sqrt(2 * 72_000))
    assert np.std(network.biases) == pytest.approx(3.0, rel=5 / np.sqrt(2 * 1_200))


@each_cost
def test_the_form_holds_the_factors(cost):
    form = matrix_form(NET, X, Y, cost)
    _, activations = NET.forward(X, cost)
    assert form.weights is NET.weights
    for found, a in zip(form.activations, activations, strict=True):
        np.testing.assert_array_equal(found, a[:, 0])
    first, w, last = factors(NET, X, 1, cost)
    np.testing.assert_array_equal(form.slopes[0], np.diag(first))
    np.testing.assert_array_equal(form.slopes[1], np.diag(last))
    y, a = Y[:, 0], activations[-1][:, 0]
    gradient = {"quadratic": a - y, "cross_entropy": (a - y) / (a * (1.0 - a))}[cost]
    np.testing.assert_allclose(form.gradient, gradient, rtol=1e-13)
    np.testing.assert_allclose(form.products[0], first @ w @ last @ form.gradient, rtol=1e-13)
    np.testing.assert_allclose(form.deltas[0], form.products[0], rtol=1e-12)
    assert form.difference == max(np.abs(np.subtract(*pair)).max() for pair in zip(*form[-2:], strict=True))
    assert form.difference < 1e-15


def test_the_square_form_begins_as_lesson_1():
    form, chain = square_form(4, 1, 1), Chain.random(4, 1)
    np.testing.assert_allclose(np.ravel(form.products), chain.nabla_b(1.0, 0.0).to_float(), rtol=1e-13)


@each_cost
@pytest.mark.parametrize("sizes", [[3, 2], [4, 5, 3, 6], [2, 6, 1, 4], [5, 3, 3, 3]])
def test_shallow_spectra_are_those_of_the_product(sizes, cost):
    network = Network.random(sizes, 3, "tanh")
    x = np.random.default_rng(1).normal(size=(sizes[0], 4))
    for layer in range(1, network.depth + 1):
        found = jacobian_spectrum(network, x, layer, cost)
        assert found.shape == (4, min(sizes[layer:]))
        for k in range(4):
            product = np.linalg.multi_dot([*factors(network, x[:, [k]], layer, cost), np.eye(sizes[-1])])
            values = np.linalg.svd(product, compute_uv=False)[: found.shape[1]]
            np.testing.assert_allclose(found[k], values, rtol=1e-11)


@pytest.mark.parametrize(
    ("width", "depth", "weight_std", "activation"),
    [
        (5, 40, 1.0, "sigmoid"),
        (5, 40, 3.0, "tanh"),
        (5, 12, 20.0, "sigmoid"),
        (6, 8, 5.0, "tanh"),
        (3, 60, 1.0, "silu"),
    ],
)
def test_the_smallest_singular_value_keeps_its_digits(width, depth, weight_std, activation):
    for seed in (0, 1):
        network = square_network(depth, width, seed, weight_std, activation=activation)
        x = np.linspace(-1.0, 1.0, width)[:, None]
        exact = exact_spectrum(network, x, 1)
        assert exact[-1] < 1e-25 * exact[0]
        assert error(jacobian_spectrum(network, x, 1)[0], exact) < 2e-12


def test_the_values_of_a_saturated_factor_keep_their_digits():
    network = square_network(2, 5, 3, 12.0, activation="tanh")
    x = np.linspace(-1.0, 1.0, 5)[:, None]
    first, w, _ = factors(network, x, 1, "quadratic")
    with mp.workdps(120):
        exact = sorted(
            mp.svd_r(mp.matrix(first.tolist()) * mp.matrix(w.tolist()), compute_uv=False), reverse=True
        )
    assert exact[-1] < 1e-20 * exact[0]
    assert error(spectra(network, x, "quadratic").factors[0], exact) < 1e-13


@each_activation
def test_the_product_of_the_singular_values_is_the_determinant(activation):
    network = square_network(9, 4, 2, 0.8, 0.5, activation)
    x = np.array([[0.1], [-0.4], [0.7], [1.0]])
    values = jacobian_spectrum(network, x, 1)[0]
    signs, logs = np.linalg.slogdet(np.array(factors(network, x, 1, "cross_entropy")))
    assert np.prod(values) == pytest.approx(np.abs(signs.prod()) * np.exp(logs.sum()), rel=1e-11)


def test_dead_neurons_leave_singular_values_of_exactly_0():
    network = square_network(5, 6, 2, 0.8, 0.5, "relu")
    form = matrix_form(network, np.ones((6, 1)), np.zeros((6, 1)))
    alive = [np.count_nonzero(slope) for slope in form.slopes]
    assert 0 < min(alive) < 6
    found = spectra(network, np.ones((6, 1)), "quadratic")
    for l in range(5):
        assert np.count_nonzero(found.products[l].sign) == min(alive[l:])
        assert np.count_nonzero(found.factors[l]) == alive[l]
    assert found.condition == np.inf


def test_the_spectra_are_of_each_factor_and_product():
    network = Network.random([3, 6, 4, 5, 2], 1, "tanh")
    found = spectra(network, X)
    first, w2, second, w3, third, w4, last = (f.tolist() for f in factors(network, X, 1, "cross_entropy"))
    pairs = [(first, w2), (second, w3), (third, w4)]
    for values, (slope, w) in zip(found.factors[:-1], pairs, strict=True):
        np.testing.assert_allclose(
            values, np.linalg.svd(np.matmul(slope, w), compute_uv=False)[: len(values)], rtol=1e-12
        )
    np.testing.assert_array_equal(found.factors[-1], np.sort(np.diag(last))[::-1])
    for layer, values in enumerate(found.products, 1):
        np.testing.assert_allclose(values.to_float(), jacobian_spectrum(network, X, layer)[0], rtol=1e-13)
    np.testing.assert_array_equal(
        found.largest_slope, [np.max(slope) for slope in (first, second, third, last)]
    )
    assert found.condition == (found.products[0][0] / found.products[0][-1]).to_float()
    assert found.typical_factor == np.median([values[0] for values in found.factors[:-1]])


def test_float32_networks_have_the_spectrum_of_their_float64_slopes():
    network = square_network(6, 4, 0)
    narrow = Network(
        *([np.float32(array) for array in arrays] for arrays in (network.weights, network.biases))
    )
    x = np.linspace(-1.0, 1.0, 4, dtype=np.float32)[:, None]
    form = matrix_form(narrow, x, 0.0 * x, "cross_entropy")
    assert {array.dtype for array in form.products} == {np.dtype(float)}
    for found, delta in zip(form.products, network.deltas(x, 0.0 * x), strict=True):
        np.testing.assert_allclose(found, delta[:, 0], rtol=1e-4)
    found, expected = (jacobian_spectrum(net, x, 1) for net in (narrow, network))
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_a_saturated_float32_output_keeps_its_digits():
    network = Network([np.float32([[1.0]])], [np.float32([[95.0]])])
    form = matrix_form(network, np.float32([[0.0]]), np.float32([[0.25]]), "cross_entropy")
    assert form.products[0] == pytest.approx([0.75], rel=1e-13)
    assert form.slopes[0] == pytest.approx([np.exp(-95.0)], rel=1e-13)


def test_a_saturated_output_keeps_its_digits_until_the_slope_underflows():
    at = {z: Network([[[z]]], [[[0.0]]]) for z in (700.0, 720.0)}
    assert matrix_form(at[700.0], [[1.0]], [[0.3]], "cross_entropy").products[0] == pytest.approx([0.7])
    assert matrix_form(at[720.0], [[1.0]], [[0.3]], "quadratic").products[0] == pytest.approx(
        [0.0], abs=1e-300
    )
    with pytest.raises(ValueError, match="the product from layer 1 overflows"):
        matrix_form(at[720.0], [[1.0]], [[0.3]], "cross_entropy")


def test_the_singular_values_of_a_deep_product_are_no_0_where_a_float_is():
    network = square_network(700, 2, 0)
    found = spectra(network, np.ones((2, 1)))
    assert (found.products[0].sign == 1.0).all()
    signs, logs = np.linalg.slogdet(np.array(factors(network, np.ones((2, 1)), 1, "cross_entropy")))
    assert found.products[0].log10_abs.sum() == pytest.approx(logs.sum() / np.log(10.0), rel=1e-9)
    assert signs.all()
    np.testing.assert_array_equal(jacobian_spectrum(network, np.ones((2, 1)), 1), 0.0)
    np.testing.assert_array_equal(delta_product(network, np.ones((2, 1)), np.ones((2, 1)), 1), 0.0)


def test_a_condition_beyond_float64_is_infinite():
    network = Network([np.eye(2), np.diag([1e10, 1e-300])], [np.zeros((2, 1))] * 2, "linear")
    found = spectra(network, np.zeros((2, 1)), "quadratic")
    np.testing.assert_allclose(found.products[0].to_float(), [1e10, 1e-300])
    assert found.condition == np.inf


def test_an_overflow_is_refused():
    network, x = square_network(40, 3, 0, 1e10, 0.0, "linear"), np.zeros((3, 1))
    for call in (
        lambda: jacobian_spectrum(network, x, 1, "quadratic"),
        lambda: delta_product(network, x, x, 1, "quadratic"),
        lambda: matrix_form(network, x, x, "quadratic"),
    ):
        with pytest.raises(ValueError, match=r"the product from layer \d+ overflows: use smaller weights"):
            call()
    assert spectra(network, x, "quadratic").products[0][0].log10_abs == pytest.approx(390.0, abs=30.0)
    with pytest.raises(ValueError, match=r"must be finite, but holds -?inf"):
        square_network(4, 3, 0, 1.7e308)


DRAWS = {
    "product": lambda network=NET, x=X, y=Y, layer=1, cost="quadratic": delta_product(
        network, x, y, layer, cost
    ),
    "form": lambda network=NET, x=X, y=Y, cost="quadratic": matrix_form(network, x, y, cost),
    "spectrum": lambda network=NET, x=X, layer=1, cost="quadratic": jacobian_spectrum(
        network, x, layer, cost
    ),
    "spectra": lambda network=NET, x=X, cost="quadratic": spectra(network, x, cost),
}


@pytest.mark.parametrize("name", DRAWS)
def test_bad_input_is_refused(name):
    draw = DRAWS[name]
    refuses_each(NOT_NUMBERS, lambda bad: draw(x=bad))
    refuses_each(NOT_NAMES, lambda bad: draw(cost=bad))
    if name in ("product", "form"):
        refuses_each(NOT_NUMBERS, lambda bad: draw(y=bad))
    if name in ("product", "spectrum"):
        refuses_each([0, 3, *NOT_WHOLE], lambda bad: draw(layer=bad))


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: matrix_form(NET, np.ones((3, 2)), np.ones((2, 2))), "one example, not 2"),
        (lambda: spectra(NET, np.ones((3, 2))), "one example, not 2"),
        (lambda: matrix_form(NET, np.ones((3, 0)), np.ones((2, 0))), "(3, 0)"),
        (lambda: spectra(NET, np.ones((2, 1))), "(2, 1)"),
        (lambda: delta_product(NET, X, np.ones((2, 2)), 1), "(2, 2)"),
        (lambda: delta_product(NET, X, np.ones(2), 1), "array([1., 1.])"),
        (lambda: matrix_form(NET, X, [[0.0], [np.nan]]), "nan at index (1, 0)"),
        (lambda: jacobian_spectrum(NET, [[np.inf], [0.0], [0.0]], 1), "inf at index (0, 0)"),
    ],
)
def test_what_does_not_fit_is_refused(call, quoted):
    with pytest.raises(ValueError, match=r".*") as refusal:
        call()
    assert quoted in str(refusal.value)


def test_a_square_network_of_bad_numbers_is_refused():
    refuses_each([0, *NOT_WHOLE], lambda bad: square_network(2, bad, 0))
    refuses_each([0, *NOT_WHOLE], lambda bad: square_network(bad, 2, 0))
    refuses_each(NOT_WHOLE, lambda bad: square_network(2, 2, bad))
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: square_network(2, 2, 0, bad))
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: square_network(2, 2, 0, bias_std=bad))
    refuses_each(NOT_NAMES, lambda bad: square_network(2, 2, 0, activation=bad))
    refuses_each(NOT_NAMES, lambda bad: square_form(2, 2, 0, bad))
