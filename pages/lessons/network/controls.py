"""What the reader sets in lesson 7: a framework, and what the network is."""

from dataclasses import dataclass

import streamlit as st

from pages.lessons.network.reading import PARTS, SNIPPETS
from pages.ui.settings import one_of
from pages.ui.words import LESSONS, read
from vgcore import ACTIVATIONS, INITIALISERS
from vgcore.blocks import NORMS
from vgcore.initialisers import DEFAULTS
from vgcore.norms import OPTIMISERS
from vgcore.studies.ways_out import scaled_skip


@dataclass(frozen=True)
class Trained:
    """What trains the reader's network, if he says so."""

    optimiser: str = one_of("unsaid", ("unsaid", *OPTIMISERS))

    def named(self):
        """Return a name in `OPTIMISERS`, or None."""
        return None if self.optimiser == "unsaid" else self.optimiser


@dataclass(frozen=True)
class Own:
    """What the network is built of; `none` means without it.

    With a framework, its own weights and biases stand in for `init` and `bias_std`.
    """

    activation: str = one_of("sigmoid", ACTIVATIONS)
    made_by: str = one_of("none", ("none", *DEFAULTS))
    init: str = one_of("lecun_normal", INITIALISERS)
    norm: str = one_of("none", ("none", *NORMS))
    skip: str = one_of("none", ("none", "plain", "scaled"))
    own_scale: float = one_of(1.0, (0.5, 0.7, 1.0, 1.327, 1.5, 2.0, 3.0), more=True)
    bias_std: float = one_of(1.0, (0.0, 0.1, 0.5, 1.0, 2.0), more=True)

    def recipe(self, hidden):
        """Its settings for a `Recipe` with `hidden` layers; what a batch norm takes out is left out."""
        begun = {"activation": self.activation, "init": self.init, "bias_std": self.bias_std}
        if self.made_by != "none":
            begun = DEFAULTS[self.made_by].recipe(self.activation)
        if self.norm == "batch":
            begun |= {"bias": "zeros", "bias_std": 0.0}
        return {
            **begun,
            "scale": self.own_scale,
            "residual": {"none": None, "plain": 1.0, "scaled": scaled_skip(hidden)}[self.skip],
            "norm": None if self.norm == "none" else self.norm,
        }


_HE = Own("relu", init="he_normal", bias_std=0.0)
OWN = {
    "vanishing": Own(),
    "exploding": Own("tanh", init="lecun_normal", own_scale=3.0, bias_std=0.0),
    "copies": Own("relu", init="glorot_normal", norm="layer", skip="plain", bias_std=0.0),
    "transformer": Own("gelu", init="glorot_normal", norm="layer", skip="plain", bias_std=0.0),
    **dict.fromkeys(("healthy", "dead", "broken"), _HE),
}
"""What the examples were made of."""


def snippet(page):
    """Show the lines to copy, for the framework that the reader chooses, and what they need."""
    framework = st.segmented_control(
        page.word("controls.framework"),
        list(SNIPPETS),
        default="PyTorch",
        required=True,
        key=page.key("framework"),
        bind="query-params",
    )
    page.say(page.word(f"snippet.{PARTS[framework][-1]}"))
    st.code(commented(page, SNIPPETS[framework]), language=None)  # a language's colours are too faint


def commented(page, code):
    """Return lines of code whose remarks are in the reader's language."""
    for key, remark in read(LESSONS / page.name / "en.md").items():
        if key.startswith("comments."):
            code = code.replace(f" {remark}\n", f" {page.word(key)}\n")
    return code


def framework(page):
    """Return the framework that the reader chose for the lines to copy."""
    return st.session_state[page.key("framework")]
