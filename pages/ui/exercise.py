"""Exercises: each waits behind its title; a number is typed, or a setting of the page above is found."""

from functools import partial

import streamlit as st

from pages.ui.answers import LONGEST_ANSWER, Number, read
from pages.ui.numbers import number


def exercises(page, asked, given):
    """Show the exercises of a lesson.

    Parameters
    ----------
    page : Page
    asked : sequence of functions, the `EXERCISES` of a lesson
    given : dict of what the page shows, of which every exercise takes what it needs

    The words of an exercise are the section `exercise.` and its name: its `title`, the question, the `hint`
    and the `worked` answer; of a setting also how the page is set `now`; `none` where it has no answer.
    """
    page.write("exercises")
    for place, exercise in enumerate(asked, 1):
        _exercise(page, place, exercise, given)


def text(words, name, asked, part=""):
    """Return a part of an exercise's words, that of its kind if there is one; the question by default."""
    key = f"exercise.{name}.{part}".rstrip(".")
    own = f"{key}.{asked.kind}"
    slots = {**asked.slots, "answer": number(asked.answer)} if isinstance(asked, Number) else asked.slots
    return words(own if asked.kind and words.get(own) else key, **slots)


@st.fragment
def _exercise(page, place, exercise, given):
    name = exercise.__name__
    title = page.word("exercise.label", place=place, title=page.word(f"exercise.{name}.title"))
    key = page.key(f"exercise_{name}")
    with page.notebook.closed(), st.expander(title, key=key, bind="query-params") as shown:
        if not shown.open:
            return
        asked = exercise(**given)
        if asked is None:
            page.say(page.optional(f"exercise.{name}.none") or page.word("exercise.none"))
        else:
            _open(page, f"exercise_{name}", asked, partial(text, page.words, name, asked))


def _open(page, name, asked, part):
    page.say(part())
    number_asked = isinstance(asked, Number)
    right = _typed(page, name, asked) if number_asked else _found(page, part("now"), asked.found)
    with st.container(horizontal=True):
        texts = [part("hint")] if _toggle(page, name, "hint") else []
        if right or _toggle(page, name, "worked"):
            texts.append(part("worked"))
    if texts:
        page.say("\n\n".join(texts))


def _typed(page, name, asked):
    typed = st.text_input(
        page.word("exercise.answer"),
        max_chars=LONGEST_ANSWER,
        key=page.key(f"{name}_answer"),
        bind="query-params",
        placeholder=page.word("exercise.placeholder"),
        width=326,
    )
    if not typed.strip():
        return False
    value = read(typed)
    if value is None:
        st.text(page.word("exercise.unread", text=typed))  # the reader's own text: never as markdown
        return False
    judged = asked.judged(value)
    said = page.word(f"exercise.{judged}", value=number(value), answer=number(asked.answer))
    _say(said, judged == "right")
    return judged == "right"


def _found(page, now, found):
    _say(page.together([now, page.word("exercise.found" if found else "exercise.not_found")]), found)
    return found


def _say(said, right):
    if right:
        st.success(said, icon=":material/check:")
    else:
        st.info(said, icon=":material/pending:")


def _toggle(page, name, which):
    return st.toggle(page.word(f"exercise.{which}"), key=page.key(f"{name}_{which}"), bind="query-params")
