"""Write the examples of lesson 7, gradients of real networks: `python -m benchmarks.examples`.

The transformers need PyTorch, of requirements-bench.txt.
"""

from pathlib import Path

import numpy as np

from vgcore import blocks, load_digits
from vgcore.blocks import Recipe, arrays
from vgcore.costs import softmax
from vgcore.norms import COLUMNS

FOLDER = Path(__file__).parent.parent / "pages/lessons/network/examples"
HE = {"activation": "relu", "init": "he_normal"}
WILD = {"activation": "tanh", "init": "lecun_normal", "scale": 3.0}
BOOK = {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (what, rows) in {**digits(), "transformer": transformer(), "copies": copies()}.items():
        lines = [f"# {what}", ",".join(COLUMNS[:6]), *rows]
        (FOLDER / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def digits():
    """Return what the five networks on the digits are, and their rows, by name."""
    return {
        "healthy": ("16 hidden ReLU layers of 100, He's weights", plain(HE, 16)),
        "vanishing": ("8 hidden sigmoid layers of 30, LeCun's weights", plain(BOOK, 8, 30)),
        "exploding": ("30 hidden tanh layers of 100, LeCun's weights times 3", plain(WILD, 30)),
        "dead": (
            "12 hidden ReLU layers of 100, of which a step too long has killed the sixth",
            plain({**HE, "bias_std": 0.1}, 12, broken=lambda params: params[5][1][1].__isub__(50.0)),
        ),
        "broken": (
            "12 hidden ReLU layers of 100, the weights of the seventh 10,000 times too small",
            plain(HE, 12, broken=lambda params: params[6][1][0].__imul__(1e-4)),
        ),
    }


def plain(recipe, hidden, width=100, broken=lambda params: None):
    """Return the rows of a network of this Recipe on 250 digits, from seed 0."""
    x, y = load_digits(250)
    network = blocks.serial(*Recipe.of(recipe).layers(hidden, width, x))
    _, params = network.init(np.random.default_rng(0), len(x))
    broken(params)
    out, back = network.apply(params, x, learn=True)
    _, nabla = back(softmax(out) - y)
    names = [f"fc{l}.{part}" for l in range(1, hidden + 2) for part in ("weight", "bias")]
    return [
        row(0, name, np.shape(w) if name.endswith("weight") else (len(w),), g, w)
        for name, w, g in zip(names, arrays(params), arrays(nabla), strict=True)
    ]


def row(step, name, shape, gradient, weights):
    shape = "x".join(map(str, shape))
    norms = f"{np.linalg.norm(gradient):.5g},{np.linalg.norm(weights):.5g}"
    return f"{step},{name},{shape},{norms},{(np.asarray(gradient) == 0.0).mean():.3g}"


def transformer():
    """Return what the transformer is, and its rows before some steps of Adam."""
    rows = trained({"dim_feedforward": 256, "activation": "gelu", "norm_first": True}, 6, (0, 20, 100))
    return "a transformer of 6 blocks of width 64 that learns to turn words around, before three steps", rows


def copies():
    """Return what 24 copies of one block are, and their rows; what PyTorch fuses is told apart."""
    rows = trained({"dim_feedforward": 128}, 24, (0,))
    return "nn.TransformerEncoder(layer, 24): 24 copies of one block of width 64, before the first step", rows


def trained(block, blocks, steps):
    """Return the rows of a transformer of such blocks before some steps of Adam."""
    import torch

    torch.manual_seed(0)
    F, embedding, positions = torch.nn.functional, torch.nn.Embedding(32, 64), torch.nn.Embedding(24, 64)
    block = torch.nn.TransformerEncoderLayer(64, 4, dropout=0.0, batch_first=True, **block)
    last = torch.nn.LayerNorm(64) if block.norm_first else None
    stack = torch.nn.TransformerEncoder(block, blocks, last, enable_nested_tensor=False)
    parts = {"wte": embedding, "wpe": positions, "blocks": stack, "head": torch.nn.Linear(64, 32)}
    model = torch.nn.ModuleDict(parts)
    adam, rows = torch.optim.Adam(model.parameters(), 1e-3), []
    for step in range(max(steps) + 1):
        tokens = torch.randint(32, (32, 24))
        h = embedding(tokens) + positions(torch.arange(24))
        out = model["head"](stack(h))
        loss = F.cross_entropy(out.flatten(0, 1), tokens.flip(1).flatten())
        model.zero_grad()
        loss.backward()
        if step in steps:
            for name, p in model.named_parameters():
                rows += of_parameter(step, name, p.grad.numpy(), p.detach().numpy())
        adam.step()
    return rows


def of_parameter(step, name, gradient, weights):
    """Return the rows of a parameter; queries, keys and values, which PyTorch keeps in one, are three."""
    if not name.endswith("in_proj_weight"):
        return [row(step, name, weights.shape, gradient, weights)]
    thirds = zip("qkv", np.split(gradient, 3), np.split(weights, 3), strict=True)
    return [
        row(step, name.replace("in_proj_weight", f"{which}_proj.weight"), w.shape, g, w)
        for which, g, w in thirds
    ]


if __name__ == "__main__":
    main()
