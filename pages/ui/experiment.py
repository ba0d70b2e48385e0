"""An experiment: it asks for a guess, and then shows what happens, with the answer beside the guess."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.ui import address, memory, python, runs, together
from pages.ui.numbers import number, percent

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_GUESS = re.compile(r"(?:≤ )?(?:10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|([\d.]+)(?:/(\d+))?)(%?)")


class Told(NamedTuple):
    """A guess as it was judged, with the numbers that the question was asked with.

    Attributes
    ----------
    guess, nearest : str, of the guesses
    value : str, what was right then
    """

    guess: str
    nearest: str
    value: str


@dataclass(frozen=True)
class Experiment:
    """An experiment whose reader may see what happens.

    Attributes
    ----------
    guess : float, what the reader has guessed, or None
    """

    page: Any
    name: str
    guesses: tuple
    chosen: str | None
    place: Any
    gate: Any = None

    @property
    def guess(self):
        return None if self.chosen is None else size(self.chosen)

    def answer(self, value, **slots):
        """Return what is right; after a guess, say under the guesses whether another would have been nearer.

        Parameters
        ----------
        value : number or SignedLog; where the guesses are percentages, a share from 0 to 1
        slots : those of the answer
        """
        if self.gate:
            self.gate.note_right(nearest(self.guesses, value))
        shown = percent(value) if self.guesses[0].endswith("%") else number(value)
        if self.chosen is not None:
            self._judge(Told(self.chosen, nearest(self.guesses, value), shown))
        what = self.page.word(f"{self.name}.answer", **slots)
        return self.page.word("experiment.answer", what=what, value=shown)

    def _judge(self, told):
        """Say the verdict, which stays as it was given, whatever is set afterwards, until asked anew."""
        then = memory.given(self.page, self.name)
        if then is None or then.guess != told.guess:
            memory.give(self.page, self.name, told)
            then = told
        right, moved = then.nearest == then.guess, then != told
        said = self.page.word(
            f"experiment.{'right' if right else 'wrong'}{'.then' if moved else ''}", **then._asdict()
        )
        with self.place:
            say(said, right)
            if moved:
                cleared = {f"{self.name}_guess": None}
                ask_again(self.page, self.name, f"{self.name}_again", **cleared)


def say(said, right):
    """Say a verdict."""
    if right:
        st.success(said, icon=":material/check:")
    else:
        st.info(said, icon=":material/pending:")


def ask_again(page, name, key, **cleared):
    """Show the button that has a question asked anew, with the numbers of now and some controls set."""
    st.button(
        page.word("experiment.again"),
        icon=":material/refresh:",
        key=page.key(key),
        on_click=partial(memory.forget, page, name, **cleared),
    )


def experiment(page, name, guesses, as_set, /, **slots):
    """Run the decorated function at once, as an experiment that reruns alone.

    The section `name` comes first, then its question with the guesses, and once the reader has guessed,
    or asked to see without a guess, what the decorated function shows, which is given an Experiment, and
    the lines of Python that compute the answer.

    Parameters
    ----------
    guesses : sequence of str
        Their text is also their value in the URL, so it is the same in every language.
    as_set : dict of what the reader has set, by its name in these lines
    slots : those of the section and of the question
    """

    def run(body):
        text = python.lines(page.name, name, as_set)
        page.notebook.say(f"{page.word(name, **slots)}\n\n**{page.word(f'{name}.question', **slots)}**")
        page.notebook.code(text)
        ask = st.fragment(_ask, key=page.key(f"{name}_asked"))
        ask(page, name, tuple(guesses), slots, text, body)
        return body

    return run


def _ask(page, name, guesses, slots, lines, body):
    with page.notebook.closed():
        _shown(page, name, guesses, slots, lines, body)


def _shown(page, name, guesses, slots, lines, body):
    page.write(name, **slots)
    gate = together.gate(page, name, guesses)
    if gate:
        gate.begin(page.key(f"{name}_guess"))
    bound = {"bind": "query-params", "on_change": partial(_refill, page, name)}
    chosen = st.segmented_control(
        page.word(f"{name}.question", **slots), guesses, key=page.key(f"{name}_guess"), **bound
    )
    if gate:
        seen = gate.opens(chosen)
    else:
        skip = page.key(f"{name}_skip")
        seen = chosen is not None or st.toggle(page.word("experiment.skip"), key=skip, **bound)
    memory.met(page, name, seen)
    address.keep(page)  # a quick reader is on another page before what follows is shown
    if seen:
        place = st.container()
        place.empty()  # what a fragment within writes here later, has to have a place now
        with runs.verdict_in(place):
            body(Experiment(page, name, guesses, chosen, place, gate))
        python.show(page, lines)
        address.keep(page)


def _refill(page, name):
    """Have the foot of the page run after an experiment that is about to: it says what is known by now."""
    if memory.alone():
        with suppress(StreamlitAPIException):  # a quick reader is ahead of a foot that has yet to be shown
            st.rerun([page.key(f"{name}_asked"), page.key("reached")])


def size(guess):
    """Return the number that a guess such as 1/16, 10⁻³, ≤ 10⁻⁶ or 30% stands for."""
    exponent, numerator, denominator, share = _GUESS.fullmatch(guess).groups()
    if exponent:
        return 10.0 ** int(exponent.translate(_SUPERSCRIPTS))
    return float(numerator) / float(denominator or 1) / (100.0 if share else 1.0)


def nearest(guesses, value):
    """Return the guess that is nearest to a value, in powers of ten: twice too much is as far as half."""
    answer = _log10(value)
    return min(guesses, key=lambda guess: abs(_log10(size(guess)) - answer))


def _log10(value):
    if hasattr(value, "log10_abs"):
        log = float(value.log10_abs)
    else:
        log = math.log10(abs(value)) if value else -math.inf
    return min(max(log, -1000.0), 1000.0)
