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
        if g is not None:
            w, g = (convert_to_numpy(a).astype("float32") for a in (v.value, g))
            shape = "x".join(map(str, w.shape))
            norms = f"{np.linalg.norm(g):.6g},{np.linalg.norm(w):.6g}"
            print(f"{step},{v.path},{shape},{norms},{np.mean(g == 0):.4g}")
