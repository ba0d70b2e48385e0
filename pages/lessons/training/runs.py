"""Training runs on the screen: asked for in the URL, computed beside the pages, and shared by all readers."""

from dataclasses import asdict, replace
from functools import cache

import streamlit as st

from pages.lessons.training import rows, waits
from pages.lessons.training.controls import ALL_DIGITS, BOOK, Settings
from pages.lessons.training.texts import MOST_ON_A_PAGE, as_text, changes, read
from pages.ui import address
from pages.ui.numbers import number
from pages.ui.pool import Room
from pages.ui.runs import live as watched
from pages.ui.runs import pool, reader
from pages.ui.sketch import pixels
from vgcore.studies.published import train_steps


def ask(page):
    """Ask which runs to show. Returns these, begun; without any, the book's."""
    field = page.key("runs")
    known, refused = read(_text(field))
    _choose(page, field, known)
    _list(page, field, known or [BOOK])
    if refused:
        st.warning(page.word("controls.runs.refused", most=MOST_ON_A_PAGE))
        st.text("\n".join(refused))  # the reader's own text: never as markdown
    return [_begun(settings) for settings in known or [BOOK]]


def live(page, asked, body):
    """Call `body` with the runs so far, now and again until all of them are complete."""
    waiting = [run for run in asked if not run.done.is_set()]
    if waiting:
        waiting[0].started.wait(3.0)
    st.fragment(_watch, run_every=1.0 if waiting else None)(page, asked, waiting, body)


def complete(page, *settings):
    """Return the runs of these settings if all are complete, else None, and show how far they are."""
    asked = [_begun(each) for each in settings]
    if not all(run.done.wait(0.2) for run in asked):
        st.fragment(_wait, run_every=1.0)(page, asked)
        return None
    _warn(page, asked)
    return asked if all(run.history is not None for run in asked) else None


def waited(page, function, asked, body):
    """Have a list of trainings run, with what shows those so far.

    Parameters
    ----------
    function : of `rows`, whose name the run has
    asked : tuple of `waits.Asked`
    body : function of (results, complete)
    """
    watched(page, function.__name__, waits.run, asked, 100, _WAITING, body)


def digits(page):
    """Show the first digit of each kind."""
    st.html(_ten_digits())
    page.say(page.word("digits"))


@cache
def _ten_digits():
    return pixels("0 1 2 3 4 5 6 7 8 9", rows.ten_digits())


def slider_above():
    """Have a slider of a drawing stand above it, without the number of the look that it is at."""
    st.html(_SLIDER_ABOVE)


def logarithmic(page):
    """Ask whether the axes of steps are logarithmic."""
    return st.toggle(page.word("controls.log"), key=page.key("log"), bind="query-params")


def named(page, runs):
    """Return the histories of several runs by what the runs are called."""
    return {name_of(page, run.settings): run.history for run in runs if run.history is not None}


def name_of(page, settings):
    """Return what a run is called: in what it differs from the book."""
    words = [
        page.word(f"run_names.{name}", value=page.name_of(value) if isinstance(value, str) else number(value))
        for name, value in changes(settings).items()
    ]
    return page.list_of(words) if words else page.word("run_names.book")


_SLIDER_ABOVE = """<style>.vega-embed:has(.vega-bindings input) { display: flex; flex-direction: column; }
.vega-embed .vega-bindings { order: -1; }
.vega-bindings [name=scrubbed] + span { display: none; }
</style>"""
_WAITING = Room(32e6, 16e6)  # the digits twice, and a pass of them through ten layers


@st.fragment
def _choose(page, field, known):
    settings = page.ask(Settings)
    full = len(known) >= MOST_ON_A_PAGE
    page.write("controls.run.how")
    with st.container(horizontal=True):
        alone = st.button(page.word("controls.run"))
        over = st.button(page.word("controls.run.add"), disabled=full)
        book = st.button(page.word("controls.run.book"), disabled=known in ([], [BOOK]))
    if book:
        _keep_runs(field, [BOOK])
        st.rerun()
    if alone or over:  # no callback: it would have the settings of the run before
        _keep_runs(field, [settings] if alone else [*(known or [BOOK]), settings])
        st.rerun()


def _list(page, field, asked):
    texts = {as_text(settings): name_of(page, settings) for settings in asked}
    key = page.key("chosen")
    st.session_state[key] = list(texts)
    st.multiselect(
        page.word("controls.runs"),
        list(texts),
        format_func=lambda text: texts.get(text, text),
        key=key,
        help=page.word("controls.runs.help", most=MOST_ON_A_PAGE),
        on_change=_keep_chosen,
        args=(field, key, texts),
    )


def _keep_chosen(field, key, texts):
    chosen = st.session_state[key]
    if texts.keys() >= set(chosen):  # else the browser speaks of runs as they were called before this list
        _keep_text(field, "; ".join(chosen))


def _watch(page, asked, waiting, body):
    for run in waiting:
        run.look(reader())
        _progress(page, run, asked)
    seen = [run for run in asked if run.history is not None]
    if seen:
        body(seen)
    _warn(page, asked)
    if waiting and all(run.done.is_set() for run in waiting):
        st.rerun()


def _wait(page, asked):
    if all(run.done.is_set() for run in asked):
        st.rerun()
    for run in asked:
        run.look(reader())
    seen, steps = sum(run.seen for run in asked), sum(run.steps for run in asked)
    st.progress(min(seen / steps, 1.0), page.word("run.wait"))


def _progress(page, run, asked):
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    slots = {"name": name_of(page, run.settings), "step": f"{run.seen:,}", "steps": f"{run.steps:,}"}
    if run.seconds_left is None:
        text = page.word("run.one.queue", **slots)
    else:
        text = page.word("run.one.progress", left=run.seconds_left, **slots)
    left.progress(min(run.seen / run.steps, 1.0), text)
    if not run.seen and len(asked) == 1:
        return  # the page would ask for it again
    stop = {
        "key": page.key(f"stop_{as_text(run.settings)}"),
        "on_click": _stop,
        "args": (page.key("runs"), run, asked),
    }
    if right.button(page.word("run.stop"), **stop):
        st.rerun()


def _warn(page, asked):
    for run in asked:
        if run.error or (run.history is not None and run.history.diverged):
            st.warning(page.word("run.diverged", name=name_of(page, run.settings), step=f"{run.seen:,}"))
            st.text(run.error or run.history.diverged)
        elif run.failed:
            st.warning(page.word("run.broken"))


def _begun(settings):
    return pool().ask(_train, settings, settings.steps, reader(), _room(settings))


def _room(settings):
    """The memory that the digits take, and within a look the activations and the slopes of all."""
    return Room(16e6 + 2 * 4.0 * ALL_DIGITS * settings.hidden * settings.width, 16e6)


def _train(settings, on_step):
    """Train as the settings say; no page needs the trained network."""
    history = train_steps(
        on_look=lambda step, history: on_step(max(int(step), 1), history), **asdict(settings)
    )
    return replace(history, network=None)


def _stop(field, run, asked):
    """Have the reader's list name what was seen of a run in its place."""
    runs, seen = pool(), run.history
    runs.stop(run, reader())
    if run.done.is_set() and not run.stopped:
        return
    steps = seen and int(seen.steps[-1])
    short = steps and runs.keep(replace(run.settings, steps=steps), seen, steps)
    left = [short if other is run else other for other in asked]
    _keep_runs(field, [other.settings for other in left if other])


def _text(field):
    """Return the text of the runs: what the reader chose last, unless the address has since been changed."""
    asked = address.asked(field)
    if asked:
        _keep_text(field, *asked)
    return st.session_state[field]


def _keep_runs(field, asked):
    _keep_text(field, "; ".join(as_text(settings) for settings in asked))


def _keep_text(field, text):
    st.session_state[field] = "" if text == as_text(BOOK) else text
    address.put({field: st.session_state[field]})
