"""The runs of all readers: shared, stopped, forgotten."""

import threading

import pytest

from pages.ui.pool import AWAY, MOST_IN_THE_POOL, PATIENCE, Pool


def _train(steps, gate):
    """A training that waits at a gate before every step but the first."""

    def train(settings, on_step):
        for seen in range(1, steps + 1):
            if not on_step(seen, seen):
                break
            gate.wait(10)
        return seen

    return train


def test_readers_share_a_run_and_one_may_stop():
    pool, gate = Pool(), threading.Event()
    one, other = (pool.ask(_train(3, gate), "book", 3, reader) for reader in "ab")
    assert one is other
    assert one.started.wait(10)
    pool.stop(one, "a")
    assert (one.seen, one.stopped) == (1, False)
    kept = pool.keep("short", one.history, one.seen)
    assert (kept.steps, kept.history, kept.done.is_set()) == (1, 1, True)
    gate.set()
    assert one.done.wait(10)
    assert one.history == 3
    assert pool.ask(None, "short", 1, "c") is kept


def test_the_last_reader_ends_a_run():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), "book", 3, "a")
    assert run.started.wait(10)
    pool.stop(run, "a")
    gate.set()
    assert run.done.wait(10)
    assert run.history < 3
    assert pool.ask(_train(1, gate), "book", 3, "a") is not run


def test_a_complete_run_is_not_stopped_and_not_run_again():
    pool, gate = Pool(), threading.Event()
    gate.set()
    run = pool.ask(_train(2, gate), "book", 3, "a")
    assert run.done.wait(10)
    pool.stop(run, "a")
    assert pool.ask(None, "book", 3, "b") is run


def test_a_reader_who_is_gone_does_not_hold_a_run():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), "book", 3, "before a reload")
    pool.ask(None, "book", 3, "after it")
    assert run.started.wait(10)
    run.readers["before a reload"] -= AWAY + 1.0
    pool.stop(run, "after it")
    assert run.stopped
    gate.set()


def test_a_run_that_nobody_looks_at_ends():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), "book", 3, "a")
    assert run.started.wait(10)
    run.readers["a"] -= PATIENCE + 1.0
    gate.set()
    assert run.done.wait(10)
    assert run.stopped
    assert run.history < 3


@pytest.mark.parametrize("failure", [ValueError, MemoryError])
def test_a_run_that_cannot_begin_says_why(failure):
    def train(settings, on_step):
        raise failure("too large")

    run = Pool().ask(train, "book", 3, "a")
    assert run.done.wait(10)
    assert (run.error, run.history) == ("too large", None)


def test_old_runs_are_forgotten():
    pool, gate = Pool(), threading.Event()
    gate.set()
    first = pool.ask(_train(1, gate), "book", 3, "a")
    for seed in range(1, MOST_IN_THE_POOL + 2):
        assert pool.ask(_train(1, gate), seed, 3, "a").done.wait(10)
    assert pool.ask(_train(1, gate), "book", 3, "a") is not first
