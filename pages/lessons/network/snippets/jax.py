import re

import jax
import numpy as np


# gradients = jax.grad(loss)(params, ...)
# order: the outermost names from the input to the output, for instance
#   ["embed", "blocks", "head"]; Flax NNX: list(vars(model)) right after
#   the model is built; not for Equinox, whose modules keep their order
def print_gradients(params, gradients, step=0, order=()):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    weights, gradients = leaves(params), leaves(gradients)
    for path in sorted(gradients, key=lambda path: place(path, [*order])):
        name = jax.tree_util.keystr(path, simple=True, separator="/")
        w, g = weights[path], gradients[path]
        shape, zeros = "x".join(map(str, w.shape)), f"{np.mean(g == 0):.4g}"
        print(f"{step},{name},{shape},{norm_of(g)},{norm_of(w)},{zeros}")


def leaves(tree):  # a Variable of Flax NNX is a leaf, too
    leaf = {"is_leaf": lambda node: hasattr(node, "ndim")}
    return dict(jax.tree_util.tree_leaves_with_path(tree, **leaf))


def place(path, order):  # a dict in JAX has no order: layer_2 before layer_10
    if not isinstance(path[0], jax.tree_util.DictKey):
        return ()
    at = order.index(path[0].key) if path[0].key in order else len(order)
    return at, re.sub(r"\d+", lambda digits: digits[0].zfill(5), str(path))


def norm_of(a):  # in float32, entries below 1e-23 and above 1e19 are lost
    a = np.asarray(a).astype(complex)
    return f"{np.linalg.norm(a):.6g}"
