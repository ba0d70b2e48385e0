"""What a reader pasted: its layers by kind, and what is said of them at the last step."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vgcore.norms import MOST_BYTES, Diagnosis, Norms, diagnose, diagnose_step, kinds, read_norms

HERE = Path(__file__).parent
EXAMPLES = {
    name: (HERE / f"examples/{name}.csv").read_text("utf-8")
    for name in ("vanishing", "exploding", "healthy", "dead", "broken", "transformer")
}
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
KINDS = ("weight", "bias", "norm", "embedding")
TABLES = ("norms", "weights", "zeros", "deltas", "given", "resolution")
"""Fields of `Norms` that have a row a step."""
MOST_STEPS = 12
"""Most steps drawn."""


class Pasted(NamedTuple):
    """The norms of a network.

    Attributes
    ----------
    norms : Norms, without a last step that is cut off
    kinds : array (L,), of every layer one of KINDS
    judged : array of indices, of the layers that the diagnosis is about
    found : Diagnosis of these at the last step
    before : float, their factor at the first step
    cut : the step that is cut off, or None
    """

    norms: Norms
    kinds: np.ndarray
    judged: np.ndarray
    found: Diagnosis
    before: float
    cut: float | None

    def diagnosed(self, step, layers):
        """Return the diagnosis of some layers at one of the steps."""
        return diagnose(self.norms.norms[step, layers], [self.norms.names[l] for l in layers])

    def judged_kind(self):
        """Return the kind of the judged layers, or "all" where they are of several."""
        found = set(self.kinds[self.judged].tolist())
        return found.pop() if len(found) == 1 else "all"

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


def read(text, form=None):
    """Return what a text holds, or None where there is no verdict, and what was read."""
    read_ = read_norms(text, form)
    if read_.refused or not read_.steps or not read_.given[-1].any():
        return None, read_
    found, cut = _whole(read_)
    judged, last = diagnose_step(found, len(found.steps) - 1)
    begun = judged[found.given[0, judged]]
    before = diagnose(found.norms[0, begun]).factor if begun.size else np.nan
    kind = np.array(kinds(found.names, found.shapes))
    return Pasted(found, kind, judged, last, before, cut), read_


def _whole(norms):
    """Return the norms without a last step that was copied in part only, and that step or None."""
    last, before = norms.given[-1], norms.given[-2:][0]
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
