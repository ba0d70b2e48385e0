"""Training runs in the URL: what is written is read again, and what makes no sense is named."""

import threading
from dataclasses import dataclass

import pytest

from pages.ui.registry import AWAY, BOOK, MOST_KEPT, PATIENCE, RANGES, Registry, read, written

NAMES = {"activation": ["sigmoid", "relu"], "init": ["lecun_normal"], "cost": ["cross_entropy"]}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lmbda": 0.0},
        {"hidden": 2, "eta": 0.03, "seed": 12},
        {"activation": "relu", "frozen": 3, "width": 100},
        {name: high for name, (_, high) in RANGES.items()},
    ],
)
def test_what_is_written_is_read_again(changes):
    settings = {**BOOK, **changes}
    assert read(written(settings), NAMES) == ([settings], [])


def test_runs_stand_side_by_side():
    asked, refused = read("book; lmbda=0 ;; book;hidden=2", NAMES)
    assert [written(settings) for settings in asked] == ["book", "lmbda=0", "hidden=2"]
    assert refused == []


@pytest.mark.parametrize(
    "word",
    [
        *("hidden=0", "hidden=11", "epochs=1001", "eta=nan", "eta=-1", "eta=1e999", "width=2.5", "lmbda="),
        *("x=1", "activation=tanh", "init=<b>", "=", "seed", "frozen=5", "hidden=99999999999999999", "\0"),
    ],
)
def test_what_makes_no_sense_is_named(word):
    asked, refused = read(f"{word} seed=3", NAMES)
    assert refused == [word]
    assert asked == [{**BOOK, "seed": 3}]


def test_a_fifth_run_is_named():
    asked, refused = read("; ".join(f"seed={seed}" for seed in range(1, 6)), NAMES)
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
    registry, gate = Registry(), threading.Event()
    one, other = (registry.ask(_train(3, gate), BOOK, reader) for reader in "ab")
    assert one is other
    assert one.started.wait(10)
    seen = registry.stop(one, "a")
    assert (seen.settings["epochs"], seen.done.is_set(), one.stopped) == (1, True, False)
    gate.set()
    assert one.done.wait(10)
    assert one.history.epochs == 3
    assert registry.ask(None, seen.settings, "c") is seen


def test_the_last_reader_ends_a_run():
    registry, gate = Registry(), threading.Event()
    run = registry.ask(_train(3, gate), BOOK, "a")
    assert run.started.wait(10)
    registry.stop(run, "a")
    gate.set()
    assert run.done.wait(10)
    assert run.history.epochs < 3
    assert registry.ask(_train(1, gate), BOOK, "a") is not run


def test_a_complete_run_is_not_stopped_and_not_run_again():
    registry, gate = Registry(), threading.Event()
    gate.set()
    run = registry.ask(_train(2, gate), BOOK, "a")
    assert run.done.wait(10)
    assert registry.stop(run, "a") is run
    assert registry.ask(None, BOOK, "b") is run


def test_a_reader_who_is_gone_does_not_hold_a_run():
    registry, gate = Registry(), threading.Event()
    run = registry.ask(_train(3, gate), BOOK, "before a reload")
    registry.ask(None, BOOK, "after it")
    assert run.started.wait(10)
    run.readers["before a reload"] -= AWAY + 1.0
    registry.stop(run, "after it")
    assert run.stopped
    gate.set()


def test_a_run_that_nobody_looks_at_ends():
    registry, gate = Registry(), threading.Event()
    run = registry.ask(_train(3, gate), BOOK, "a")
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

    run = Registry().ask(train, BOOK, "a")
    assert run.done.wait(10)
    assert (run.error, run.history) == ("too large", None)


def test_old_runs_are_forgotten():
    registry, gate = Registry(), threading.Event()
    gate.set()
    first = registry.ask(_train(1, gate), BOOK, "a")
    for seed in range(1, MOST_KEPT + 2):
        assert registry.ask(_train(1, gate), {**BOOK, "seed": seed}, "a").done.wait(10)
    assert registry.ask(_train(1, gate), BOOK, "a") is not first
