"""Gradients in few bits: the ends of the formats, and the steps that move nothing."""

import numpy as np
import pytest

from vgcore import Network, load_digits
from vgcore.formats import FORMATS
from vgcore.studies.bits import (
    ENTRIES,
    HUGE,
    SAID,
    TINY,
    WAYS,
    clipped,
    first_flat,
    first_zero,
    gradients,
    lost,
    moved,
    norm,
    scaled_norm,
    slope,
    train_in,
    walk,
)

every_format = pytest.mark.parametrize("name", FORMATS)


@pytest.mark.parametrize(
    ("name", "depth"), [("float16", 12), ("bfloat16", 63), ("float32", 70), ("float64", 500)]
)
def test_the_first_depth_at_which_the_gradient_of_a_chain_is_0(name, depth):
    assert first_zero(name) == depth


@every_format
@pytest.mark.parametrize(("w", "b", "activation"), [(1.0, 0.0, "sigmoid"), (0.5, 0.2, "tanh")])
def test_a_first_zero_is_where_the_walk_ends(name, w, b, activation):
    depth = first_zero(name, w, b, activation)
    assert walk(name, w, b, depth, activation).seen[0] == 0.0
    for shorter in range(max(depth - 20, 1), depth):
        assert walk(name, w, b, shorter, activation).seen[0] != 0.0


def test_a_gradient_that_does_not_shrink_never_becomes_0():
    assert first_zero("float16", activation="relu") is None
    assert first_zero("float16", 0.5, activation="relu") == 25  # whose output is 2^-25, and so 0


def test_flushed_subnormals_end_the_walk_where_normal_numbers_end():
    for name in ("float32", "bfloat16"):
        depth = first_zero(name, flush=True)
        exact = walk(name, depth=depth).exact
        assert exact[1].to_float() > FORMATS[name].normal > exact[0].to_float()


def test_a_walk_follows_the_truth_until_the_digits_end():
    seen = walk("float64", depth=40)
    np.testing.assert_allclose(seen.seen, seen.exact.to_float(), rtol=1e-13)
    assert walk("float16", depth=40).zeros == 40 - 11
    alive = walk("bfloat16", depth=40)
    np.testing.assert_allclose(alive.seen, alive.exact.to_float(), rtol=0.1)


@pytest.mark.parametrize(
    ("name", "sigmoid", "tanh"),
    [
        ("bfloat16", 6.25, 3.469),
        ("float16", 8.320, 4.508),
        ("float32", 16.64, 9.011),
        ("float64", 36.74, 19.06),
    ],
)
def test_the_first_z_whose_slope_is_0(name, sigmoid, tanh):
    assert first_flat(name) == pytest.approx(sigmoid, rel=4e-4)
    assert first_flat(name, "tanh") == pytest.approx(tanh, rel=4e-4)
    assert first_flat(name, "tanh", -1) == -first_flat(name, "tanh")


@every_format
@pytest.mark.parametrize("side", [1, -1])
def test_nothing_nearer_to_0_has_no_slope(name, side):
    own, flat = FORMATS[name], first_flat(name, side=side)
    assert slope(name, flat) == 0.0
    nearer = float(np.nextafter(np.array(flat).astype(own.dtype), np.array(0.0).astype(own.dtype)))
    assert slope(name, nearer) > 0.0


@pytest.mark.parametrize(("name", "last"), [("float16", -17.3), ("bfloat16", -88.5)])
def test_a_sigmoid_that_is_off_lives_on(name, last):
    assert slope(name, last) > 0.0
    assert first_flat(name, side=-1) == pytest.approx(last, rel=0.01)
    assert slope(name, -first_flat(name)) > 0.0


def test_float16_loses_layer_1_and_a_scale_of_the_loss_brings_it_back():
    plain = lost("float16", 8)
    assert plain.norm[0] == 0.0
    assert plain.zeros[0] == 1.0
    for hidden, within in ((8, 2e-3), (10, 2e-3), (12, 1e-2)):
        scaled = lost("float16", hidden, 2.0**16)
        assert scaled.norm[0] == pytest.approx(scaled.exact[0], rel=within)
    assert lost("float16", 16, 2.0**16).norm[0] == 0.0
    assert lost("float16", 8, 2.0**24).overflows[-1] > 0.9


def test_bfloat16_loses_digits_and_no_layer():
    for hidden in (24, 32):
        seen = lost("bfloat16", hidden)
        assert seen.zeros.max() < 0.01
        np.testing.assert_allclose(seen.norm, seen.exact, rtol=0.04)
    assert 1e-23 < seen.exact[0] < 1e-20


def test_the_gradient_of_float64_is_that_of_the_network():
    network, (x, y) = Network.random([784, 30, 30, 10], 1, "tanh"), load_digits(50)
    truth = network.backward(x, y)
    nabla_b, nabla_w = gradients(network, x, y, "float64", 8.0)
    for seen, known in zip((*nabla_b, *nabla_w), (*truth.nabla_b, *truth.nabla_w), strict=True):
        np.testing.assert_allclose(seen / 8.0, known, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "step", "share"),
    [
        ("bfloat16", 0.001, 0.0),
        ("bfloat16", 0.003, 0.62),
        ("bfloat16", 0.01, 1.0),
        ("float16", 0.001, 1.0),
        ("float16", 0.0003, 0.30),
        ("float16", 0.0001, 0.0),
        ("float8_e4m3fn", 0.03, 0.0),
        ("float32", 1e-6, 1.0),
    ],
)
def test_the_share_of_the_weights_that_a_step_moves(name, step, share):
    assert moved(name, step) == pytest.approx(share, abs=0.01)
    np.testing.assert_array_equal(moved(name, np.array([step, 0.0])), [moved(name, step), 0.0])


def test_a_norm_is_0_or_inf_of_a_gradient_that_is_neither():
    tiny, huge = np.full(100, 1e-24), np.full(100, 1e24)
    assert norm(tiny) == 0.0
    assert norm(huge) == np.inf
    assert scaled_norm(tiny) == pytest.approx(1e-23, rel=1e-15)
    assert scaled_norm(huge) == pytest.approx(1e25, rel=1e-15)
    assert norm(tiny, "float64") == pytest.approx(1e-23)
    assert scaled_norm(np.zeros(3)) == 0.0
    assert not clipped(np.full(100, 3e19), 1.0).any()
    np.testing.assert_allclose(clipped(np.full(100, 3e19), 1.0, "float64"), 0.1)


def test_numpy_says_these_norms():
    said = SAID["NumPy"]
    with np.errstate(over="ignore", under="ignore"):
        norms = [np.linalg.norm(np.full(ENTRIES, size, np.float32)) for size in (TINY, HUGE)]
    np.testing.assert_array_equal(norms, [said.tiny, said.huge])


@pytest.fixture(scope="module")
def trained():
    runs = [(way, eta) for way in WAYS for eta in (0.001, 0.1) if eta < 0.1 or way != "stochastic"]
    return {(way, eta): train_in(way, eta) for way, eta in runs}


@pytest.mark.parametrize(
    ("way", "small", "large"),
    [
        ("float32", 2.2329, 0.1495),
        ("bfloat16", 2.3033, 0.2876),
        ("mixed", 2.2328, 0.1495),
        ("float16", 2.2779, 0.1497),
    ],
)
def test_trainings_in_few_bits_end_where_they_were_seen_to(trained, way, small, large):
    """The figures are of other random weights, which begin at 2.3059."""
    assert trained[way, 0.001].loss[-1] == pytest.approx(small, abs=0.012)
    assert trained[way, 0.1].loss[-1] == pytest.approx(large, rel=0.03)
    assert trained[way, 0.1].loss.shape == (400,)


def test_stochastic_rounding_learns_with_weights_in_bfloat16(trained):
    full, drawn = trained["float32", 0.001], trained["stochastic", 0.001]
    assert drawn.loss[-1] == pytest.approx(full.loss[-1], rel=1e-3)
    assert trained["bfloat16", 0.001].moved.mean() < 0.01 < trained["stochastic", 0.001].moved.mean()


def test_a_training_can_be_ended():
    seen = train_in("mixed", 0.01, 50, 10, on_step=lambda step, trained: step < 3)
    assert seen.loss.shape == seen.moved.shape == (3,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: first_zero("half"), "unknown format 'half'"),
        (lambda: walk("float16", depth=0), "depth must be a whole number of at least 1, not 0"),
        (lambda: walk("float16", activation="gelu"), "unknown activation 'gelu': use one of sigmoid"),
        (lambda: first_flat("float16", "relu"), "unknown activation 'relu': use one of sigmoid, tanh"),
        (lambda: moved("float16", -0.1), "relative_step must be at least 0.0, not -0.1"),
        (lambda: lost("float16", 8, 0.0), "scale must be above 0, not 0.0"),
        (lambda: lost("float16", 2), "hidden must be a whole number of at least 3, not 2"),
        (lambda: train_in("fp8", 0.1), "unknown way 'fp8'"),
        (lambda: norm([1.0], "fp8"), "unknown format 'fp8'"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
