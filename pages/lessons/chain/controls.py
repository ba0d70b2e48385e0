"""What the reader sets on lesson 1."""

import math
import re
from dataclasses import asdict, dataclass

import streamlit as st

from pages.ui.numbers import subscripts
from pages.ui.settings import SCALES, one_of, real, whole
from pages.ui.widgets import HALF, QUARTER, WHOLE, ask_one
from vgcore import ACTIVATIONS, COSTS

NUDGES = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Nudges of b_1 to choose from."""
LARGEST_BY_HAND = 100.0
"""Largest weight or bias, in size, that may be set by hand."""
LONGEST_TEXT = 1000
"""Most characters read of what is set by hand."""
_ASSIGNMENT = re.compile(r"([wb])([0-9]+)=([-+.0-9eE]+)")


@dataclass(frozen=True)
class Settings:
    """A random chain, its input and its target."""

    depth: int = whole(4, 2, 60)
    weight_std: float = one_of(1.0, SCALES)
    seed: int = whole(1, 0, 999_999, typed=True)
    activation: str = one_of("sigmoid", ACTIVATIONS)
    bias_std: float = one_of(1.0, (0.0, *SCALES), more=True)
    cost: str = one_of("quadratic", COSTS, more=True)
    a0: float = real(1.0, -2.0, 2.0, 0.05, more=True)
    y: float = real(0.0, 0.0, 1.0, 0.05, more=True)

    @property
    def sampling(self):
        """What the weights and biases are sampled from, as `Chain.random` takes it."""
        names = ("seed", "weight_std", "bias_std", "activation")
        return {name: getattr(self, name) for name in names}

    @property
    def as_set(self):
        """What the lines of Python are given."""
        given = {name: getattr(self, name) for name in ("a0", "y", "cost")}
        return {**asdict(self), "sampling": self.sampling, "given": given}


@dataclass(frozen=True)
class Nudge:
    """The nudge of the first bias."""

    delta_b: float = one_of(0.1, NUDGES)


@dataclass(frozen=True)
class ByHand:
    """The layer under discussion, of a chain of some depth."""

    layer: int = whole(2, 1, "depth")


def by_hand(page, chain):
    """Ask for the layer under discussion, and for values of its weight and bias.

    Parameters
    ----------
    chain : Chain, as it was sampled

    Returns
    -------
    layer : int from 1 to L
    chain : Chain, with all the values set by hand
    by_hand : dict of these values, as `Chain.replaced` takes them
    """
    name = page.key("set")
    with st.container(border=True, horizontal=True):
        layer = ask_one(page, ByHand, "layer", HALF, depth=chain.depth)
        text = st.session_state.get(name, st.query_params.get(name, ""))
        known, refused = assignments(text, chain.depth)
        for letter, values in zip("wb", (chain.weights, chain.biases), strict=True):
            _value_input(name, letter, layer, float(values[layer - 1]), known[letter])
        st.text_input(
            page.word("controls.set"),
            max_chars=LONGEST_TEXT,
            width=WHOLE,
            key=name,
            bind="query-params",
            help=page.word("controls.set.help"),
            placeholder="w2=3, b4=-1",
        )
        if refused:
            largest = f"{LARGEST_BY_HAND:g}"
            st.warning(page.word("controls.set.refused", depth=chain.depth, largest=largest))
            st.text("\n".join(refused))  # the reader's own text: never as markdown
    by_hand = {"weights": known["w"], "biases": known["b"]}
    return layer, chain.replaced(**by_hand), by_hand


def assignments(text, depth):
    """Split "w2=3, b4=-1" into {"w": {2: 3.0}, "b": {4: -1.0}} and the parts that make no sense."""
    known, refused = {"w": {}, "b": {}}, []
    for part in _parts(text):
        match = _ASSIGNMENT.fullmatch(part)
        try:
            letter, layer, value = match[1], int(match[2]), float(match[3])
        except (TypeError, ValueError):
            refused.append(part)
            continue
        if 1 <= layer <= depth and abs(value) <= LARGEST_BY_HAND:
            known[letter][layer] = value
        else:
            refused.append(part)
    return known, refused


def _value_input(name, letter, layer, sampled, known):
    # A quick reader is ahead of the server, which must not write into a widget that is moving: so
    # each sampled value has a widget of its own, set only where the text says something else.
    key = f"{name}_{letter}{layer}_{sampled:.6g}"
    value = known.get(layer, sampled)
    if not math.isclose(st.session_state.get(key, math.inf), value, rel_tol=1e-9):
        st.session_state[key] = value
    st.number_input(
        subscripts(f"{letter}_{layer}"),
        -LARGEST_BY_HAND,
        LARGEST_BY_HAND,
        step=0.1,
        format="%.4g",
        key=key,
        width=QUARTER,
        on_change=_assign,
        args=(name, key, letter, layer, value),
    )


def _parts(text):
    return [part for part in re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", text[:LONGEST_TEXT])) if part]


def _assign(name, key, letter, layer, shown):
    value = st.session_state[key]
    if math.isclose(value, shown, rel_tol=1e-9):
        return  # a run that was cut short has the platform report what nobody changed
    same = re.compile(rf"{letter}0*{layer}=.*")
    kept = [part for part in _parts(st.session_state.get(name) or "") if not same.fullmatch(part)]
    st.session_state[name] = ", ".join([*kept, f"{letter}{layer}={value:.10g}"])
