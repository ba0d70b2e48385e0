# deltas = watch(model), once, before training; after each loss.backward()
# print_gradients(model, step, deltas); the gradient at a layer's output
def watch(model):
    deltas = {}

    def on_forward(name):
        def note(module, inputs, output):
            def keep(gradient):
                deltas[name] = norm_of(gradient)

            if torch.is_tensor(output) and output.requires_grad:
                output.register_hook(keep)

        return note

    for name, module in model.named_modules():
        if getattr(module, "weight", None) is not None:
            module.register_forward_hook(on_forward(name))
    return deltas
