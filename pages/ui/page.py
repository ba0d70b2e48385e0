"""A page: its title, its language, the way to the other pages, and what it shows."""

import re
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from threadpoolctl import threadpool_limits

from pages.lessons import COURSE, CURIOUS, LESSONS, MENU, PAGES
from pages.ui import address, chrome, contents, memory, moved, path, runs, scrub, share, together, widgets
from pages.ui.data import Name, said, texts
from pages.ui.exercise import exercises
from pages.ui.experiment import experiment
from pages.ui.python import Notebook, offer
from pages.ui.words import Words, headings, languages, questions

_HEADING = re.compile(r"^(## .+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """An open page: its name, which is the prefix of its controls, its language, the place for notes, and
    what of it can be taken home."""

    name: str
    lang: str
    notes: Any = None
    notebook: Notebook = field(default_factory=Notebook)

    def key(self, control):
        """Return the key of a control, which is its name in the URL."""
        return f"{self.name}_{control}"

    @property
    def words(self):
        """The words of the page in the reader's language."""
        return Words(self.name, self.lang)

    def word(self, key, /, **slots):
        """Return a short text in the reader's language."""
        return self.words(key, **slots)

    def optional(self, key):
        """Return a text in the reader's language, or "" where the lesson has none."""
        return self.word(key) if self.words.get(key) else ""

    def name_of(self, identifier):
        """Return what an activation, a cost and the like is called, or the identifier itself."""
        return self.words.said(Name(identifier))

    def list_of(self, texts):
        """Return several texts as one, as a sentence of the reader's language lists them."""
        return self.words.joined("list", texts)

    def together(self, sentences):
        """Return several sentences as one text, as the reader's language sets them."""
        return self.words.joined("sentences", sentences)

    def write(self, section, /, **slots):
        """Show a section of the lesson's prose, its slots filled."""
        self.say(self.word(section, **slots))

    def said(self, function, *data):
        """Show a section whose slots are those of a function of the lesson's `rows`, named like it."""
        self.write(function.__name__, **function(*data).slots)

    def without(self, *sections):
        """Take the sections that this screen lacks out of the list of the page's sections."""
        if sections:
            st.html(contents.without(sections))

    def say(self, text):
        """Show a text; where it has headings of sections, these can be jumped to by the section's name."""
        self.notebook.say(text)
        self._show(text)

    def _show(self, text):
        sections = {heading: section for section, heading in headings(self.name, self.lang).items()}
        for part in filter(None, map(str.strip, _HEADING.split(together.linked(text)))):
            if part.startswith("## "):
                title = part.removeprefix("## ")
                st.header(title, anchor=sections.get(title))
            else:
                st.markdown(part)

    def ask(self, settings, **options):
        """Show the controls of a dataclass of settings; return what the reader has set."""
        return widgets.ask(self, settings, **options)

    def experiment(self, name, guesses, as_set=(), /, **slots):
        """Decorate what an experiment shows once the reader has guessed; see `pages.ui.experiment`."""
        return experiment(self, name, guesses, dict(as_set), **slots)

    def figure(self, function, *data, guess=None, answer=None, lead=""):
        """Show a figure.

        Parameters
        ----------
        function : of the lesson's `rows`; its name is that of the drawing and of the words, too
        data : what the function takes
        guess : float, the reader's, which is drawn where `Rows.guess` has it, or None
        answer : function of `Rows.answer` that returns the text of the slot of that name
        lead : str, what is said before
        """
        from pages.ui import figure  # not above: what stands before the first need not wait for Altair

        name, words, rows = function.__name__, self.words, figure.guessed(function(*data), guess)
        self._show(f"{lead}\n\n{figure.text(words, name, rows, answer)}")
        spec = figure.spec(self.name, name, self.lang, rows.options)
        places = scrub.places(self, name, figure.sliders(spec))
        st.vega_lite_chart(
            figure.table(words, name, rows),
            figure.started(spec, places),
            width="stretch",
            key=self.key(f"{name}_chart"),
            alt=words(f"{name}.alt"),
        )

    def table(self, function, *data):
        """Show a table of texts: a function of the lesson's `rows`, whose name is that of the words, too."""
        name, columns = function.__name__, function(*data)
        titled = {
            self.word(f"{name}.column.{column}"): said(values, self.words)
            for column, values in columns.items()
        }
        st.dataframe(texts(titled), hide_index=True, height="content", alt=self.word(f"{name}.alt"))

    def exercises(self, asked, /, **given):
        """Show the exercises of a lesson; see `pages.ui.exercise`."""
        exercises(self, asked, given)

    def progress(self, lesson):
        """Return how many questions of a lesson the reader knows the answer of, and how many it has."""
        return memory.known(lesson), len(questions(lesson))

    def path(self):
        """Show the lessons as a path."""
        path.show(self, {"course": COURSE, "curious": CURIOUS})

    def close(self, reached=None, after=None):
        """Show what was reached, the summary, the sources, the way on, and above what was asked in vain.

        Parameters
        ----------
        reached : Rows without series: the lesson's section of that name, filled with the numbers of this
            screen, and of its sentences those that hold
        after : dict of a sentence, "" for the section itself, to the experiments whose answers it gives away;
            a sentence that it does not have waits for all of the page
        """
        if reached:
            st.fragment(_reached, key=self.key("reached"))(self, reached, after or {})
        self.say(f"{self.word('summary')}\n\n---\n{self.word('sources')}")
        offer(self)
        names = list(LESSONS)
        here = names.index(self.name)
        before, after = names[:here][-1:], names[here + 1 :][:1]
        row = {"horizontal": True, "horizontal_alignment": "distribute"}
        with st.container(**row) if before and after else nullcontext():
            for name in before:
                self.way_to(name, ":material/arrow_back:")
            for name in after:
                self.way_to(name, ":material/arrow_forward:")
        self.end()

    def end(self):
        """Show what was asked in vain, under the title."""
        with self.notes:
            moved.offer(self)
            address.warn_unused(self)
        address.keep(self)

    def way_to(self, name, icon=None, **asked):
        """Show the way to another page, in the same language: as it was left, or as the address asks."""
        title = Words(name, self.lang)("title")
        st.page_link(
            PAGES[name],
            label=title,
            icon=icon,
            query_params={"lang": self.lang, **address.left(name), **together.carried(), **asked},
        )

    def signposts(self, lesson, *sections):
        """Show the way to a lesson where sections of this one stood; see `pages.ui.moved`."""
        moved.signposts(self, lesson, *sections)

    def prepared(self, label, name, settings, section):
        """Show a link to a lesson with its controls set, at one of its sections or at its top.

        It opens in a tab of its own. Its address is relative to this page's, wherever the app is hosted.
        """
        named = {f"{name}_{control}": self.name_of(value) for control, value in settings.items()}
        script = Path(PAGES[name]).stem.partition("_")[2] if name != "home" else "."
        asked = {"lang": self.lang, **together.carried(), **named}
        address = f"{script}?{urlencode(asked)}{'#' * bool(section)}{section}"
        self.say(f":material/open_in_new: [{label}]({address})")


def _reached(page, reached, after):
    """Show what can be said by now, and which questions the rest of it waits for."""
    waits = {key: memory.unknown(page, after.get(key)) for key in ("", *reached.notes)}
    texts = [
        page.word(f"reached{'.' if key else ''}{key}", **reached.slots)
        for key, missing in waits.items()
        if not missing
    ]
    said = page.together(filter(None, texts)) if any(texts) else ""
    sections = headings(page.name, page.lang)
    missing = dict.fromkeys(name for names in waits.values() for name in names)
    if missing:
        named = [f"[{sections[name]}](#{name})" for name in missing if name in sections]
        questions = page.words.joined("sections", named)
        waiting = page.word(f"lesson.{'more' if said else 'waiting'}", questions=questions)
        said = page.together([said, waiting]) if said else waiting
    with page.notebook.closed():
        page.say(page.word("lesson.reached", said=said) if any(texts) else said)


@cache
def cached(function):
    """Return the function with its last 60 results, which all readers share and nobody can change."""
    from vgcore.read_only import read_only  # not above: the first words need not wait for the core

    @wraps(function)
    def shared(*args, **options):
        return read_only(function(*args, **options))

    return st.cache_resource(max_entries=60, show_spinner=False)(shared)


def open_page(name):
    """Begin a page: set its title and language, and draw the navigation."""
    _one_thread_of_blas()
    page = Page(name, _language())
    together.enter(page)
    address.note_asked(page)
    address.come_back(page)
    address.keep(page)
    memory.begin(page)
    runs.turn_to(name)
    st.set_page_config(page_title=page.word("title"), page_icon="📉", layout="centered")
    with st.sidebar:
        st.html(
            f"{chrome.of(page)}<h4>{page.word('app.title')}</h4>{contents.PLACE}{scrub.HIDDEN}{scrub.SCRIPT}",
            unsafe_allow_javascript=True,
        )
        for group, names in MENU.items():
            st.caption(page.word(f"menu.{group}"))
            for other in names:
                page.way_to(other)
                if other == name and page.optional("goal"):
                    st.html(contents.beside(page))
    st.session_state[page.key("language")] = page.lang
    together.bar(page)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        share.button(page)
        st.segmented_control(
            page.word("language.label"),
            list(languages()),
            format_func=languages().get,
            required=True,
            label_visibility="collapsed",
            key=page.key("language"),
            on_change=_switch,
            args=(page.key("language"),),
        )
    texts = [f"# {page.word('title')}", page.optional("opening")]
    goal = page.optional("goal")
    if goal:
        texts.append(page.word("lesson.goal", goal=goal))
    page.say("\n\n".join(texts))
    if goal:
        st.html(contents.under_the_title(page))
    _clock()
    return replace(page, notes=st.container())


@cache
def _one_thread_of_blas():
    threadpool_limits(1)  # more of them would fight with the other readers for the cores


@st.fragment(run_every=timedelta(days=1))  # as text, it would have the platform import pandas to read it
def _clock():
    """Do nothing; but only a page with a clock is run again when the browser has to find another server."""


def _language():
    """Return the language of the address, else the browser's, else English."""
    browser = (st.context.locale or "").lower()
    asked = (st.query_params.get("lang"), browser, browser.partition("-")[0])
    return next((lang for lang in asked if lang in languages()), "en")


def _switch(key):
    st.query_params["lang"] = st.session_state[key]
    for name, value in st.session_state.to_dict().items():
        if isinstance(value, str):  # the browser would show an option by its name in the other language
            st.session_state[name] = value
