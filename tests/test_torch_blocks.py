"""Blocks and cells against PyTorch's own layers and autograd: the same numbers forward and back."""

import numpy as np
import pytest

from vgcore import blocks
from vgcore.blocks import arrays
from vgcore.cells import gru, lstm, rnn
from vgcore.costs import softmax

pytestmark = pytest.mark.torch
RNG = np.random.default_rng(3)
DEPTH, WIDTH = 6, 9


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def leaf(torch, array):
    return torch.tensor(array, requires_grad=True)


def normalised(torch, z, norm):
    F = torch.nn.functional
    if norm == "batch":
        return F.batch_norm(z.T, None, None, training=True, eps=1e-300).T
    return F.layer_norm(z.T, (len(z),), eps=0.0).T


@pytest.mark.parametrize("residual", [None, 0.3])
@pytest.mark.parametrize("norm", [None, "batch", "layer"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_a_deep_network_is_autograd(torch, activation, norm, residual):
    norms = {None: [], "batch": [blocks.batch_norm()], "layer": [blocks.layer_norm()]}[norm]
    branch = [blocks.dense(None, "he_normal", 1.1, 0.2), *norms, blocks.activate(activation)]
    layer = blocks.serial(*branch)
    if residual is not None:
        layer = blocks.skip(blocks.serial(*branch, blocks.dense(None)), residual)
    network = blocks.serial(blocks.dense(WIDTH), *[layer] * DEPTH)
    _, params = network.init(np.random.default_rng(1), 5)
    x, delta = RNG.standard_normal((5, 11)), RNG.standard_normal((WIDTH, 11))
    out, back = network.apply(params, x, learn=True)
    dx, nabla = back(delta)

    leaves = [leaf(torch, array) for array in arrays(params)]
    left = iter(leaves)
    f = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}[activation]
    inputs = leaf(torch, x)
    h = next(left) @ inputs + next(left)
    for _ in range(DEPTH):
        z = next(left) @ h + next(left)
        a = f(normalised(torch, z, norm) if norm else z)
        h = a if residual is None else h + residual * (next(left) @ a + next(left))
    h.backward(torch.tensor(delta))
    np.testing.assert_allclose(out, h.detach().numpy(), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(dx, inputs.grad.numpy(), rtol=1e-8, atol=1e-10)
    for own, other in zip(arrays(nabla), leaves, strict=True):
        np.testing.assert_allclose(own * x.shape[1], other.grad.numpy(), rtol=1e-8, atol=1e-9)


def of_torch(torch, name, params, inputs, n):
    """PyTorch's cell with our parameters, whose parts it has in another order."""
    w, v = params
    order = {"rnn": [0], "lstm": [1, 0, 3, 2], "gru": [1, 0, 2]}[name]
    cell = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[name]
    cell = cell(inputs, n, bias=False, dtype=torch.float64)
    with torch.no_grad():
        for own, array in ((cell.weight_hh, w), (cell.weight_ih, v)):
            own.copy_(torch.tensor(np.concatenate([np.split(array, len(order))[k] for k in order])))
    return cell


@pytest.mark.parametrize(("name", "cell"), [("rnn", rnn(1.3)), ("lstm", lstm(1.3))])
def test_a_cell_is_that_of_pytorch(torch, name, cell):
    params = cell.init(np.random.default_rng(2), 4, WIDTH)
    x = RNG.standard_normal((8, 4, 3))
    state = tuple(RNG.standard_normal((WIDTH, 3)) for _ in range(cell.states))
    theirs, other = of_torch(torch, name, params, 4, WIDTH), tuple(leaf(torch, part) for part in state)
    backs, started = [], other
    for row in x:
        state, back = cell.step(params, row, state)
        backs.append(back)
        given = [part.T for part in other]
        after = theirs(torch.tensor(row.T), tuple(given) if name == "lstm" else given[0])
        other = tuple(part.T for part in (after if name == "lstm" else (after,)))
    deltas = tuple(RNG.standard_normal(part.shape) for part in state)
    sum((part * torch.tensor(delta)).sum() for part, delta in zip(other, deltas, strict=True)).backward()
    for back in reversed(backs):
        _, deltas = back(deltas)
    for part, same in zip(state, other, strict=True):
        np.testing.assert_allclose(part, same.detach().numpy(), rtol=1e-9, atol=1e-11)
    for part, same in zip(deltas, started, strict=True):
        np.testing.assert_allclose(part, same.grad.numpy(), rtol=1e-8, atol=1e-11)


@pytest.mark.parametrize("bias", [0.0, 2.0])
def test_a_gru_is_autograd(torch, bias):
    """Of the paper's GRU, whose reset gate works before the weights; PyTorch's cell has it after them."""
    cell = gru(1.3, forget_bias=bias)
    w, v = cell.init(np.random.default_rng(2), 4, WIDTH)
    x, h = RNG.standard_normal((8, 4, 3)), RNG.standard_normal((WIDTH, 3))
    tw, tv, start = torch.tensor(w), torch.tensor(v), leaf(torch, h)
    state, other, backs, n = (h,), start, [], WIDTH
    for row in x:
        state, back = cell.step((w, v), row, state)
        backs.append(back)
        along = tv @ torch.tensor(row)
        keep = torch.sigmoid(tw[:n] @ other + along[:n] + bias)
        reset = torch.sigmoid(tw[n : 2 * n] @ other + along[n : 2 * n])
        new = torch.tanh(tw[2 * n :] @ (reset * other) + along[2 * n :])
        other = keep * other + (1.0 - keep) * new
    delta = RNG.standard_normal(h.shape)
    other.backward(torch.tensor(delta))
    deltas = (delta,)
    for back in reversed(backs):
        _, deltas = back(deltas)
    np.testing.assert_allclose(state[0], other.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(deltas[0], start.grad.numpy(), rtol=1e-8, atol=1e-11)


def test_softmax_and_its_cost_are_autograd(torch):
    z, y = RNG.standard_normal((10, 7)) * 30.0, np.eye(10)[:, :7]
    inputs = leaf(torch, z)
    torch.nn.functional.cross_entropy(inputs.T, torch.tensor(y.T), reduction="sum").backward()
    np.testing.assert_allclose(softmax(z) - y, inputs.grad.numpy(), atol=1e-13)
