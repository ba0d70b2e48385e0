"""The phase diagram of tanh against another program's numbers, and its correlations against simulation."""

import numpy as np
import pytest

from tests.bad_input import NOT_NAMES, refuses_each
from vgcore import ACTIVATIONS, mean_field
from vgcore.studies.phase import phase_diagram

SIX_XI = {0.6: 5.2, 0.8: 9.7, 1.0: 21.8, 1.15: 50.2, 1.6: 67.8, 2.0: 41.9, 2.5: 31.8, 3.0: 26.7}


def test_six_times_xi_of_tanh():
    diagram = phase_diagram("tanh", list(SIX_XI), [0.05**0.5])
    np.testing.assert_allclose(6.0 * diagram.xi[0], list(SIX_XI.values()), rtol=0.01)


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


def test_where_nothing_settles_there_is_no_xi():
    assert np.isnan(phase_diagram("tanh", [0.5], [0.0]).xi[0, 0])
    assert np.isnan(phase_diagram("relu", [2.0], [0.1]).xi[0, 0])


def test_bad_grids_are_refused():
    refuses_each(NOT_NAMES, lambda bad: phase_diagram(bad, [1.0], [1.0]))
    refuses_each((-1.0, 1e7), lambda bad: phase_diagram("tanh", [bad], [1.0]))
    refuses_each((3.0, [[1.0]], "1"), lambda bad: phase_diagram("tanh", bad, [1.0]))
    refuses_each((3.0, [[1.0]], "1"), lambda bad: phase_diagram("tanh", [1.0], bad))
