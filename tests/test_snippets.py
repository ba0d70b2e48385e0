"""The lines that lesson 7 has its readers copy, run in the framework that they are for."""

import itertools
import os
import runpy

import numpy as np
import pytest

from tests.support import ROOT
from vgcore.norms import diagnose, kinds, read_norms

SNIPPETS = ROOT / "pages/lessons/network/snippets"
NETWORKS = ("mlp", "convolutions", "transformer")
every_network = pytest.mark.parametrize("network", NETWORKS)


def printed(framework, capsys, *steps):
    """What a snippet prints when it is called once with each of several tuples, as `read_norms` reads it."""
    print_gradients = runpy.run_path(str(SNIPPETS / f"{framework}.py"))["print_gradients"]
    capsys.readouterr()
    for step, given in enumerate(steps):
        print_gradients(*given, step)
    text = capsys.readouterr().out
    read = read_norms(text)
    assert text.split("\n")[0] == "step,layer,shape,grad_norm,weight_norm,zeros"
    assert read.problems == []
    assert read.steps == list(range(len(steps)))
    return read


def agree(read, expected):
    """Compare with (name, weight, gradient) of every parameter, first to last, at the first step."""
    names, weights, gradients = zip(*expected, strict=True)
    assert read.names == list(names)
    assert read.shapes == ["x".join(map(str, weight.shape)) for weight in weights]
    for found, arrays in ((read.norms, gradients), (read.weights, weights)):
        norms = [np.sqrt(np.square(np.asarray(array, float)).sum()) for array in arrays]
        np.testing.assert_allclose(found[0], norms, rtol=2e-5, atol=1e-12)
    np.testing.assert_allclose(read.zeros[0], [(array == 0).mean() for array in gradients], atol=1e-4)
    assert (read.norms > 0.0).any()


def test_there_is_a_test_for_every_snippet():
    assert sorted(path.stem for path in SNIPPETS.glob("*.py")) == ["jax", "keras", "pytorch"]


def torch_network(torch, network):
    nn = torch.nn
    if network == "mlp":
        sizes = [20, *[12] * 11, 10]
        layers = [nn.Sequential(nn.Linear(*pair), nn.ReLU()) for pair in itertools.pairwise(sizes)]
        return nn.Sequential(*layers), torch.randn(8, 20)
    if network == "convolutions":
        block = [nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 4, 3), nn.Flatten()]
        return nn.Sequential(*block, nn.LazyLinear(10)), torch.randn(4, 3, 9, 9)
    encoder = nn.TransformerEncoderLayer(16, 2, 32, 0.0, batch_first=True)
    return nn.Sequential(nn.Embedding(30, 16), encoder, nn.Linear(16, 10)), torch.randint(0, 20, (4, 7))


@pytest.mark.torch
@every_network
def test_pytorch(network, capsys):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    model, x = torch_network(torch, network)
    (model(x) ** 2).mean().backward()
    read = printed("pytorch", capsys, (model,), (model,))
    agree(read, [(name, w.detach().numpy(), w.grad.numpy()) for name, w in model.named_parameters()])
    if network == "transformer":
        assert read.zeros[0, 0] >= 1 / 3  # ten of the thirty words do not come


@pytest.mark.torch
def test_a_layer_that_has_no_gradient_is_left_out_and_a_vanishing_network_is_told(capsys):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    layers = [part for _ in range(12) for part in (torch.nn.Linear(30, 30), torch.nn.Sigmoid())]
    model = torch.nn.Sequential(*layers)
    model[0].bias.requires_grad_(False)
    (model(torch.randn(16, 30)) ** 2).mean().backward()
    read = printed("pytorch", capsys, (model,))
    assert "0.bias" not in read.names
    weights = [kind == "weight" for kind in kinds(read.names, read.shapes)]
    assert diagnose(read.norms[0, weights]).kind == "vanishing"


def keras_network(keras, network):
    layers = keras.layers
    if network == "mlp":
        block = [layers.Dense(12, "relu") for _ in range(11)]
        return keras.Sequential([keras.Input((20,)), *block, layers.Dense(10)])
    if network == "convolutions":
        block = [layers.Conv2D(6, 3), layers.BatchNormalization(), layers.ReLU(), layers.Conv2D(4, 3)]
        return keras.Sequential([keras.Input((9, 9, 3)), *block, layers.Flatten(), layers.Dense(10)])
    words = keras.Input((7,), dtype="int32")
    h = layers.Embedding(30, 16)(words)
    h = layers.LayerNormalization()(h + layers.MultiHeadAttention(2, 8)(h, h))
    h = layers.LayerNormalization()(h + layers.Dense(16)(layers.Dense(32, "gelu")(h)))
    return keras.Model(words, layers.Dense(10)(h))


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with numpy 2
@every_network
def test_keras(network, capsys, monkeypatch):
    monkeypatch.setitem(os.environ, "KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(1)
    model = keras_network(keras, network)
    shape = (4, *model.input_shape[1:])
    rng = np.random.default_rng(1)
    x = rng.integers(0, 20, shape) if network == "transformer" else rng.normal(size=shape)
    (model(x, training=True) ** 2).mean().backward()
    gradients = [variable.value.grad for variable in model.trainable_variables]
    read = printed("keras", capsys, (model, gradients), (model, gradients))
    numpy = keras.ops.convert_to_numpy
    variables = zip(model.trainable_variables, gradients, strict=True)
    agree(read, [(variable.path, numpy(variable.value), numpy(gradient)) for variable, gradient in variables])


def jax_network(jax, network):
    """The parameters, in the order in which they should be printed, and the network."""
    jnp, keys = jax.numpy, iter(jax.random.split(jax.random.key(1), 40))

    def sampled(*shape):
        return jax.random.normal(next(keys), shape) / 4.0

    if network == "mlp":
        params = [{"b": jnp.zeros(12), "w": sampled(12, 12)} for _ in range(12)]

        def mlp(params, x):
            for layer in params:
                x = jax.nn.relu(x @ layer["w"] + layer["b"])
            return x

        return params, mlp, sampled(8, 12)
    if network == "convolutions":
        params = {
            "Conv_0": {"bias": jnp.zeros(6), "kernel": sampled(3, 3, 3, 6)},
            "Conv_1": {"bias": jnp.zeros(4), "kernel": sampled(3, 3, 6, 4)},
            "Dense_0": {"bias": jnp.zeros(10), "kernel": sampled(100, 10)},
        }

        def convolutions(params, x):
            for name in ("Conv_0", "Conv_1"):
                layer = params[name]
                x = jax.lax.conv_general_dilated(
                    x, layer["kernel"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
                )
                x = jax.nn.relu(x + layer["bias"])
            return x.reshape(len(x), -1) @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"]

        return params, convolutions, sampled(4, 9, 9, 3)
    params = {"block_0": {name: sampled(16, 16) for name in ("k", "q", "v")}, "block_1": sampled(16, 10)}
    params = {"embed": sampled(30, 16), **params}

    def transformer(params, words):
        h = params["embed"][words]
        q, k, v = (h @ params["block_0"][name] for name in "qkv")
        return (h + jax.nn.softmax(q @ k.swapaxes(1, 2)) @ v) @ params["block_1"]

    return params, transformer, jax.random.randint(next(keys), (4, 7), 0, 20)


@pytest.mark.jax
@every_network
def test_jax(network, capsys):
    jax = pytest.importorskip("jax")
    params, run, x = jax_network(jax, network)
    gradients = jax.grad(lambda params: (run(params, x) ** 2).mean())(params)
    read = printed("jax", capsys, (params, gradients), (params, gradients))
    named = params.items() if isinstance(params, dict) else enumerate(params)
    expected = []
    for name, layer in named:
        if isinstance(layer, dict):
            expected += [(f"{name}/{part}", w, gradients[name][part]) for part, w in layer.items()]
        else:
            expected.append((name, layer, gradients[name]))
    order = {"transformer": lambda found: found[0]}.get(network)
    agree(read, sorted(expected, key=order) if order else expected)
