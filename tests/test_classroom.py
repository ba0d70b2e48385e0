"""The database of classes: what is counted, what is shown to whom, and what a stranger can do."""

import random
import string
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy

from benchmarks.postgres import postgres
from pages.ui import classroom as module
from pages.ui.classroom import (
    FRESH,
    LENGTH,
    LETTERS,
    LIFE,
    PRESENT,
    RETRY,
    Classroom,
    Door,
    Full,
    Stage,
    Unavailable,
    is_seat,
    new_seat,
    prepare,
)
from tests.support.pages import HOSTILE

GUESSES = ("10⁻¹", "10⁻²", "≤ 10⁻⁶")
SEATS = [f"seat-{i:07}" for i in range(300)]


class Clock:
    """A clock that goes on by itself, a millisecond at each look, and by as much as a test says."""

    def __init__(self):
        self.now = 1e9

    def __call__(self):
        self.now += 1e-3
        return self.now


@pytest.fixture(scope="module")
def server():
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.browser)])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/classes.db"
    url = request.getfixturevalue("server")
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS classes, guesses")
    engine.dispose()
    return url


@pytest.fixture
def at(url):
    """Return the classes of one more server on the same database."""
    engines = []

    def another(clock):
        engines.append(prepare(sqlalchemy.create_engine(url)))
        return Classroom(engines[-1], clock)

    yield another
    for engine in engines:
        engine.dispose()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(at, clock):
    return at(clock)


def guess(room, code, seat, guess, round=1, experiment="chain_nudge"):
    return room.guess(code, experiment, round, seat, guess, GUESSES)


def test_a_class_has_a_code_that_reads_as_no_other_and_a_long_secret(room):
    opened = [room.open() for _ in range(30)]
    assert len(set(opened)) == len({code for code, _ in opened}) == 30
    assert not set(LETTERS) & set("AEIOUL")
    for code, secret in opened:
        assert len(code) == LENGTH == 5
        assert set(code) <= set(LETTERS)
        assert len(secret) * 6 >= 128
        assert room.is_teacher(code, secret)
        assert not any(room.is_teacher(code, other) for _, other in opened if other != secret)


def test_the_secret_itself_is_kept_nowhere(room, url):
    code, secret = room.open()
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM classes")]
    engine.dispose()
    assert rows[0][0] == code
    assert secret not in repr(rows)


def test_the_whole_course_of_an_experiment(room, clock):
    code, secret = room.open()
    assert all(room.sit(code, seat) for seat in SEATS[:4])
    assert room.here(code) == 4
    assert room.stages(code)["chain_nudge"] == Stage()
    for seat, said in zip(SEATS[:4], ("10⁻¹", "10⁻¹", "10⁻²", "≤ 10⁻⁶"), strict=True):
        assert guess(room, code, seat, said)
    clock.now += FRESH
    assert room.totals(code) == {("chain_nudge", 1): 4}
    assert room.shown(code, "chain_nudge") == {}

    assert room.show(code, secret, "chain_nudge")
    assert room.shown(code, "chain_nudge") == {1: {"10⁻¹": 2, "10⁻²": 1, "≤ 10⁻⁶": 1}}
    assert not guess(room, code, SEATS[4], "10⁻²"), "after the guesses of the round are shown"

    assert room.again(code, secret, "chain_nudge")
    assert not guess(room, code, SEATS[0], "10⁻²", round=1)
    assert guess(room, code, SEATS[0], "10⁻²", round=2)
    assert guess(room, code, SEATS[1], "≤ 10⁻⁶", round=2)
    assert guess(room, code, SEATS[2], "10⁻²", round=2)
    assert room.shown(code, "chain_nudge").keys() == {1}
    assert room.moved(code, "chain_nudge") == (0, 0), "nobody hears what is right before it is shown"

    assert room.answer(code, secret, "chain_nudge")
    assert room.note_right(code, secret, "chain_nudge", "10⁻²")
    assert room.stages(code)["chain_nudge"] == Stage(2, 2, True, "10⁻²")
    assert room.shown(code, "chain_nudge")[2] == {"10⁻²": 2, "≤ 10⁻⁶": 1}
    assert room.moved(code, "chain_nudge") == (1, 3)
    assert not guess(room, code, SEATS[3], "10⁻²", round=2)
    assert room.table(code, secret) == [{"experiment": "chain_nudge", "count": [4, 3], "right": [1, 2]}]

    assert room.close(code, secret)
    assert room.stages(code) is None
    assert room.table(code, secret) is None
    assert not guess(room, code, SEATS[0], "10⁻²", round=2)


def test_there_is_no_third_round_and_none_after_the_answer(room):
    code, secret = room.open()
    assert room.again(code, secret, "a")
    assert room.again(code, secret, "a")
    assert room.stages(code)["a"].round == 2
    assert room.answer(code, secret, "b")
    assert room.again(code, secret, "b")
    assert room.stages(code)["b"] == Stage(1, 1, True)


def test_what_is_right_is_noted_only_once_the_answer_is_shown(room):
    code, secret = room.open()
    assert room.note_right(code, secret, "a", "10⁻²")
    assert room.stages(code)["a"].right is None
    assert room.moved(code, "a") == (0, 0)


def test_of_a_seat_the_last_guess_of_a_round_counts(room, clock):
    code, secret = room.open()
    for said in GUESSES:
        assert guess(room, code, SEATS[0], said)
    assert room.guessed(code, "chain_nudge", SEATS[0]) == {1: GUESSES[-1]}
    room.show(code, secret, "chain_nudge")
    assert room.shown(code, "chain_nudge") == {1: {GUESSES[-1]: 1}}


def test_without_the_secret_nobody_shows_closes_or_reads_the_table(room):
    code, secret = room.open()
    _, other = room.open()
    guess(room, code, SEATS[0], "10⁻²")
    for wrong in (
        "",
        secret[:-1],
        secret + "x",
        secret.lower(),
        other,
        code,
        "' OR 1=1 --",
        "\ud800",
        *HOSTILE,
    ):
        assert not room.is_teacher(code, wrong)
        assert not room.show(code, wrong, "chain_nudge")
        assert not room.again(code, wrong, "chain_nudge")
        assert not room.answer(code, wrong, "chain_nudge")
        assert not room.note_right(code, wrong, "chain_nudge", "10⁻²")
        assert not room.close(code, wrong)
        assert room.table(code, wrong) is None
    assert room.stages(code) == {}
    assert room.shown(code, "chain_nudge") == {}
    assert len(room.table(code, secret)) == 1


def test_ten_thousand_hostile_messages_raise_nothing_and_count_nothing(room, clock):
    code, secret = room.open()
    assert guess(room, code, SEATS[0], "10⁻²")
    hostile = random.Random(1)
    texts = [
        *HOSTILE,
        "\ud800",
        "'; DROP TABLE guesses; --",
        '" OR ""="',
        "%s %(code)s :code",
        code.lower(),
        f"{code} ",
        code[:4],
        "x" * 100_000,
        "BBBBB",
        *("".join(hostile.choices(string.printable, k=hostile.randrange(1, 40))) for _ in range(200)),
    ]
    forged = [text for text in texts if text != code]

    def one(kind):
        text, other = hostile.choice(forged), hostile.choice(texts)
        if kind == 0:
            return room.guess(text, "chain_nudge", 1, SEATS[1], "10⁻²", GUESSES)
        if kind == 1:
            return room.guess(code, "chain_nudge", 1, SEATS[1], text, GUESSES)
        if kind == 2:
            return room.guess(
                code, "chain_nudge", hostile.choice([0, 2, -1, 10**9]), SEATS[1], "10⁻²", GUESSES
            )
        if kind == 3:
            seat = text if not is_seat(text) else ""
            return room.guess(code, "chain_nudge", 1, seat, "10⁻²", GUESSES)
        if kind == 4:
            return (
                room.show(code, text, "chain_nudge") or room.close(text, secret) or room.sit(text, SEATS[0])
            )
        return (
            room.stages(text)
            or room.table(code, other)
            or room.sits(code, text)
            or room.is_teacher(text, other)
        )

    told = [one(message % 6) for message in range(10_000)]
    assert not any(told)
    clock.now += FRESH
    assert room.totals(code) == {("chain_nudge", 1): 1}
    assert room.stages(code) == {}


def test_an_experiment_takes_so_many_guesses_and_no_more(room, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_GUESSES", 20)
    code, _ = room.open()
    counted = [guess(room, code, seat, "10⁻²") for seat in SEATS[:25]]
    assert counted == [True] * 20 + [False] * 5
    assert guess(room, code, SEATS[0], "10⁻¹"), "whoever is counted may still think again"
    assert all(room.sit(code, seat) for seat in SEATS[:20])
    assert not room.sit(code, SEATS[20])
    clock.now += FRESH
    assert room.totals(code) == {("chain_nudge", 1): 20}


def test_so_many_classes_are_open_and_no_more(room, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_CLASSES", 3)
    opened = [room.open() for _ in range(3)]
    with pytest.raises(Full):
        room.open()
    room.close(*opened[0])
    room.open()
    with pytest.raises(Full):
        room.open()


def test_a_class_is_deleted_when_another_is_opened_a_day_later(room, clock):
    code, _ = room.open()
    guess(room, code, SEATS[0], "10⁻²")
    clock.now += LIFE
    assert room.stages(code) is None
    assert not guess(room, code, SEATS[0], "10⁻²")
    room.open()
    clock.now -= LIFE
    assert room.stages(code) is None
    assert room.totals(code) == {}


def test_who_is_here_are_the_seats_that_a_server_has_seen_of_late(room, clock):
    code, _ = room.open()
    assert all(room.sit(code, seat) for seat in SEATS[:3])
    assert room.sits(code, SEATS[0])
    assert not room.sits(code, SEATS[3])
    clock.now += PRESENT / 2
    room.see(code, SEATS[1:4])
    room.leave(code, SEATS[2])
    assert room.here(code) == 2
    clock.now += PRESENT / 2
    assert room.here(code) == 1


def test_the_teacher_sees_all_as_it_is_now(at, clock):
    here, there = at(clock), at(clock)
    code, secret = here.open()
    assert here.seen(code) == ({}, {}, 0)
    there.sit(code, SEATS[0])
    guess(there, code, SEATS[0], "10⁻²")
    there.show(code, secret, "chain_nudge")
    assert here.seen(code) == ({"chain_nudge": Stage(1, 1)}, {("chain_nudge", 1): 1}, 1)
    assert here.totals(code) == {("chain_nudge", 1): 1}
    here.close(code, secret)
    assert here.seen(code) is None


def test_what_was_read_is_read_again_after_a_second_and_at_once_where_the_teacher_acts(at, clock):
    here, there = at(clock), at(clock)
    code, secret = here.open()
    assert there.stages(code) == here.stages(code) == {}
    here.show(code, secret, "a")
    assert here.stages(code)["a"].shown == 1
    clock.now += FRESH
    assert there.stages(code)["a"].shown == 1


def test_two_servers_share_a_class(at, clock):
    here, there = at(clock), at(clock)
    code, secret = here.open()
    assert guess(here, code, SEATS[0], "10⁻²")
    assert guess(there, code, SEATS[1], "10⁻²")
    assert guess(there, code, SEATS[0], "10⁻¹"), "whoever comes from a server that is gone"
    assert there.show(code, secret, "chain_nudge")
    clock.now += FRESH
    assert here.shown(code, "chain_nudge") == {1: {"10⁻²": 1, "10⁻¹": 1}}


def test_a_class_that_guesses_at_once_loses_and_doubles_nothing(at, clock):
    here, there = at(clock), at(clock)
    code, _ = here.open()

    def student(place):
        room, seat = (here, there)[place % 2], SEATS[place // 2]  # each seat from two servers
        return guess(room, code, seat, GUESSES[place % 3])

    with ThreadPoolExecutor(16) as students:
        counted = list(students.map(student, range(200)))
    assert all(counted)
    clock.now += FRESH
    assert there.totals(code) == {("chain_nudge", 1): 100}


def test_no_guess_is_counted_once_the_guesses_are_shown(at, clock):
    here, there = at(clock), at(clock)
    code, secret = here.open()
    begun, over, seen = threading.Event(), threading.Event(), []

    def student(place):
        if place == 30:
            begun.set()
        if place == 199:
            over.wait(60)
        return guess(there, code, SEATS[place], "10⁻²")

    def teacher():
        begun.wait(60)
        here.show(code, secret, "chain_nudge")
        over.set()
        seen.append(here.shown(code, "chain_nudge")[1]["10⁻²"])

    showing = threading.Thread(target=teacher)
    showing.start()
    with ThreadPoolExecutor(4) as students:
        counted = sum(students.map(student, range(200)))
    showing.join(60)
    assert seen == [counted]
    assert 0 < counted < 200


def test_only_so_many_get_in_where_two_servers_race_for_the_last_places(at, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_GUESSES", 50)
    rooms = at(clock), at(clock)
    code, _ = rooms[0].open()
    with ThreadPoolExecutor(8) as students:
        counted = list(students.map(lambda i: guess(rooms[i % 2], code, SEATS[i], "10⁻²"), range(100)))
    assert sum(counted) == 50


def test_two_servers_that_start_at_once_both_have_tables(at, clock):
    rooms = [at(clock) for _ in range(4)]
    with ThreadPoolExecutor(4) as servers:
        opened = list(servers.map(lambda room: room.open(), rooms))
    assert all(rooms[0].is_teacher(*each) for each in opened)


def test_a_database_that_does_not_answer_is_told_and_not_asked_again_at_once(tmp_path):
    clock, calls = Clock(), []
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/none/classes.db")
    sqlalchemy.event.listen(engine, "do_connect", lambda *_: calls.append(1))
    room = Classroom(prepare(engine), clock)
    for ask in (room.open, lambda: room.stages("BBBBB"), lambda: room.sit("BBBBB", SEATS[0])):
        with pytest.raises(Unavailable):
            ask()
    asked = len(calls)
    assert asked
    (tmp_path / "none").mkdir()
    with pytest.raises(Unavailable):
        room.open()
    assert len(calls) == asked
    clock.now += RETRY
    assert room.open()


def test_a_seat_is_long_and_like_no_other():
    seats = {new_seat() for _ in range(1000)}
    assert len(seats) == 1000
    assert all(map(is_seat, seats))
    assert not any(map(is_seat, HOSTILE))


def test_wrong_codes_have_their_reader_wait_longer_and_longer():
    clock = Clock()
    door, tries, waits = Door(clock), {}, []
    for _ in range(9):
        assert door.wait(tries) == 0.0
        door.wrong(tries)
        waits.append(round(door.wait(tries)))
        clock.now += waits[-1] + 0.1
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert door.wait({}) == 0.0


def test_whoever_walks_the_codes_with_many_sessions_is_slowed_down_too():
    clock, looked = Clock(), 0
    door, end = Door(clock), clock.now + 600.0
    while clock.now < end:
        if door.wait(reader := {}):
            clock.now += 0.01
        else:
            door.wrong(reader)
            looked += 1
    assert looked < 1000
    clock.now += Door.minute
    assert door.wait({}) == 0.0
