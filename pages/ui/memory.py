"""What a reader has done in this session: which questions were met, and the numbers each was asked with."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def begin(page):
    """Begin a page anew: its questions are those that it is about to show."""
    _questions()[page.name] = {}


def met(page, name, known):
    """Note a question of the page, and whether the reader may see its answer."""
    _questions().setdefault(page.name, {})[name] = known


def unknown(page, names=None):
    """Return which of some questions, or of all, the reader has neither guessed nor asked to see."""
    asked = _questions().get(page.name, {})
    return [name for name, known in asked.items() if not known and (names is None or name in names)]


def known(lesson):
    """Return how many questions of a lesson the reader has guessed or asked to see."""
    return sum(_questions().get(lesson, {}).values())


def given(page, name):
    """Return what was noted of a question when it was answered, or None."""
    return _answers().get(page.key(name))


def give(page, name, noted):
    """Note what a question was asked with, and how it was answered."""
    _answers()[page.key(name)] = noted


def forget(page, name, **cleared):
    """Have a question asked anew: forget its answer, and set some controls of the page."""
    _answers().pop(page.key(name), None)
    st.session_state.update({page.key(control): value for control, value in cleared.items()})


def alone():
    """Whether a fragment runs by itself, and not with its page."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


def _questions():
    return st.session_state.setdefault("questions", {})


def _answers():
    return st.session_state.setdefault("answers", {})
