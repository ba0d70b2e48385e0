"""Mean-field theory against its published numbers, an independent quadrature, and random networks."""

import numpy as np
import pytest
from mpmath import mp, mpf

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, refuses_each
from tests.support.exact import EXACT, LEAK
from vgcore import ACTIVATIONS, Network, critical_weight_std, mean_field
from vgcore.studies.edge import field_curve
from vgcore.studies.matrix import square_network

SQUARES = {"relu": 0.5, "leaky_relu": (1.0 + float(LEAK) ** 2) / 2.0, "linear": 1.0}
"""E[sigma(z)^2], which is also E[sigma'(z)^2], of the activations that a positive scale passes through."""
AWAY = (("sigmoid", 1.0, 1.0), ("tanh", 1.3, 0.3), ("relu", 1.0, 1.0))
EDGES = (("tanh", 1.76095**0.5, 0.05**0.5), ("relu", 2.0**0.5, 0.0))

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)

SCALES = np.geomspace(0.1, 100.0, 49)


def exact_mean_square(activation, which, q):
    """Return E[sigma(sqrt(q) z)^2], or E[sigma'(sqrt(q) z)^2] for which = 1."""
    root = mp.sqrt(q)
    cuts = sorted({mpf(0), *(sign * cut for sign in (-1, 1) for cut in (min(1 / root, 3), 4, 9))})
    return mp.quad(lambda z: EXACT[activation](root * z)[which] ** 2 * mp.npdf(z), cuts, maxdegree=4)


def iterated(activation, weight_std, bias_std, layers=200):
    """Return q after so many layers from 1, by the trapezium rule on a fine grid."""
    z = np.linspace(-12.0, 12.0, 2001)
    density = np.exp(-0.5 * z**2) * (z[1] - z[0]) / np.sqrt(2.0 * np.pi)
    q = 1.0
    for _ in range(layers):
        mean_square = density @ ACTIVATIONS[activation].sigma(np.sqrt(q) * z) ** 2
        q = weight_std**2 * mean_square + bias_std**2
    return q


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std", "q", "chi"),
    [  # by another program, with a dense quadrature
        ("sigmoid", 1.0, 0.0, 0.264687, 0.0557207),
        ("sigmoid", 1.0, 1.0, 1.302134, 0.0419597),
        ("sigmoid", 4.0, 0.0, 5.855404, 0.398879),
        ("tanh", 1.3, 0.3, 0.607047, 0.939807),
        ("tanh", 2.5, 0.3, 4.079124, 1.585225),
    ],
)
def test_the_table_to_its_last_digit(activation, weight_std, bias_std, q, chi):
    found = mean_field(activation, weight_std, bias_std)
    assert found.q == pytest.approx(q, abs=0.6e-6)
    assert found.chi == pytest.approx(chi, abs=0.6e-6)


@each_activation
def test_q_is_a_fixed_point_and_chi_is_of_it(activation):
    weight_std, bias_std = 0.9, 3.0
    found = mean_field(activation, weight_std, bias_std)
    with mp.workdps(15):
        square, slope = (float(exact_mean_square(activation, which, mpf(found.q))) for which in (0, 1))
    assert weight_std**2 * square + bias_std**2 == pytest.approx(found.q, rel=1e-8)
    assert found.chi == pytest.approx(weight_std**2 * slope, rel=1e-8)


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std"),
    [
        ("sigmoid", 30.0, 0.5),
        ("tanh", 3.0, 0.0),
        ("hard_tanh", 1.5, 0.1),
        ("elu", 1.2, 0.5),
        ("gelu", 1.4, 0.3),
        ("silu", 1.38, 0.5),
    ],
)
def test_the_fixed_point_is_the_one_that_the_layers_reach(activation, weight_std, bias_std):
    expected = iterated(activation, weight_std, bias_std)
    assert mean_field(activation, weight_std, bias_std).q == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("weight_std", "bias_std", "q", "chi"), [(1.51, 0.44, 1.1231, 0.884), (1.505, 0.45, 1.2159, 0.890)]
)
def test_two_fixed_points_in_one_octave_are_not_stepped_over(weight_std, bias_std, q, chi):
    found = mean_field("silu", weight_std, bias_std)
    assert found.q == pytest.approx(q, abs=0.6e-4)
    assert found.chi == pytest.approx(chi, abs=0.6e-3)
    assert iterated("silu", weight_std, bias_std, 1000) == pytest.approx(found.q, rel=1e-6)


@each_activation
def test_the_fixed_point_is_the_first_on_the_way_by_a_dense_scan(activation):
    """Also close to where two fixed points meet: in silu and gelu, from a scale of 1.35 to 1.6."""
    z, qs = np.linspace(-10.0, 10.0, 801), np.exp(np.linspace(-14.0, 14.0, 2801))
    density = np.exp(-0.5 * z**2) / np.exp(-0.5 * z**2).sum()
    squares = np.array([density @ ACTIVATIONS[activation].sigma(np.sqrt(q) * z) ** 2 for q in qs])
    grid = [(w, b) for w in np.geomspace(0.3, 6.0, 12) for b in (0.1, 0.3, 1.0)]
    grid += [(w, b) for w in np.linspace(1.35, 1.6, 26) for b in np.linspace(0.25, 0.75, 11)]
    for weight_std, bias_std in grid:
        growth = (weight_std**2 * squares + bias_std**2) / qs - 1.0
        onward = slice(1400, None) if growth[1400] > 0.0 else slice(1400, None, -1)
        turned = np.flatnonzero(growth[onward] * growth[1400] < 0.0)
        expected = qs[onward][turned[0]] if turned.size else np.inf if growth[1400] > 0.0 else 0.0
        found = mean_field(activation, weight_std, bias_std).q
        assert found == pytest.approx(expected, rel=0.03), (weight_std, bias_std)


@pytest.mark.parametrize("activation", SQUARES)
@pytest.mark.parametrize(("weight_std", "bias_std"), [(0.0, 1.0), (0.7, 0.3), (0.99, 1e-3), (0.5, 1e5)])
def test_straight_activations_by_closed_form(activation, weight_std, bias_std):
    chi = weight_std**2 * SQUARES[activation]
    found = mean_field(activation, weight_std, bias_std)
    assert found.q == pytest.approx(bias_std**2 / (1.0 - chi), rel=1e-10)
    assert found.chi == pytest.approx(chi, rel=1e-13)


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std", "q"),
    [
        ("relu", 1.0, 1.0, 2.0),
        ("relu", 1.0, 0.5, 0.5),
        ("relu", 1.0, 2.0**-20, 2.0**-39),
        ("linear", 0.5, 1.5**0.5, 2.0),
        ("linear", 0.5, 96.0**0.5, 128.0),
    ],
)
def test_a_fixed_point_that_is_a_power_of_2_is_no_exception(activation, weight_std, bias_std, q):
    assert mean_field(activation, weight_std, bias_std).q == pytest.approx(q, rel=1e-12)


@pytest.mark.parametrize("activation", SQUARES)
def test_without_biases_a_straight_network_dies_out_or_grows_for_ever(activation):
    edge = SQUARES[activation] ** -0.5
    assert mean_field(activation, 0.999 * edge, 0.0).q == 0.0
    assert mean_field(activation, 1.001 * edge, 0.0).q == np.inf
    assert mean_field(activation, 1.001 * edge, 1.0).q == np.inf
    for q in (0.999, 1.001):
        assert mean_field(activation, q * edge, 0.0).chi == pytest.approx(q**2, rel=1e-13)


def test_at_its_edge_relu_keeps_what_it_has():
    assert mean_field("relu", 2.0**0.5, 0.0) == pytest.approx((1.0, 1.0), rel=1e-13)
    assert mean_field("relu", 2.0**0.5, 0.1).q == np.inf


@pytest.mark.parametrize(
    ("activation", "slope"), [("tanh", 1.0), ("gelu", 0.5), ("silu", 0.5), ("hard_tanh", 1.0), ("elu", 1.0)]
)
def test_where_q_dies_out_chi_is_the_slope_at_0(activation, slope):
    found = mean_field(activation, 0.9, 0.0)
    assert found.q == 0.0
    assert found.chi == pytest.approx((0.9 * slope) ** 2, rel=1e-9)


@pytest.mark.parametrize(("activation", "area"), [("sigmoid", 1 / 6), ("tanh", 4 / 3), ("hard_tanh", 2.0)])
@pytest.mark.parametrize("bias_std", [1e4, 1e6])
def test_far_out_only_the_area_under_the_squared_slope_counts(activation, area, bias_std):
    found = mean_field(activation, 100.0, bias_std)
    assert found.q == pytest.approx(bias_std**2, rel=1e-3)
    assert found.chi == pytest.approx(100.0**2 * area / np.sqrt(2.0 * np.pi * found.q), rel=1e-7)


@each_activation
def test_without_weights_only_the_biases_are_left(activation):
    assert mean_field(activation, 0.0, 0.3) == pytest.approx((0.09, 0.0))
    assert mean_field(activation, 0.0, 0.0) == (0.0, 0.0)


@each_activation
def test_the_edge_is_the_smallest_scale_where_chi_is_1(activation):
    edge = critical_weight_std(activation, 1.0)
    assert mean_field(activation, edge, 1.0).chi == pytest.approx(1.0, abs=1e-9)
    for share in (0.1, 0.8, 0.93, 0.99, 0.99999):
        assert mean_field(activation, share * edge, 1.0).chi < 1.0


@pytest.mark.parametrize(
    ("activation", "bias_std", "edge"),
    [
        ("relu", 0.0, 2.0**0.5),
        ("tanh", 0.0, 1.0),
        ("selu", 0.0, 0.6904860793),
        ("silu", 0.45, 1.506425583),
    ],
)
def test_the_known_edges(activation, bias_std, edge):
    assert critical_weight_std(activation, bias_std) == pytest.approx(edge, rel=1e-7)


def test_the_edge_of_tanh_with_biases_is_that_of_the_table():
    assert mean_field("tanh", 1.76095**0.5, 0.05**0.5).q == pytest.approx(0.570045, abs=0.6e-6)
    assert critical_weight_std("tanh", 0.05**0.5) ** 2 == pytest.approx(1.76095, abs=0.6e-5)


def test_silu_without_biases_leaps_over_the_edge():
    edge = critical_weight_std("silu", 0.0)
    below, above = (mean_field("silu", share * edge, 0.0) for share in (0.9999, 1.0))
    assert below == pytest.approx((0.0, (0.9999 * edge / 2.0) ** 2))
    assert iterated("silu", edge * 0.9999, 0.0) < 1.0 <= iterated("silu", edge * 1.0001, 0.0)
    assert above.q > 0.9
    assert above.chi > 1.1


def test_the_curve_is_the_root_of_chi_against_the_scale():
    found = field_curve("tanh", SCALES, 0.3)
    np.testing.assert_allclose(found.sigma_ws, np.geomspace(0.1, 100.0, 49))
    for k in (0, 17, 48):
        assert found.root_chi[k] ** 2 == pytest.approx(mean_field("tanh", found.sigma_ws[k], 0.3).chi)
    assert found.edge == critical_weight_std("tanh", 0.3)
    assert (np.diff(found.root_chi) > 0.0).all()
    np.testing.assert_array_equal(found.root_chi < 1.0, found.sigma_ws < found.edge)


@pytest.fixture(scope="module")
def simulated():
    """Return the mean z^2 of late layers, and by how much the RMS of delta changes a layer, by setting.

    The targets are far out, so that delta^L is random: theory has it independent of the weights.
    """
    width, depth, seeds = 400, 40, 3
    squares, steps = ({setting: [] for setting in (*AWAY, *EDGES)} for _ in range(2))
    for seed in range(seeds):
        drawn = square_network(depth, width, seed, width**-0.5, 1.0)
        x, y = np.random.default_rng(100 + seed).standard_normal((2, width, 8))
        for activation, weight_std, bias_std in squares:
            setting = activation, weight_std, bias_std
            weights, biases = [weight_std * w for w in drawn.weights], [bias_std * b for b in drawn.biases]
            network = Network(weights, biases, activation)
            squares[setting] += [(z**2).mean() for z in network.forward(x, "quadratic")[0][10:]]
            rms = [np.sqrt((delta**2).mean()) for delta in network.deltas(x, 1e3 * y, "quadratic")]
            steps[setting].append(np.log(rms[10] / rms[-1]) / (depth - 11))
    return {setting: (np.mean(squares[setting]), np.exp(np.mean(steps[setting]))) for setting in squares}


@pytest.mark.parametrize("setting", AWAY)
def test_wide_networks_away_from_the_edge_are_as_theory_has_them(simulated, setting):
    q, step = simulated[setting]
    field = mean_field(*setting)
    assert q == pytest.approx(field.q, rel=0.015)
    assert step == pytest.approx(field.chi**0.5, rel=0.015)


@pytest.mark.parametrize("setting", EDGES)
def test_wide_networks_at_the_edge_keep_the_size_of_delta(simulated, setting):
    assert simulated[setting][1] == pytest.approx(1.0, rel=0.015)


def test_bad_input_is_refused():
    for bad in (NOT_NUMBERS, [-1.0, 1.1e6]):
        refuses_each(bad, lambda value: mean_field("tanh", value, 0.3))
        refuses_each(bad, lambda value: mean_field("tanh", 1.0, value))
        refuses_each(bad, lambda value: critical_weight_std("tanh", value))
        refuses_each(bad, lambda value: field_curve("tanh", SCALES, value))
    refuses_each(NOT_NAMES, lambda value: mean_field(value, 1.0, 0.3))
    refuses_each(NOT_NAMES, lambda value: critical_weight_std(value, 0.3))
    refuses_each(NOT_NAMES, lambda value: field_curve(value, SCALES, 0.3))


@each_activation
def test_any_scale_in_range_has_a_finite_chi(activation):
    for weight_std in (1e-6, 1e6):
        for bias_std in (0.0, 1e6):
            found = mean_field(activation, weight_std, bias_std)
            assert found.q >= 0.0
            assert 0.0 <= found.chi <= (1.2 * 1.76 * weight_std) ** 2
