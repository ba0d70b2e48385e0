import torch


# after loss.backward(), before optimizer.step()
def print_gradients(model, step=0, deltas=None):
    if step == 0:
        delta = "" if deltas is None else ",delta"
        print(f"step,layer,shape,grad_norm,weight_norm,zeros{delta}")
    for name, w in model.named_parameters():
        if w.requires_grad:
            module = name.rpartition(".")[0]
            delta = "" if deltas is None else f",{deltas.get(module, '')}"
            g = None if w.grad is None else w.grad.to_dense()
            print_layer(step, name, w, g, delta)


def print_layer(step, name, w, g, delta):
    if name.endswith(("in_proj_weight", "in_proj_bias")):  # three in one
        gs = [None] * 3 if g is None else g.chunk(3)
        for part, w_part, g_part in zip("qkv", w.chunk(3), gs, strict=True):
            print_layer(step, f"{name}.{part}", w_part, g_part, delta)
        return
    norm = zeros = ""  # a parameter that the loss does not reach
    if g is not None:
        norm, zeros = norm_of(g), f"{(g == 0).float().mean():.4g}"
    shape = "x".join(map(str, w.shape))
    print(f"{step},{name},{shape},{norm},{norm_of(w)},{zeros}{delta}")


def norm_of(a):  # in float32, entries below 1e-23 and above 1e19 are lost
    a = a.detach().abs().cpu()  # not all devices have float64
    return f"{a.norm(dtype=torch.float64):.6g}"
