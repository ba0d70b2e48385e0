"""The pieces of deep networks: every way back against central differences, and what each does by hand."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, refuses_each
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS
from vgcore.blocks import (
    Overflow,
    Signal,
    activate,
    arrays,
    backward,
    batch_norm,
    dense,
    layer_norm,
    rms,
    rms_norm,
    serial,
    skip,
)

PIECES = {
    "dense": dense(4, bias_std=1.0),
    "orthogonal": dense(None, "orthogonal", scale=1.3),
    "batch_norm": batch_norm(),
    "layer_norm": layer_norm(),
    "rms_norm": rms_norm(),
    "uniform biases": dense(4, "kaiming_uniform", bias="fan_in_uniform"),
    "skip": skip(serial(dense(7), activate("tanh"), dense(5)), 0.3),
    "normalised skip": skip(serial(dense(None), batch_norm(), activate("sigmoid"), dense(None))),
    "all": serial(dense(6, "he_normal"), layer_norm(), activate("tanh"), skip(dense(None)), batch_norm()),
    **{name: activate(name) for name in ACTIVATIONS},
}


@pytest.fixture
def run():
    """A function that samples a piece and runs it on random inputs."""

    def run(piece, a=None, learn=False):
        rng = np.random.default_rng(3)
        a = rng.standard_normal((5, 6)) if a is None else a
        fan_out, params = piece.init(rng, 5)
        out, back = piece.apply(params, a, learn)
        assert out.shape == (fan_out, 6)
        return a, params, out, back, rng.standard_normal(out.shape)

    return run


@pytest.mark.parametrize("name", PIECES)
def test_the_way_back_is_the_derivative_by_the_input(run, name):
    piece = PIECES[name]
    a, params, _, back, delta = run(piece)
    exact = central_differences(lambda a: (delta * piece.apply(params, a)[0]).sum(), a)
    np.testing.assert_allclose(back(delta)[0], exact, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", PIECES)
def test_the_way_back_is_the_derivative_by_every_parameter(run, name):
    piece = PIECES[name]
    a, params, _, back, delta = run(piece, learn=True)
    through, nabla = back(delta)
    np.testing.assert_array_equal(through, piece.apply(params, a)[1](delta)[0])
    own, slopes = list(arrays(params)), list(arrays(nabla))
    assert [array.shape for array in own] == [slope.shape for slope in slopes]
    for array, slope in zip(own, slopes, strict=True):
        was = array.copy()

        def cost(value, array=array):
            array[...] = value
            return (delta * piece.apply(params, a)[0]).sum() / a.shape[1]

        exact = central_differences(cost, was)
        array[...] = was
        np.testing.assert_allclose(slope, exact, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_in_place_the_same_comes_out_and_back(run, name):
    _, _, out, back, delta = run(activate(name, in_place=True))
    _, _, same, same_back, _ = run(activate(name))
    np.testing.assert_array_equal(out, same)
    np.testing.assert_array_equal(back(delta)[0], same_back(delta)[0])


@pytest.mark.parametrize("name", PIECES)
def test_where_it_leads_no_further_the_gradients_of_the_parameters_are_the_same(run, name):
    *_, back, delta = run(PIECES[name], learn=True)
    *_, again, _ = run(PIECES[name], learn=True)
    for one, other in zip(arrays(back(delta, onward=False)[1]), arrays(again(delta)[1]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_is_normalised_has_mean_0_and_variance_1(run):
    for piece, axis in ((batch_norm(), 1), (layer_norm(), 0)):
        *_, out, _, _ = run(piece)
        np.testing.assert_allclose(out.mean(axis=axis), 0.0, atol=1e-14)
        np.testing.assert_allclose(out.std(axis=axis), 1.0, rtol=1e-14)


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e-8, 1e8, 1e150, 1e300])
def test_what_is_normalised_forgets_its_scale(run, scale):
    for piece in (batch_norm(), layer_norm(), rms_norm()):
        a, _, out, back, delta = run(piece)
        _, _, other, other_back, _ = run(piece, a * scale)
        np.testing.assert_allclose(other, out, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(other_back(delta)[0] * scale, back(delta)[0], rtol=1e-9, atol=1e-10)
        _, power = np.frexp(scale)
        np.testing.assert_array_equal(run(piece, np.ldexp(a, power))[2], out)


def test_rms_norm_leaves_a_mean_square_of_1_and_zeros_where_they_are(run):
    *_, out, _, _ = run(rms_norm())
    np.testing.assert_allclose(np.square(out).mean(axis=0), 1.0, rtol=1e-14)
    _, _, out, back, delta = run(rms_norm(), np.zeros((5, 6)))
    assert (out == 0.0).all()
    assert np.isfinite(back(delta)[0]).all()


def test_what_is_always_the_same_is_normalised_to_0(run):
    rounded = 0.1 + np.spacing(0.1) * (np.arange(30).reshape(5, 6) % 3)
    for piece in (batch_norm(), layer_norm()):
        for same in (np.full((5, 6), 7.0), np.full((5, 6), 0.1), np.zeros((5, 6)), rounded):
            _, _, out, back, delta = run(piece, same)
            assert (out == 0.0).all()
            assert np.isfinite(back(delta)[0]).all()


def test_a_skip_of_nothing_is_the_identity(run):
    a, _, out, back, delta = run(skip(dense(None), 0.0))
    np.testing.assert_array_equal(out, a)
    np.testing.assert_array_equal(back(delta)[0], delta)


def test_the_gradient_at_each_block_is_that_of_the_blocks_from_there_on(run):
    pieces = [dense(4), activate("tanh"), dense(3)]
    rng, x = np.random.default_rng(1), np.random.default_rng(2).standard_normal((5, 6))
    fan_in, params = 5, []
    for piece in pieces:
        fan_in, own = piece.init(rng, fan_in)
        params.append(own)
    backs = list(backward(pieces, params, x, lambda out: 2.0 * out))[::-1]
    z = params[0][0] @ x
    exact = central_differences(lambda z: ((params[2][0] @ np.tanh(z)) ** 2).sum(), z)
    np.testing.assert_allclose(np.ldexp(backs[0].delta, backs[0].exponent), exact, rtol=1e-6)
    assert [back.delta.shape[0] for back in backs] == [4, 4, 3]
    assert [back.nabla for back in backs] == [None] * 3
    np.testing.assert_allclose([back.taken for back in backs[:2]], np.log2([rms(x), rms(z)]), rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1.0, 1e3, 1e30])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "linear"])
def test_no_depth_and_no_scale_is_too_much_without_biases(activation, scale):
    """Homogeneous layers: each weight's scale is a factor of the gradient before it, and nothing else."""
    rng = np.random.default_rng(1)
    layers = [dense(30), *[serial(activate(activation), dense(30))] * 60]
    params = serial(*layers).init(rng, 5)[1]
    x, delta = np.abs(rng.standard_normal((5, 3))), rng.standard_normal((30, 3))
    plain = list(backward(layers, params, x, lambda out: delta, learn=True, straight=True))
    for w in list(arrays(params))[::2]:
        w *= scale
    scaled = list(backward(layers, params, x, lambda out: delta, learn=True, straight=True))
    for behind, (one, other) in enumerate(zip(plain, scaled, strict=True)):
        off = np.log2(rms(other.delta) / rms(one.delta)) + other.exponent - one.exponent
        assert off == pytest.approx(behind * np.log2(scale), abs=1e-6)
        of_w, was = next(arrays(other.nabla)), next(arrays(one.nabla))
        off = np.log2(rms(of_w) / rms(was)) + other.exponent + other.shift - one.exponent - one.shift
        assert off == pytest.approx(60 * np.log2(scale), abs=1e-6)


def test_the_size_of_an_array_is_no_matter_of_its_squares():
    assert rms(np.full((2, 3), 1e-300)) == pytest.approx(1e-300)
    assert rms(np.full((2, 3), 1.7e308)) == pytest.approx(1.7e308)
    assert rms(np.full((2, 3), 3e-38, np.float32)) == pytest.approx(3e-38)
    assert rms(np.zeros((2, 3))) == 0.0
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(Overflow, match="the gradient"):
            rms(np.array([[1.0, bad]]), back=True)


@pytest.mark.parametrize("name", PIECES)
def test_theory_is_what_a_very_wide_piece_does(name):
    """Of z as a dense layer makes them: the mean square, its part that varies, and the way back."""
    wide = 3000
    piece = {
        "dense": dense(wide, bias_std=1.0),
        "uniform biases": dense(wide, "kaiming_uniform", bias="fan_in_uniform"),
        "skip": skip(serial(dense(wide), activate("tanh"), dense(wide)), 0.3),
        "all": serial(dense(None, "he_normal"), layer_norm(), activate("tanh"), dense(None), batch_norm()),
    }.get(name, PIECES[name])
    rng = np.random.default_rng(5)
    z = 1.3 * (0.6 * rng.standard_normal((wide, 1)) + 0.8 * rng.standard_normal((wide, 40)))
    _, params = piece.init(rng, wide)
    out, back = piece.apply(params, z)
    delta = rng.standard_normal(out.shape)
    through, _ = back(delta)
    found = piece.theory(Signal.of(z))
    rough = 0.06 if "norm" in name or name == "all" else 0.03  # 1/40 of a batch of 40
    assert found.signal.mean_square == pytest.approx(np.square(out).mean(), rel=rough)
    assert found.signal.varying == pytest.approx(out.var(axis=1, ddof=1).mean(), rel=2.0 * rough)
    assert found.chi == pytest.approx(np.square(through).sum() / np.square(delta).sum(), rel=rough)


def test_what_two_examples_share_behind_a_relu_is_the_arc_cosine_kernel():
    q, c = 1.7, 0.3
    angle = np.arccos(c)
    shared = q / (2.0 * np.pi) * (np.sin(angle) + (np.pi - angle) * c)  # Cho and Saul (2009), eq. (3), n = 1
    found = activate("relu").theory(Signal(10, q, q * (1.0 - c))).signal
    assert found.mean_square - found.varying == pytest.approx(shared, rel=2e-3)


def test_the_gradient_of_every_matrix_has_its_theory():
    width = 2000
    piece = serial(dense(width, "he_normal"), activate("relu"), dense(width), layer_norm())
    rng = np.random.default_rng(2)
    x, delta = rng.standard_normal((width, 1)), rng.standard_normal((width, 1))
    _, params = piece.init(rng, width)
    _, back = piece.apply(params, x, learn=True)
    seen = [np.square(w).sum() / np.square(delta).sum() for w in list(arrays(back(delta)[1]))[::2]]
    np.testing.assert_allclose(seen, piece.theory(Signal.of(x)).learned, rtol=0.2)


def test_bad_settings_are_refused():
    refuses_each(NOT_NAMES, lambda bad: dense(3, bad))
    refuses_each(NOT_NAMES, activate)
    refuses_each((*NOT_NUMBERS, -1.0), lambda bad: dense(3, scale=bad))
    refuses_each((*NOT_NUMBERS, -1.0), lambda bad: dense(3, bias_std=bad))
    refuses_each((0, 1.5, "3", -1), dense)
    refuses_each(NOT_NUMBERS, lambda bad: skip(dense(None), bad))


def test_a_skip_over_a_change_of_width_is_refused():
    with pytest.raises(ValueError, match="must keep the 5 neurons it takes in, not make 3"):
        skip(dense(3)).init(np.random.default_rng(1), 5)


def test_a_skip_whose_params_change_the_width_is_refused():
    with pytest.raises(ValueError, match="must keep the 5 neurons it takes in, not make 1"):
        skip(dense(None)).apply([np.ones((1, 5)), np.zeros((1, 1))], np.ones((5, 2)))


def test_every_block_needs_its_params():
    for bad in ([], [[np.eye(4), np.zeros((4, 1))]] * 3):
        with pytest.raises(ValueError, match=f"as many as the 2 blocks, not {len(bad)}"):
            list(backward([dense(4), dense(4)], bad, np.ones((4, 2)), lambda out: out))


def test_an_overflow_is_refused():
    pieces = [dense(4, scale=1e200), dense(4, scale=1e200)]
    params = [piece.init(np.random.default_rng(1), 4)[1] for piece in pieces]
    with pytest.raises(Overflow, match="what comes out"):
        list(backward(pieces, params, np.ones((4, 2)), lambda out: out))
    assert len(list(backward(pieces, params, np.ones((4, 2)), np.ones_like, straight=True))) == 2


def test_float32_that_is_not_carried_is_refused_where_it_loses_digits():
    for scale in (1e-30, 1e30):
        pieces = [dense(4, scale=scale), dense(4)]
        params = [
            [part.astype(np.float32) for part in p.init(np.random.default_rng(1), 4)[1]] for p in pieces
        ]
        x = np.ones((4, 2), np.float32)
        with pytest.raises(Overflow):
            list(backward(pieces, params, x, lambda out: out))
        assert len(list(backward(pieces, params, x, lambda out: out, straight=True))) == 2
