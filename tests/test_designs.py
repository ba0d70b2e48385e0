"""A design's speeds by hand, and a table of them by another program."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS, INITIALISERS, Network, load_digits, mean_field, speeds
from vgcore.studies.designs import PRINTED_SPEEDS, design, digit_sizes

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
    sampled = found.samples.speeds[:, :-1]
    np.testing.assert_allclose(np.median(sampled, axis=0), median, rtol=0.08)
    np.testing.assert_allclose(np.quantile(sampled, [0.05, 0.95], axis=0), [low, high], rtol=0.14)
    np.testing.assert_array_less(sampled.min(axis=0), found.printed)
    np.testing.assert_array_less(found.printed, sampled.max(axis=0))
    np.testing.assert_allclose(found.theory, np.median(sampled, axis=0), rtol=0.08)


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
        np.testing.assert_array_equal(found.samples.speeds[seed], speeds(deltas, measure))


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
    assert found.weight_std == pytest.approx(sigma_w)
    assert found.field == mean_field("tanh", found.weight_std, 0.3)
    assert found.root_chi == found.field.chi**0.5


@pytest.mark.parametrize("hidden", [1, 2, 5])
def test_theory_falls_from_the_median_of_the_last_hidden_layer(hidden):
    found = design(hidden, 8, 3, 20)
    assert found.theory.shape == (hidden,)
    assert found.theory[-1] == found.samples.median[-2]
    np.testing.assert_allclose(found.theory[:-1], found.root_chi * found.theory[1:])


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
    np.testing.assert_array_equal(found.samples.speeds[:, 0], 0.0)
    assert (found.samples.speeds[:, -1] > 0.0).all()
    np.testing.assert_array_equal(found.theory, 0.0)
    assert found.printed == ()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_kind_of_network_has_finite_speeds(activation):
    for init in INITIALISERS:
        for hidden, width, bias_std in ((30, 1, 0.0), (8, 5, 1.0)):
            found = design(hidden, width, 1, 2, activation=activation, init=init, bias_std=bias_std)
            assert np.isfinite(found.samples.speeds).all()
            assert np.isfinite(found.theory).all()
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
    np.testing.assert_array_equal(whole.samples.speeds, design(2, 5, 4, digits=20).samples.speeds)
    for seen, measured in told:
        np.testing.assert_array_equal(measured.samples.speeds, whole.samples.speeds[:seen])
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
