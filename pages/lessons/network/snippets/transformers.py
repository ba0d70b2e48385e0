from transformers import TrainerCallback


# Trainer(..., callbacks=[PrintGradients()])
class PrintGradients(TrainerCallback):
    def on_pre_optimizer_step(self, args, state, control, model, **rest):
        if state.global_step % 100 == 0 and state.is_world_process_zero:
            print_gradients(model, state.global_step)
