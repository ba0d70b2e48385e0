"""Training runs: asked for in the URL, computed beside the pages, and shared by all readers."""

import math
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import replace

import streamlit as st

from pages.ui import controls

BOOK = {
    "hidden": 4,
    "width": 30,
    "epochs": 500,
    "eta": 0.1,
    "lmbda": 5.0,
    "seed": 0,
    "frozen": 0,
    "activation": "sigmoid",
    "init": "lecun_normal",
    "cost": "cross_entropy",
}
"""The settings behind the chapter's figures."""
RANGES = {
    "hidden": (1, 10),
    "width": (1, 100),
    "epochs": (1, 1000),
    "eta": (0.0, 100.0),
    "lmbda": (0.0, 100.0),
    "seed": (0, 999_999),
    "frozen": (0, 10),
}
ETAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LAMBDAS = (0.0, 0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 30.0, 100.0)
MOST_SHOWN, MOST_KEPT = 4, 32
PATIENCE = 120.0  # seconds without a reader's look until a run ends
AWAY = 10.0  # seconds until a reader counts as gone where another one stops a run


class Run:
    """One training run.

    Attributes
    ----------
    settings : dict, as BOOK
    name : str, by what differs from the book
    history : what has been seen so far, or None
    error : str, why it could not begin, or ""
    readers : dict of reader to the time of the last look; two minutes after all of them it ends
    """

    def __init__(self, settings, history=None):
        self.settings, self.name = settings, written(settings)
        self.history, self.error = history, ""
        self.readers, self.stopped, self.began = {}, False, None
        self.started, self.done = threading.Event(), threading.Event()

    def work(self, train, turn):
        with turn:
            self.began = time.monotonic()
            try:
                if self._wanted():
                    history = train(on_epoch=self._on_epoch, **self.settings)
                    self.history = replace(history, network=None)
            except (ValueError, MemoryError) as refusal:
                self.error = str(refusal)
            finally:
                self.started.set()
                self.done.set()

    def look(self, reader):
        """Note that a reader still looks."""
        self.readers[reader] = time.monotonic()

    def looked(self, seconds):
        """Whether any reader has looked within so many seconds."""
        return any(time.monotonic() - last <= seconds for last in list(self.readers.values()))

    @property
    def seen(self):
        return 0 if self.history is None else self.history.epochs

    @property
    def seconds_left(self):
        """How long the rest takes at the speed so far; None before the first epoch."""
        if not self.seen:
            return None
        return math.ceil((time.monotonic() - self.began) / self.seen * (self.settings["epochs"] - self.seen))

    def _on_epoch(self, epoch, history):
        self.history = history
        self.started.set()
        return self._wanted()

    def _wanted(self):
        if not self.looked(PATIENCE):
            self.stopped = True
        return not self.stopped


class Registry:
    """The runs of all readers, the latest 32 of them; one at a time is computed."""

    def __init__(self):
        self._runs, self._lock, self._turn = OrderedDict(), threading.Lock(), threading.Semaphore(1)

    def ask(self, train, settings, reader):
        """Return the run of these settings, begun now if it is new."""
        with self._lock:
            run = self._runs.get(written(settings))
            new = run is None or run.stopped
            if new:
                run = self._runs[written(settings)] = Run(settings)
            if not run.done.is_set():
                run.look(reader)
            if new:
                threading.Thread(target=run.work, args=(train, self._turn), daemon=True).start()
            self._runs.move_to_end(run.name)
            self._forget()
        return run

    def stop(self, run, reader):
        """Return what a reader has seen of a run as a run of its own, or None; without readers it ends.

        A run that is complete is returned as it is.
        """
        with self._lock:
            if run.done.is_set() and not run.stopped:
                return run
            run.readers.pop(reader, None)
            if not run.looked(AWAY):
                run.stopped = True
            history = run.history
            if history is None:
                return None
            seen = Run({**run.settings, "epochs": history.epochs}, history)
            seen.started.set()
            seen.done.set()
            return self._runs.setdefault(seen.name, seen)

    def _forget(self):
        for name in [name for name, run in self._runs.items() if run.done.is_set()]:
            if len(self._runs) > MOST_KEPT:
                del self._runs[name]


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


def written(settings):
    """Return a run as text, by what differs from the book: "hidden=2 lmbda=0"."""
    differs = [(name, value) for name, value in settings.items() if value != BOOK[name]]
    words = [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in differs
    ]
    return " ".join(words) or "book"


def read(text, names):
    """Return the runs of a text such as "book; lmbda=0", at most four, and its parts that make no sense."""
    asked, refused = [], []
    for part in (text or "")[: controls.LONGEST_TEXT].split(";"):
        if not part.strip():
            continue
        settings = dict(BOOK)
        for word in part.split():
            name, _, value = word.partition("=")
            if word != "book" and not _set(settings, name, value, names):
                refused.append(word)
        if settings["frozen"] > settings["hidden"]:
            refused.append(f"frozen={settings['frozen']}")
            settings["frozen"] = 0
        if settings not in asked and len(asked) < MOST_SHOWN:
            asked.append(settings)
        elif settings not in asked:
            refused.append(part.strip())
    return asked, refused


def _set(settings, name, value, names):
    if name in RANGES:
        low, high = RANGES[name]
        try:
            number = int(value) if isinstance(low, int) else float(f"{float(value):g}")  # as it is written
        except ValueError:
            return False
        if low <= number <= high:
            settings[name] = number
            return True
        return False
    if name in names and value in names[name]:
        settings[name] = value
        return True
    return False


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
