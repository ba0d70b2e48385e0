"""The phase diagram of tanh against another program's numbers, and its correlations against simulation."""

import math

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, refuses_each
from vgcore import ACTIVATIONS, mean_field
from vgcore.field import critical_weight_std
from vgcore.studies.phase import phase_diagram

SIX_XI = {0.6: 5.2, 0.8: 9.7, 1.0: 21.8, 1.15: 50.2, 1.6: 67.8, 2.0: 41.9, 2.5: 31.8, 3.0: 26.7}

DEPTHS = np.array([5, 10, 20, 30, 50])
ACCURACY = {  # of tanh networks trained by another program at these depths, medians of 8 seeds
    0.6: (0.88, 0.11, 0.11, 0.11, 0.11),
    0.8: (0.97, 0.81, 0.11, 0.11, 0.11),
    1.0: (1.0, 0.99, 0.79, 0.21, 0.11),
    1.15: (1.0, 1.0, 0.95, 0.75, 0.30),
    1.327: (1.0, 1.0, 0.98, 0.92, 0.82),
    1.6: (1.0, 1.0, 0.95, 0.91, 0.48),
    2.0: (1.0, 1.0, 0.85, 0.49, 0.11),
    2.5: (1.0, 0.98, 0.54, 0.11, 0.12),
    3.0: (1.0, 0.81, 0.25, 0.11, 0.15),
}


def test_six_times_xi_of_tanh():
    diagram = phase_diagram("tanh", list(SIX_XI), [0.05**0.5])
    np.testing.assert_allclose(6.0 * diagram.xi[0], list(SIX_XI.values()), rtol=0.01)


@pytest.mark.parametrize(
    ("factor", "cells"), [(2, 34), (3, 39), (4, 42), (5, 39), (6, 39), (8, 38), (10, 36)]
)
def test_networks_train_as_deep_as_a_few_times_xi(factor, cells):
    """How many of 45 cells fit: the depths are too few to tell one factor from its neighbours."""
    xi = phase_diagram("tanh", list(ACCURACY), [0.05**0.5]).xi[0]
    trained = np.array(list(ACCURACY.values())) > 0.5
    fits = (factor * xi[:, None] > DEPTHS) == trained
    assert fits.sum() == cells
    if factor == 6:  # where it is wrong beyond the edge it hopes too much
        chaotic = np.array(list(ACCURACY)) > 1.4
        assert fits[~chaotic].sum() == 23
        assert not trained[chaotic][~fits[chaotic]].any()


def test_the_edge_of_tanh():
    diagram = phase_diagram("tanh", [1.76095**0.5], [0.05**0.5])
    assert diagram.chi[0, 0] == pytest.approx(1.0, abs=2e-5)
    assert diagram.xi[0, 0] > 1e4


def test_rows_are_biases_and_columns_weights():
    diagram = phase_diagram("sigmoid", [0.5, 1.0, 20.0], [0.0, 1.0])
    assert diagram.chi.shape == diagram.q.shape == diagram.xi.shape == (2, 3)
    for row, bias_std in enumerate((0.0, 1.0)):
        for column, weight_std in enumerate((0.5, 1.0, 20.0)):
            field = mean_field("sigmoid", weight_std, bias_std)
            assert (diagram.q[row, column], diagram.chi[row, column]) == field


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "hard_tanh"])
def test_correlations_approach_their_fixed_point_at_the_rate_of_xi(activation):
    """Iterate the correlation by brute force: two normals on a grid, far from it and near."""
    weight_std, bias_std = {"tanh": 2.0, "sigmoid": 12.0, "hard_tanh": 2.0}[activation], 0.3
    diagram = phase_diagram(activation, [weight_std], [bias_std])
    q, sigma = diagram.q[0, 0], ACTIVATIONS[activation].sigma
    z = np.linspace(-8.0, 8.0, 801)
    w = np.exp(-0.5 * z**2) / np.exp(-0.5 * z**2).sum()

    def correlation(c):
        other = np.sqrt(q) * (c * z[:, None] + np.sqrt(1.0 - c * c) * z)
        return (weight_std**2 * (w @ (sigma(np.sqrt(q) * z)[:, None] * sigma(other)) @ w) + bias_std**2) / q

    c = 0.2
    for _ in range(80):
        c = correlation(c)
    slope = (correlation(c + 1e-4) - correlation(c - 1e-4)) / 2e-4
    assert diagram.xi[0, 0] == pytest.approx(-1.0 / np.log(slope), rel=5e-3)


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std", "xi"),
    [  # by another program: the slope of the map as an integral over both inputs, and the map from it
        ("gelu", 1.414, 0.6, 384.074),
        ("silu", 1.4138, 0.75, 214.389),
    ],
)
def test_where_q_is_large_a_smooth_activation_is_nearly_kinked(activation, weight_std, bias_std, xi):
    diagram = phase_diagram(activation, [weight_std], [bias_std])
    assert diagram.q[0, 0] > 800.0
    assert diagram.xi[0, 0] == pytest.approx(xi, rel=1e-4)


def test_two_inputs_come_closer_over_twice_xi():
    """In a wide network: 1 - correlation shrinks by e over xi layers, the distance of the two over 2 xi."""
    weight_std, bias_std, width = 1.0, 0.2, 2000
    diagram, rng = phase_diagram("tanh", [weight_std], [bias_std]), np.random.default_rng(4)
    a = rng.standard_normal((width, 2)) * 0.5
    distances, gaps = [], []
    for _ in range(30):
        w, b = rng.standard_normal((width, width)), rng.standard_normal((width, 1))
        z = weight_std * width**-0.5 * (w @ a) + bias_std * b
        a = np.tanh(z)
        distances.append(np.linalg.norm(z[:, 0] - z[:, 1]))
        gaps.append(1.0 - z[:, 0] @ z[:, 1] / np.linalg.norm(z, axis=0).prod())
    of_distance, of_gap = (10.0 / np.log(sizes[19] / sizes[29]) for sizes in (distances, gaps))
    assert diagram.xi[0, 0] == pytest.approx(4.0, rel=0.05)
    assert of_gap == pytest.approx(diagram.xi[0, 0], rel=0.05)
    assert of_distance == pytest.approx(2.0 * diagram.xi[0, 0], rel=0.05)


def test_at_the_edge_xi_has_no_end():
    assert phase_diagram("tanh", [critical_weight_std("tanh", 0.2236)], [0.2236]).xi == np.inf
    assert phase_diagram("relu", [2.0**0.5], [0.0]).xi == np.inf


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_just_above_the_edge_a_smooth_map_is_as_steep_as_it_is_too_steep_at_1(activation):
    """A map through 1 with the slope 1 + e there has, to first order, the slope 1 - e where it settles."""
    edge = critical_weight_std(activation, 0.3)
    diagram = phase_diagram(activation, edge * (1.0 + np.array([1e-7, 1e-6, 1e-5, 1e-4])), [0.3])
    np.testing.assert_allclose(diagram.xi * (diagram.chi - 1.0), 1.0, rtol=0.02)


@pytest.mark.parametrize("above", [1e-3, 1e-4])
def test_just_above_the_edge_of_a_kinked_activation(above):
    """The slope of hard_tanh's map is sigma_w^2 P(|u| < 1 and |v| < 1), and its integral up to 1 the map."""
    weight_std = critical_weight_std("hard_tanh", 0.3) * (1.0 + above)
    diagram = phase_diagram("hard_tanh", [weight_std], [0.3])
    end, erf = diagram.q[0, 0] ** -0.5, np.vectorize(math.erf)
    nodes, weights = np.polynomial.legendre.leggauss(200)

    def slope(gap):  # one integral, over z = (1 - y^2) end, where the other's steps are wide
        y = (nodes + 1.0) / 2.0
        z, c, s = (1.0 - y**2) * end, 1.0 - gap, np.sqrt(gap * (2.0 - gap))
        both = erf((end - c * z) / (s * 2.0**0.5)) + erf((end + c * z) / (s * 2.0**0.5))
        return weight_std**2 * weights @ (end * y * both * np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi))

    def mean_slope(gap):  # from 1 - gap to 1, over gap t^2
        t = (nodes + 1.0) / 2.0
        return weights @ (t * np.array([slope(gap * each**2) for each in t]))

    low, high = 1e-12, 0.5
    for _ in range(50):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if mean_slope(middle) > 1.0 else (low, middle)
    assert diagram.xi[0, 0] == pytest.approx(-1.0 / np.log(slope(low)), rel=0.01)


def test_where_nothing_settles_there_is_no_xi():
    assert np.isnan(phase_diagram("tanh", [0.5], [0.0]).xi[0, 0])
    assert np.isnan(phase_diagram("relu", [2.0], [0.1]).xi[0, 0])


def test_bad_grids_are_refused():
    refuses_each(NOT_NAMES, lambda bad: phase_diagram(bad, [1.0], [1.0]))
    refuses_each((-1.0, 1e7), lambda bad: phase_diagram("tanh", [bad], [1.0]))
    refuses_each((3.0, [[1.0]], "1"), lambda bad: phase_diagram("tanh", bad, [1.0]))
    refuses_each((3.0, [[1.0]], "1"), lambda bad: phase_diagram("tanh", [1.0], bad))
