"""Computations that take seconds, of all readers: under way beside the pages, shared, and kept."""

import ctypes
import logging
import math
import os
import sys
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from typing import NamedTuple

MOST_KEPT = 64
BYTES_KEPT = 32e6
BUDGET = 160e6
"""Bytes that all computations under way may hold together."""
TURN = 0.5
"""Seconds from which on a computation that has done a step lets others go on."""
GRACE = 0.5
"""Seconds that a computation goes on without a reader, for one who loads the page again."""
PATIENCE = 120.0
"""Seconds without a look after which a reader who is still there no longer counts."""

_LOG = logging.getLogger(__name__)
_SWITCH = 5e-4  # seconds until a computation hands the interpreter over: a tenth of Python's own
_NICE = 5  # the system's measure of how far a thread stands back behind others
_LARGE = 2**18  # bytes from which on an array's memory goes back to the system once nobody needs it
_M_MMAP_THRESHOLD = -3  # as glibc's malloc.h numbers it


class Room(NamedTuple):
    """The memory that a computation takes, in bytes: at most within a step, and between two."""

    within: float
    between: float


NO_ROOM = Room(0.0, 0.0)


class Left(Exception):
    """What `on_step` ends a computation with that nobody waits for."""


class Run:
    """One computation of so many steps.

    Attributes
    ----------
    settings : hashable, what is computed
    steps : int
    seen : int, how many of them are done
    history : what has been seen so far, or None
    error : str, what the core has against the settings, or ""
    failed : bool, whether it broke otherwise; the server's log says how
    stopped : bool, whether it has ended, or is about to, because nobody waits for it
    readers : dict of reader to the time of the last look
    """

    def __init__(self, settings, steps, history=None, seen=0, room=NO_ROOM):
        self.settings, self.steps, self.room, self.history, self.seen = settings, steps, room, history, seen
        self.error, self.failed, self.stopped = "", False, False
        self.readers, self.attended = {}, time.monotonic()
        self.began, self.turn, self.computed = None, None, 0.0
        self.started, self.done = threading.Event(), threading.Event()

    def look(self, reader):
        """Note that a reader still looks."""
        self.readers[reader] = self.attended = time.monotonic()

    @property
    def seconds_left(self):
        """How long the rest takes at the speed so far; None before the first step."""
        if not self.seen:
            return None
        return math.ceil((time.monotonic() - self.began) / self.seen * (self.steps - self.seen))


class Pool:
    """The runs of all readers; a few at once are computed, in turns, and the latest are kept.

    Parameters
    ----------
    at_once : int, how many are computed at once
    budget : float, bytes that those under way hold at most together; one alone may hold more
    present : function of a reader that returns whether he is still there
    """

    def __init__(self, at_once=1, budget=BUDGET, present=lambda reader: True):
        self._at_once, self._budget, self._present = at_once, budget, present
        self._runs, self._line, self._at_work = OrderedDict(), [], []
        self._change = threading.Condition(threading.RLock())

    def ask(self, compute, settings, steps, reader, room=NO_ROOM):
        """Return the run of these settings, begun now if it is new.

        Parameters
        ----------
        compute : function of (settings, on_step) that returns the history
            on_step is a function of (seen, history), to be called after each step, and of nothing, to be
            called within long ones; it does not return where nobody waits for the computation any more.
        room : Room
        """
        with self._change:
            run = self._runs.get(settings)
            new = run is None or run.stopped
            if new:
                run = self._runs[settings] = Run(settings, steps, room=room)
            if not run.done.is_set():
                run.look(reader)
            if new:
                self._line.append(run)
                threading.Thread(target=self._work, args=(run, compute), daemon=True).start()
            self._runs.move_to_end(settings)
            self._forget()
        return run

    def stop(self, run, reader):
        """Take a reader from a run that is not complete; without readers it ends."""
        with self._change:
            if run.done.is_set():
                return
            run.readers.pop(reader, None)
            run.stopped = run.stopped or not self._attended(run)

    def leave(self, reader):
        """Take a reader from all runs."""
        with self._change:
            for run in self._runs.values():
                run.readers.pop(reader, None)

    def keep(self, settings, history, seen):
        """Return the run of these settings, complete with what another one has seen."""
        run = Run(settings, seen, history, seen)
        run.started.set()
        run.done.set()
        with self._change:
            return self._runs.setdefault(settings, run)

    def _work(self, run, compute):
        def on_step(*seen):
            if seen:
                run.seen, run.history = seen
                run.started.set()
                self._pass_on(run)
            self._go_on(run)
            return True

        _stand_back()
        try:
            self._take_turn(run)
            self._go_on(run)
            run.history = compute(run.settings, on_step)
        except Left:
            run.stopped = True
        except ValueError as refusal:
            run.error = str(refusal)
        except Exception:  # of whatever kind: its readers wait for an answer
            run.failed = True
            _LOG.exception(repr(run.settings))
        finally:
            with self._change:
                self._at_work.remove(run)
                run.done.set()
                run.started.set()
                self._change.notify_all()

    def _go_on(self, run):
        """Return if anybody waits for a run, or has until a moment ago."""
        now = time.monotonic()
        if self._attended(run):
            run.attended = now
        if run.stopped or now - run.attended > GRACE:
            raise Left

    def _attended(self, run):
        now = time.monotonic()
        return any(
            now - look <= PATIENCE and self._present(reader) for reader, look in list(run.readers.items())
        )

    def _take_turn(self, run):
        """Wait in line for a run's turn."""
        with self._change:
            self._change.wait_for(lambda: self._next() is run)
            self._line.remove(run)
            self._at_work.append(run)
            run.turn = time.monotonic()
            run.began = run.began or run.turn
            self._change.notify_all()

    def _pass_on(self, run):
        """Let others go on where a run has had its turn."""
        with self._change:
            spent = time.monotonic() - run.turn
            if self._line and spent > TURN:
                run.computed += spent
                self._at_work.remove(run)
                self._line.append(run)
                self._change.notify_all()
                self._take_turn(run)

    def _next(self):
        """Return whose turn it is of those in line that there is room for: who has had least; or None.

        New ones come in their order, so that a large one is not overtaken for ever.
        """
        if len(self._at_work) >= self._at_once:
            return None
        begun = [run for run in self._line if run.began]
        able = [run for run in self._line if not run.began][:1] + begun
        fitting = [run for run in able if self._held(run) + run.room.within <= self._budget]
        if not fitting and not self._at_work:
            fitting = begun or able
        return min(fitting, key=lambda run: run.computed, default=None)

    def _held(self, but):
        """Return how many bytes the runs under way hold, one of them left out."""
        between = [run.room.between for run in self._line if run.began and run is not but]
        return sum(run.room.within for run in self._at_work) + sum(between)

    def _forget(self):
        """Let go of the oldest runs that are complete, where they are too many or too large."""
        kept = {key: _size(run.history) for key, run in self._runs.items() if run.done.is_set()}
        for key in list(kept):
            if len(kept) > MOST_KEPT or sum(kept.values()) > BYTES_KEPT:
                del kept[key], self._runs[key]


def spare_cores():
    """Return how many cores this process may use beside the one that answers readers, at least 1."""
    own = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(own - 1, 1)


def make_way():
    """Have the interpreter turn to readers sooner, and large arrays leave their memory to the system."""
    sys.setswitchinterval(_SWITCH)
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


def _stand_back():
    """Have this thread wait for those that answer readers; elsewhere the whole server would stand back."""
    if sys.platform == "linux":
        os.nice(_NICE)


def _size(history):
    """Return the bytes of all arrays of a history."""
    if isinstance(history, list | tuple):
        return sum(map(_size, history))
    return getattr(history, "nbytes", 0) or sum(map(_size, getattr(history, "__dict__", {}).values()))
