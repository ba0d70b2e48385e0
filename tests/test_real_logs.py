"""What loggers really write of a vanishing network, read with all its layers and nothing else."""

import re

import numpy as np
import pytest

from vgcore.norms import diagnose_step, kinds, read_norms
from vgcore.norms.files import read_file

DEPTH = 12
WEIGHTS = [f"net.{2 * l}.weight" for l in range(DEPTH)]
NAMES = [f"net.{2 * l}.{kind}" for l in range(DEPTH) for kind in ("weight", "bias")]


def vanishes(read, names, steps=None):
    """Whether the layers are these, first to last, and the gradient of their weights vanishes."""
    assert (read.refused, read.problems) == ("", [])
    assert read.names == names
    if steps is not None:
        assert read.steps == steps
    weights = np.array([kind == "weight" for kind in kinds(read.names, read.shapes)])
    assert (np.diff(np.log(read.norms[-1, weights])) > 0.0).mean() > 0.8
    assert diagnose_step(read, len(read.steps) - 1)[1].kind == "vanishing"


def torch_model(torch):
    torch.manual_seed(1)
    layers = [part for _ in range(DEPTH) for part in (torch.nn.Linear(30, 30), torch.nn.Sigmoid())]
    model = torch.nn.Module()
    model.net = torch.nn.Sequential(*layers)
    return model, [(torch.randn(30), torch.rand(30)) for _ in range(32)]


def torch_norms(torch):
    """The norm of the gradient of each parameter of the network in PyTorch, as numbers."""
    model, data = torch_model(torch)
    x, y = (torch.stack(each) for each in zip(*data, strict=True))
    torch.nn.functional.mse_loss(model.net(x), y).backward()
    return {name: w.grad.norm().item() for name, w in model.named_parameters()}


@pytest.mark.lightning
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("logger", ["CSVLogger", "TensorBoardLogger"])
def test_lightning(logger, tmp_path):
    torch = pytest.importorskip("torch")
    lightning = pytest.importorskip("lightning")
    from lightning.pytorch import loggers
    from lightning.pytorch.utilities import grad_norm

    model, data = torch_model(torch)

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = model.net

        def training_step(self, batch, _):
            loss = torch.nn.functional.mse_loss(self.net(batch[0]), batch[1])
            self.log("train_loss", loss)
            return loss

        def on_before_optimizer_step(self, optimizer):
            self.log_dict(grad_norm(self, norm_type=2))

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 1e-4)

    trainer = lightning.Trainer(
        max_epochs=3,
        log_every_n_steps=1,
        logger=getattr(loggers, logger)(tmp_path),
        enable_checkpointing=False,
        accelerator="cpu",
    )
    trainer.fit(Model(), torch.utils.data.DataLoader(data, batch_size=16))
    folder = trainer.logger.log_dir
    vanishes(read_file(f"{folder}/metrics.csv" if logger == "CSVLogger" else folder), NAMES, list(range(6)))


@pytest.mark.transformers
@pytest.mark.filterwarnings("ignore")
def test_transformers(tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    model, data = torch_model(torch)

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = model.net

        def forward(self, x, labels):
            out = self.net(x)
            return {"loss": torch.nn.functional.mse_loss(out, labels), "logits": out}

    class Trainer(transformers.Trainer):
        def training_step(self, model, *rest):
            loss = super().training_step(model, *rest)
            self.log({f"grad_norm/{name}": w.grad.norm().item() for name, w in model.named_parameters()})
            return loss

    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path),
        max_steps=4,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    )
    trainer = Trainer(Model(), arguments, train_dataset=[{"x": x, "labels": y} for x, y in data])
    trainer.train()
    trainer.state.save_to_json(tmp_path / "trainer_state.json")
    vanishes(read_file(tmp_path / "trainer_state.json"), NAMES, [0, 1, 2, 3])


@pytest.mark.jax
@pytest.mark.filterwarnings("ignore")
def test_flax():
    jax = pytest.importorskip("jax")
    linen, nnx = pytest.importorskip("flax.linen"), pytest.importorskip("flax.nnx")
    x = jax.random.normal(jax.random.key(1), (32, 30))

    class InLinen(linen.Module):
        @linen.compact
        def __call__(self, x):
            for _ in range(DEPTH):
                x = linen.sigmoid(linen.Dense(30)(x))
            return x

    model = InLinen()
    params = model.init(jax.random.key(2), x)
    norms = jax.tree.map(jax.numpy.linalg.norm, jax.grad(lambda p: (model.apply(p, x) ** 2).mean())(params))
    names = [f"Dense_{l}/{kind}" for l in range(DEPTH) for kind in ("kernel", "bias")]
    read = read_norms(str(norms))
    vanishes(read._replace(names=[name.removeprefix("params/") for name in read.names]), names)

    class InNNX(nnx.Module):
        def __init__(self, rngs):
            self.layers = nnx.List([nnx.Linear(30, 30, rngs=rngs) for _ in range(DEPTH)])

        def __call__(self, x):
            for layer in self.layers:
                x = nnx.sigmoid(layer(x))
            return x

    gradients = nnx.grad(lambda model: (model(x) ** 2).mean())(InNNX(nnx.Rngs(1)))
    norms = jax.tree.map(jax.numpy.linalg.norm, gradients)
    names = [f"layers/{l}/{kind}" for l in range(DEPTH) for kind in ("kernel", "bias")]
    vanishes(read_norms(str(nnx.to_pure_dict(norms))), names)


@pytest.mark.lightning
@pytest.mark.filterwarnings("ignore")
def test_the_summary_of_wandb_is_abridged_and_refused(capfd, monkeypatch, tmp_path):
    torch = pytest.importorskip("torch")
    wandb = pytest.importorskip("wandb")
    monkeypatch.chdir(tmp_path)
    norms = torch_norms(torch)
    run = wandb.init(project="norms", mode="offline", dir=tmp_path)
    for step in range(3):
        run.log({"train/loss": 0.3, **{f"grad_norm/{name}": norm for name, norm in norms.items()}}, step=step)
    run.finish()
    told = capfd.readouterr()
    text = told.err + told.out
    assert "Run summary" in text
    read = read_norms(text)  # the summary has ten of them, and says how many it leaves out
    assert read.refused == "unread"
    assert all(re.search(r"\+[0-9]+ \.\.\.", each.text) for each in read.problems)
