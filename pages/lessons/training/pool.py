"""The training runs of all readers: as text, under way, and kept."""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import asdict, replace

from pages.lessons.training.controls import Settings
from pages.ui.settings import ranges

LONGEST_TEXT = 1000
MOST_ON_A_PAGE, MOST_IN_THE_POOL = 4, 32
PATIENCE = 120.0  # seconds without a reader's look until a run ends
AWAY = 10.0  # seconds until a reader counts as gone where another one stops a run


class Run:
    """One training run.

    Attributes
    ----------
    settings : Settings
    text : str, what differs from the book, as it stands in a link
    history : what has been seen so far, or None
    error : str, why it could not begin, or ""
    readers : dict of reader to the time of the last look; two minutes after all of them it ends
    """

    def __init__(self, settings, history=None):
        self.settings, self.text = settings, as_text(settings)
        self.history, self.error = history, ""
        self.readers, self.stopped, self.began = {}, False, None
        self.started, self.done = threading.Event(), threading.Event()

    def work(self, train, turn):
        with turn:
            self.began = time.monotonic()
            try:
                if self._wanted():
                    history = train(on_epoch=self._on_epoch, **asdict(self.settings))
                    self.history = replace(history, network=None)
            except Exception as refusal:  # of whatever kind: its readers wait for an answer
                self.error = str(refusal) or type(refusal).__name__
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
        return math.ceil((time.monotonic() - self.began) / self.seen * (self.settings.epochs - self.seen))

    def _on_epoch(self, epoch, history):
        self.history = history
        self.started.set()
        return self._wanted()

    def _wanted(self):
        if not self.looked(PATIENCE):
            self.stopped = True
        return not self.stopped


class Pool:
    """The runs of all readers, the latest 32 of them; one at a time is computed."""

    def __init__(self):
        self._runs, self._lock, self._turn = OrderedDict(), threading.Lock(), threading.Semaphore(1)

    def ask(self, train, settings, reader):
        """Return the run of these settings, begun now if it is new."""
        with self._lock:
            run = self._runs.get(as_text(settings))
            new = run is None or run.stopped
            if new:
                run = self._runs[as_text(settings)] = Run(settings)
            if not run.done.is_set():
                run.look(reader)
            if new:
                threading.Thread(target=run.work, args=(train, self._turn), daemon=True).start()
            self._runs.move_to_end(run.text)
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
            seen = Run(replace(run.settings, epochs=history.epochs), history)
            seen.started.set()
            seen.done.set()
            return self._runs.setdefault(seen.text, seen)

    def _forget(self):
        for text in [text for text, run in self._runs.items() if run.done.is_set()]:
            if len(self._runs) > MOST_IN_THE_POOL:
                del self._runs[text]


def as_text(settings):
    """Return a run as it stands in a link, by what differs from the book: "hidden=2 lmbda=0"."""
    words = [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in changes(settings).items()
    ]
    return " ".join(words) or "book"


def changes(settings):
    """Return the fields in which a run differs from the book, by name."""
    book, own = asdict(Settings()), asdict(settings)
    return {name: value for name, value in own.items() if value != book[name]}


def read(text):
    """Return the runs of a text such as "book; lmbda=0", at most four, and its parts that make no sense."""
    asked, refused = [], []
    for part in (text or "")[:LONGEST_TEXT].split(";"):
        if not part.strip():
            continue
        values = {}
        for word in part.split():
            name, _, value = word.partition("=")
            known = {} if word == "book" else _value(name, value)
            if known is None:
                refused.append(word)
            values |= known or {}
        settings = Settings(**values)
        if settings.frozen > settings.hidden:
            refused.append(f"frozen={settings.frozen}")
            settings = replace(settings, frozen=0)
        if settings not in asked and len(asked) < MOST_ON_A_PAGE:
            asked.append(settings)
        elif settings not in asked:
            refused.append(part.strip())
    return asked, refused


def _value(name, text):
    """Return a field with its value, or None where there is no such field or it cannot have that value."""
    limits = ranges(Settings).get(name)
    if limits is None:
        return None
    of_type = type(getattr(Settings(), name))
    try:
        value = float(f"{float(text):g}") if of_type is float else of_type(text)  # a number as it is written
    except ValueError:
        return None
    return {name: value} if limits.takes(value) else None
