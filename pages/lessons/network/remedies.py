"""What to do about a verdict: its most likely cause by what was read, and the line of code against it."""

KEEPS = (0.8, 1.25)
"""Factors a layer within which what goes forth keeps its size."""
_HE = {
    "PyTorch": 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")',
    "Keras": 'layers.Dense(n, "relu", kernel_initializer="he_normal")',
    "JAX": "nn.Dense(n, kernel_init=nn.initializers.he_normal())",
}
_LEAKY = {
    "PyTorch": "nn.LeakyReLU(0.01)",
    "Keras": "layers.LeakyReLU(0.01)",
    "JAX": "nn.leaky_relu(x, 0.01)",
}
_SKIP = {
    "PyTorch": "x = x + self.block(self.norm(x))",
    "Keras": "x = x + block(layers.LayerNormalization()(x))",
    "JAX": "x = x + block(nn.LayerNorm()(x))",
}
_CLIP = {
    "PyTorch": "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
    "Keras": "keras.optimizers.Adam(1e-4, global_clipnorm=1.0)",
    "JAX": "optax.chain(optax.clip_by_global_norm(1.0), optax.adam(1e-4))",
}
LINES = {
    "saturates": {
        "PyTorch": "nn.ReLU()",
        "Keras": 'layers.Dense(n, "relu", kernel_initializer="he_normal")',
        "JAX": "x = nn.relu(nn.Dense(n, kernel_init=nn.initializers.he_normal())(x))",
    },
    "shrinks": _HE,
    "vanishes": _SKIP,
    "steep": {
        "PyTorch": "nn.init.xavier_normal_(layer.weight)",
        "Keras": 'layers.Dense(n, "tanh", kernel_initializer="glorot_normal")',
        "JAX": "nn.Dense(n, kernel_init=nn.initializers.glorot_normal())",
    },
    "normalised": _SKIP,
    "explodes": _HE,
    "fading_both": _HE,
    "exploding_both": _HE,
    "slope": {
        "PyTorch": "torch.optim.Adam(model.parameters(), 1e-3)",
        "Keras": "keras.optimizers.Adam(1e-3)",
        "JAX": "optax.adam(1e-3)",
    },
    "dead": _LEAKY,
    "dying": _LEAKY,
    "alike": {
        "PyTorch": "nn.TransformerEncoderLayer(width, heads, norm_first=True)",
        "Keras": "x = x + attention(norm(x), norm(x))",
        "JAX": "x = x + attention(norm(x))",
    },
    "small": {
        "PyTorch": 'nn.CrossEntropyLoss(reduction="mean")',
        "Keras": 'keras.losses.CategoricalCrossentropy(reduction="sum_over_batch_size")',
        "JAX": "loss = losses.mean()",
    },
    "large": _CLIP,
    "outlier": _HE,
    "not_finite": _CLIP,
    "nothing": {
        "PyTorch": "loss.backward()",
        "Keras": "gradients = tape.gradient(loss, model.trainable_variables)",
        "JAX": "gradients = jax.grad(loss)(params)",
    },
}
"""The line of code for every cause that has one, by framework."""


def cause(pasted, verdict):
    """Return the most likely cause of a verdict by what was read, which is a name of its own in `do`.

    Where what goes forth keeps its size and what goes back fades, the activation is flat; where it fades,
    too, the weights are small. Of exploding ones the same; a normalisation keeps what goes forth.
    """
    found = pasted.found
    keeps = found.forward is not None and KEEPS[0] < found.forward < KEEPS[1]
    if verdict == "vanishing":
        if found.forward is None:
            return "vanishes"
        return "saturates" if keeps else "shrinks" if found.forward < KEEPS[0] else "vanishes"
    if verdict == "exploding":
        if "norm" in pasted.kinds or any(reason.key == "rounded_biases" for reason in found.reasons):
            return "normalised"
        return "steep" if keeps else "explodes"
    if verdict == "level" and not found.source:
        return "level_blind"
    return "slope" if verdict.startswith("slope") else verdict


def line(pasted, verdict, framework):
    """Return the line of code against a cause in a framework, PyTorch's where it has none; or None."""
    lines = LINES.get(cause(pasted, verdict))
    return lines and lines.get(framework, lines["PyTorch"])
