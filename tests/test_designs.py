"""A design's speeds by hand, and a table of them by another program."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS, INITIALISERS, Network, load_digits, mean_field, speeds
from vgcore.studies.designs import PRINTED_SPEEDS, design, digit_sizes, in_theory

TABLE = {  # by another program, 200 seeds: median, 5 % and 95 % of the speeds of the hidden layers
    2: ([0.060, 0.293], [0.039, 0.21], [0.090, 0.40]),
    3: ([0.0118, 0.0567, 0.297], [0.0072, 0.037, 0.20], [0.0184, 0.085, 0.40]),
    4: ([0.0024, 0.0118, 0.0596, 0.297], [0.0013, 0.0069, 0.036, 0.20], [0.0038, 0.018, 0.085, 0.40]),
}
CHAPTER = {"hidden": 2, "width": 30, "seeds": 1}


@pytest.mark.parametrize("hidden", TABLE)
def test_the_table_of_200_seeds(hidden):
    median, low, high = TABLE[hidden]
    found = design(hidden, 30, 200)
    sampled = found.samples.speeds[:, :-1].to_float()
    np.testing.assert_allclose(np.median(sampled, axis=0), median, rtol=0.08)
    np.testing.assert_allclose(np.quantile(sampled, [0.05, 0.95], axis=0), [low, high], rtol=0.14)
    np.testing.assert_array_less(sampled.min(axis=0), found.printed)
    np.testing.assert_array_less(found.printed, sampled.max(axis=0))


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"measure": "rms", "activation": "tanh", "init": "glorot_normal", "bias_std": 0.3},
        {"activation": "relu", "init": "he_normal", "bias_std": 0.0, "measure": "rms"},
    ],
)
def test_a_design_is_its_networks_by_hand(kind):
    found = design(3, 12, 4, 60, **kind)
    drawn, (x, y) = dict(kind), load_digits(60)
    measure = drawn.pop("measure", "norm_of_mean")
    assert found.sizes == (784, 12, 12, 12, 10)
    np.testing.assert_array_equal(found.samples.layers, [1, 2, 3, 4])
    np.testing.assert_array_equal(found.samples.seeds, [[0], [1], [2], [3]])
    for seed in range(4):
        deltas = Network.random(found.sizes, seed, **drawn).backward(x, y, "cross_entropy").deltas
        np.testing.assert_allclose(found.samples.speeds[seed].to_float(), speeds(deltas, measure), rtol=1e-5)


@pytest.mark.parametrize(
    ("init", "sigma_w"),
    [
        ("standard_normal", 5.0),
        ("lecun_normal", 1.0),
        ("glorot_normal", 1.0),
        ("he_normal", 2.0**0.5),
        ("orthogonal", 1.0),
    ],
)
def test_theory_is_of_the_scale_that_the_initialiser_draws(init, sigma_w):
    found = design(1, 25, 1, 1, activation="tanh", init=init, bias_std=0.3)
    assert found.sigma_w == pytest.approx(sigma_w)
    assert found.field == mean_field("tanh", found.sigma_w, 0.3)
    assert found.root_chi == found.field.chi**0.5


@pytest.mark.parametrize("hidden", [1, 2, 5])
def test_theory_falls_from_the_median_of_the_last_hidden_layer(hidden):
    found = design(hidden, 8, 3, 20, "rms")
    assert found.theory.shape == (hidden,)
    assert found.theory[-1].log10_abs == pytest.approx(found.samples.median[-2].log10_abs)
    falls = found.theory.log10_abs[:-1] - found.theory.log10_abs[1:]
    np.testing.assert_allclose(falls, 0.5 * found.wide.log10_chi, atol=1e-12)
    assert design(hidden, 8, 3, 20).theory is None  # of the mean over the digits it says nothing


@pytest.mark.parametrize(  # infinitely wide layers by another program, first over last
    ("activation", "hidden", "whole"),
    [("tanh", 50, 0.302), ("tanh", 1000, 0.069), ("elu", 20, 0.31), ("selu", 20, 4.87)],
)
def test_every_layer_has_a_chi_of_its_own(activation, hidden, whole):
    found = in_theory(hidden, 30, 1000, "rms", activation, "lecun_normal", 0.0)
    assert found.first_over_last.to_float() == pytest.approx(whole, rel=0.02)
    assert found.root_chi_here == pytest.approx(whole ** (1.0 / (hidden - 1)), rel=1e-3)


def test_no_depth_makes_a_speed_0():
    shallow, deep = (design(hidden, 20, 1, 50, "rms").samples.speeds[0] for hidden in (200, 1000))
    assert (deep.sign == 1.0).all()
    step = (deep.log10_abs[0] - deep.log10_abs[-2]) / 999
    assert step == pytest.approx((shallow.log10_abs[0] - shallow.log10_abs[-2]) / 199, rel=0.02)
    assert 10.0**step == pytest.approx(0.198, abs=0.004)


@pytest.mark.parametrize("sizes", PRINTED_SPEEDS)
def test_the_chapters_own_designs_have_printed_speeds(sizes):
    assert design(len(sizes) - 2, 30, 1).printed == PRINTED_SPEEDS[sizes]


@pytest.mark.parametrize(
    "other",
    [
        {"hidden": 1},
        {"width": 29},
        {"digits": 999},
        {"measure": "rms"},
        {"activation": "tanh"},
        {"init": "glorot_normal"},
        {"bias_std": 0.5},
    ],
)
def test_any_other_design_has_none(other):
    assert design(**{**CHAPTER, **other}).printed == ()


def test_numbers_of_any_type_are_the_same_design():
    assert design(np.int64(2), np.int32(30), np.uint8(1), bias_std=1).printed == (0.07, 0.31)


def test_the_sizes_of_a_network_for_the_digits():
    assert digit_sizes(1, 30) == (784, 30, 10)
    assert digit_sizes(3, 5) == (784, 5, 5, 5, 10)


def test_a_dead_network_learns_at_speed_0():
    found = design(12, 1, 5, 10, activation="relu", bias_std=0.0)
    assert (found.samples.speeds[:, 0].sign == 0.0).all()
    assert (found.samples.speeds[:, -1].sign == 1.0).all()
    assert found.printed == ()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_kind_of_network_has_finite_speeds(activation):
    for init in INITIALISERS:
        for hidden, width, bias_std in ((30, 1, 0.0), (8, 5, 1.0)):
            found = design(hidden, width, 1, 2, activation=activation, init=init, bias_std=bias_std)
            assert not np.isnan(found.samples.speeds.log10_abs).any()
            assert np.isfinite(found.wide.log10_chi).all() or bias_std == 0.0
            assert np.isfinite(found.root_chi)


def test_bad_input_is_refused():
    refuses_each([0, *NOT_WHOLE], lambda bad: design(bad, 3, 1))
    refuses_each([0, *NOT_WHOLE], lambda bad: design(1, bad, 1))
    refuses_each([0, *NOT_WHOLE], lambda bad: design(1, 3, bad))
    refuses_each([0, 1001, *NOT_WHOLE], lambda bad: design(1, 3, 1, bad))
    refuses_each(NOT_NAMES, lambda bad: design(1, 3, 1, 1, bad))
    refuses_each(NOT_NAMES, lambda bad: design(1, 3, 1, 1, activation=bad))
    refuses_each(NOT_NAMES, lambda bad: design(1, 3, 1, 1, init=bad))
    refuses_each([-1.0, 1e7, *NOT_NUMBERS], lambda bad: design(1, 3, 1, 1, bias_std=bad))
    refuses_each([0, *NOT_WHOLE], lambda bad: digit_sizes(bad, 3))
    refuses_each([0, *NOT_WHOLE], lambda bad: digit_sizes(3, bad))


def test_a_design_is_told_seed_by_seed_and_may_be_ended():
    told = []
    whole = design(2, 5, 4, digits=20, on_seed=lambda seen, measured: told.append((seen, measured)))
    assert [seen for seen, _ in told] == [1, 2, 3, 4]
    assert (whole.samples.speeds == design(2, 5, 4, digits=20).samples.speeds).all()
    for seen, measured in told:
        assert (measured.samples.speeds == whole.samples.speeds[:seen]).all()
        np.testing.assert_array_equal(measured.samples.seeds[:, 0], np.arange(seen))
    ended = design(2, 5, 4, digits=20, on_seed=lambda seen, measured: seen < 2)
    assert len(ended.samples.seeds) == 2


def test_a_seed_is_left_between_its_blocks_of_digits():
    passes = []

    def leave():
        passes.append(1)
        if len(passes) == 7:  # the third block of the second network
            raise InterruptedError

    seen = []
    with pytest.raises(InterruptedError):
        design(2, 5, 3, on_seed=lambda *told: seen.append(told), on_block=leave)
    assert [count for count, _ in seen] == [1]
    assert len(passes) == 7
