import numpy as np
from keras.ops import convert_to_numpy


# gradients: one for each of model.trainable_variables
#   TensorFlow: tape.gradient(loss, model.trainable_variables)
#   PyTorch:    loss.backward(), then the v.value.grad of each variable v
#   JAX:        jax.grad of a loss that calls model.stateless_call
def print_gradients(model, gradients, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    for v, g in zip(model.trainable_variables, gradients, strict=True):
        norm = zeros = ""  # a variable that the loss does not reach
        if g is not None:
            norm, zeros = norm_of(g), f"{np.mean(convert_to_numpy(g) == 0):.4g}"
        shape = "x".join(map(str, v.shape))
        print(f"{step},{v.path},{shape},{norm},{norm_of(v.value)},{zeros}")


def norm_of(a):  # in float32, entries below 1e-23 and above 1e19 are lost
    return f"{np.linalg.norm(convert_to_numpy(a).astype('complex128')):.6g}"
