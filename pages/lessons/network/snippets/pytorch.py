# after loss.backward(), before optimizer.step()
def print_gradients(model, step=0):
    if step == 0:
        print("step,layer,shape,grad_norm,weight_norm,zeros")
    for name, weight in model.named_parameters():
        if weight.grad is not None:
            w, g = weight.detach().float(), weight.grad.float()
            shape, zeros = "x".join(map(str, w.shape)), (g == 0).float().mean()
            norms = f"{g.norm():.6g},{w.norm():.6g}"
            print(f"{step},{name},{shape},{norms},{zeros:.4g}")
