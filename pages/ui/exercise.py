"""Exercises: each waits behind its title; a number is typed, or a setting of the page above is found."""

from importlib import import_module

import streamlit as st

from pages.ui.answers import LONGEST, Number, read
from pages.ui.numbers import number


def exercises(page, given):
    """Show the exercises of a lesson, `EXERCISES` of its `exercises`.

    Parameters
    ----------
    page : Page
    given : dict of what the page shows, of which every exercise takes what it needs

    The words of an exercise are the section `exercise.` and its name: its `title`, the question, the `hint`
    and the `worked` answer; of a setting also how the page is set `now`.
    """
    page.write("exercises")
    asked = import_module(f"pages.lessons.{page.name}.exercises").EXERCISES
    for place, exercise in enumerate(asked, 1):
        _exercise(page, place, exercise, given)


@st.fragment
def _exercise(page, place, exercise, given):
    name = f"exercise_{exercise.__name__}"
    words = f"exercise.{exercise.__name__}"
    title = page.word("exercise.label", place=place, title=page.word(f"{words}.title"))
    with st.expander(title, key=page.key(name), bind="query-params") as shown:
        if shown.open:
            _open(page, name, words, exercise(**given))


def _open(page, name, words, asked):
    if asked is None:
        page.write("exercise.none")
        return
    slots = asked.slots
    page.write(words, **slots)
    if isinstance(asked, Number):
        slots = {**slots, "answer": number(asked.answer)}
        right = _typed(page, name, asked)
    else:
        right = _found(page, page.word(f"{words}.now", **slots), asked.found)
    hint = f"{words}.hint.{asked.kind}" if asked.kind else f"{words}.hint"
    with st.container(horizontal=True):
        texts = [page.word(hint, **slots)] if _toggle(page, name, "hint") else []
        if right or _toggle(page, name, "worked"):
            texts.append(page.word(f"{words}.worked", **slots))
    if texts:
        page.say("\n\n".join(texts))


def _typed(page, name, asked):
    text = st.text_input(
        page.word("exercise.answer"),
        max_chars=LONGEST,
        key=page.key(f"{name}_answer"),
        bind="query-params",
        placeholder=page.word("exercise.placeholder"),
        width=326,
    )
    if not text.strip():
        return False
    value = read(text)
    if value is None:
        st.text(page.word("exercise.unread", text=text))  # the reader's own text: never as markdown
        return False
    judged = asked.judged(value)
    said = page.word(f"exercise.{judged}", value=number(value), answer=number(asked.answer))
    _say(said, judged == "right")
    return judged == "right"


def _found(page, now, found):
    _say(page.together([now, page.word("exercise.found" if found else "exercise.not_found")]), found)
    return found


def _say(text, right):
    if right:
        st.success(text, icon=":material/check:")
    else:
        st.info(text, icon=":material/pending:")


def _toggle(page, name, which):
    return st.toggle(page.word(f"exercise.{which}"), key=page.key(f"{name}_{which}"), bind="query-params")
