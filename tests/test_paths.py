"""Where many paths are added, luck averages out; and the variance settles where theory says."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS, mean_field
from vgcore.studies.edge import sampled_variances, settling
from vgcore.studies.paths import factors_by_width


@pytest.mark.parametrize(
    "sampling", [{}, {"activation": "tanh", "bias_std": 0.3}, {"init": "orthogonal"}], ids=str
)
def test_the_wider_the_layers_the_nearer_the_factors_and_their_theory(sampling):
    found = factors_by_width((1, 10, 100), 60, 0, **sampling)
    apart = [found.apart(place) for place in range(3)]
    assert apart[0] > apart[1] > apart[2] > 1.0
    assert np.median(found.log10[-1]) == pytest.approx(np.log10(found.theory[-1]), abs=0.06)


def test_a_width_of_one_is_a_chain_and_may_be_dead():
    found = factors_by_width((1, 40), 200, 3, "relu", "he_normal", 0.0)
    assert 0.5 < np.isinf(found.log10[0]).mean() < 1.0  # every neuron is on half of the time
    assert np.isfinite(found.log10[1]).all()
    assert np.isnan(factors_by_width((1,), 1, 0, "relu", "he_normal", 0.0).apart(0)) in (True, False)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "selu"])
def test_the_variance_settles_at_the_fixed_point_and_chi_is_there(activation):
    followed = settling(activation, 1.1, 0.5, (0.1, 1.0, 10.0), 400)
    np.testing.assert_allclose(followed[:, -1], mean_field(activation, 1.1, 0.5).q, rtol=1e-6)
    np.testing.assert_array_equal(followed[:, 0], (0.1, 1.0, 10.0))


def test_a_step_is_what_many_neurons_have():
    z = np.random.default_rng(0).standard_normal(400_000)
    for name, start in (("tanh", 2.0), ("gelu", 0.3)):
        mean = np.mean(ACTIVATIONS[name].sigma(start**0.5 * z) ** 2)
        assert settling(name, 1.5, 0.2, (start,), 1)[0, 1] == pytest.approx(2.25 * mean + 0.04, rel=0.01)


def test_what_outgrows_all_or_dies_out_is_held():
    assert settling("relu", 30.0, 0.0, (1.0,), 30)[0, -1] == 1e24
    assert settling("relu", 0.01, 0.0, (1.0,), 30)[0, -1] == 1e-24
    assert not np.isfinite(sampled_variances("linear", 1e6, 0.0, 1.0, 60, 5, 0)[-1])


def test_a_wide_network_has_the_variances_that_are_followed():
    seen = sampled_variances("tanh", 1.2, 0.3, 10.0, 8, 1000, 0)
    np.testing.assert_allclose(seen, settling("tanh", 1.2, 0.3, (10.0,), 8)[0], rtol=0.2)
    np.testing.assert_array_equal(seen, sampled_variances("tanh", 1.2, 0.3, 10.0, 8, 1000, 0))


def test_bad_settings_are_refused():
    refuses_each((*NOT_WHOLE, 0), lambda bad: factors_by_width((bad,), 5, 0))
    refuses_each((*NOT_WHOLE, 0), lambda bad: factors_by_width((3,), bad, 0))
    refuses_each(NOT_NAMES, lambda bad: factors_by_width((3,), 5, 0, bad))
    refuses_each(NOT_NAMES, lambda bad: settling(bad, 1.0, 0.0, (1.0,), 3))
    refuses_each((*NOT_NUMBERS, -1.0, 2e6), lambda bad: settling("tanh", bad, 0.0, (1.0,), 3))
    refuses_each((-1.0, 0.0, 1e30), lambda bad: settling("tanh", 1.0, 0.0, (1.0, bad), 3))
    refuses_each((-1.0, 1e200), lambda bad: factors_by_width((3,), 5, 0, bias_std=bad))
    refuses_each((*NOT_NUMBERS, -1.0), lambda bad: sampled_variances("tanh", 1.0, bad, 1.0, 3, 5, 0))
    refuses_each((*NOT_WHOLE, 0), lambda bad: sampled_variances("tanh", 1.0, 0.0, 1.0, 3, bad, 0))
