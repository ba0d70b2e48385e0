"""The controls of the pages; every one of them lives in the URL."""

import math
import re

import streamlit as st

from pages.ui.numbers import subscripts

SCALES = (0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
STEPS = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
LARGEST_BY_HAND = 100.0
LONGEST_TEXT = 1000
_ASSIGNMENT = re.compile(r"([wb])([0-9]+)=([-+.0-9eE]+)")


def slider(page, name, low, high, default, step=None):
    """A slider that lives in the URL."""
    return st.slider(
        page.label(name),
        low,
        high,
        default,
        step,
        key=page.key(name),
        bind="query-params",
        help=_help(page, name),
    )


def pick(page, name, options, default):
    """A slider over given values that lives in the URL."""
    return st.select_slider(
        page.label(name), options, default, key=page.key(name), bind="query-params", help=_help(page, name)
    )


def select(page, name, options, default=None):
    """A list to choose from that lives in the URL; the first is the default where none is named."""
    return st.selectbox(
        page.label(name),
        options,
        0 if default is None else options.index(default),
        key=page.key(name),
        bind="query-params",
        help=_help(page, name),
    )


def count(page, name, low, high, default):
    """A whole number that lives in the URL."""
    key = page.key(name)
    endless = _endless(st.query_params.get(key, ""))  # of which the platform fails to make a whole number
    value = st.number_input(
        page.label(name),
        low,
        high,
        default,
        1,
        key=key,
        bind=None if endless else "query-params",
        help=_help(page, name),
    )
    if endless:
        st.query_params.pop(key, None)
    return value


def chain(page, activations, costs):
    """Ask for a chain.

    Parameters
    ----------
    activations, costs : sequences of str, the names to choose from

    Returns
    -------
    depth : int
    kind : dict, what it is drawn from: seed, weight_std, bias_std, activation
    a0, y : float, its input and its target
    cost : str
    """
    with st.container(border=True):
        left, right = st.columns([3, 2])
        with left:
            depth = slider(page, "depth", 2, 60, 4)
            weight_std = pick(page, "weight_std", SCALES, 1.0)
        with right:
            seed = count(page, "seed", 0, 999_999, 1)
            activation = select(page, "activation", activations)
        with st.expander(page.label("more")):
            left, right = st.columns(2)
            with left:
                bias_std = pick(page, "bias_std", (0.0, *SCALES), 1.0)
                cost = select(page, "cost", costs)
            with right:
                a0 = slider(page, "a0", -2.0, 2.0, 1.0, 0.05)
                y = slider(page, "y", 0.0, 1.0, 0.0, 0.05)
    kind = {"seed": seed, "weight_std": weight_std, "bias_std": bias_std, "activation": activation}
    return depth, kind, a0, y, cost


def contrived(page):
    """Ask for the contrived chain. Returns its weight, depth and input."""
    with st.container(border=True):
        weight = slider(page, "weight", 1.0, 200.0, 100.0, 1.0)
        depth = slider(page, "depth", 2, 60, 4)
        a0 = slider(page, "a0", -2.0, 2.0, 1.0, 0.05)
    return weight, depth, a0


def random_chains(page, activations):
    """Ask for random chains. Returns their depth, what they are drawn from, and their input."""
    with st.container(border=True):
        left, right = st.columns([3, 2])
        with left:
            depth = slider(page, "depth", 2, 60, 10)
            weight_std = pick(page, "weight_std", SCALES, 1.0)
            bias_std = pick(page, "bias_std", (0.0, *SCALES), 1.0)
        with right:
            seed = count(page, "seed", 0, 999_999, 1)
            activation = select(page, "activation", activations)
            a0 = slider(page, "a0", -2.0, 2.0, 1.0, 0.05)
    return depth, {"seed": seed, "weight_std": weight_std, "bias_std": bias_std, "activation": activation}, a0


def square(page, activations):
    """Ask for a small network of one width. Returns its width, depth, seed, activation, and a layer."""
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            width = slider(page, "square_width", 1, 6, 3)
            depth = slider(page, "square_depth", 2, 5, 4)
        with right:
            layer = slider(page, "square_layer", 1, depth, min(2, depth))
            with st.expander(page.label("more")):
                seed = count(page, "square_seed", 0, 999_999, 1)
                activation = select(page, "square_activation", activations)
    return width, depth, seed, activation, layer


def design(page, activations, initialisers):
    """Ask for a network for the digits.

    Returns
    -------
    hidden, width : int, its hidden layers and their width
    sampled : dict, what its speeds are measured on: seeds, digits, measure
    kind : dict, what it is drawn from: activation, init, bias_std
    """
    with st.container(border=True):
        left, right = st.columns([3, 2])
        with left:
            hidden = slider(page, "hidden", 1, 50, 4)
            width = slider(page, "width", 1, 300, 30)
        with right:
            activation = select(page, "activation", activations)
            init = select(page, "init", initialisers, "lecun_normal")
        with st.expander(page.label("more")):
            left, right = st.columns(2)
            with left:
                bias_std = pick(page, "bias_std", (0.0, *SCALES), 1.0)
                seeds = slider(page, "seeds", 1, 20, 10)
            with right:
                digits = pick(page, "digits", (1, 10, 100, 1000), 1000)
                measure = select(page, "measure", ["norm_of_mean", "rms"])
    sampled = {"seeds": seeds, "digits": digits, "measure": measure}
    return hidden, width, sampled, {"activation": activation, "init": init, "bias_std": bias_std}


def without(settings, *names):
    """Return settings without those of these names."""
    return {name: value for name, value in settings.items() if name not in names}


def only(settings, *names):
    """Return those of the settings that have these names."""
    return {name: settings[name] for name in names}


def identity(page):
    """Ask for the identity neuron. Returns w_1, the gain and the shift of the bias."""
    w1 = pick(page, "w1", (0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 16.0), 4.0)
    left, right = st.columns(2)
    with left:
        gain = slider(page, "gain", 0.5, 1.5, 1.0, 0.01)
    with right:
        shift = slider(page, "shift", -2.0, 2.0, 0.0, 0.05)
    return w1, gain, shift


def descent(page):
    """Ask how to train. Returns the scale of the weights at the start, and eta."""
    left, right = st.columns(2)
    with left:
        start = pick(page, "weight_std", SCALES, 1.0)
    with right:
        eta = pick(page, "eta", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0), 5.0)
    return start, eta


def by_hand(page, weights, biases):
    """Ask for the layer under discussion and for its weight and bias.

    Parameters
    ----------
    weights, biases : arrays (L,), as they were drawn

    Returns
    -------
    layer : int from 1 to L
    weights, biases : dicts of layer to the value set by hand
    """
    depth = len(weights)
    written = page.key("set")
    with st.container(border=True):
        columns = st.columns([2, 1, 1])
        with columns[0]:
            layer = slider(page, "layer", 1, depth, min(2, depth))
        known, refused = _assignments(st.session_state.get(written, st.query_params.get(written, "")), depth)
        for column, letter, drawn in zip(columns[1:], "wb", (weights, biases), strict=True):
            with column:
                _value_input(written, letter, layer, float(drawn[layer - 1]), known[letter])
        st.text_input(
            page.label("set"),
            max_chars=LONGEST_TEXT,
            key=written,
            bind="query-params",
            help=_help(page, "set"),
            placeholder="w2=3, b4=-1",
        )
        if refused:
            st.warning(page.label("set.refused", depth=depth, largest=f"{LARGEST_BY_HAND:g}"))
            st.text("\n".join(refused))  # the reader's own text: never as markdown
    return layer, known["w"], known["b"]


def experiment(page, name, guesses, **values):
    """Run the decorated function at once, as an experiment that asks before it answers.

    It reruns alone. The section `name` comes first, then the question with its guesses, and once the
    reader has guessed, or asked to see without a guess, what the decorated function shows. That
    function is given `beside`, which shows the answer beside the guess.

    Parameters
    ----------
    guesses : sequence of str
        Their text is also their value in the URL, so it is the same in every language.
    values : the slots of the section and of the question
    """

    def show(body):
        @st.fragment
        def asked():
            page.write(name, **values)
            guess, answered = _predict(page, name, guesses, values)
            if answered:
                body(lambda answer, **slots: _beside(page, name, guess, answer, slots))

        asked()
        return body

    return show


def _value_input(written, letter, layer, drawn, known):
    # A quick reader is ahead of the server, which must not write into a widget that is moving: so
    # each drawn value has a widget of its own, set only where the text says something else.
    key = f"{written}_{letter}{layer}_{drawn:.6g}"
    value = known.get(layer, drawn)
    if not math.isclose(st.session_state.get(key, math.inf), value, rel_tol=1e-9):
        st.session_state[key] = value
    st.number_input(
        subscripts(f"{letter}_{layer}"),
        -LARGEST_BY_HAND,
        LARGEST_BY_HAND,
        step=0.1,
        format="%.4g",
        key=key,
        on_change=_write_down,
        args=(written, key, letter, layer, value),
    )


def _predict(page, name, guesses, values):
    guess = st.segmented_control(
        page.label(f"{name}.question", **values), guesses, key=page.key(f"{name}_guess"), bind="query-params"
    )
    if guess is not None:
        return guess, True
    return None, st.toggle(page.label("skip"), key=page.key(f"{name}_skip"), bind="query-params")


def _beside(page, name, guess, answer, slots):
    with st.container(horizontal=True):
        if guess is not None:
            st.metric(page.label("guess"), guess, border=True)
        st.metric(page.label(f"{name}.answer", **slots), answer, border=True)


def _parts(text):
    return [part for part in re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", text[:LONGEST_TEXT])) if part]


def _assignments(text, depth):
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


def _write_down(written, key, letter, layer, shown):
    value = st.session_state[key]
    if math.isclose(value, shown, rel_tol=1e-9):
        return  # a run that was cut short has the platform report what nobody changed
    same = re.compile(rf"{letter}0*{layer}=.*")
    kept = [part for part in _parts(st.session_state.get(written) or "") if not same.fullmatch(part)]
    st.session_state[written] = ", ".join([*kept, f"{letter}{layer}={value:.10g}"])


def _endless(text):
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _help(page, name):
    return page.label(f"{name}.help")
