"""The runs of all readers: shared, stopped, in turns, within their room, forgotten."""

import threading
import time

import numpy as np
import pytest

from pages.ui import pool as module
from pages.ui.pool import BYTES_KEPT, GRACE, MOST_KEPT, PATIENCE, Pool, Room


def _train(steps, gate):
    """A training that waits at a gate before every step but the first."""

    def train(settings, on_step):
        for seen in range(1, steps + 1):
            on_step(seen, seen)
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
    pool, gate = Pool(present={"after it"}.__contains__), threading.Event()
    run = pool.ask(_train(3, gate), "book", 3, "before a reload")
    pool.ask(None, "book", 3, "after it")
    assert run.started.wait(10)
    pool.stop(run, "after it")
    assert run.stopped
    gate.set()


def _until(on_step, run_out=10.0):
    """Take short steps, each within another, until nobody waits."""
    end = time.monotonic() + run_out
    while time.monotonic() < end:
        on_step()
        time.sleep(0.01)
    return "never left"


@pytest.mark.parametrize("leave", [lambda pool, there: there.clear(), lambda pool, there: pool.leave("a")])
def test_a_run_ends_within_a_step_when_its_last_reader_has_gone(leave):
    there = {"a"}
    pool = Pool(present=there.__contains__)
    run = pool.ask(lambda _, on_step: _until(on_step), "book", 1, "a")
    assert not run.done.wait(2.0 * GRACE)
    leave(pool, there)
    assert run.done.wait(GRACE + 1.0)
    assert (run.stopped, run.history, run.error, run.failed) == (True, None, "", False)
    there.add("a")
    gate = threading.Event()
    gate.set()
    again = pool.ask(_train(3, gate), "book", 3, "a")
    assert again.done.wait(10)
    assert (again.stopped, again.history) == (False, 3)


def test_who_loads_the_page_again_in_time_finds_the_run_under_way():
    there = {"before a reload"}
    pool = Pool(present=there.__contains__)
    run = pool.ask(lambda _, on_step: _until(on_step, 3.0 * GRACE), "book", 1, "before a reload")
    there.clear()
    time.sleep(0.2 * GRACE)
    there.add("after it")
    assert pool.ask(None, "book", 1, "after it") is run
    assert run.done.wait(10)
    assert not run.stopped


def test_who_has_left_before_its_turn_is_never_computed():
    there, gate, computed = {"a", "b"}, threading.Event(), []
    pool = Pool(present=there.__contains__)
    first = pool.ask(_train(3, gate), "first", 3, "a")
    assert first.started.wait(10)
    second = pool.ask(lambda *_: computed.append(1), "second", 3, "b")
    there.remove("b")
    time.sleep(1.5 * GRACE)
    gate.set()
    assert first.done.wait(10)
    assert second.done.wait(10)
    assert (second.stopped, computed) == (True, [])


def _steps(count, log, seconds=0.0):
    def compute(settings, on_step):
        for seen in range(1, count + 1):
            time.sleep(seconds)
            log.append(settings)
            on_step(seen, seen)
        return count

    return compute


def test_a_short_run_waits_for_no_long_one(monkeypatch):
    monkeypatch.setattr(module, "TURN", 0.0)
    pool, log = Pool(), []
    long = [pool.ask(_steps(8, log, 0.05), name, 8, "a") for name in ("one", "other")]
    assert long[0].started.wait(10)
    short = pool.ask(_steps(1, log), "short", 1, "b")
    assert short.done.wait(10)
    assert not any(run.done.is_set() for run in long)
    assert all(run.done.wait(10) for run in long)
    assert [run.history for run in long] == [8, 8]
    assert {log[place] for place in range(4)} >= {"one", "other"}  # in turns


@pytest.mark.parametrize(("within", "together"), [(40, 2), (60, 1), (200, 1)])
def test_memory_is_counted_before_it_is_taken(within, together):
    under_way, most, lock = 0, 0, threading.Lock()

    def compute(settings, on_step):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.1)
        with lock:
            under_way -= 1

    pool = Pool(at_once=3, budget=100)
    runs = [pool.ask(compute, name, 1, "a", Room(within, 0)) for name in "abcd"]
    assert all(run.done.wait(10) for run in runs)
    assert most == together


def test_what_runs_hold_between_their_steps_is_counted_too(monkeypatch):
    monkeypatch.setattr(module, "TURN", 0.0)
    pool, log = Pool(budget=100), []
    runs = [pool.ask(_steps(5, log, 0.02), name, 5, "a", Room(40, 40)) for name in "abc"]
    assert all(run.done.wait(10) for run in runs)
    assert set(log[:5]) == {"a", "b"}  # the third begins when one of the others has ended


def test_a_run_that_nobody_looks_at_ends():
    pool, gate = Pool(), threading.Event()
    run = pool.ask(_train(3, gate), "book", 3, "a")
    assert run.started.wait(10)
    run.readers["a"] -= PATIENCE + 1.0
    time.sleep(1.5 * GRACE)
    gate.set()
    assert run.done.wait(10)
    assert run.stopped
    assert run.history < 3


def _failing(failure):
    def train(settings, on_step):
        raise failure

    run = Pool().ask(train, "book", 3, "a")
    assert run.done.wait(10)
    assert run.history is None
    return run


def test_what_the_core_refuses_is_told_in_its_words(caplog):
    run = _failing(ValueError("too large"))
    assert (run.error, run.failed, caplog.records) == ("too large", False, [])


@pytest.mark.parametrize("failure", [KeyError("nosuch"), MemoryError()])
def test_any_other_failure_is_logged_with_its_traceback(failure, caplog):
    run = _failing(failure)
    assert (run.error, run.failed) == ("", True)
    (record,) = caplog.records
    assert record.name == "pages.ui.pool"
    assert record.exc_info[1] is failure
    assert "in train" in caplog.text
    assert "'book'" in caplog.text


def test_old_runs_are_forgotten():
    pool, gate = Pool(), threading.Event()
    gate.set()
    first = pool.ask(_train(1, gate), "book", 3, "a")
    for seed in range(1, MOST_KEPT + 2):
        assert pool.ask(_train(1, gate), seed, 3, "a").done.wait(10)
    assert pool.ask(_train(1, gate), "book", 3, "a") is not first


def test_large_histories_are_forgotten_sooner():
    large = [np.broadcast_to(0.0, int(BYTES_KEPT / 8 / 3))]  # two fit, three do not; it takes no memory

    def ask(name):
        run = pool.ask(lambda *_: large, name, 1, "a")
        assert run.done.wait(10)
        return run

    pool = Pool()
    first, second, third, _ = map(ask, "abcd")
    assert ask("c") is third
    assert ask("b") is second
    assert ask("a") is not first
