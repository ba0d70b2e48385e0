"""Exercises: each waits behind its title; a number is typed, or a setting of the page above is found."""

from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.ui import address, memory
from pages.ui.answers import LONGEST_ANSWER, Number, Setting, read
from pages.ui.experiment import ask_again, say
from pages.ui.numbers import number


class Answered(NamedTuple):
    """An exercise as it was asked when the reader answered it.

    Attributes
    ----------
    asked : Number or Setting
    right : str, the right number as the reader typed it, or None; "" of a setting
    """

    asked: Number | Setting
    right: str | None


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
    _ask(page, place, exercise, given)
    address.keep(page)


def _ask(page, place, exercise, given):
    name = exercise.__name__
    key = f"exercise_{name}"
    title = page.word("exercise.label", place=place, title=page.word(f"exercise.{name}.title"))
    with page.notebook.closed(), st.expander(title, key=page.key(key), bind="query-params") as shown:
        if not shown.open:
            return
        now, then = exercise(**given), memory.given(page, key)
        asked = then.asked if then else now
        if asked is None:
            page.say(page.optional(f"exercise.{name}.none") or page.word("exercise.none"))
        else:
            _open(page, key, asked, partial(text, page.words, name, asked), moved=bool(then) and now != asked)


def _open(page, name, asked, part, moved):
    page.say(part())
    number_asked = isinstance(asked, Number)
    right = (
        _typed(page, name, asked, moved) if number_asked else _found(page, name, asked, part("now"), moved)
    )
    if moved:
        ask_again(page, name, f"{name}_again", **({f"{name}_answer": ""} if number_asked else {}))
    with st.container(horizontal=True):
        texts = [part("hint")] if _toggle(page, name, "hint") else []
        if right or _toggle(page, name, "worked"):
            texts.append(part("worked"))
    if texts:
        page.say("\n\n".join(texts))


def _typed(page, name, asked, moved):
    """Ask for a number; whatever is typed after a right one, the right one stays."""
    typed = st.text_input(
        page.word("exercise.answer"),
        max_chars=LONGEST_ANSWER,
        key=page.key(f"{name}_answer"),
        bind="query-params",
        placeholder=page.word("exercise.placeholder"),
        width=326,
    ).strip()
    value, before = read(typed), memory.given(page, name)
    right = before.right if before else None
    if value is not None:
        judged = asked.judged(value)
        right = typed if judged == ("right",) else right
        memory.give(page, name, Answered(asked, right))
    if right is not None:
        key = f"exercise.right{'.then' if moved else ''}"
        say(page.word(key, text=right, answer=number(asked.answer)), True)
    if typed and value is None:
        st.text(page.word("exercise.unread", text=typed))  # the reader's own text: never as markdown
    elif typed and judged != ("right",):
        say(page.together([page.word(f"exercise.{key}", text=typed) for key in judged]), False)
    return right is not None


def _found(page, name, asked, now, moved):
    if asked.found:
        memory.give(page, name, Answered(asked, ""))
    key = ("was_found" if moved else "found") if asked.found else "not_found"
    say(page.together([now, page.word(f"exercise.{key}")]), asked.found)
    return asked.found


def _toggle(page, name, which):
    return st.toggle(page.word(f"exercise.{which}"), key=page.key(f"{name}_{which}"), bind="query-params")
