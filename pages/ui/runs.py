"""Training runs: asked for in the URL, computed beside the pages, and shared by all readers."""

import uuid

import streamlit as st

from pages.ui import controls
from pages.ui.registry import BOOK, MOST_SHOWN, RANGES, Registry, read, written

ETAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LAMBDAS = (0.0, 0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 30.0, 100.0)


@st.cache_resource(show_spinner=False)
def registry():
    return Registry()


def ask(page, train, activations, initialisers, costs):
    """Ask which runs to show. Returns these, begun; without any, the book's."""
    names = {"activation": activations, "init": initialisers, "cost": costs}
    field = page.key("runs")
    known, _ = read(st.session_state.get(field, st.query_params.get(field, "")), names)

    @st.fragment
    def choose():
        settings = _settings(page, activations, initialisers, costs)
        laid_over, full = [*(known or [BOOK]), settings], len(known) >= MOST_SHOWN
        with st.container(horizontal=True):
            alone = st.button(page.label("run"), type="primary")
            over = st.button(page.label("run.add"), disabled=full)
        if alone or over:  # no callback: it would have the settings of the run before
            _write(field, [settings] if alone else laid_over)
            st.rerun()

    choose()
    text = st.text_input(
        page.label("runs"),
        max_chars=controls.LONGEST_TEXT,
        key=field,
        bind="query-params",
        help=page.label("runs.help"),
        placeholder="book; lmbda=0",
    )
    asked, refused = read(text, names)
    if refused:
        st.warning(page.label("runs.refused", most=MOST_SHOWN))
        st.text("\n".join(refused))  # the reader's own text: never as markdown
    return [registry().ask(train, run, _reader()) for run in asked or [BOOK]]


def live(page, asked):
    """Call the decorated function with the runs so far, now and again until all of them are complete."""

    def show(body):
        waiting = [run for run in asked if not run.done.is_set()]

        @st.fragment(run_every=1.0 if waiting else None)
        def watched():
            for run in waiting:
                run.look(_reader())
                _progress(page, run, asked)
            seen = [run for run in asked if run.history is not None]
            if seen:
                body(seen)
            _tell(page, asked)
            if waiting and all(run.done.is_set() for run in waiting):
                st.rerun()

        if waiting:
            waiting[0].started.wait(3.0)
        watched()
        return body

    return show


def complete(page, train, *changes):
    """Call the decorated function with the book's run with each of these changes, once all are complete."""

    def show(body):
        asked = [registry().ask(train, {**BOOK, **change}, _reader()) for change in changes]
        waiting = not all(run.done.wait(0.2) for run in asked)

        @st.fragment(run_every=1.0 if waiting else None)
        def watched():
            if not waiting and all(run.history is not None for run in asked):
                body(*asked)
            elif not waiting:
                _tell(page, asked)
            elif all(run.done.is_set() for run in asked):
                st.rerun()
            else:
                for run in asked:
                    run.look(_reader())
                seen, epochs = sum(run.seen for run in asked), sum(run.settings["epochs"] for run in asked)
                st.progress(seen / epochs, page.label("run.wait"))

        watched()
        return body

    return show


def _settings(page, activations, initialisers, costs):
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            hidden = controls.slider(page, "hidden", *RANGES["hidden"], BOOK["hidden"])
            eta = controls.pick(page, "eta", ETAS, BOOK["eta"])
        with right:
            epochs = controls.slider(page, "epochs", 10, 1000, BOOK["epochs"], 10)
            lmbda = controls.pick(page, "lmbda", LAMBDAS, BOOK["lmbda"])
        with st.expander(page.label("more")):
            left, right = st.columns(2)
            with left:
                width = controls.slider(page, "width", *RANGES["width"], BOOK["width"])
                frozen = controls.slider(page, "frozen", 0, hidden, 0)
                seed = controls.count(page, "seed", *RANGES["seed"], BOOK["seed"])
            with right:
                activation = controls.select(page, "activation", activations, BOOK["activation"])
                init = controls.select(page, "init", initialisers, BOOK["init"])
                cost = controls.select(page, "cost", costs, BOOK["cost"])
    numbers = {"hidden": hidden, "width": width, "epochs": epochs, "eta": eta, "lmbda": lmbda, "seed": seed}
    return {**numbers, "frozen": frozen, "activation": activation, "init": init, "cost": cost}


def _progress(page, run, asked):
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    seconds = page.label("run.queue") if run.seconds_left is None else run.seconds_left
    text = page.label(
        "run.progress", name=run.name, epoch=run.seen, epochs=run.settings["epochs"], left=seconds
    )
    left.progress(run.seen / run.settings["epochs"], text)
    stop = {"key": page.key(f"stop_{run.name}"), "on_click": _stop, "args": (page.key("runs"), run, asked)}
    if right.button(page.label("run.stop"), **stop):
        st.rerun()


def _tell(page, asked):
    for run in asked:
        if run.error or (run.history is not None and run.history.diverged):
            st.warning(page.label("run.diverged", name=run.name, epoch=run.seen))
            st.text(run.error or run.history.diverged)


def _stop(field, run, asked):
    seen = registry().stop(run, _reader())
    _write(field, [(seen if other is run else other).settings for other in asked if seen or other is not run])


def _write(field, asked):
    st.session_state[field] = "; ".join(written(settings) for settings in asked)


def _reader():
    return st.session_state.setdefault("training_reader", uuid.uuid4().hex)
