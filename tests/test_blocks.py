"""The pieces of deep networks: every way back against central differences, and what each does by hand."""

from itertools import cycle

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, refuses_each
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS
from vgcore.blocks import activate, batch_norm, dense, gradients_back, layer_norm, serial, skip

PIECES = {
    "dense": dense(4, bias_std=1.0),
    "orthogonal": dense(None, "orthogonal", scale=1.3),
    "batch_norm": batch_norm(),
    "layer_norm": layer_norm(),
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
    arrays, slopes = list(_arrays(params)), list(_arrays(nabla))
    assert [array.shape for array in arrays] == [slope.shape for slope in slopes]
    for array, slope in zip(arrays, slopes, strict=True):
        was = array.copy()

        def cost(value, array=array):
            array[...] = value
            return (delta * piece.apply(params, a)[0]).sum() / a.shape[1]

        exact = central_differences(cost, was)
        array[...] = was
        np.testing.assert_allclose(slope, exact, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu"])
def test_slopes_are_remembered_in_the_memory_that_is_given(run, name):
    memory = np.empty((2, 5, 6))
    piece = activate(name, cycle(memory))
    for _ in range(3):
        _, _, out, back, delta = run(piece)
        _, _, same, same_back, _ = run(activate(name))
        np.testing.assert_array_equal(out, same)
        np.testing.assert_array_equal(back(delta)[0], same_back(delta)[0])


def test_what_is_normalised_has_mean_0_and_variance_1(run):
    for piece, axis in ((batch_norm(), 1), (layer_norm(), 0)):
        *_, out, _, _ = run(piece)
        np.testing.assert_allclose(out.mean(axis=axis), 0.0, atol=1e-14)
        np.testing.assert_allclose(out.std(axis=axis), 1.0, rtol=1e-14)


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e-8, 1e8, 1e150, 1e300])
def test_what_is_normalised_forgets_its_scale(run, scale):
    for piece in (batch_norm(), layer_norm()):
        a, _, out, back, delta = run(piece)
        _, _, other, other_back, _ = run(piece, a * scale)
        np.testing.assert_allclose(other, out, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(other_back(delta)[0] * scale, back(delta)[0], rtol=1e-9, atol=1e-10)
        _, power = np.frexp(scale)
        np.testing.assert_array_equal(run(piece, np.ldexp(a, power))[2], out)


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
    deltas = list(gradients_back(pieces, params, x, lambda out: 2.0 * out))[::-1]
    z = params[0][0] @ x
    exact = central_differences(lambda z: ((params[2][0] @ np.tanh(z)) ** 2).sum(), z)
    np.testing.assert_allclose(deltas[0], exact, rtol=1e-6)
    assert [delta.shape[0] for delta in deltas] == [4, 4]


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
            list(gradients_back([dense(4), dense(4)], bad, np.ones((4, 2)), lambda out: out))
    refuses_each(
        (3, None), lambda bad: list(gradients_back([dense(4)], bad, np.ones((4, 2)), lambda out: out))
    )


def test_an_overflow_is_refused():
    pieces = [dense(4, scale=1e200), dense(4, scale=1e200)]
    params = [piece.init(np.random.default_rng(1), 4)[1] for piece in pieces]
    with pytest.raises(ValueError, match="use a smaller scale"):
        list(gradients_back(pieces, params, np.ones((4, 2)), lambda out: out))


def _arrays(params):
    for part in params:
        if isinstance(part, np.ndarray):
            yield part
        else:
            yield from _arrays(part)
