"""A computation that takes seconds, on the screen: how far it is, what it has, and a way to stop it."""

from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.pool import Pool, make_way, spare_cores

SOON = 0.5
"""What takes no longer than these seconds is shown when it is complete."""

_VERDICT = ContextVar("verdict", default=None)


@st.cache_resource(show_spinner=False)
def pool():
    """Return the pool of all that takes seconds, which all readers share."""
    make_way()
    return Pool(spare_cores(), present=_present)


def reader():
    """Return the name of whoever reads: that of the session, which a test without a page has not."""
    context = get_script_run_ctx()
    return context.session_id if context else None


def turn_to(name):
    """Leave what is computed for the page that the reader comes from."""
    before, st.session_state["page"] = st.session_state.get("page", name), name
    if before != name:
        pool().leave(reader())


@contextmanager
def verdict_in(place):
    """Let what is `live` write to a place of the page that lies outside of it."""
    before = _VERDICT.set(place)
    try:
        yield
    finally:
        _VERDICT.reset(before)


def live(page, name, compute, settings, steps, room, body):
    """Call `body` with the history of a run so far, now and again until it is complete or stopped.

    Parameters
    ----------
    name : str, of the place on the page: a run that another one takes the place of is stopped
    compute, settings, steps, room : as `Pool.ask` takes them
    body : function of (history, complete), called once there is a history that is not empty

    Returns
    -------
    the history if it is complete, else None
    """
    stopped = st.session_state.setdefault(page.key("stopped"), {})
    runs = pool()
    run = stopped.get(settings) or runs.ask(compute, settings, steps, reader(), room)
    _replace(page, name, run, runs)
    if not run.done.wait(SOON):
        run.started.wait(1.0)
    over = run.done.is_set() or run.stopped
    st.fragment(_watch, run_every=None if over else 1.0)(page, run, runs, stopped, over, body, _VERDICT.get())
    return run.history if over and not run.stopped else None


def _present(reader):
    """Return whether the tab of a session is open."""
    try:
        return runtime.get_instance().is_active_session(reader)
    except RuntimeError:  # without a server, as in a test, nobody leaves
        return True


def _replace(page, name, run, runs):
    """Leave the run that stood in this place before, which ends if nobody else looks at it."""
    before = st.session_state.get(page.key(f"{name}_run"))
    st.session_state[page.key(f"{name}_run")] = run
    if before is not None and before is not run:
        runs.stop(before, reader())


def _watch(page, run, runs, stopped, over, body, verdict):
    if verdict is not None:
        verdict.empty()  # it can be written to only from a part of the page that has done so from the start
    name = f"{hash(run.settings):x}"
    if not over:
        run.look(reader())
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        text = page.word("run.progress", seen=run.seen, steps=run.steps)
        left.progress(run.seen / run.steps, text)
        stop = {"key": page.key(f"stop_{name}"), "on_click": _stop, "args": (runs, run, stopped)}
        if right.button(page.word("run.stop"), **stop):
            st.rerun()
    elif run.stopped:
        again = {"key": page.key(f"again_{name}"), "on_click": stopped.pop, "args": (run.settings,)}
        if st.button(page.word("run.again"), **again):
            st.rerun()
    if run.history is not None and run.seen:
        body(run.history, run.done.is_set() and not run.stopped)
    if run.error:
        st.warning(page.word("run.failed"))
        st.text(run.error)
    elif run.failed:
        st.warning(page.word("run.broken"))
    if not over and run.done.is_set():
        st.rerun()


def _stop(runs, run, stopped):
    runs.stop(run, reader())
    stopped[run.settings] = run
