"""An activation is one entry of ACTIVATIONS: all that takes one takes it, or says why it does not."""

import numpy as np
import pytest

from tests.support.pages import answered, complete
from vgcore import (
    ACTIVATIONS,
    Activation,
    Chain,
    Network,
    critical_weight_std,
    load_digits,
    mean_field,
    train,
)
from vgcore.studies import descent, designs, edge, imbalance, matrix, published, scaling, usually, window


def _mish(z):
    return z * np.tanh(np.logaddexp(0.0, z))


def _mish_prime(z):
    slope = np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
    height = np.tanh(np.logaddexp(0.0, z))
    return height + z * slope * (1.0 - height**2)


@pytest.fixture
def mish(monkeypatch):
    """mish with nothing but sigma and sigma', in the list of activations for the length of a test."""
    monkeypatch.setitem(ACTIVATIONS, "mish", Activation("mish", _mish, _mish_prime))
    return "mish"


def test_its_slope_is_the_difference_quotient():
    z = np.linspace(-30.0, 30.0, 601)
    np.testing.assert_allclose(_mish_prime(z), (_mish(z + 1e-6) - _mish(z - 1e-6)) / 2e-6, atol=1e-8)


@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
def test_the_core_takes_it(mish, cost):
    chain = Chain.random(5, 1, activation=mish)
    links = chain.nudge(0.5, 0.2, 1e-7, cost=cost)
    slope = chain.nabla_b(0.5, 0.2, cost)[0].to_float()
    assert float(links[-1].actual) / 1e-7 == pytest.approx(slope, rel=1e-5)
    assert np.isfinite(chain.trace(0.5, 0.2, cost).cost)
    assert np.isfinite(Chain.centred(chain.weights, 0.5, mish).factors(0.5, cost)).all()
    x, y = load_digits(10)
    network = Network.random((784, 6, 6, 10), 0, mish, "he_normal")
    assert all(np.isfinite(delta).all() for delta in network.backward(x, y, cost).deltas)
    assert train(network, x, y, 3, cost=cost).looks == 3


def test_the_mean_field_takes_it(mish):
    assert mean_field(mish, 1.5, 0.3).q > 0.0
    found = critical_weight_std(mish, 1.0)
    assert mean_field(mish, found, 1.0).chi == pytest.approx(1.0, rel=1e-6)


def test_every_study_takes_it_or_says_why_not(mish):
    chain = Chain.random(4, 1, activation=mish)
    assert usually.audit_usually(500, 1, activation=mish).chains == 500
    assert np.isfinite(usually.products_by_depth(6, 50, 1, activation=mish).median).all()
    assert scaling.scale_family(chain, [0.5, 1.0], 1.0, 0.0).alive
    assert descent.descend(chain, [0.0, 1.0], [0.0, 1.0], 5, 0.1).cost.shape == (6, 1)
    scales = imbalance.balance_by_scale([0.5, 1.0, 2.0], 4, 60, 1, activation=mish)
    assert np.isfinite(scales.median).all()
    assert imbalance.compare_activations([mish], [0.5, 1.0], 4, 60, 1).names == (mish,)
    assert imbalance.balance_by_depth(4, 60, 1, activation=mish).theory is None
    assert np.isnan(imbalance.log_ratio_histogram(4, 60, 1, activation=mish).theory).all()
    with pytest.raises(ValueError, match="no such theory for 'mish', whose variance is not known to settle"):
        imbalance.log_ratio_theory(activation=mish)
    at, width = window.widest_window(mish)
    assert (at, width) == (pytest.approx(1.0, abs=1e-6), np.inf)  # far right its slope comes down to 1
    assert window.window_width(0.95, mish) > 0.0  # but its largest slope is above 1
    assert window.window_curve([0.5, 0.95, 4.0], 100, 1, activation=mish).chance.shape == (3,)
    assert edge.field_curve(mish, [0.5, 1.0], 1.0).edge > 0.5
    assert matrix.square_form(3, 2, 1, mish).difference < 1e-12
    assert designs.design(2, 5, 2, 10, activation=mish).samples.speeds.shape == (2, 3)
    assert designs.design_spectra((784, 5, 10), 0, activation=mish).typical_factor > 0.0
    assert published.train_on_digits(1, 4, 2, activation=mish).looks == 2


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("chain", {"chain_activation": "mish"}),
        ("unstable", {"unstable_activation": "mish"}),
        ("matrix", {"matrix_activation": "mish", "matrix_square_activation": "mish", "matrix_digits": "10"}),
        ("training", {"training_runs": "activation=mish epochs=12"}),
    ],
)
def test_every_page_takes_it(mish, page, query, monkeypatch):
    from importlib import import_module

    from pages.ui.settings import Range

    settings = import_module(f"pages.lessons.{page}.controls")
    for made in vars(settings).values():
        for field in getattr(made, "__dataclass_fields__", {}).values():
            if "activation" in field.name:
                metadata = {**field.metadata, "range": Range(options=tuple(ACTIVATIONS))}
                monkeypatch.setattr(field, "metadata", metadata)
    complete(answered(page, "en", **query))
