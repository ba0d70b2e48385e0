from lightning.pytorch import Callback


# Trainer(callbacks=[PrintGradients()])
class PrintGradients(Callback):
    def on_before_optimizer_step(self, trainer, module, optimizer):
        if trainer.global_step % 100 == 0 and trainer.is_global_zero:
            print_gradients(module, trainer.global_step)
