import numpy as np


# after loss.backward(), before optimizer.step()
def print_gradients(model, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    for name, w in model.named_parameters():
        if w.stop_gradient:
            continue  # frozen
        norm = zeros = ""  # a parameter that the loss does not reach
        if w.grad is not None:
            g = gradient_of(w)
            norm, zeros = norm_of(g), f"{np.mean(g == 0):.4g}"
        shape = "x".join(map(str, w.shape))
        print(f"{step},{name},{shape},{norm},{norm_of(array(w))},{zeros}")


def gradient_of(w):
    if not w.grad.is_selected_rows():
        return array(w.grad)
    g = np.zeros(w.shape)  # nn.Embedding(..., sparse=True)
    np.add.at(g, w.grad.get_selected_rows().rows(), w.grad.numpy())
    return g


def array(a):
    return a.detach().astype("complex128").numpy()


def norm_of(a):
    return f"{np.linalg.norm(a):.6g}"
