import re

import jax
import jax.numpy as jnp


# gradients = jax.grad(loss)(params, ...)
def print_gradients(params, gradients, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    lines = []
    leaves = jax.tree_util.tree_leaves_with_path(params)
    for (path, w), g in zip(leaves, jax.tree.leaves(gradients), strict=True):
        name, shape = jax.tree_util.keystr(path, simple=True, separator="/"), "x".join(map(str, w.shape))
        norms = [jnp.sqrt(jnp.sum(jnp.square(part.astype(float)))) for part in (g, w)]
        lines.append(f"{step},{name},{shape},{norms[0]:.6g},{norms[1]:.6g},{jnp.mean(g == 0):.4g}")
    # by name, with layer_2 before layer_10: in JAX a dict has no other order
    print(
        *sorted(lines, key=lambda line: re.sub(r"\d+", lambda n: n[0].zfill(5), line.split(",")[1])), sep="\n"
    )
