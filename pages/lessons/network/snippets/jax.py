import re

import jax
import jax.numpy as jnp


# gradients = jax.grad(loss)(params, ...)
def print_gradients(params, gradients, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    leaves, lines = jax.tree_util.tree_leaves_with_path(params), {}
    for (path, w), g in zip(leaves, jax.tree.leaves(gradients), strict=True):
        name = jax.tree_util.keystr(path, simple=True, separator="/")
        shape = "x".join(map(str, w.shape))
        norms = [jnp.sqrt(jnp.sum(a.astype(float) ** 2)) for a in (g, w)]
        zeros = f"{jnp.mean(g == 0):.4g}"
        lines[name] = f"{shape},{norms[0]:.6g},{norms[1]:.6g},{zeros}"

    def place(name):  # layer_2 before layer_10: a dict in JAX has no order
        return re.sub(r"\d+", lambda digits: digits[0].zfill(5), name)

    for name in sorted(lines, key=place):
        print(f"{step},{name},{lines[name]}")
