"""What the numbers of a layer are, by its name: weights, biases, a normalisation's, or an embedding's."""

import re

from vgcore.checks import list_of

# At the end of a word ("layernorm", not "enormous"), and at the beginning ("emb1", not "member").
_NORM = re.compile("norm(s|ali[sz]ation)?(?![a-z])")
_EMBEDDING = re.compile("(?<![a-z])emb|embed")


def kinds(names, shapes=None):
    """Say of each layer what its numbers are, by the names that PyTorch, Keras and JAX give them.

    Parameters
    ----------
    names : sequence of str
    shapes : sequence of str such as "100x784", or None
        What is called a weight but has one dimension only is a normalisation's.

    Returns
    -------
    list of str: "norm", "bias", "embedding" or "weight"

    Raises
    ------
    ValueError
        If names is no sequence, or shapes are not as many.
    """
    names = list_of("str", "names", names)
    shapes = [""] * len(names) if shapes is None else list_of("str", "shapes", shapes)
    if len(shapes) != len(names):
        raise ValueError(f"shapes must be as many as the {len(names)} names, not {len(shapes)}: {shapes!r}")
    names = [str(name).lower() for name in names]
    beside_w = "w" in names  # where there is none, b may be the layer after a
    return [
        "weight" if name == "b" and not beside_w else _kind(name, str(shape))
        for name, shape in zip(names, shapes, strict=True)
    ]


def _kind(name, shape):
    parts = [part for part in re.split("[^a-z]+", name) if part] or [""]
    if _NORM.search(name) or {"ln", "bn", "gn"} & set(parts) or parts[-1] in ("gamma", "beta", "scale"):
        return "norm"
    if {"bias", "biases"} & set(parts) or parts[-1] == "b":
        return "bias"
    if _EMBEDDING.search(name) or {"wte", "wpe"} & set(parts):
        return "embedding"
    return "norm" if parts[-1] == "weight" and shape.isdecimal() else "weight"
