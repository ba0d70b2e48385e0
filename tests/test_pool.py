"""Training runs in the URL: what is written is read again, and what makes no sense is named."""

import threading
from dataclasses import dataclass, replace

import pytest

from pages.lessons.training.controls import BOOK, Settings
from pages.lessons.training.pool import AWAY, MOST_IN_THE_POOL, PATIENCE, Pool, as_text, read
from pages.ui.settings import ranges

HIGHEST = {
    name: float(limits.high) if isinstance(getattr(BOOK, name), float) else limits.high
    for name, limits in ranges(Settings).items()
    if limits.high and not isinstance(limits.high, str)
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lmbda": 0.0},
        {"hidden": 2, "eta": 0.03, "seed": 12},
        {"activation": "relu", "frozen": 3, "width": 100},
        HIGHEST,
    ],
)
def test_what_is_written_is_read_again(changes):
    settings = replace(BOOK, **changes)
    assert read(as_text(settings)) == ([settings], [])


def test_runs_stand_side_by_side():
    asked, refused = read("book; lmbda=0 ;; book;hidden=2")
    assert [as_text(settings) for settings in asked] == ["book", "lmbda=0", "hidden=2"]
    assert refused == []


@pytest.mark.parametrize(
    "word",
    [
        *("hidden=0", "hidden=11", "epochs=1001", "eta=nan", "eta=-1", "eta=1e999", "width=2.5", "lmbda="),
        *("x=1", "activation=Tanh", "init=<b>", "=", "seed", "frozen=5", "hidden=99999999999999999", "\0"),
    ],
)
def test_what_makes_no_sense_is_named(word):
    asked, refused = read(f"{word} seed=3")
    assert refused == [word]
    assert asked == [replace(BOOK, seed=3)]


def test_a_fifth_run_is_named():
    asked, refused = read("; ".join(f"seed={seed}" for seed in range(1, 6)))
    assert len(asked) == 4
    assert refused == ["seed=5"]


@dataclass
class _History:
    epochs: int = 1
    network: object = None


def _train(steps, gate):
    """A training that waits at a gate before every step but the first."""

    def train(on_epoch, **settings):
        history = _History()
        for epoch in range(steps):
            history = _History(epoch + 1)
            if not on_epoch(epoch, history):
                break
            gate.wait(10)
        return history

    return train


def test_readers_share_a_run_and_one_may_stop():
    pool, gate = Pool(), threading.Event()
    one, other = (pool.ask(_train(3, gate), BOOK, reader) for reader in "ab")
    assert one is other
    assert one.started.wait(10)
    seen = pool.stop(one, "a")
    assert (seen.settings.epochs, seen.done.is_set(), one.stopped) == (1, True, False)
    gate.set()
    assert one.done.wait(10)
    assert one.history.epochs == 3
    assert pool.ask(None, seen.settings, "c") is seen


def test_the_last_reader_ends_a_run():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), BOOK, "a")
    assert run.started.wait(10)
    pool.stop(run, "a")
    gate.set()
    assert run.done.wait(10)
    assert run.history.epochs < 3
    assert pool.ask(_train(1, gate), BOOK, "a") is not run


def test_a_complete_run_is_not_stopped_and_not_run_again():
    pool, gate = Pool(), threading.Event()
    gate.set()
    run = pool.ask(_train(2, gate), BOOK, "a")
    assert run.done.wait(10)
    assert pool.stop(run, "a") is run
    assert pool.ask(None, BOOK, "b") is run


def test_a_reader_who_is_gone_does_not_hold_a_run():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), BOOK, "before a reload")
    pool.ask(None, BOOK, "after it")
    assert run.started.wait(10)
    run.readers["before a reload"] -= AWAY + 1.0
    pool.stop(run, "after it")
    assert run.stopped
    gate.set()


def test_a_run_that_nobody_looks_at_ends():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), BOOK, "a")
    assert run.started.wait(10)
    run.readers["a"] -= PATIENCE + 1.0
    gate.set()
    assert run.done.wait(10)
    assert run.stopped
    assert run.history.epochs < 3


@pytest.mark.parametrize("failure", [ValueError, MemoryError])
def test_a_run_that_cannot_begin_says_why(failure):
    def train(on_epoch, **settings):
        raise failure("too large")

    run = Pool().ask(train, BOOK, "a")
    assert run.done.wait(10)
    assert (run.error, run.history) == ("too large", None)


def test_old_runs_are_forgotten():
    pool, gate = Pool(), threading.Event()
    gate.set()
    first = pool.ask(_train(1, gate), BOOK, "a")
    for seed in range(1, MOST_IN_THE_POOL + 2):
        assert pool.ask(_train(1, gate), replace(BOOK, seed=seed), "a").done.wait(10)
    assert pool.ask(_train(1, gate), BOOK, "a") is not first
