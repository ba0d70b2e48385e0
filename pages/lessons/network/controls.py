"""What the reader gives to lesson 7: a framework, a text, and what the network is."""

from contextlib import suppress
from dataclasses import asdict, dataclass

import streamlit as st

from pages.lessons.network.reading import EXAMPLES, SNIPPETS, read, size
from pages.lessons.network.rows import plain
from pages.ui.numbers import number
from pages.ui.settings import one_of
from vgcore import ACTIVATIONS, INITIALISERS

LONGEST = 1500
"""A text of more characters would make a link that some programs cut."""
MOST_QUOTED = 10
EXPLAINED = {
    "vanishing": ("chain", "unstable"),
    "exploding": ("exploding", "matrix"),
    "dead": ("ways_out",),
    "outlier": ("matrix",),
    "level": ("ways_out",),
    "unclear": ("unstable",),
}
"""The lessons that explain a diagnosis."""


@dataclass(frozen=True)
class Own:
    """What the network is built of; `none` stands for without."""

    activation: str = one_of("sigmoid", ACTIVATIONS)
    init: str = one_of("lecun_normal", INITIALISERS)
    norm: str = one_of("none", ("none", "batch", "layer"))
    skip: str = one_of("none", ("none", "plain", "scaled"))
    own_scale: float = one_of(1.0, (0.5, 0.7, 1.0, 1.327, 1.5, 2.0, 3.0), more=True)
    bias_std: float = one_of(1.0, (0.0, 0.1, 0.5, 1.0, 2.0), more=True)

    def cure(self, blocks):
        """Its settings, as a `Cure` takes them; what a batch norm takes out is left out."""
        return {
            "activation": self.activation,
            "init": self.init,
            "scale": self.own_scale,
            "bias_std": 0.0 if self.norm == "batch" else self.bias_std,
            "residual": {"none": None, "plain": 1.0, "scaled": blocks**-0.5}[self.skip],
            "norm": None if self.norm == "none" else self.norm,
        }


_HE = Own("relu", "he_normal", bias_std=0.0)
OWN = {
    "vanishing": Own(),
    "exploding": Own("relu", "he_normal", norm="batch", bias_std=0.0),
    "transformer": Own("gelu", "glorot_normal", norm="layer", skip="plain", bias_std=0.0),
    **dict.fromkeys(("healthy", "dead", "broken"), _HE),
}
"""What the examples were made of."""


def snippet(page):
    """Show the lines to copy, for the framework that the reader chooses."""
    framework = st.segmented_control(
        page.word("controls.framework"),
        list(SNIPPETS),
        default="PyTorch",
        required=True,
        key=page.key("framework"),
        bind="query-params",
    )
    st.code(SNIPPETS[framework], language=None)  # the colours of a language are too faint to read


def norms(page):
    """Show the place for the text, and the examples; return the text. A short one lives in the link."""
    key, asked = page.key("norms"), st.query_params
    if key not in st.session_state:
        example = asked.get(page.key("example"), "")
        st.session_state[key] = asked.get(key) or EXAMPLES.get(example, EXAMPLES["vanishing"])
        if example in EXAMPLES and not asked.get(key):
            st.session_state[page.key("example")] = example
            _built(page, example, asked)
    with st.container(horizontal=True):
        for name in EXAMPLES:
            st.button(
                page.word(f"examples.{name}"), key=page.key(f"show_{name}"), on_click=_show, args=(page, name)
            )
    text = st.text_area(page.word("controls.norms"), key=key, height=190, placeholder=page.word("norms.form"))
    _to_link(page, text)
    return text


def _show(page, name):
    st.session_state[page.key("norms")] = EXAMPLES[name]
    _built(page, name)


def _built(page, name, but=()):
    """Set the controls to what an example was built of, but those that the link sets."""
    fields = {page.key(field): value for field, value in asdict(OWN[name]).items()}
    st.session_state.update({key: value for key, value in fields.items() if key not in but})


def _to_link(page, text):
    """Put into the link what brings the text back: the example that it is, or itself if it is short."""
    example = next((name for name, other in EXAMPLES.items() if other == text), None)
    short = 0 < len(text) <= LONGEST and example is None
    wanted = {"example": None if example == "vanishing" else example, "norms": text if short else None}
    for name, value in wanted.items():
        key = page.key(name)
        if value is not None and st.query_params.get(key) != value:
            st.query_params[key] = value
        elif value is None:
            with suppress(KeyError):
                del st.query_params[key]
    note = "link" if short else "long" if text and example is None else None
    said = [page.word("norms.memory")]
    said += [page.word(f"norms.{note}", most=f"{LONGEST:,}")] if note else []
    st.caption(page.together(said))


def understood(page, text):
    """Return what was read of the text, or None; quote what was not."""
    if size(text) > 1.0:
        st.warning(page.word("norms.too_long", times=number(size(text))))
        return None
    pasted, problems = read(text)
    if problems:
        shown = [
            page.word(
                "norms.problem",
                line=each.line,
                reason=page.word(f"reasons.{each.reason}"),
                text=plain(each.text),
            )
            for each in problems[:MOST_QUOTED]
        ]
        more = len(problems) - len(shown)
        shown += [page.word("norms.more", more=more)] if more else []
        st.warning(page.word("norms.problems", lines=len({each.line for each in problems})))
        st.text("\n".join(shown))  # the reader's own text: never as markdown
    if pasted is None:
        st.info(page.word("norms.nothing"))
    return pasted
