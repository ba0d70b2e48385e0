"""Computations that take seconds, of all readers: under way beside the pages, shared, and kept."""

import math
import threading
import time
from collections import OrderedDict

MOST_IN_THE_POOL = 32
PATIENCE = 120.0  # seconds without a reader's look until a run ends
AWAY = 10.0  # seconds until a reader counts as gone where another one stops a run


class Run:
    """One computation of so many steps.

    Attributes
    ----------
    settings : hashable, what is computed
    steps : int
    seen : int, how many of them are done
    history : what has been seen so far, or None
    error : str, why it could not begin, or ""
    readers : dict of reader to the time of the last look; two minutes after all of them it ends
    """

    def __init__(self, settings, steps, history=None, seen=0):
        self.settings, self.steps, self.history, self.seen = settings, steps, history, seen
        self.error, self.readers, self.stopped, self.began = "", {}, False, None
        self.started, self.done = threading.Event(), threading.Event()

    def work(self, compute, turn):
        with turn:
            self.began = time.monotonic()
            try:
                if self._wanted():
                    self.history = compute(self.settings, self._on_step)
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
    def seconds_left(self):
        """How long the rest takes at the speed so far; None before the first step."""
        if not self.seen:
            return None
        return math.ceil((time.monotonic() - self.began) / self.seen * (self.steps - self.seen))

    def _on_step(self, seen, history):
        self.seen, self.history = seen, history
        self.started.set()
        return self._wanted()

    def _wanted(self):
        if not self.looked(PATIENCE):
            self.stopped = True
        return not self.stopped


class Pool:
    """The runs of all readers, the latest 32 of them; so many at once are computed."""

    def __init__(self, at_once=1):
        self._runs, self._lock, self._turn = OrderedDict(), threading.Lock(), threading.Semaphore(at_once)

    def ask(self, compute, settings, steps, reader):
        """Return the run of these settings, begun now if it is new.

        Parameters
        ----------
        compute : function of (settings, on_step) that returns the history
            on_step is a function of (seen, history), to be called after each step; where it returns
            False, the computation ends.
        """
        with self._lock:
            run = self._runs.get(settings)
            new = run is None or run.stopped
            if new:
                run = self._runs[settings] = Run(settings, steps)
            if not run.done.is_set():
                run.look(reader)
            if new:
                threading.Thread(target=run.work, args=(compute, self._turn), daemon=True).start()
            self._runs.move_to_end(settings)
            self._forget()
        return run

    def stop(self, run, reader):
        """Take a reader from a run that is not complete; without readers it ends."""
        with self._lock:
            if run.done.is_set() and not run.stopped:
                return
            run.readers.pop(reader, None)
            if not run.looked(AWAY):
                run.stopped = True

    def keep(self, settings, history, seen):
        """Return the run of these settings, complete with what another one has seen."""
        run = Run(settings, seen, history, seen)
        run.started.set()
        run.done.set()
        with self._lock:
            return self._runs.setdefault(settings, run)

    def _forget(self):
        for settings in [settings for settings, run in self._runs.items() if run.done.is_set()]:
            if len(self._runs) > MOST_IN_THE_POOL:
                del self._runs[settings]
