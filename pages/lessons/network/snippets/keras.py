import numpy as np
from keras.ops import convert_to_numpy


# gradients: one for each of model.trainable_variables
#   TensorFlow: tape.gradient(loss, model.trainable_variables)
#   PyTorch:    [v.value.grad for v in model.trainable_variables], after loss.backward()
#   JAX:        jax.grad of the loss, which calls model.stateless_call
def print_gradients(model, gradients, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        if gradient is not None:
            w, g = (convert_to_numpy(part).astype("float32") for part in (variable.value, gradient))
            shape, norms = "x".join(map(str, w.shape)), [np.linalg.norm(g), np.linalg.norm(w)]
            print(f"{step},{variable.path},{shape},{norms[0]:.6g},{norms[1]:.6g},{np.mean(g == 0):.4g}")
