import mindspore
import numpy as np


# grad_of = mindspore.value_and_grad(forward, None, model.trainable_params())
# loss, gradients = grad_of(...)
def print_gradients(model, gradients, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    for w, g in zip(model.trainable_params(), gradients, strict=True):
        print_layer(step, w.name, array(w), array(g))


def print_layer(step, name, w, g):
    if name.endswith(("in_proj_weight", "in_proj_bias")):  # three in one
        thirds = zip("qkv", np.split(w, 3), np.split(g, 3), strict=True)
        for part, w_part, g_part in thirds:
            print_layer(step, f"{name}.{part}", w_part, g_part)
        return
    shape, zeros = "x".join(map(str, w.shape)), f"{np.mean(g == 0):.4g}"
    norms = f"{np.linalg.norm(g):.6g},{np.linalg.norm(w):.6g}"
    print(f"{step},{name},{shape},{norms},{zeros}")


def array(a):  # in float32, entries below 1e-23 and above 1e19 are lost
    a = a.astype(mindspore.float32) if a.dtype == mindspore.bfloat16 else a
    return a.asnumpy().astype("complex128")
