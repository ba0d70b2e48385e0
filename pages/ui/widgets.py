"""The widgets for a dataclass of settings; every one of them lives in the URL."""

import math
from contextlib import nullcontext
from dataclasses import fields

import streamlit as st

from pages.ui import address

WHOLE, HALF, QUARTER = 668, 326, 155
"""Widths in pixels, of which a row has 668 on a wide screen; on a phone's, what is wider is as wide as it."""
_MORE = 308


def ask(page, settings, prefix="", border=True):
    """Show the widgets of a dataclass of settings.

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

    def show(more, width):
        asked = [each for each in fields(settings) if each.metadata["more"] == more]
        for field in asked:
            chosen[field.name] = _widget(page, prefix, field, chosen, width if len(asked) > 1 else WHOLE)

    alone = len(fields(settings)) == 1 and not border
    with nullcontext() if alone else st.container(border=border, horizontal=True):
        show(more=False, width=HALF)
        if len(chosen) < len(fields(settings)):
            with st.expander(page.word("controls.more"), width=WHOLE), st.container(horizontal=True):
                show(more=True, width=_MORE)
        _reset(page, prefix, settings, chosen)
    return settings(**{each.name: chosen[each.name] for each in fields(settings)})


def _reset(page, prefix, settings, chosen):
    """Name the controls that the reader has moved, on a button that moves them back."""
    moved = [each for each in fields(settings) if chosen[each.name] != _start(each, chosen)]
    if moved:
        names = page.list_of([page.word(f"controls.{prefix}{each.name}") for each in moved])
        back = {page.key(prefix + each.name): _start(each, chosen) for each in moved}
        key = page.key(f"{prefix}{moved[0].name}_reset")
        st.button(
            page.word("controls.reset", names=names), key=key, on_click=st.session_state.update, args=(back,)
        )


def _start(field, chosen):
    """Return where a control begins; never beyond an end that another one sets."""
    high = field.metadata["range"].high
    return min(field.default, chosen[high]) if isinstance(high, str) else field.default


def ask_one(page, settings, name, width, **ends):
    """Show the widget of a single field of a dataclass of settings. Returns what the reader has set.

    `ends` are the values of the fields, or of what else is no field, that the field's range names.
    """
    return _widget(page, "", settings.__dataclass_fields__[name], ends, width)


def _widget(page, prefix, field, chosen, width):
    limits, name, default = field.metadata["range"], prefix + field.name, field.default
    named = {"label": page.word(f"controls.{name}"), "help": page.word(f"controls.{name}.help")}
    bound = {**named, "key": page.key(name), "bind": "query-params", "width": width}
    if limits.options:
        _take(page, bound["key"], limits.options, page.name_of if isinstance(default, str) else str)
        if isinstance(default, str):
            index = limits.options.index(default)
            return st.selectbox(options=limits.options, index=index, format_func=page.name_of, **bound)
        return st.select_slider(options=limits.options, value=default, **bound)
    high = chosen[limits.high] if isinstance(limits.high, str) else limits.high
    if limits.typed:
        return _typed(bound, limits.low, high, default)
    return st.slider(
        min_value=limits.low, max_value=high, value=min(default, high), step=limits.step, **bound
    )


def _take(page, key, options, named):
    """Spell an option in the address as the platform does, which knows it by no other name."""
    asked = st.query_params.get_all(key)
    if len(asked) != 1 or key in st.session_state or asked[0] in map(named, options):
        return
    for option in options:
        if address.same(page, asked[0], option):
            st.query_params[key] = named(option)
            st.rerun()  # a run reads its controls' values from the address that it began with


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
