"""The lines that lesson 7 has its readers copy, run in the framework that they are for."""

import itertools
import os
import re
from typing import NamedTuple

import numpy as np
import pytest

from pages.lessons.network.reading import SNIPPETS
from vgcore.norms import Norms, diagnose, kinds, read_norms

NETWORKS = ("mlp", "convolutions", "transformer")
HEADER = "step,layer,shape,grad_norm,weight_norm,zeros"
every_network = pytest.mark.parametrize("network", NETWORKS)


def lines(name):
    """What the lines to copy define, by name: the page shows them as this text."""
    defined = {}
    exec(compile(SNIPPETS[name], name, "exec"), defined)
    return defined


class Printed(NamedTuple):
    """What the lines printed: the text, its layers in their order there, and what `read_norms` reads."""

    text: str
    names: list
    read: Norms


def understood(text, steps, header=HEADER):
    """Read what lines printed; what a progress bar writes between them is no matter."""
    rows = [line.split(",") for line in text.split("\n") if line.count(",") == header.count(",")]
    assert rows[0] == header.split(",")
    read = read_norms(text)
    assert read.problems == []
    assert read.steps == steps
    return Printed(text, list(dict.fromkeys(row[1] for row in rows[1:])), read)


def printed(name, capsys, *steps, header=HEADER):
    """What the lines print when they are called once with each of several tuples."""
    print_gradients = lines(name)["print_gradients"]
    capsys.readouterr()
    for step, given in enumerate(steps):
        print_gradients(*given, step)
    return understood(capsys.readouterr().out, list(range(len(steps))), header)


def agree(printed, expected):
    """Compare with (name, weight, gradient) of every parameter, first to last, at the first step."""
    expected = [part for parameter in expected for part in parted(*parameter)]
    names, weights, gradients = zip(*expected, strict=True)
    read = printed.read
    assert printed.names == list(names)
    at = [read.names.index(name) for name in names]
    assert [read.shapes[l] for l in at] == ["x".join(map(str, weight.shape)) for weight in weights]
    for found, arrays in ((read.norms, gradients), (read.weights, weights)):
        norms = [np.linalg.norm(np.asarray(array, complex)) for array in arrays]
        np.testing.assert_allclose(found[0, at], norms, rtol=2e-5, atol=1e-12)
    np.testing.assert_allclose(read.zeros[0, at], [(array == 0).mean() for array in gradients], atol=1e-4)
    assert (read.norms > 0.0).any()


def parted(name, weight, gradient):
    """The parts that are printed of a parameter: the queries, keys and values of one that holds them all."""
    if "in_proj_" not in name:
        return [(name, weight, gradient)]
    parts = zip("qkv", np.split(weight, 3), np.split(gradient, 3), strict=True)
    return [(f"{name}.{part}", *arrays) for part, *arrays in parts]


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
    found = printed("PyTorch", capsys, (model,), (model,))
    agree(found, trained(model))
    if network == "transformer":
        assert found.read.zeros[0, 0] >= 1 / 3  # ten of the thirty words do not come


def trained(model):
    """What a network in PyTorch has: (name, weight, gradient) of every parameter."""
    return [(name, w.detach().numpy(), w.grad.to_dense().numpy()) for name, w in model.named_parameters()]


@pytest.mark.torch
def test_a_frozen_layer_is_left_out_and_a_vanishing_network_is_told(capsys):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    layers = [part for _ in range(12) for part in (torch.nn.Linear(30, 30), torch.nn.Sigmoid())]
    model = torch.nn.Sequential(*layers)
    model[0].bias.requires_grad_(False)
    (model(torch.randn(16, 30)) ** 2).mean().backward()
    read = printed("PyTorch", capsys, (model,)).read
    assert "0.bias" not in read.names
    weights = [kind == "weight" for kind in kinds(read.names, read.shapes)]
    assert diagnose(read.norms[0, weights]).kind == "vanishing"


@pytest.mark.torch
def test_odd_parameters_end_no_training(capsys):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    model = torch.nn.Module()
    model.sparse = torch.nn.Embedding(30, 4, sparse=True)
    model.complex_weight = torch.nn.Parameter(torch.randn(4, 4, dtype=torch.complex64))
    model.short_weight = torch.nn.Parameter(torch.randn(4, dtype=torch.bfloat16))
    model.scalar_weight = torch.nn.Parameter(torch.tensor(0.5))
    model.shared = torch.nn.Linear(4, 4)
    model.again = model.shared
    h = model.sparse(torch.tensor([3, 3, 7])) @ model.complex_weight.real + model.complex_weight.imag[0]
    (model.again(model.shared(h)) * model.scalar_weight * model.short_weight).sum().backward()
    expected = [name for name, _ in model.named_parameters()]
    model.missing = torch.nn.Linear(4, 4)
    model.frozen = torch.nn.Linear(4, 4).requires_grad_(False)
    found = printed("PyTorch", capsys, (model,))
    assert found.names == [*expected, "missing.weight", "missing.bias"]
    seen = [name for name, given in zip(found.read.names, found.read.given[0], strict=True) if given]
    assert sorted(seen) == sorted(expected)
    at = found.read.names.index
    np.testing.assert_allclose(found.read.zeros[0, at("sparse.weight")], 28 / 30, atol=1e-4)
    for name in ("sparse.weight", "complex_weight", "shared.weight"):
        gradient = dict(model.named_parameters())[name].grad.to_dense().detach()
        np.testing.assert_allclose(found.read.norms[0, at(name)], np.linalg.norm(gradient), rtol=2e-5)
    assert re.search(r"^0,missing.weight,4x4,,[0-9.]+,$", found.text, re.MULTILINE)


@pytest.mark.torch
@pytest.mark.parametrize("size", [1e-24, 1e24])
def test_norms_that_float32_cannot_hold_are_printed(size, capsys):
    torch = pytest.importorskip("torch")
    model = torch.nn.Linear(100, 1, bias=False)
    model.weight.grad = torch.full((1, 100), size)
    np.testing.assert_allclose(printed("PyTorch", capsys, (model,)).read.norms, [[10 * size]], rtol=1e-5)


@pytest.mark.torch
@every_network
def test_pytorch_with_the_errors_by_hooks(network, capsys):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    model, x = torch_network(torch, network)
    model(x)  # lazy layers have their weights
    for part in model.modules():
        if isinstance(part, torch.nn.ReLU):
            part.inplace = True
    own = lines("PyTorch δ")
    deltas = own["watch"](model)
    out = model(x)
    out.retain_grad()
    (out**2).mean().backward()
    own["print_gradients"](model, 0, deltas)
    found = understood(capsys.readouterr().out, [0], f"{HEADER},delta")
    agree(found, trained(model))
    delta = dict(zip(found.read.names, found.read.deltas[0], strict=True))
    last = [name for name in found.names if name.endswith("weight")][-1]
    np.testing.assert_allclose(delta[last], out.grad.norm(), rtol=1e-5)
    unseen = [name for name, seen in delta.items() if not np.isfinite(seen)]
    assert all("self_attn" in name for name in unseen)
    assert len(unseen) == (8 if network == "transformer" else 0)
    if network == "mlp":  # a row of ones at a layer's input: the bias has the sum over the samples
        assert all(delta[f"{l}.0.weight"] > 0.0 for l in range(12))


@pytest.mark.torch
def test_copies_of_one_layer_are_seen_in_the_parts_of_attention(capsys):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    layer = torch.nn.TransformerEncoderLayer(32, 4, 64, 0.0, batch_first=True)
    model = torch.nn.TransformerEncoder(layer, 24, enable_nested_tensor=False)
    (model(torch.randn(16, 8, 32)).mean(1)[:, 0] ** 2).mean().backward()
    read = printed("PyTorch", capsys, (model,)).read
    norm = dict(zip(read.names, read.norms[0], strict=True))
    last = "layers.23.self_attn.in_proj_weight"
    assert norm[f"{last}.q"] < 1e-3 * norm[f"{last}.v"]
    told = dict(zip(read.names, kinds(read.names, read.shapes), strict=True))
    assert {told[f"layers.3.self_attn.in_proj_weight.{part}"] for part in "qkv"} == {"weight"}
    assert {told[f"layers.3.self_attn.in_proj_bias.{part}"] for part in "qkv"} == {"bias"}


def batches(torch, network, size=6):
    """A network that has its weights, and samples with targets as a data set."""
    torch.manual_seed(1)
    model, x = torch_network(torch, network)
    out = model(x)
    return model, [(one, torch.randn(out.shape[1:])) for one in x.repeat(size, *[1] * (x.ndim - 1))]


@pytest.mark.lightning
@pytest.mark.filterwarnings("ignore")
@every_network
def test_lightning(network, capsys, tmp_path):
    torch = pytest.importorskip("torch")
    lightning = pytest.importorskip("lightning")
    net, data = batches(torch, network)

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = net

        def training_step(self, batch, _):
            return torch.nn.functional.mse_loss(self.net(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.0)

    model, own = Model(), lines("Lightning")
    trainer = lightning.Trainer(
        max_steps=101,
        callbacks=[own["PrintGradients"]()],
        logger=False,
        enable_checkpointing=False,
        default_root_dir=tmp_path,
        accelerator="cpu",
    )
    trainer.fit(model, torch.utils.data.DataLoader(data, batch_size=2))
    found = understood(capsys.readouterr().out, [0, 100])
    assert found.names == [part for name, *_ in trained_shapes(model) for part in name]
    assert (found.read.norms > 0.0).all()


def trained_shapes(model):
    """The names that are printed of each parameter of a network in PyTorch."""
    for name, _ in model.named_parameters():
        yield [f"{name}.{part}" for part in "qkv"] if "in_proj_" in name else [name], name


@pytest.mark.transformers
@pytest.mark.filterwarnings("ignore")
@every_network
def test_transformers(network, capsys, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    if network == "transformer":
        torch.manual_seed(1)
        config = transformers.GPT2Config(vocab_size=30, n_positions=8, n_embd=16, n_layer=2, n_head=2)
        model = transformers.GPT2LMHeadModel(config)
        words = torch.randint(0, 20, (12, 7))
        data = [{"input_ids": one, "labels": one} for one in words]
    else:
        net, pairs = batches(torch, network)
        data = [{"x": x, "labels": y} for x, y in pairs]

        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.net = net

            def forward(self, x, labels):
                out = self.net(x)
                return {"loss": torch.nn.functional.mse_loss(out, labels), "logits": out}

        model = Model()
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path),
        max_steps=101,
        per_device_train_batch_size=2,
        learning_rate=0.0,
        report_to=[],
        save_strategy="no",
        use_cpu=True,
    )
    trainer = transformers.Trainer(
        model, arguments, train_dataset=data, callbacks=[lines("Hugging Face")["PrintGradients"]()]
    )
    trainer.train()
    found = understood(capsys.readouterr().out, [0, 100])
    assert found.names == [part for name, *_ in trained_shapes(model) for part in name]
    assert (found.read.norms > 0.0).any(0).all()


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
    found = printed("Keras", capsys, (model, gradients), (model, gradients))
    numpy = keras.ops.convert_to_numpy
    variables = zip(model.trainable_variables, gradients, strict=True)
    agree(
        found, [(variable.path, numpy(variable.value), numpy(gradient)) for variable, gradient in variables]
    )


def paddle_network(paddle, network):
    nn = paddle.nn
    if network == "mlp":
        sizes = [20, *[12] * 11, 10]
        layers = [nn.Sequential(nn.Linear(*pair), nn.ReLU()) for pair in itertools.pairwise(sizes)]
        return nn.Sequential(*layers), paddle.randn([8, 20])
    if network == "convolutions":
        block = [nn.Conv2D(3, 6, 3), nn.BatchNorm2D(6), nn.ReLU(), nn.Conv2D(6, 4, 3), nn.Flatten()]
        return nn.Sequential(*block, nn.Linear(100, 10)), paddle.randn([4, 3, 9, 9])
    encoder = nn.TransformerEncoderLayer(16, 2, 32, 0.0)
    words = nn.Embedding(30, 16, sparse=True)
    return nn.Sequential(words, encoder, nn.Linear(16, 10)), paddle.randint(0, 20, [4, 7])


@pytest.mark.paddle
@pytest.mark.filterwarnings("ignore")
@every_network
def test_paddle(network, capsys):
    paddle = pytest.importorskip("paddle")
    paddle.seed(1)
    model, x = paddle_network(paddle, network)
    model.missing, model.frozen = paddle.nn.Linear(4, 4), paddle.nn.Linear(4, 4)
    for w in model.frozen.parameters():
        w.stop_gradient = True
    out = x
    for name, part in model.named_children():
        out = out if name in ("missing", "frozen") else part(out)
    (out**2).mean().backward()
    found = printed("PaddlePaddle", capsys, (model,), (model,))
    expected = []
    for name, w in model.named_parameters():
        if w.grad is not None:
            gradient = w.grad.numpy()
            if w.grad.is_selected_rows():  # a word that comes twice has two rows there
                gradient = np.zeros(w.shape)
                for row, values in zip(w.grad.get_selected_rows().rows(), w.grad.numpy(), strict=True):
                    gradient[row] += values
            expected.append((name, w.numpy(), gradient))
    missing = ["missing.weight", "missing.bias"]
    assert [name for name in found.names if name in missing] == missing
    agree(found._replace(names=[name for name in found.names if name not in missing]), expected)


def mindspore_network(mindspore, network):
    nn = mindspore.nn
    rng = np.random.default_rng(1)

    def data(*shape):
        return mindspore.Tensor(rng.normal(size=shape), mindspore.float32)

    if network == "mlp":
        sizes = [20, *[12] * 11, 10]
        layers = [nn.SequentialCell(nn.Dense(*pair), nn.ReLU()) for pair in itertools.pairwise(sizes)]
        return nn.SequentialCell(*layers), data(8, 20)
    if network == "convolutions":
        convolutions = [nn.Conv2d(3, 6, 3, pad_mode="valid"), nn.Conv2d(6, 4, 3, pad_mode="valid")]
        block = [convolutions[0], nn.BatchNorm2d(6), nn.ReLU(), convolutions[1], nn.Flatten()]
        return nn.SequentialCell(*block, nn.Dense(100, 10)), data(4, 3, 9, 9)
    encoder = nn.TransformerEncoderLayer(16, 2, 32, 0.0, batch_first=True)
    words = mindspore.Tensor(rng.integers(0, 20, (4, 7)), mindspore.int32)
    return nn.SequentialCell(nn.Embedding(30, 16), encoder, nn.Dense(16, 10)), words


@pytest.mark.mindspore
@pytest.mark.filterwarnings("ignore")
@every_network
def test_mindspore(network, capsys, tmp_path, monkeypatch):
    mindspore = pytest.importorskip("mindspore")
    monkeypatch.chdir(tmp_path)  # it writes its graphs where it is
    mindspore.set_seed(1)
    mindspore.set_context(mode=mindspore.GRAPH_MODE)
    model, x = mindspore_network(mindspore, network)

    def forward(x):
        return (model(x) ** 2).mean()

    gradients = mindspore.value_and_grad(forward, None, model.trainable_params())(x)[1]
    found = printed("MindSpore", capsys, (model, gradients), (model, gradients))
    parameters = zip(model.trainable_params(), gradients, strict=True)
    agree(found, [(w.name, w.asnumpy(), g.asnumpy()) for w, g in parameters])


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
    found = printed("JAX", capsys, (params, gradients), (params, gradients))
    named = params.items() if isinstance(params, dict) else enumerate(params)
    expected = []
    for name, layer in named:
        if isinstance(layer, dict):
            expected += [(f"{name}/{part}", w, gradients[name][part]) for part, w in layer.items()]
        else:
            expected.append((name, layer, gradients[name]))
    order = {"transformer": lambda found: found[0]}.get(network)
    agree(found, sorted(expected, key=order) if order else expected)


@pytest.mark.jax
def test_the_order_of_the_model_is_printed_where_it_is_known(capsys):
    jax = pytest.importorskip("jax")
    nnx, equinox = pytest.importorskip("flax.nnx"), pytest.importorskip("equinox")
    x, layers = jax.numpy.ones((4, 3)), ("stem", "encoder", "decoder", "blocks", "head")

    def run(model, x):
        h = model.decoder(model.encoder(model.stem(x)))
        for block in model.blocks:
            h = jax.numpy.tanh(block(h))
        return model.head(h)

    def build(model, linear, many):
        for name in layers[:3]:
            setattr(model, name, linear())
        model.blocks = many([linear() for _ in range(11)])
        model.head = linear()

    class InFlax(nnx.Module):
        def __init__(self, rngs):
            build(self, lambda: nnx.Linear(3, 3, rngs=rngs), nnx.List)

    class InEquinox(equinox.Module):
        stem: equinox.Module
        encoder: equinox.Module
        decoder: equinox.Module
        blocks: list
        head: equinox.Module
        activation: object

        def __init__(self, keys):
            build(self, lambda: equinox.nn.Linear(3, 3, key=next(keys)), list)
            self.activation = jax.nn.relu  # a leaf without a gradient

    outermost = [*layers[:3], *[f"blocks/{l}" for l in range(11)], "head"]
    model = InFlax(nnx.Rngs(1))
    order = list(vars(model))
    gradients = nnx.grad(lambda model: (run(model, x) ** 2).mean())(model)
    lines("JAX")["print_gradients"](nnx.state(model, nnx.Param), gradients, 0, order)
    found = understood(capsys.readouterr().out, [0])
    assert found.names == [f"{name}/{part}" for name in outermost for part in ("bias", "kernel")]
    assert (found.read.norms > 0.0).any()

    model = InEquinox(iter(jax.random.split(jax.random.key(1), 20)))
    loss = equinox.filter_grad(lambda model: (run_each(jax, run, model, x) ** 2).mean())
    found = printed("JAX", capsys, (model, loss(model)))
    assert found.names == [f"{name}/{part}" for name in outermost for part in ("weight", "bias")]


def run_each(jax, run, model, x):
    return jax.vmap(lambda one: run(model, one))(x)


@pytest.mark.jax
@pytest.mark.parametrize("size", [1e-24, 1e24])
def test_norms_that_float32_cannot_hold_are_printed_without_64_bits(size, capsys):
    jnp = pytest.importorskip("jax").numpy
    params = {"w": jnp.ones(100), "half": jnp.ones(100, jnp.bfloat16)}
    gradients = {name: jnp.full_like(w, size) for name, w in params.items()}
    read = printed("JAX", capsys, (params, gradients)).read
    np.testing.assert_allclose(read.norms[0], 10 * size, rtol=4e-3)  # bfloat16 has three digits
