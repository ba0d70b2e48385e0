"""The chain against exact arithmetic, at any depth, saturated and exploding too."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mp, mpf

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from tests.support.exact import EXACT, EXACT_COSTS
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS, COSTS, Chain, SignedLog

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
each_cost = pytest.mark.parametrize("cost", COSTS)
CONTRIVED = Chain([100.0] * 4, [-30.0, -50.0, -50.0, -50.0])  # with a_0 = 0.3 every z_j is 0


def exact_run(chain, a0, cost):
    """Return every (a_j, sigma'(z_j)) of a single chain, by its recurrence in mpmath."""
    sigmas = [EXACT[chain.activation]] * chain.depth
    if cost == "cross_entropy":
        sigmas[-1] = EXACT["sigmoid"]
    run, a = [], mpf(a0)
    for sigma, w, b in zip(sigmas, chain.weights.tolist(), chain.biases.tolist(), strict=True):
        run.append(sigma(w * a + b))
        a = run[-1][0]
    return run


def exact_nabla_b(chain, a0, y, cost):
    """Return dC/db_1 ... dC/db_L of a single chain, by eq. (121) in mpmath."""
    run = exact_run(chain, a0, cost)
    return backwards(chain, run, EXACT_COSTS[cost](run[-1][0], mpf(y))[1])


def backwards(chain, run, product):
    gradients = []
    for w, (_, prime) in zip(chain.weights[::-1].tolist(), run[::-1], strict=True):
        gradients.append(product * prime)
        product = gradients[-1] * w
    return gradients[::-1]


def assert_exact(found, exact, rtol=1e-9, atol=1e-12):
    np.testing.assert_array_equal(found.sign, [float(mp.sign(x)) for x in exact])
    logs = [float(mp.log10(abs(x))) if x else -np.inf for x in exact]
    np.testing.assert_allclose(found.log10_abs, logs, rtol=rtol, atol=atol)


@each_cost
@each_activation
@pytest.mark.parametrize("depth", [1, 5, 60])
def test_nabla_b_is_exact(activation, cost, depth):
    for seed in range(3):
        chain = Chain.random(depth, seed, activation=activation)
        for y in (0.0, 1.0, 0.3):
            with mp.workdps(50):
                assert_exact(chain.nabla_b(0.7, y, cost), exact_nabla_b(chain, 0.7, y, cost))


@pytest.mark.parametrize("depth", [600, 20_000])
def test_nabla_b_is_exact_however_deep(depth):
    chain = Chain.random(depth, 1)
    some = np.append(np.arange(0, depth, 97), depth - 1)
    with mp.workdps(30):
        run = exact_run(chain, 1.0, "quadratic")
        of_output = backwards(chain, run, mpf(1))
        for cost in COSTS:
            found = chain.nabla_b(1.0, 0.0, cost)
            slope = EXACT_COSTS[cost](run[-1][0], mpf(0))[1]
            assert_exact(found[some], [slope * of_output[j] for j in some])
            assert found.log10_abs[0] < -depth * np.log10(4)


@each_cost
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("y", [0.0, 1.0, 0.3])
def test_nabla_b_is_exact_where_sigma_prime_underflows(activation, cost, y):
    rng = np.random.default_rng(3)
    for _ in range(4):
        weights = rng.choice([-1.0, 1.0], 6) * rng.uniform(50.0, 1000.0, 6)
        chain = Chain(weights, rng.normal(size=6), activation)
        with mp.workdps(1000):
            assert_exact(chain.nabla_b(0.8, y, cost), exact_nabla_b(chain, 0.8, y, cost))


@each_cost
@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("z", [-800.0, 800.0])
def test_a_saturated_output_still_has_a_gradient(z, y, cost):
    chain = Chain([1.0, 800.0], [40.0, z - 800.0])
    assert chain.forward(1.0, cost)[0][-1] == z
    with mp.workdps(1000):
        exact = exact_nabla_b(chain, 1.0, y, cost)
        assert_exact(chain.nabla_b(1.0, y, cost), exact)
    assert (chain.nabla_b(1.0, y, cost).sign == (1.0 if y == 0.0 else -1.0)).all()


@pytest.mark.parametrize("activation", ["elu", "selu", "gelu", "silu", "softplus"])
def test_nabla_b_is_exact_where_a_hidden_sigma_prime_underflows(activation):
    chain = Chain([1.0, 2.0, -1.5], [-900.0, 0.5, 0.25], activation)
    with mp.workdps(1000):
        assert_exact(chain.nabla_b(0.3, 0.1), exact_nabla_b(chain, 0.3, 0.1, "quadratic"))
    assert chain.nabla_b(0.3, 0.1).log10_abs[0] < -380


def test_two_factors_by_hand():
    assert Chain([2.0], [0.0]).nabla_b(0.0, 0.0).to_float() == pytest.approx([0.125])
    assert Chain([2.0, -4.0], [0.0, 2.0]).nabla_b(0.0, 1.0).to_float() == pytest.approx([0.125, -0.125])


@each_cost
@each_activation
def test_nabla_b_is_the_slope_of_the_cost(activation, cost):
    chain = Chain.random(4, 8, activation=activation)
    slopes = central_differences(
        lambda biases: Chain(chain.weights, biases, activation).trace(0.6, 0.2, cost).cost, chain.biases
    )
    np.testing.assert_allclose(chain.nabla_b(0.6, 0.2, cost).to_float(), slopes, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize(
    ("chain", "a0", "y"),
    [
        (Chain([3.0, 2.0], [0.0, -1.0]), 0.0, 0.5),
        (Chain([3.0, 2.0], [0.0, 0.0], "tanh"), 0.0, 0.0),
        (Chain([2.0, 3.0], [0.5, 1.0], "linear"), 1.0, 8.5),
        (Chain([2.0, 3.0], [0.5, 1.0], "relu"), 1.0, 8.5),
    ],
)
def test_on_target_the_gradient_is_0(chain, a0, y):
    assert chain.forward(a0)[1][-1] == y
    for cost in COSTS if chain.activation == "sigmoid" else ["quadratic"]:
        nabla_b = chain.nabla_b(a0, y, cost)
        np.testing.assert_array_equal(nabla_b.sign, 0.0)
        np.testing.assert_array_equal(nabla_b.log10_abs, -np.inf)


def test_a_dead_relu_stops_the_gradient():
    nabla_b = Chain([1.0, 1.0, 1.0], [1.0, -5.0, 1.0], "relu").nabla_b(1.0, 0.0)
    np.testing.assert_array_equal(nabla_b.sign, [0.0, 0.0, 1.0])


@each_cost
@each_activation
def test_the_forward_pass_is_exact(activation, cost):
    chain = Chain.random(6, 2, activation=activation)
    zs, activations = chain.forward(0.4, cost)
    with mp.workdps(40):
        exact = [float(a) for a, _ in exact_run(chain, 0.4, cost)]
    np.testing.assert_allclose(activations, [0.4, *exact], rtol=1e-12)
    np.testing.assert_allclose(zs, chain.weights * activations[:-1] + chain.biases, rtol=1e-15)


def test_the_factors_of_s13_are_25():
    np.testing.assert_array_equal(CONTRIVED.forward(0.3)[0], 0.0)
    np.testing.assert_allclose(CONTRIVED.factors(0.3), 25.0, rtol=1e-14)
    np.testing.assert_allclose(CONTRIVED.response(0.3).to_float(), 0.25 * 25.0 ** np.arange(4), rtol=1e-13)
    np.testing.assert_allclose(
        CONTRIVED.nabla_b(0.3, 1.0).to_float(), -0.5 * 0.25 * 25.0 ** np.arange(3, -1, -1), rtol=1e-13
    )


@each_cost
@each_activation
def test_factors_link_the_gradients(activation, cost):
    chain = Chain.random(5, 4, activation=activation)
    nabla_w = chain.weights * chain.nabla_b(0.3, 0.9, cost).to_float()
    np.testing.assert_allclose(nabla_w[:-1], chain.factors(0.3, cost)[:-1] * nabla_w[1:], rtol=1e-11)


@each_activation
def test_response_times_slope_is_the_first_gradient(activation):
    chain = Chain.random(5, 4, activation=activation)
    first = chain.response(0.3)[-1] * chain.trace(0.3, 0.9).slope[0]
    assert first.to_float() == pytest.approx(chain.nabla_b(0.3, 0.9).to_float()[0], rel=1e-11)


@each_activation
def test_the_response_is_exact(activation):
    chain = Chain.random(40, 5, activation=activation)
    with mp.workdps(50):
        product, exact = mpf(1), []
        for j, (_, prime) in enumerate(exact_run(chain, 0.2, "quadratic")):
            product *= prime * (mpf(chain.weights[j]) if j else 1)
            exact.append(product)
        assert_exact(chain.response(0.2), exact)


@each_activation
def test_the_response_is_the_slope_of_each_activation(activation):
    chain = Chain.random(3, 8, activation=activation)
    for j in range(3):
        slope = central_differences(
            lambda b, j=j: chain.replaced(biases={1: b[0]}).forward(0.6)[1][j + 1], chain.biases[:1]
        )
        np.testing.assert_allclose(chain.response(0.6).to_float()[j], slope[0], rtol=1e-6, atol=1e-10)


def _parts(value):
    return value.sign, value.log10_abs


@each_cost
@each_activation
def test_many_chains_at_once_are_each_alone(activation, cost):
    many = Chain.random(7, 6, activation=activation, chains=3)
    a0, y, delta_b = np.linspace(-1, 1, 3), np.linspace(0, 1, 3), np.linspace(0.01, 0.05, 3)
    for k in range(3):
        one = Chain(many.weights[:, k], many.biases[:, k], activation)
        together = [
            *many.forward(a0, cost),
            many.factors(a0, cost),
            *_parts(many.response(a0)),
            *_parts(many.nabla_b(a0, y, cost)),
            many.trace(a0, y, cost).cost[None],
            *(value[None] for link in many.nudge(a0, y, delta_b, 2, cost) for value in link[1:]),
        ]
        alone = [
            *one.forward(a0[k], cost),
            one.factors(a0[k], cost),
            *_parts(one.response(a0[k])),
            *_parts(one.nabla_b(a0[k], y[k], cost)),
            np.array([one.trace(a0[k], y[k], cost).cost]),
            *(
                np.array([value])
                for link in one.nudge(a0[k], y[k], delta_b[k], 2, cost)
                for value in link[1:]
            ),
        ]
        for both, single in zip(together, alone, strict=True):
            np.testing.assert_allclose(both[:, k], single, rtol=1e-11, atol=1e-300)


def test_one_input_serves_all_chains():
    many = Chain.random(3, 6, chains=4)
    for found, expected in zip(
        many.nabla_b(0.5, 1.0), many.nabla_b(np.full(4, 0.5), np.ones(4)), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


@each_cost
def test_the_links_of_a_nudge_stand_in_order(cost):
    chain = Chain.random(4, 0)
    names = [link.name for link in chain.nudge(0.5, 1.0, 0.1, cost=cost)]
    assert names == ["Δa_1", "Δz_2", "Δa_2", "Δz_3", "Δa_3", "Δz_4", "Δa_4", "ΔC"]
    assert [link.name for link in chain.nudge(0.5, 1.0, 0.1, 3, cost)] == ["Δa_3", "Δz_4", "Δa_4", "ΔC"]
    assert [link.name for link in chain.nudge(0.5, 1.0, 0.1, 4, cost)] == ["Δa_4", "ΔC"]


@each_cost
@each_activation
@pytest.mark.parametrize("delta_b", [1e-13, -1e-9, 1e-4, -0.3, 6.0])
def test_the_actual_changes_of_a_nudge_are_exact(activation, cost, delta_b):
    chain = Chain([0.8, -1.3, 1.7, 0.9], [0.3, 0.4, -0.2, 0.6], activation)
    for layer in (1, 3):
        with mp.workdps(60):
            before = exact_run(chain, 0.45, cost)
            biases = [mpf(b) for b in chain.biases]
            biases[layer - 1] += mpf(delta_b)
            after, a = [], mpf(0.45)
            for j in range(4):
                sigma = EXACT["sigmoid" if cost == "cross_entropy" and j == 3 else activation]
                after.append(sigma(mpf(chain.weights[j]) * a + biases[j]))
                a = after[-1][0]
            changes = [new[0] - old[0] for new, old in zip(after, before, strict=True)]
            exact = [changes[layer - 1]]
            for j in range(layer, 4):
                exact += [mpf(chain.weights[j]) * changes[j - 1], changes[j]]
            c = [EXACT_COSTS[cost](run[-1][0], mpf(0.2))[0] for run in (after, before)]
            exact = [float(x) for x in [*exact, c[0] - c[1]]]
        found = [link.actual for link in chain.nudge(0.45, 0.2, delta_b, layer, cost)]
        np.testing.assert_allclose(found, exact, rtol=1e-10, atol=1e-300)


@each_cost
@pytest.mark.parametrize("layer", [1, 3])
def test_the_predictions_of_a_nudge_are_the_derivatives(layer, cost):
    chain = Chain.random(5, 9)
    links = {link.name: link for link in chain.nudge(0.5, 0.1, 0.02, layer, cost)}
    nabla_b = chain.nabla_b(0.5, 0.1, cost).to_float()
    assert links["ΔC"].predicted == pytest.approx(0.02 * nabla_b[layer - 1], rel=1e-12)
    primes = chain.factors(0.5, cost) / chain.weights
    product = 0.02 * primes[layer - 1]
    for j in range(layer, 5):
        product *= chain.weights[j]
        assert links[f"Δz_{j + 1}"].predicted == pytest.approx(product, rel=1e-12)
        product *= primes[j]
        assert links[f"Δa_{j + 1}"].predicted == pytest.approx(product, rel=1e-12)


@each_cost
@pytest.mark.parametrize("activation", [a for a in ACTIVATIONS if not ACTIVATIONS[a].kinks and a != "linear"])
def test_the_gap_of_a_nudge_shrinks_as_the_nudge(activation, cost):
    chain = Chain([0.8, -1.3, 1.7, 0.9], [0.3, 0.4, -0.2, 0.6], activation)
    gaps = [[link.gap for link in chain.nudge(0.45, 0.2, h, cost=cost)] for h in (1e-4, 1e-5, 1e-6)]
    np.testing.assert_allclose(np.divide(gaps[0], gaps[1]), 10.0, rtol=0.02)
    np.testing.assert_allclose(np.divide(gaps[1], gaps[2]), 10.0, rtol=0.002)
    assert np.max(gaps[2]) < 1e-5


def test_the_gap_of_a_linear_chain_is_0():
    links = Chain.random(4, 1, activation="linear").nudge(0.3, 0.0, 5.0)
    np.testing.assert_allclose([link.gap for link in links[:-1]], 0.0, atol=1e-14)
    assert Chain([2.0], [0.0], "linear").nudge(1.0, 0.0, 0.5)[-1].gap == pytest.approx(0.125)


def test_no_nudge_has_no_gap():
    for link in Chain.random(4, 1).nudge(0.3, 0.0, 0.0):
        assert link.predicted == link.actual == link.gap == 0.0


def test_nudges_of_many_sizes_are_each_alone():
    chain, sizes = Chain.random(3, 2), np.array([-1.0, 1e-9, 0.0, 0.4, 50.0])
    together = chain.nudge(0.5, 1.0, sizes)
    for k, size in enumerate(sizes):
        for many, one in zip(together, chain.nudge(0.5, 1.0, size), strict=True):
            assert many.actual[k] == pytest.approx(one.actual, rel=1e-13)
            assert many.predicted[k] == pytest.approx(one.predicted, rel=1e-13)


@pytest.mark.parametrize("delta_b", [5e-324, 1e-310, -1e-200])
@each_activation
def test_the_smallest_nudge_is_no_trouble(activation, delta_b):
    for link in Chain.random(8, 3, activation=activation).nudge(0.5, 0.3, delta_b):
        assert np.isfinite([link.predicted, link.actual]).all()


@each_cost
def test_a_trace_is_all_of_it_at_once(cost):
    chain = Chain.random(5, 3)
    trace = chain.trace(0.4, 0.8, cost)
    zs, activations = chain.forward(0.4, cost)
    np.testing.assert_array_equal(trace.zs, zs)
    np.testing.assert_array_equal(trace.activations, activations)
    np.testing.assert_array_equal(trace.nabla_b.log10_abs, chain.nabla_b(0.4, 0.8, cost).log10_abs)
    np.testing.assert_allclose(trace.weights * trace.primes.to_float(), chain.factors(0.4, cost), rtol=1e-13)
    whole = trace.slope[0]
    for layer in range(1, 6):
        whole = whole * trace.term(layer)
    assert whole.to_float() == pytest.approx(trace.nabla_b.to_float()[0], rel=1e-12)
    with mp.workdps(30):
        value, slope = EXACT_COSTS[cost](mpf(activations[-1]), mpf(0.8))
    assert trace.cost == pytest.approx(float(value), rel=1e-12)
    assert trace.slope.to_float() == pytest.approx([float(slope)], rel=1e-12)


def test_a_ratio_is_that_of_two_gradients():
    trace = Chain.random(6, 3).trace(0.4, 0.8)
    gradients = trace.nabla_b.to_float()
    for upper in range(2, 7):
        for lower in range(1, upper):
            ratio = trace.ratio(lower, upper).to_float()
            assert ratio == pytest.approx(gradients[lower - 1] / gradients[upper - 1], rel=1e-12)


def test_a_trace_has_layers_1_to_l():
    trace = Chain.random(6, 3).trace(0.4, 0.8)
    refuses_each([0, 7, *NOT_WHOLE], trace.term)
    refuses_each([0, 6, *NOT_WHOLE], lambda bad: trace.ratio(bad, 6))
    refuses_each([0, 7, *NOT_WHOLE], lambda bad: trace.ratio(1, bad))


def test_a_deeper_chain_begins_the_same():
    shallow, deep = Chain.random(4, 11, 1.5, 0.5), Chain.random(60, 11, 1.5, 0.5)
    np.testing.assert_array_equal(shallow.weights, deep.weights[:4])
    np.testing.assert_array_equal(shallow.biases, deep.biases[:4])
    many, more = Chain.random(4, 11, chains=3), Chain.random(9, 11, chains=3)
    np.testing.assert_array_equal(many.weights, more.weights[:4])


def test_a_seed_always_draws_the_same_chain():
    np.testing.assert_array_equal(Chain.random(9, 5).weights, Chain.random(9, 5).weights)
    assert not np.array_equal(Chain.random(9, 5).weights, Chain.random(9, 6).weights)


def test_weights_and_biases_are_normal_and_independent():
    chain = Chain.random(200, 0, 2.0, 0.5, chains=500)
    w, b = chain.weights / 2.0, chain.biases / 0.5
    for draws in (w, b):
        assert abs(draws.mean()) < 5 / np.sqrt(draws.size)
        assert abs(draws.var() - 1) < 5 * np.sqrt(2 / draws.size)
        assert abs((draws**4).mean() - 3) < 5 * np.sqrt(96 / draws.size)
    assert abs((w * b).mean()) < 5 / np.sqrt(w.size)
    np.testing.assert_array_equal(Chain.random(5, 0, 0.0, 0.0).weights, 0.0)


def test_replaced_sets_single_values():
    chain = Chain.random(4, 1)
    changed = chain.replaced({1: 5.0, 4: -2}, {2: 0.25})
    np.testing.assert_array_equal(changed.weights, [5.0, *chain.weights[1:3], -2.0])
    np.testing.assert_array_equal(changed.biases, [chain.biases[0], 0.25, *chain.biases[2:]])
    np.testing.assert_array_equal(chain.weights, Chain.random(4, 1).weights)
    assert Chain([1.0], [1.0], "tanh").replaced({1: 2.0}).activation == "tanh"


def test_replaced_takes_a_value_a_chain():
    changed = Chain.random(4, 1, chains=3).replaced({2: [1.0, 2.0, 3.0]}, {1: 7.0})
    np.testing.assert_array_equal(changed.weights[1], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(changed.biases[0], 7.0)


def test_scaled_is_one_chain_a_factor():
    chain = Chain.random(4, 1, activation="tanh")
    scaled = chain.scaled([0.0, 0.5, -3.0])
    np.testing.assert_array_equal(scaled.weights, np.outer(chain.weights, [0.0, 0.5, -3.0]))
    np.testing.assert_array_equal(scaled.biases, np.outer(chain.biases, np.ones(3)))
    assert scaled.activation == "tanh"


def test_a_chain_owns_its_arrays():
    weights, biases = np.ones(3), np.zeros(3)
    chain = Chain(weights, biases)
    weights[:], biases[:] = 7.0, 7.0
    np.testing.assert_array_equal(chain.weights, 1.0)
    np.testing.assert_array_equal(chain.biases, 0.0)


def test_depth_counts_the_layers():
    assert Chain([1, 2, 3], [0, 0, 0]).depth == 3
    assert Chain.random(5, 0, chains=2).depth == 5


CHAIN, MANY = Chain([1.0, 2.0], [0.0, 0.5]), Chain.random(2, 0, chains=3)


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Chain(bad, [0.0]),
        lambda bad: Chain([0.0], bad),
        lambda bad: Chain.random(3, 0, bad),
        lambda bad: Chain.random(3, 0, 1.0, bad),
        lambda bad: CHAIN.forward(bad),
        lambda bad: CHAIN.factors(bad),
        lambda bad: CHAIN.response(bad),
        lambda bad: CHAIN.nabla_b(bad, 1.0),
        lambda bad: CHAIN.nabla_b(1.0, bad),
        lambda bad: CHAIN.trace(bad, 1.0),
        lambda bad: CHAIN.trace(1.0, bad),
        lambda bad: CHAIN.nudge(bad, 1.0, 0.1),
        lambda bad: CHAIN.nudge(1.0, bad, 0.1),
        lambda bad: CHAIN.nudge(1.0, 1.0, bad),
        lambda bad: CHAIN.scaled(bad),
        lambda bad: CHAIN.replaced({1: bad}),
        lambda bad: CHAIN.replaced({}, {2: bad}),
        lambda bad: MANY.nabla_b(bad, 1.0),
        lambda bad: MANY.nudge(1.0, 1.0, bad),
    ],
)
def test_what_is_no_finite_number_is_refused(call):
    refuses_each(NOT_NUMBERS, call)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Chain([1.0, bad], [0.0, 0.0]),
        lambda bad: Chain([1.0, 1.0], [0.0, bad]),
        lambda bad: CHAIN.scaled([1.0, bad]),
        lambda bad: CHAIN.nudge(1.0, 1.0, [0.1, bad]),
        lambda bad: MANY.forward([0.0, bad, 0.0]),
        lambda bad: MANY.nabla_b(1.0, [0.0, bad, 0.0]),
        lambda bad: MANY.nudge(1.0, 1.0, [0.1, bad, 0.1]),
        lambda bad: MANY.replaced({1: [0.1, bad, 0.1]}),
    ],
)
def test_an_array_is_refused_for_one_bad_entry(call, bad):
    with pytest.raises(ValueError, match=rf"must be finite, but holds {bad} at index \(1,\)"):
        call(bad)


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Chain.random(bad, 0),
        lambda bad: Chain.random(3, bad),
        lambda bad: CHAIN.nudge(1.0, 1.0, 0.1, bad),
        lambda bad: CHAIN.replaced([(bad, 1.0)]),
        lambda bad: CHAIN.replaced(biases=[(bad, 1.0)]),
    ],
)
def test_what_is_no_count_or_layer_is_refused(call):
    refuses_each(NOT_WHOLE, call)


def test_what_is_no_number_of_chains_is_refused():
    counts = [0, *(bad for bad in NOT_WHOLE if bad is not None)]
    refuses_each(counts, lambda bad: Chain.random(3, 0, chains=bad))


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Chain([1.0], [0.0], bad),
        lambda bad: Chain.random(3, 0, activation=bad),
        lambda bad: CHAIN.forward(1.0, bad),
        lambda bad: CHAIN.factors(1.0, bad),
        lambda bad: CHAIN.nabla_b(1.0, 1.0, bad),
        lambda bad: CHAIN.trace(1.0, 1.0, bad),
        lambda bad: CHAIN.nudge(1.0, 1.0, 0.1, cost=bad),
    ],
)
def test_an_unknown_name_is_refused(call):
    refuses_each(NOT_NAMES, call)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: Chain([1.0, 2.0], [0.0]), "(2,) and (1,)"),
        (lambda: Chain([[1.0, 2.0]], [1.0, 2.0]), "(1, 2) and (2,)"),
        (lambda: Chain([], []), "(0,)"),
        (lambda: Chain(np.ones((2, 0)), np.ones((2, 0))), "(2, 0)"),
        (lambda: Chain(1.0, 1.0), "1.0"),
        (lambda: Chain([[[1.0]]], [[[1.0]]]), "[[[1.0]]]"),
        (lambda: Chain.random(0, 0), "at least 1, not 0"),
        (lambda: CHAIN.nudge(1.0, 1.0, 0.1, 0), "at least 1, not 0"),
        (lambda: CHAIN.replaced({0: 1.0}), "at least 1, not 0"),
        (lambda: Chain.random(3, 0, -0.5), "-0.5"),
        (lambda: Chain.random(3, 0, 1.0, -0.5), "-0.5"),
        (lambda: CHAIN.forward([1.0]), "(1,)"),
        (lambda: MANY.forward([1.0, 2.0]), "(2,)"),
        (lambda: MANY.nabla_b(1.0, np.ones(4)), "(4,)"),
        (lambda: MANY.nudge(1.0, 1.0, np.ones(2)), "(2,)"),
        (lambda: CHAIN.nudge(1.0, 1.0, 0.1, 3), "from 1 to 2, not 3"),
        (lambda: CHAIN.nudge(1.0, 1.0, [[0.1]]), "[[0.1]]"),
        (lambda: CHAIN.replaced({3: 1.0}), "from 1 to 2, not 3"),
        (lambda: CHAIN.replaced(7), "7"),
        (lambda: CHAIN.replaced({1: [1.0, 2.0]}), "(2,)"),
        (lambda: CHAIN.scaled(2.0), "2.0"),
        (lambda: MANY.scaled([2.0]), "3 at once"),
    ],
)
def test_what_does_not_fit_is_refused(call, quoted):
    with pytest.raises(ValueError, match=r".*") as refusal:
        call()
    assert quoted in str(refusal.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Chain([1e200, 1e200], [0, 0], "linear").forward(1.0),
        lambda: Chain([1e100, 1e100], [0, 0], "linear").trace(1.0, 0.0),
        lambda: Chain([1e100, 1e100], [0, 0], "linear").nudge(1.0, 0.0, 1e200),
        lambda: Chain([1.0], [0.0], "silu").nudge(-1.7e308, 0.0, -1.7e308),
        lambda: Chain([1.7e308], [0.0], "selu").factors(0.0),
        lambda: Chain.random(50, 0, 1.7e308),
        lambda: Chain([1e308], [0.0]).scaled([10.0]),
    ],
)
def test_an_overflow_is_refused(call):
    with pytest.raises(ValueError, match=r"overflows float64|must be finite, but holds -?inf"):
        call()


def sound(log):
    return not np.isnan(log.log10_abs).any() and ((log.sign == 0) == np.isneginf(log.log10_abs)).all()


@st.composite
def chains(draw):
    shape = draw(st.one_of(st.tuples(st.integers(1, 6)), st.tuples(st.integers(1, 6), st.integers(1, 3))))
    numbers = hnp.arrays(float, shape, elements=st.floats(-1, 1))
    scales = st.sampled_from([0.0, 1e-300, 1e-9, 1.0, 3.0, 800.0, 1e5, 1e12, 1e150, 1.7e308])
    return Chain(
        draw(numbers) * draw(scales), draw(numbers) * draw(scales), draw(st.sampled_from(list(ACTIVATIONS)))
    )


@given(
    chain=chains(),
    a0=st.floats(-1e3, 1e3),
    y=st.floats(-2, 2),
    delta_b=st.floats(-1e3, 1e3),
    cost=st.sampled_from(list(COSTS)),
)
def test_any_chain_has_sound_results_or_overflows(chain, a0, y, delta_b, cost):
    layer = chain.depth // 2 + 1
    calls = (
        lambda: all(np.isfinite(values).all() for values in chain.forward(a0, cost)),
        lambda: np.isfinite(chain.factors(a0, cost)).all(),
        lambda: sound(chain.response(a0)),
        lambda: sound(chain.nabla_b(a0, y, cost)),
        lambda: np.isfinite(chain.trace(a0, y, cost).cost).all(),
        lambda: all(
            np.isfinite([link.predicted, link.actual]).all()
            for link in chain.nudge(a0, y, delta_b, layer, cost)
        ),
    )
    for call in calls:
        assert true_or_overflow(call)


def true_or_overflow(call):
    try:
        return call()
    except ValueError as refusal:
        return "overflows float64 in this chain" in str(refusal)


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=3)
    ),
    lambda items: st.lists(items, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40)
@given(weights=JUNK, biases=JUNK, a0=JUNK, y=JUNK)
def test_junk_is_a_chain_or_a_value_error(weights, biases, a0, y):
    with suppress(ValueError):
        assert sound(Chain(weights, biases).nabla_b(a0, y))


@given(hnp.arrays(float, 4, elements=st.floats(-30, 30)), st.floats(0, 1))
def test_nabla_b_is_exact_for_any_chain(weights, y):
    chain = Chain(weights, [0.5, -0.25, 1.0, 0.125])
    for cost in COSTS:
        with mp.workdps(60):
            exact = exact_nabla_b(chain, 0.5, y, cost)
            tiny = [x != 0 and abs(x) < 1e-280 for x in exact]
        found = chain.nabla_b(0.5, y, cost)
        assert isinstance(found, SignedLog)
        np.testing.assert_allclose(found.to_float(), [float(x) for x in exact], rtol=1e-9, atol=1e-13)
        assert (found.sign[np.array(tiny)] != 0).all()


def test_a_gap_of_rounding_is_no_gap():
    straight = Chain.random(6, 2, activation="linear").nudge(0.7, 0.1, 0.1)
    assert [float(link.gap) for link in straight[:-1]] == [0.0] * 11
    assert Chain.random(6, 2).nudge(0.7, 0.1, 0.1)[-1].gap > 0.0


@each_activation
@pytest.mark.parametrize("a0", [0.3, -1.7, 0.0])
def test_a_centred_chain_has_every_z_at_0(activation, a0):
    weights = np.random.default_rng(4).normal(scale=20.0, size=(9, 5))
    for some in (weights, weights[:, 0], weights[:1]):
        chain = Chain.centred(some, a0, activation)
        assert chain.activation == activation
        np.testing.assert_array_equal(chain.weights, some)
        np.testing.assert_array_equal(chain.forward(a0)[0], 0.0)
        slopes = some * ACTIVATIONS[activation].sigma_prime(0.0)
        np.testing.assert_allclose(chain.factors(a0), slopes, rtol=1e-14)


@pytest.mark.parametrize("a0", [0.0, 0.3, 1.0])
def test_s13_is_a_centred_chain(a0):
    chain = Chain.centred([100.0] * 4, a0)
    np.testing.assert_array_equal(chain.biases, [-100.0 * a0, -50.0, -50.0, -50.0])
    np.testing.assert_allclose(chain.factors(a0), 25.0, rtol=1e-14)
    gradients = chain.nabla_b(a0, 1.0).to_float()
    np.testing.assert_allclose(gradients[:-1] / gradients[1:], 25.0, rtol=1e-13)


def test_shifted_is_one_chain_a_shift():
    chain, shifts = Chain.random(4, 1, activation="tanh"), [0.0, 0.5, -3.0]
    for layer in range(1, 5):
        shifted = chain.shifted(shifts, layer)
        assert shifted.activation == "tanh"
        for k, shift in enumerate(shifts):
            expected = chain.replaced(biases={layer: chain.biases[layer - 1] + shift})
            np.testing.assert_array_equal(shifted.weights[:, k], expected.weights)
            np.testing.assert_array_equal(shifted.biases[:, k], expected.biases)
    np.testing.assert_array_equal(chain.shifted(shifts).biases, chain.shifted(shifts, 1).biases)
    np.testing.assert_array_equal(chain.biases, Chain.random(4, 1).biases)


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: Chain.centred([1.0, 2.0], bad),
        lambda bad: Chain.centred(bad, 0.5),
        lambda bad: CHAIN.shifted(bad),
    ],
)
def test_no_centre_or_shift_but_by_finite_numbers(call):
    refuses_each(NOT_NUMBERS, call)


def test_no_centre_or_shift_of_what_does_not_exist():
    refuses_each(NOT_NAMES, lambda bad: Chain.centred([1.0], 0.5, bad))
    refuses_each([0, 3, *NOT_WHOLE], lambda bad: CHAIN.shifted([0.1], bad))
    refuses_each([0.1, [[0.1]]], CHAIN.shifted)
    refuses_each([2.0, [[[2.0]]]], lambda bad: Chain.centred(bad, 0.5))
    with pytest.raises(ValueError, match="only a single chain can be shifted, not 3 at once"):
        MANY.shifted([0.1])
    with pytest.raises(ValueError, match=r"at least one layer, but weights have shape \(0,\)"):
        Chain.centred([], 0.5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Chain.centred([1e308, 1.0], 10.0),
        lambda: Chain([1.0], [1e308]).shifted([0.0, 1.7e308]),
    ],
)
def test_a_bias_that_overflows_is_refused(call):
    with pytest.raises(ValueError, match=r"biases must be finite, but holds -?inf"):
        call()


def test_a_link_of_several_nudges_is_the_link_of_each():
    chain, steps = Chain.random(4, 1), (1e-3, 0.1)
    together = chain.nudge(1.0, 0.0, steps)
    for index, step in enumerate(steps):
        for link, alone in zip(together, chain.nudge(1.0, 0.0, step), strict=True):
            np.testing.assert_allclose(link.at(index)[1:], alone[1:], rtol=1e-13)
