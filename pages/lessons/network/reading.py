"""What a reader pasted: its layers by kind, and what is said of them at the last step."""

from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from vgcore.norms import MOST_BYTES, Diagnosis, Norms, diagnose, diagnose_step, read_norms
from vgcore.norms.files import event_files, read_data, read_file
from vgcore.norms.kinds import Parameter, order, parameters

HERE = Path(__file__).parent
EXAMPLES = {
    name: (HERE / f"examples/{name}.csv").read_text("utf-8").partition("\n")[2]
    for name in ("vanishing", "exploding", "healthy", "dead", "broken", "transformer", "copies")
}
"""Without their first line, a remark in English on what they are: the lesson's words say that."""
PARTS = {
    "PyTorch": ("torch",),
    "PyTorch δ": ("torch", "torch_delta"),
    "Lightning": ("torch", "lightning"),
    "Hugging Face": ("torch", "transformers"),
    "Keras": ("keras",),
    "JAX": ("jax",),
    "PaddlePaddle": ("paddle",),
    "MindSpore": ("mindspore",),
}
"""The files of the lines to copy; what calls the lines for PyTorch stands under them."""
SNIPPETS = {
    name: "\n\n".join((HERE / f"snippets/{part}.py").read_text("utf-8") for part in parts)
    for name, parts in PARTS.items()
}
KINDS = ("weight", "bias", "norm", "embedding", "other")
TABLES = ("norms", "weights", "zeros", "deltas", "given", "resolution")
"""Fields of `Norms` that have a row a step."""
MOST_STEPS = 12
"""Most steps drawn."""
ENDINGS = ("csv", "json", "jsonl", "txt", "log")
"""How the names of files end that can be read."""


class Pasted(NamedTuple):
    """The norms of a network.

    Attributes
    ----------
    norms : Norms, without a last step that is cut off
    parameters : list of Parameter, what the names say
    rank : array (L,), where each stands from the input to the output
    judged : array of indices, of the layers that the diagnosis is about, from the input to the output
    found : Diagnosis of these at the last step
    first : Diagnosis at the first step
    cut : the step that is cut off, or None
    optimiser : str, a name in `OPTIMISERS`, or None for not said
    """

    norms: Norms
    parameters: list[Parameter]
    rank: np.ndarray
    judged: np.ndarray
    found: Diagnosis
    first: Diagnosis
    cut: float | None
    optimiser: str | None

    @property
    def kinds(self):
        """Of every layer one of `KINDS`."""
        return np.array([one.kind if one.kind in KINDS else "other" for one in self.parameters])

    def at(self, step):
        """Return the layers that are judged at one of the steps, and the verdict."""
        return diagnose_step(self.norms, int(step), self.optimiser)

    def diagnosed(self, step, layers):
        """Return the diagnosis of some layers at one of the steps, by their numbers alone."""
        return diagnose(self.norms.norms[step, layers], [self.norms.names[l] for l in layers])

    def judged_kind(self):
        """Return the kind of the judged layers, or "all" where they are of several."""
        found = set(self.kinds[self.judged].tolist())
        return found.pop() if len(found) == 1 else "all"

    def printed_small(self, step):
        """Return the layers of the judged kind that were printed as 0 and are less than their last digit."""
        small = self.norms.resolution[step] > 0.0
        return np.flatnonzero(small & np.isin(self.kinds, [self.judged_kind(), *self.kinds[self.judged]]))

    def roles(self):
        """Return the layers by the roles that were compared across depth; none where all were in a row."""
        found = defaultdict(list)
        for l in self.judged:
            if self.parameters[l].role in self.found.roles:
                found[self.parameters[l].role].append(l)
        return {role: np.array(layers) for role, layers in found.items()}

    def weights(self):
        """Return the indices of the weights at the last step, or of the judged layers if there are none."""
        found = np.flatnonzero(self.norms.given[-1] & (self.kinds == "weight"))
        return found if found.size else self.judged

    def groups(self):
        """Return the layers by kind, of those that have a norm at the last step."""
        given = self.norms.given[-1]
        found = {kind: np.flatnonzero(given & (self.kinds == kind)) for kind in KINDS}
        return {kind: layers for kind, layers in found.items() if layers.size}

    def steps(self):
        """Return the indices of the steps to draw: all, or some of many, including the last."""
        count = len(self.norms.steps)
        return np.linspace(0, count - 1, min(count, MOST_STEPS)).round().astype(int)


def times_the_limit(text):
    """Return how many times as long a text is as one that can be read."""
    return len(text.encode(errors="replace")) / MOST_BYTES


def read(text, form=None, optimiser=None):
    """Return what a text holds, or None where there is no verdict, and what was read."""
    return judge(read_norms(text, form), optimiser)


def uploaded(name, data, form=None):
    """Return what the bytes of a file hold; of TensorBoard's event files by its package, where there is."""
    if not event_files(Path(name)):
        return read_data(data, form)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.out.tfevents"
        path.write_bytes(data)
        return read_file(path)


def takes_events():
    """Whether the package that reads TensorBoard's event files is installed."""
    return find_spec("tensorboard") is not None


def judge(read, optimiser=None):
    """Return what was read with its verdicts, or None where there is none, and what was read."""
    if read.refused or not read.steps or not read.given[-1].any():
        return None, read
    found, cut = _whole(read)
    judged, last = diagnose_step(found, len(found.steps) - 1, optimiser)
    known = parameters(found.names, found.shapes)
    rank = np.argsort(order(found.names, known)[0])
    first = last if len(found.steps) == 1 else diagnose_step(found, 0, optimiser)[1]
    return Pasted(found, known, rank, judged, last, first, cut, optimiser), read


def _whole(norms):
    """Return the norms without a last step that was copied in part only, and that step or None."""
    there = norms.given | (norms.resolution > 0.0)
    last, before = there[-1], there[-2:][0]
    if (last == before).all() or (last & ~before).any():
        return norms, None
    tables = {name: getattr(norms, name)[:-1] for name in ("steps", *TABLES)}
    return norms._replace(**tables), norms.steps[-1]


class Shape(NamedTuple):
    """The network that is compared: hidden layers, and how wide they are; `known` where shapes say so."""

    hidden: int
    width: int
    known: bool


def shape(pasted):
    """Return the shape of plain layers most like what was pasted, small enough to simulate in a second."""
    sides = [side for l in pasted.weights() for side in _widths(pasted.norms.shapes[l])]
    width = Counter(sides).most_common(1)[0][0] if sides else 100
    return Shape(int(np.clip(len(pasted.weights()) - 1, 2, 50)), int(np.clip(width, 10, 100)), bool(sides))


def _widths(shape):
    """Return the widths on both sides of a weight; of a convolution its channels, and not its kernel."""
    sides = [int(side) for side in shape.split("x") if side.isdecimal() and len(side) < 7]
    return sides if len(sides) <= 2 else [max(sides)]
