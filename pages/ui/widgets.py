"""The widgets for a dataclass of settings; every one of them lives in the URL."""

import math

import streamlit as st

from pages.ui.settings import LEFT, MORE_LEFT, MORE_RIGHT, RIGHT, ranges


def ask(page, settings, prefix="", border=True):
    """Show the widgets of a dataclass of settings where its fields have their places.

    Parameters
    ----------
    page : Page
    settings : dataclass whose fields are made by `pages.ui.settings`
    prefix : str, what stands before the names of the fields, in the URL and in the words
    border : bool, whether a line is drawn around them

    Returns
    -------
    settings, with what the reader has set
    """
    chosen = {}
    places = {place: [] for place in (LEFT, RIGHT, MORE_LEFT, MORE_RIGHT)}
    for field in settings.__dataclass_fields__.values():
        places[field.metadata["at"]].append(field)

    def show(place):
        for field in places[place]:
            chosen[field.name] = _widget(page, prefix, field, chosen)

    def show_both(left, right, widths):
        if not places[right]:
            return show(left)
        for column, place in zip(st.columns(widths), (left, right), strict=True):
            with column:
                show(place)

    with st.container(border=border):
        show_both(LEFT, RIGHT, [3, 2])
        if places[MORE_LEFT]:
            with st.expander(page.word("controls.more")):
                show_both(MORE_LEFT, MORE_RIGHT, 2)
    return settings(**{name: chosen[name] for name in ranges(settings)})


def ask_one(page, settings, name, **ends):
    """Show the widget of a single field of a dataclass of settings. Returns what the reader has set.

    `ends` are the values of the fields, or of what else is no field, that the field's range names.
    """
    return _widget(page, "", settings.__dataclass_fields__[name], ends)


def _widget(page, prefix, field, chosen):
    limits, name, default = field.metadata["range"], prefix + field.name, field.default
    named = {"label": page.word(f"controls.{name}"), "help": page.word(f"controls.{name}.help")}
    bound = {**named, "key": page.key(name), "bind": "query-params"}
    if limits.options and isinstance(default, str):
        index = limits.options.index(default)
        return st.selectbox(options=limits.options, index=index, format_func=page.name_of, **bound)
    if limits.options:
        return st.select_slider(options=limits.options, value=default, **bound)
    high = chosen[limits.high] if isinstance(limits.high, str) else limits.high
    if limits.typed:
        return _typed(bound, limits.low, high, default)
    return st.slider(
        min_value=limits.low, max_value=high, value=min(default, high), step=limits.step, **bound
    )


def _typed(bound, low, high, default):
    key = bound["key"]
    endless = _endless(st.query_params.get(key, ""))  # of which the platform fails to make a whole number
    if endless:
        bound = {**bound, "bind": None}
    value = st.number_input(min_value=low, max_value=high, value=default, step=1, **bound)
    if endless:
        st.query_params.pop(key, None)
    return value


def _endless(text):
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
