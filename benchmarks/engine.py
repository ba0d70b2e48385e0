"""Time the computing wing: `python -m benchmarks.engine` from the project's root prints a table.

With requirements-bench.txt installed, PyTorch and JAX do the same work beside it. All of them, and the
bare matrix products, run on as many threads as `--threads` says: 1, unless told.
"""

import argparse
import os
import time
from functools import partial

from benchmarks.table import Table


def seconds(*calls, runs=7, clock=time.perf_counter):
    """Return the median time of each call over `runs` turns, after a turn that is not counted."""
    times = [[] for _ in calls]
    for _ in range(runs + 1):
        for call, taken in zip(calls, times, strict=True):
            start = clock()
            call()
            taken.append(clock() - start)
    return [sorted(taken[1:])[runs // 2] for taken in times]


def row(what, took, others=(), **reaches):
    """Add the time and its ratio to each of the others; `reaches` go by the first word of these."""
    for name, other in others:
        TABLE.add(what, f"against {name}", took, "s", took / other, most=reaches.get(name.split()[0]))
    if not others:
        TABLE.add(what, "", took, "s")


def chains():
    """The functions of lessons 1 and 3, and the speeds of the home page."""
    before = None
    for depth in (1_000, 10_000, 100_000):
        (took,) = seconds(partial(Chain.random(depth, 1).nabla_b, 1.0, 0.0))
        row(f"nabla_b of one chain, depth {depth:,}", took, [("the row above", before)] if before else [])
        before = took
    draw = partial(np.random.default_rng(1).standard_normal, (3, 2, 100_000))
    took, sampled = seconds(partial(audit_usually, 100_000, 1), draw)
    row("audit of 100,000 chains", took, [("drawing their numbers", sampled)])
    took, bare = seconds(partial(random_log_ratios, 60, 100_000, 1), draw_and_multiply, runs=3)
    row("log ratios of 100,000 chains, depth 60", took, [("draws and products", bare)], draws=1.5)


def draw_and_multiply():
    """Draw the numbers of 100,000 chains of depth 60 layer by layer, and multiply them together."""
    rng, product = np.random.default_rng(1), np.ones(100_000)
    for _ in range(60):
        w, b = rng.standard_normal((2, 100_000))
        product *= w
        product *= b
    return product


def gradients(name, sizes, dtype):
    """Network.backward on all digits, beside the other engines and the bare matrix products."""
    network, x, y = _network(sizes, dtype)
    calls = {"bare products": _bare_products(network, x, y)}
    if torch:
        calls["PyTorch"] = partial(_torch_gradients, *_tensors(network, x, y))
    if jax:
        calls["JAX"] = _jax_gradients(network, x, y)
    took, *others = seconds(partial(network.backward, x, y), *calls.values(), runs=15)
    named = zip(calls, others, strict=True)
    reach = {"PyTorch": 0.8 if len(sizes) < 10 else 1.0, "bare": 1.4}
    row(f"gradients of {name}, {np.dtype(dtype).name}", took, list(named), **reach)


def _bare_products(network, x, y):
    _, activations = network.forward(x)
    deltas, weights = network.deltas(x, y), network.weights

    def bare():
        for w, a in zip(weights, activations, strict=False):
            w @ a
        for w, delta in zip(weights[1:], deltas[1:], strict=True):
            w.T @ delta
        for delta, a in zip(deltas, activations, strict=False):
            delta @ a.T

    return bare


def training(hidden, epochs=100):
    """train_on_digits as published, every epoch looked at, beside a loop of PyTorch that never looks."""
    calls = {"bare products": partial(_bare_training, hidden, epochs)}
    if torch:
        calls["PyTorch"] = partial(_torch_training, hidden, epochs, 1000, lmbda=5.0)
    took, *others = seconds(
        partial(train_on_digits, hidden, 30, epochs, 1), *calls.values(), clock=time.process_time
    )
    named = list(zip(calls, others, strict=True))
    row(f"{epochs} epochs of (784, 30 x {hidden}, 10)", took, named, PyTorch=0.6)


def mini_batches(hidden, epochs=30):
    """Batches of 10, every layer's speeds seen every 100 steps, beside a plain loop of PyTorch."""
    ours = partial(train_on_digits, hidden, 30, epochs, 1, lmbda=0.0, batch=10, every=100)
    others = [partial(_torch_training, hidden, epochs, 10)] if torch else []
    took, *others = seconds(ours, *others, clock=time.process_time)
    named = [("PyTorch", other) for other in others]
    row(f"{100 * epochs} steps of (784, 30 x {hidden}, 10)", took, named, PyTorch=0.3)


def _bare_training(hidden, epochs):
    bare = _bare_products(*_network([784, *[30] * hidden, 10], "float32"))
    for _ in range(epochs):
        bare()


def _torch_training(hidden, epochs, batch, lmbda=0.0):
    """The same steps in float32 by `nn.Sequential` and `optim.SGD`."""
    network, x, y = _network([784, *[30] * hidden, 10], "float32")
    x, y, layers = torch.tensor(x.T.copy()), torch.tensor(y.T.copy()), []
    for w, b in zip(network.weights, network.biases, strict=True):
        layers += [torch.nn.Linear(*w.shape[::-1]), torch.nn.Sigmoid()]
        with torch.no_grad():
            layers[-2].weight.copy_(torch.tensor(w))
            layers[-2].bias.copy_(torch.tensor(b[:, 0]))
    model = torch.nn.Sequential(*layers[:-1])
    decayed, rest = ([p for p in model.parameters() if (p.ndim == 2) is two] for two in (True, False))
    update = torch.optim.SGD([{"params": decayed, "weight_decay": lmbda / len(x)}, {"params": rest}], 0.1)
    cost = torch.nn.BCEWithLogitsLoss(reduction="sum")
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for first in range(0, len(x), batch):
            given, wanted = x, y
            if batch < len(x):
                shown = order[first : first + batch]
                given, wanted = x[shown], y[shown]
            update.zero_grad()
            (cost(model(given), wanted) / len(given)).backward()
            update.step()


def _network(sizes, dtype):
    sampled = Network.random(sizes, 1)
    weights, biases = (
        [array.astype(dtype) for array in arrays] for arrays in (sampled.weights, sampled.biases)
    )
    return Network(weights, biases), *(array.astype(dtype) for array in load_digits())


def _tensors(network, x, y):
    parameters = [
        [torch.tensor(array, requires_grad=True) for array in arrays]
        for arrays in (network.weights, network.biases)
    ]
    return *parameters, torch.tensor(x), torch.tensor(y)


def _torch_gradients(weights, biases, x, y):
    a = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        a = torch.sigmoid(w @ a + b)
    z = weights[-1] @ a + biases[-1]
    cost = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum") / x.shape[1]
    return torch.autograd.grad(cost, [*weights, *biases])


def _jax_gradients(network, x, y):
    def cost(parameters, x, y):
        weights, biases = parameters
        a = x
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            a = jax.nn.sigmoid(w @ a + b)
        z = weights[-1] @ a + biases[-1]
        return (jax.nn.softplus(z) - y * z).sum() / x.shape[1]

    gradient = jax.jit(jax.grad(cost))
    given = jax.tree.map(jax.numpy.asarray, ((network.weights, network.biases), x, y))
    return lambda: jax.block_until_ready(gradient(*given))


def profiles():
    """deep_profile of lesson 6's networks, eight of 50 x 100 on 250 digits: seconds of CPU.

    Beside it the products of the same matrices, forward and back, in its own type of float, and what it does
    besides: the numbers that it samples, the theory, and the activation with its slope, once a layer.
    """
    for name, recipe in (
        ("relu, He", {"activation": "relu", "init": "he_normal"}),
        ("tanh", {"activation": "tanh", "init": "lecun_normal"}),
        ("sigmoid, biases", {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0}),
        ("relu, batch norm", {"activation": "relu", "init": "he_normal", "norm": "batch"}),
        ("relu, skips", {"activation": "relu", "init": "he_normal", "residual": 0.14}),
    ):
        recipe, x = Recipe.of({**recipe, "batch": 250}), load_digits(250)[0]
        layers, sigma = recipe.layers(50, 100, x), ACTIVATIONS[recipe.activation]
        dtype = wide_layers(recipe, 50, 100, x).dtype
        x = x.astype(dtype)
        matrices = [w.astype(dtype) for seed in range(8) for w in _matrices(layers, len(x), seed)]
        z, slope = np.full((2, 100, 250), 0.5, dtype)
        parts = {
            f"deep_profile, {name}": partial(deep_profile, recipe),
            "- sampling its numbers": partial(_repeat, 8, partial(_matrices, layers, len(x), 0)),
            "- its theory": partial(theory_factors, recipe, 50, 100, x),
            "- its activation and slope": partial(_repeat, 8 * 50, partial(sigma.both, z, slope)),
        }
        bare, *took = seconds(partial(_products, matrices, x), *parts.values(), clock=time.process_time)
        for part, seen in zip(parts, took, strict=True):
            row(part, seen, [("bare products", bare)], **({} if part[0] == "-" else {"bare": 1.6}))


def _repeat(times, call):
    for _ in range(times):
        call()


def _matrices(layers, fan_in, seed):
    rng, found = np.random.default_rng(seed), []
    for block in layers:
        fan_in, params = block.init(rng, fan_in)
        found += [array for array in arrays(params) if array.shape[1] > 1]
    return found


def _products(matrices, x):
    """Every matrix times what comes in, and, but for the first, back again."""
    a, delta = np.ones((100, x.shape[1]), x.dtype), np.ones((10, x.shape[1]), x.dtype)
    for w in matrices:
        if w.shape[1] == len(x):
            w @ x
        else:
            w @ a
            w.T @ (delta if len(w) == len(delta) else a)


def few_bits():
    """The gradients of a deep network in each format beside Network.backward in float64: seconds of CPU."""
    network, x, y = _network([784, *[30] * 32, 10], "float64")
    calls = [partial(bits.gradients, network, x, y, name) for name in FORMATS]
    exact, *others = seconds(partial(network.backward, x, y), *calls, clock=time.process_time)
    for name, took in zip(FORMATS, others, strict=True):
        reach = {"backward": 4.0} if name == "bfloat16" else {}
        row(f"gradients of (784, 30 x 32, 10), {name}", took, [("backward", exact)], **reach)
    for way in bits.WAYS:
        (took,) = seconds(partial(bits.train_in, way, 0.01), runs=1, clock=time.process_time)
        TABLE.add("400 steps of (784, 100, 10)", f"as {way}", took, "s", most=5.0)


def main():
    chains()
    profiles()
    few_bits()
    for dtype in ("float64", "float32"):
        gradients("(784, 30 x 4, 10)", [784, *[30] * 4, 10], dtype)
        gradients("(784, 100 x 30, 10)", [784, *[100] * 30, 10], dtype)
    for hidden in (2, 3, 4):
        training(hidden)
    for hidden in (1, 4, 10):
        mini_batches(hidden)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", default="1")
    parser.add_argument("--csv", action="store_true", help="write the rows beside this file too")
    asked, TABLE = parser.parse_args(), Table()
    threads = asked.threads
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = threads  # read when numpy, PyTorch and JAX are first imported
    if threads == "1":
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

    import numpy as np

    from vgcore import ACTIVATIONS, Chain, Network, load_digits
    from vgcore.blocks import Recipe, arrays
    from vgcore.formats import FORMATS
    from vgcore.studies import bits
    from vgcore.studies.imbalance import random_log_ratios
    from vgcore.studies.published import train_on_digits
    from vgcore.studies.usually import audit_usually
    from vgcore.studies.ways_out import deep_profile, theory_factors, wide_layers

    try:
        import torch

        torch.set_num_threads(int(threads))
    except ImportError:
        torch = None
    try:
        import jax

        jax.config.update("jax_enable_x64", True)
    except ImportError:
        jax = None
    if not (torch and jax):
        print("PyTorch or JAX is missing: pip install -r requirements-bench.txt puts them beside")
    main()
    if asked.csv:
        TABLE.save(__file__)
