"""Backpropagation against central differences, and against the chain it generalises."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS, COSTS, INITIALISERS, Chain, Network

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
each_cost = pytest.mark.parametrize("cost", COSTS)
NET = Network.random([3, 2, 1], 0)
X, Y = np.ones((3, 4)), np.ones((1, 4))


def mean_cost(network, x, y, cost):
    zs, _ = network.forward(x, cost)
    return COSTS[cost].value(network.output(cost), zs[-1], y).sum(axis=0).mean()


@each_cost
@each_activation
def test_every_gradient_is_the_slope_of_the_cost(activation, cost):
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(3, 4)), rng.uniform(size=(2, 4))
    net = Network.random([3, 4, 3, 2], 7, activation)
    found = net.backward(x, y, cost)
    for l in range(3):

        def with_weights(w, l=l):
            return Network([*net.weights[:l], w, *net.weights[l + 1 :]], net.biases, activation)

        def with_biases(b, l=l):
            return Network(net.weights, [*net.biases[:l], b, *net.biases[l + 1 :]], activation)

        slopes_w = central_differences(lambda w: mean_cost(with_weights(w), x, y, cost), net.weights[l])
        slopes_b = central_differences(lambda b: mean_cost(with_biases(b), x, y, cost), net.biases[l])
        np.testing.assert_allclose(found.nabla_w[l], slopes_w, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.nabla_b[l], slopes_b, rtol=1e-6, atol=1e-9)


@each_cost
@each_activation
def test_each_delta_is_the_slope_for_one_example(activation, cost):
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(3, 5)), rng.uniform(size=(2, 5))
    net = Network.random([3, 4, 2], 3, activation)
    together = net.backward(x, y, cost)
    for k in range(5):
        alone = net.backward(x[:, [k]], y[:, [k]], cost)
        for delta, delta_k, nabla_b in zip(together.deltas, alone.deltas, alone.nabla_b, strict=True):
            np.testing.assert_allclose(delta[:, [k]], delta_k, rtol=1e-10, atol=1e-15)
            np.testing.assert_array_equal(delta_k, nabla_b)


@each_cost
@each_activation
def test_centred_deltas_start_from_the_error_without_its_mean(activation, cost):
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(3, 5)), rng.uniform(size=(2, 5))
    net = Network.random([3, 4, 3, 2], 3, activation)
    found, (whole, nabla_b, _, _) = net.deltas(x, y, cost, centred=True), net.backward(x, y, cost)
    np.testing.assert_allclose(found[2], whole[2] - nabla_b[2], rtol=1e-14)
    z, w = net.forward(x, cost)[0], net.weights
    for l in (1, 0):
        slope = ACTIVATIONS[activation].sigma_prime(z[l])
        np.testing.assert_allclose(found[l], w[l + 1].T @ found[l + 1] * slope, rtol=1e-11, atol=1e-15)


@each_cost
@each_activation
def test_a_chain_is_a_network_of_width_1(activation, cost):
    chain = Chain.random(5, 4, activation=activation)
    net = Network(chain.weights[:, None, None], chain.biases[:, None, None], activation)
    a0, y = 0.4, 0.7
    chain_zs, chain_activations = chain.forward(a0, cost)
    zs, activations = net.forward([[a0]], cost)
    np.testing.assert_allclose(np.ravel(zs), chain_zs, rtol=1e-13)
    np.testing.assert_allclose(np.ravel(activations), chain_activations, rtol=1e-13)
    nabla_b = chain.nabla_b(a0, y, cost).to_float()
    found = net.backward([[a0]], [[y]], cost)
    np.testing.assert_allclose(np.ravel(found.deltas), nabla_b, rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(np.ravel(found.nabla_b), nabla_b, rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(
        np.ravel(found.nabla_w), nabla_b * chain_activations[:-1], rtol=1e-11, atol=1e-300
    )


def test_one_layer_by_hand():
    net = Network([[[1.0, -1.0]]], [[[0.0]]])
    found = net.backward([[2.0, 1.0], [2.0, 1.0]], [[1.0, 0.0]], "cross_entropy")
    np.testing.assert_allclose(found.deltas[0], [[-0.5, 0.5]])
    np.testing.assert_allclose(found.nabla_b[0], [[0.0]])
    np.testing.assert_allclose(found.nabla_w[0], [[-0.25, -0.25]])
    quadratic = net.backward([[2.0, 1.0], [2.0, 1.0]], [[1.0, 0.0]], "quadratic")
    np.testing.assert_allclose(quadratic.deltas[0], [[-0.125, 0.125]])


def test_deltas_are_the_matrix_product_of_eq_124():
    net = Network.random([3, 4, 5, 2], 1, "tanh")
    x, y = np.array([[0.1], [-0.4], [0.8]]), np.array([[0.3], [0.9]])
    zs, activations = net.forward(x, "quadratic")
    sigma_primes = [np.diag(1.0 / np.cosh(z[:, 0]) ** 2) for z in zs]
    w = net.weights
    product = sigma_primes[0] @ w[1].T @ sigma_primes[1] @ w[2].T @ sigma_primes[2] @ (activations[-1] - y)
    np.testing.assert_allclose(net.backward(x, y, "quadratic").deltas[0], product, rtol=1e-12)


@each_cost
@pytest.mark.parametrize("sizes", [[3, 2], [1, 1, 1], [5, 4, 3, 2], [2, 7, 1, 7, 3]])
def test_shapes(sizes, cost):
    net = Network.random(sizes, 0)
    x, y = np.ones((sizes[0], 6)), np.ones((sizes[-1], 6))
    zs, activations = net.forward(x, cost)
    found = net.backward(x, y, cost)
    assert net.depth == len(sizes) - 1
    assert [a.shape for a in activations] == [(n, 6) for n in sizes]
    assert [z.shape for z in zs] == [delta.shape for delta in found.deltas] == [(n, 6) for n in sizes[1:]]
    assert [b.shape for b in found.nabla_b] == [(n, 1) for n in sizes[1:]]
    assert [w.shape for w in found.nabla_w] == list(zip(sizes[1:], sizes, strict=False))


@each_cost
@each_activation
def test_float32_stays_float32(activation, cost):
    net = Network.random([3, 4, 2], 0, activation)
    net32 = Network(
        [w.astype(np.float32) for w in net.weights], [b.astype(np.float32) for b in net.biases], activation
    )
    x, y = np.full((3, 5), 0.3), np.full((2, 5), 0.6)
    found = net32.backward(x.astype(np.float32), y.astype(np.float32), cost)
    expected = net.backward(x, y, cost)
    for arrays, arrays64 in zip(found, expected, strict=True):
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
        for array, array64 in zip(arrays, arrays64, strict=True):
            np.testing.assert_allclose(array, array64, rtol=1e-4, atol=1e-6)


@each_activation
def test_only_cross_entropy_ends_in_a_sigmoid(activation):
    net = Network.random([3, 4, 2], 0, activation)
    zs, activations = net.forward(X, "cross_entropy")
    np.testing.assert_allclose(activations[1], ACTIVATIONS[activation].sigma(zs[0]), rtol=1e-14)
    np.testing.assert_array_equal(activations[2], ACTIVATIONS["sigmoid"].sigma(zs[1]))
    zs, activations = net.forward(X, "quadratic")
    np.testing.assert_array_equal(activations[2], ACTIVATIONS[activation].sigma(zs[1]))


@pytest.mark.parametrize("init", INITIALISERS)
def test_a_seed_always_draws_the_same_network(init):
    first, again, other = (Network.random([4, 3, 2], seed, init=init) for seed in (1, 1, 2))
    for l in range(2):
        np.testing.assert_array_equal(first.weights[l], again.weights[l])
        np.testing.assert_array_equal(first.biases[l], again.biases[l])
        assert not np.array_equal(first.weights[l], other.weights[l])


def test_weights_are_drawn_by_name_and_biases_by_their_std():
    net = Network.random([300, 200, 100], 0, init="he_normal", bias_std=3.0)
    assert net.weights[0].std() == pytest.approx(np.sqrt(2 / 300), rel=5 / np.sqrt(2 * 60_000))
    assert net.biases[0].std() == pytest.approx(3.0, rel=5 / np.sqrt(2 * 200))
    assert abs(net.biases[0].mean()) < 5 * 3.0 / np.sqrt(200)
    np.testing.assert_array_equal(Network.random([3, 2], 0, bias_std=0.0).biases[0], 0.0)


def test_inputs_of_any_real_type_are_taken():
    x, y = np.array([[1, 0], [0, 1], [1, 1]], np.uint8), [[0, 1]]
    for array, expected in zip(
        NET.backward(x, y).deltas, NET.backward(x.astype(float), y).deltas, strict=True
    ):
        assert array.dtype == np.float64
        np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Network([bad], [[[0.0]]]),
        lambda bad: Network([[[1.0]]], [bad]),
        lambda bad: NET.forward(bad),
        lambda bad: NET.backward(bad, Y),
        lambda bad: NET.backward(X, bad),
        lambda bad: Network.random([2, 1], 0, bias_std=bad),
    ],
)
def test_what_is_no_finite_number_is_refused(call):
    refuses_each(NOT_NUMBERS, call)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Network([[[1.0], [bad]]], [[[0.0], [0.0]]]),
        lambda bad: Network([[[1.0], [1.0]]], [[[0.0], [bad]]]),
        lambda bad: NET.forward([[1.0], [bad], [1.0]]),
        lambda bad: NET.backward([[1.0], [bad], [1.0]], [[1.0]]),
        lambda bad: Network.random([1, 2], 0).backward([[1.0]], [[0.0], [bad]]),
    ],
)
def test_a_matrix_is_refused_for_one_bad_entry(call, bad):
    with pytest.raises(ValueError, match=rf"must be finite, but holds {bad} at index \(1, 0\)"):
        call(bad)


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Network.random([3, bad], 0),
        lambda bad: Network.random([bad, 3], 0),
        lambda bad: Network.random([3, 2], bad),
    ],
)
def test_what_is_no_whole_number_is_refused(call):
    refuses_each(NOT_WHOLE, call)


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Network([[[1.0]]], [[[0.0]]], bad),
        lambda bad: Network.random([2, 1], 0, bad),
        lambda bad: Network.random([2, 1], 0, init=bad),
        lambda bad: NET.forward(X, bad),
        lambda bad: NET.backward(X, Y, bad),
    ],
)
def test_an_unknown_name_is_refused(call):
    refuses_each(NOT_NAMES, call)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: Network([], []), "0 and 0"),
        (lambda: Network([[[1.0]]], []), "1 and 0"),
        (lambda: Network(None, []), "None"),
        (lambda: Network([], 5), "5"),
        (lambda: Network([[[1.0, 2.0]]], [[[0.0], [0.0]]]), "(1, 2) and (2, 1)"),
        (lambda: Network([[[1.0]]], [[[0.0, 0.0]]]), "(1, 1) and (1, 2)"),
        (
            lambda: Network([np.ones((2, 1)), np.ones((1, 1))], [np.ones((2, 1)), np.ones((1, 1))]),
            "(1, 1) and (1, 1)",
        ),
        (lambda: Network([np.ones((2, 0))], [np.ones((2, 1))]), "(2, 0) and (2, 1)"),
        (lambda: Network([np.ones((0, 2))], [np.ones((0, 1))]), "(0, 2) and (0, 1)"),
        (lambda: Network([[1.0]], [[[1.0]]]), "[1.0]"),
        (lambda: Network.random([3], 0), "[3]"),
        (lambda: Network.random([], 0), "[]"),
        (lambda: Network.random(5, 0), "5"),
        (lambda: Network.random(None, 0), "None"),
        (lambda: Network.random([3, 0], 0), "0"),
        (lambda: Network.random("32", 0), "'3'"),
        (lambda: Network.random([3, 2], 0, bias_std=-1.0), "-1.0"),
        (lambda: NET.forward(np.ones((2, 4))), "(2, 4)"),
        (lambda: NET.forward(np.ones((3, 0))), "(3, 0)"),
        (lambda: NET.forward(np.ones(3)), "array([1., 1., 1.])"),
        (lambda: NET.backward(X, np.ones((2, 4))), "(2, 4)"),
        (lambda: NET.backward(X, np.ones((1, 3))), "not 4 and 3"),
    ],
)
def test_what_does_not_fit_is_refused(call, quoted):
    with pytest.raises(ValueError, match=r".*") as refusal:
        call()
    assert quoted in str(refusal.value)


BIG, ZERO = np.full((2, 2), 1.7e308), np.zeros((2, 1))


@pytest.mark.parametrize(
    "call",
    [
        lambda: Network([BIG, np.eye(2)], [ZERO] * 2).forward(np.ones((2, 1))),
        lambda: Network([BIG, np.eye(2)], [ZERO] * 2, "silu").backward(-np.ones((2, 1)), np.ones((2, 1))),
        lambda: Network([BIG / 1e158] * 2, [ZERO] * 2, "linear").backward(
            np.ones((2, 1)), np.ones((2, 1)), "quadratic"
        ),
        lambda: Network.random([2, 50], 0, bias_std=1.7e308),
    ],
)
def test_an_overflow_is_refused(call):
    with pytest.raises(ValueError, match=r"overflows in this network|must be finite, but holds -?inf"):
        call()


@settings(max_examples=60)
@given(data=st.data())
def test_any_network_has_finite_gradients_or_overflows(data):
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    dtype = data.draw(st.sampled_from([np.float32, np.float64]))
    numbers = hnp.arrays(float, (3, 3), elements=st.floats(-1, 1))
    scales = st.sampled_from([0.0, 1e-30, 1.0, 30.0, 1e15, 1e38, 1e150, 1.7e308])

    def matrix(n, m):
        return np.clip(
            data.draw(numbers)[:n, :m] * data.draw(scales), np.finfo(dtype).min, np.finfo(dtype).max
        ).astype(dtype)

    weights = [matrix(n, m) for m, n in pairwise(sizes)]
    net = Network(weights, [matrix(n, 1) for n in sizes[1:]], data.draw(st.sampled_from(list(ACTIVATIONS))))
    x, y = matrix(sizes[0], 2), data.draw(numbers)[: sizes[-1], :2].astype(dtype)
    cost = data.draw(st.sampled_from(list(COSTS)))

    def finite_or_overflow():
        try:
            return all(np.isfinite(array).all() for arrays in net.backward(x, y, cost) for array in arrays)
        except ValueError as refusal:
            return "overflows in this network" in str(refusal)

    assert finite_or_overflow()
