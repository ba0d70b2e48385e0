"""The database of classes that guess together: the only module that knows it.

A class has a code, which is all that its students have, and a secret, which is its teacher's. Of a student
it has a seat, a random text that his browser's address carries, and his guesses: nothing else.
"""

import hmac
import json
import logging
import os
import re
import secrets
import threading
import time
from collections import deque
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from functools import wraps
from hashlib import sha256
from pathlib import Path

import streamlit as st

LETTERS, LENGTH = "BCDFGHJKMNPQRSTVWXYZ", 5
"""Of a code: without L, which reads as 1 or I, and without vowels, so that no words arise."""
SECRET_BYTES = 24
MOST_CLASSES, MOST_GUESSES, ROUNDS = 1000, 2000, 2
LIFE, PRESENT, FRESH = 24 * 3600.0, 60.0, 0.5
"""Seconds until a class is old, a seat empty that no server has seen, and what was read is read again."""
RETRY = 5.0
"""Seconds in which a database that has not answered is not asked again, so that no reader waits for it."""
VARIABLE = "VANISHING_CLASSES"
"""The environment variable that names another database, as SQLAlchemy's URL."""

_SEAT = re.compile(r"[\w-]{12}", re.ASCII)
_HERE = ""  # stands for the experiment in the row that says when a seat was last seen
_TABLES = (
    """CREATE TABLE IF NOT EXISTS classes (
        code VARCHAR(8) PRIMARY KEY, hash CHAR(64) NOT NULL, opened DOUBLE PRECISION NOT NULL,
        stages TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS guesses (
        code VARCHAR(8) NOT NULL, experiment VARCHAR(60) NOT NULL, round INTEGER NOT NULL,
        seat VARCHAR(32) NOT NULL, guess VARCHAR(60) NOT NULL, time DOUBLE PRECISION NOT NULL,
        PRIMARY KEY (code, experiment, round, seat))""",
)
_OPEN = "FROM classes WHERE code = :code AND opened >= :old"
_BEGIN = """INSERT INTO classes (code, hash, opened, stages) VALUES (:code, :hash, :now, '{}')
    ON CONFLICT (code) DO NOTHING"""
_AGAIN = """UPDATE guesses SET guess = :guess, time = :now
    WHERE code = :code AND experiment = :experiment AND round = :round AND seat = :seat"""
_FIRST = """INSERT INTO guesses (code, experiment, round, seat, guess, time)
    VALUES (:code, :experiment, :round, :seat, :guess, :now)"""
_ALL = "SELECT COUNT(*) FROM guesses WHERE code = :code AND experiment = :experiment"
_OWN = "SELECT round, guess FROM guesses WHERE code = :code AND experiment = :experiment AND seat = :seat"
_SEAT_OF = "FROM guesses WHERE code = :code AND experiment = '' AND round = 0 AND seat = :seat"
_TAKEN = "SELECT COUNT(*) FROM guesses WHERE code = :code AND experiment = '' AND time >= :since"
_TOTALS = """SELECT experiment, round, COUNT(*) FROM guesses
    WHERE code = :code AND round > 0 GROUP BY experiment, round"""
_COUNTS = """SELECT round, guess, COUNT(*) FROM guesses
    WHERE code = :code AND experiment = :experiment GROUP BY round, guess"""
_MOVED = """SELECT COUNT(CASE WHEN a.guess <> :right AND b.guess = :right THEN 1 END), COUNT(*)
    FROM guesses a JOIN guesses b ON a.code = b.code AND a.experiment = b.experiment AND a.seat = b.seat
    WHERE a.code = :code AND a.experiment = :experiment AND a.round = 1 AND b.round = 2"""
_ORDER = """SELECT experiment FROM guesses WHERE code = :code AND round > 0
    GROUP BY experiment ORDER BY MIN(time)"""


class Unavailable(Exception):
    """The database does not answer or, where it names one, a package is missing."""

    @property
    def package(self):
        return self.args[0] if self.args else None


class Full(Exception):
    """As many classes are open as a database takes."""


@dataclass(frozen=True)
class Stage:
    """How far a class is with an experiment.

    Attributes
    ----------
    round : int, 1 or 2, that is guessed in
    shown : int, of how many rounds the guesses are shown
    open : bool, whether the answer is shown
    right : str, the guess that is nearest to it, or None before
    """

    round: int = 1
    shown: int = 0
    open: bool = False
    right: str | None = None

    @property
    def asks(self):
        """Whether guesses are counted."""
        return not self.open and self.shown < self.round


class Stages(dict):
    """The stages of the experiments by name; one that has not begun is at the first."""

    def __missing__(self, _):
        return Stage()


def new_seat():
    """Return a seat for somebody who has none."""
    return secrets.token_urlsafe(9)


def is_seat(text):
    """Whether a text can be a seat."""
    return bool(_SEAT.fullmatch(text))


def is_code(text):
    """Whether a text can be the code of a class."""
    return len(text) == LENGTH and set(text) <= set(LETTERS)


def _told(method):
    """Let whatever keeps the database from answering be `Unavailable`, also for the next seconds."""

    @wraps(method)
    def asked(self, *args, **options):
        from sqlalchemy.exc import SQLAlchemyError

        if self.clock() < self._down_until:
            raise Unavailable
        try:
            return method(self, *args, **options)
        except (SQLAlchemyError, OSError) as error:
            self._down_until = self.clock() + RETRY
            logging.getLogger(__name__).warning("%s", error)
            raise Unavailable from error

    return asked


class Classroom:
    """The classes in a database.

    Parameters
    ----------
    engine : SQLAlchemy's, of SQLite or PostgreSQL
    clock : function without arguments, the seconds since 1970

    Raises
    ------
    Unavailable : every method, when the database does not answer
    """

    def __init__(self, engine, clock=time.time):
        self.engine, self.clock = engine, clock
        self._reader = engine.execution_options(read=True)
        alone = engine.dialect.name == "sqlite"  # which has its writers try now and again, in no order
        self._lock, self._turn_of = ("", threading.Lock()) if alone else (" FOR UPDATE", nullcontext())
        self._read, self._made, self._down_until = {}, False, 0.0

    @_told
    def open(self):
        """Open a class, and delete those that are old. Returns its code and its secret.

        Raises
        ------
        Full : where `MOST_CLASSES` are open
        """
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self.clock()
        with self._writing() as ask:
            old = "FROM classes WHERE opened < :old"
            ask(f"DELETE FROM guesses WHERE code IN (SELECT code {old})", old=now - LIFE)
            ask(f"DELETE {old}", old=now - LIFE)
            if ask("SELECT COUNT(*) FROM classes").scalar_one() >= MOST_CLASSES:
                raise Full
            while True:
                code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
                if ask(_BEGIN, code=code, hash=_hash(code, secret), now=now).rowcount:
                    return code, secret

    @_told
    def stages(self, code):
        """Return the stages of the experiments that a class has begun; None if no such class is open."""
        return self._fresh(("stages", code), self._stages, code)

    def _stages(self, ask, code, lock=""):
        if not is_code(code):  # not every text is one that a database takes
            return None
        found = self._of_open(ask, "stages", code, lock)
        if found is None:
            return None
        return Stages({name: Stage(**stage) for name, stage in json.loads(found).items()})

    def _of_open(self, ask, column, code, lock=""):
        found = ask(f"SELECT {column} {_OPEN}{lock}", code=code, old=self.clock() - LIFE)
        return found.scalar_one_or_none()

    @_told
    def is_teacher(self, code, secret):
        """Whether a secret is that of the teacher of an open class."""
        with self._reading() as ask:
            return self._knows(ask, code, secret)

    def _knows(self, ask, code, secret):
        if not is_code(code):
            return False
        found = self._of_open(ask, "hash", code)
        return hmac.compare_digest(found or "", _hash(code, secret)) and found is not None

    @_told
    def guess(self, code, experiment, round, seat, guess, guesses):
        """Count a guess; the last of a seat in a round is the one that counts.

        Parameters
        ----------
        round : int, the round that the student saw
        guesses : sequence of str, those that the experiment offers

        Returns
        -------
        bool, whether it is counted: not once the guesses of its round or the answer are shown
        """
        if not is_seat(seat) or guess not in guesses:
            return False
        with self._writing() as ask:
            stages = self._stages(ask, code, self._lock)
            if stages is None or not stages[experiment].asks or stages[experiment].round != round:
                return False
            return self._put(ask, code, experiment, round, seat, guess)

    def _put(self, ask, code, experiment, round, seat, guess):
        row = {"code": code, "experiment": experiment, "round": round, "seat": seat, "guess": guess}
        if ask(_AGAIN, **row, now=self.clock()).rowcount:
            return True
        if ask(_ALL, code=code, experiment=experiment).scalar_one() >= MOST_GUESSES:
            return False
        ask(_FIRST, **row, now=self.clock())
        return True

    @_told
    def guessed(self, code, experiment, seat):
        """Return what a seat has guessed in an experiment, by round."""
        with self._reading() as ask:
            return dict(map(tuple, ask(_OWN, code=code, experiment=experiment, seat=seat)))

    @_told
    def sit(self, code, seat):
        """Take a seat. Returns whether the class is open, and has room."""
        if not is_seat(seat):
            return False
        with self._writing() as ask:
            if self._stages(ask, code, self._lock) is None:
                return False
            return self._put(ask, code, _HERE, 0, seat, "")

    @_told
    def see(self, code, seats):
        """Note that who has taken these seats is still here."""
        row = {"code": code, "experiment": _HERE, "round": 0, "guess": "", "now": self.clock()}
        with self._writing() as ask:
            ask(_AGAIN, *({**row, "seat": seat} for seat in seats))

    @_told
    def sits(self, code, seat):
        """Whether a seat has been taken in an open class."""
        if not is_code(code) or not is_seat(seat):
            return False
        with self._reading() as ask:
            if self._of_open(ask, "1", code) is None:
                return False
            return ask(f"SELECT 1 {_SEAT_OF}", code=code, seat=seat).scalar_one_or_none() is not None

    @_told
    def leave(self, code, seat):
        """Free a seat; what was guessed from it stays counted."""
        with self._writing() as ask:
            ask(f"DELETE {_SEAT_OF}", code=code, seat=seat)
        self._forget(code)

    @_told
    def here(self, code):
        """Return how many seats are taken."""
        return self._fresh(("here", code), self._seats, code)

    def _seats(self, ask, code):
        return ask(_TAKEN, code=code, since=self.clock() - PRESENT).scalar_one()

    @_told
    def totals(self, code):
        """Return how many have guessed, by experiment and round."""
        return self._fresh(("totals", code), self._totals, code)

    def _totals(self, ask, code):
        return {(experiment, round): count for experiment, round, count in ask(_TOTALS, code=code)}

    @_told
    def seen(self, code):
        """Return the stages, the totals and how many are here, all as they are now; None if it is closed."""
        with self._reading() as ask:
            found = self._stages(ask, code), self._totals(ask, code), self._seats(ask, code)
        now, (stages, totals, here) = self.clock(), found
        self._read["stages", code] = now, stages
        self._read["totals", code] = now, totals
        self._read["here", code] = now, here
        return None if stages is None else found

    @_told
    def shown(self, code, experiment):
        """Return how often each guess was made, by round, of the rounds whose guesses are shown."""
        stages = self.stages(code)
        upto = stages[experiment].shown if stages else 0
        counts = self._fresh(("counts", code, experiment, upto), self._counts, code, experiment)
        return {round: counts.get(round, {}) for round in range(1, upto + 1)}

    def _counts(self, ask, code, experiment):
        counts = {}
        for round, guess, count in ask(_COUNTS, code=code, experiment=experiment):
            counts.setdefault(round, {})[guess] = count
        return counts

    @_told
    def moved(self, code, experiment):
        """Return how many moved from a wrong guess to the right one, and how many guessed in both rounds.

        Both are 0 until the answer is shown.
        """
        stages = self.stages(code)
        right = stages[experiment].right if stages else None
        if right is None:
            return 0, 0
        return self._fresh(("moved", code, experiment, right), self._moved, code, experiment, right)

    def _moved(self, ask, code, experiment, right):
        moved, both = ask(_MOVED, code=code, experiment=experiment, right=right).one()
        return moved, both

    def show(self, code, secret, experiment):
        """Show the guesses of this round. Returns whether the secret is the teacher's, as the others do."""
        return self._turn(code, secret, experiment, lambda stage: replace(stage, shown=stage.round))

    def again(self, code, secret, experiment):
        """Have the class guess a second time."""

        def next_round(stage):
            return stage if stage.open else replace(stage, round=min(stage.round + 1, ROUNDS))

        return self._turn(code, secret, experiment, next_round)

    def answer(self, code, secret, experiment):
        """Show the answer, and the guesses of all rounds."""
        return self._turn(
            code, secret, experiment, lambda stage: replace(stage, shown=stage.round, open=True)
        )

    def note_right(self, code, secret, experiment, right):
        """Note which guess is nearest to the answer, once it is shown."""
        return self._turn(
            code, secret, experiment, lambda stage: replace(stage, right=right) if stage.open else stage
        )

    @_told
    def _turn(self, code, secret, experiment, change):
        with self._writing() as ask:
            stages = self._stages(ask, code, self._lock)
            if stages is None or not self._knows(ask, code, secret):
                return False
            stages[experiment] = change(stages[experiment])
            told = json.dumps({name: asdict(stage) for name, stage in stages.items()})
            ask("UPDATE classes SET stages = :told WHERE code = :code", told=told, code=code)
        self._forget(code)
        return True

    @_told
    def table(self, code, secret):
        """Return the rows of the class's table, in the order of its experiments' first guesses.

        Returns
        -------
        list of dict: `experiment`; `count` and `right`, each a list of two numbers, of the rounds; or None
        without the teacher's secret. `right` is None until the answer is shown.
        """
        with self._reading() as ask:
            if not self._knows(ask, code, secret):
                return None
            stages = self._stages(ask, code)
            rows = []
            for experiment in ask(_ORDER, code=code).scalars().all():
                counts, right = self._counts(ask, code, experiment), stages[experiment].right
                rounds = [counts.get(round, {}) for round in range(1, ROUNDS + 1)]
                known = None if right is None else [guesses.get(right, 0) for guesses in rounds]
                count = [sum(guesses.values()) for guesses in rounds]
                rows.append({"experiment": experiment, "count": count, "right": known})
            return rows

    @_told
    def close(self, code, secret):
        """Close a class and delete all of it. Returns whether the secret is the teacher's."""
        with self._writing() as ask:
            if self._stages(ask, code, self._lock) is None or not self._knows(ask, code, secret):
                return False
            ask("DELETE FROM guesses WHERE code = :code", code=code)
            ask("DELETE FROM classes WHERE code = :code", code=code)
        self._forget(code)
        return True

    def _fresh(self, key, read, *given):
        """Return what was read no more than a second ago: all who wait on this server share one question."""
        kept = self._read.get(key)
        if kept is None or not 0.0 <= self.clock() - kept[0] < FRESH:
            with self._reading() as ask:
                kept = self._read[key] = self.clock(), read(ask, *given)
            if len(self._read) > 10 * MOST_CLASSES:
                self._read.clear()
        return kept[1]

    def _forget(self, code):
        for key in [key for key in list(self._read) if key[1] == code]:
            self._read.pop(key, None)

    def _reading(self):
        return self._asking(self._reader)

    @contextmanager
    def _writing(self):
        with self._turn_of, self._asking(self.engine) as ask:
            yield ask

    @contextmanager
    def _asking(self, engine):
        from sqlalchemy import text

        self._make()
        with engine.begin() as connection:
            yield lambda statement, *rows, **values: connection.execute(text(statement), list(rows) or values)

    def _make(self):
        """Make the tables where they are missing; of two servers that do so at once one may fail, once."""
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError

        for last in (False, True):
            if self._made:
                return
            try:
                with self.engine.begin() as connection:
                    for table in _TABLES:
                        connection.execute(text(table))
                self._made = True
            except DBAPIError:
                if last:
                    raise


def _hash(code, secret):
    return sha256(f"{code} {secret}".encode("utf-8", "replace")).hexdigest()


class Door:
    """Who may ask for a class by its code: wrong codes have their reader wait, many of them everybody.

    Parameters
    ----------
    clock : function without arguments, seconds
    """

    free, minute, longest = 30, 60.0, 60.0
    """How many wrong codes a minute cost a server's readers nothing, and the most that one reader waits."""

    def __init__(self, clock=time.monotonic):
        self._clock, self._wrong, self._until, self._lock = clock, deque(), 0.0, threading.Lock()

    def wait(self, tries):
        """Return how many seconds a reader has to wait until his next code is looked at; 0.0 is now.

        Parameters
        ----------
        tries : dict, what the door has noted of this reader
        """
        with self._lock:
            now = self._clock()
            while self._wrong and self._wrong[0] < now - self.minute:
                self._wrong.popleft()
            left = max(tries.get("until", 0.0), self._until) - now
            if left <= 0.0 and len(self._wrong) > self.free:  # from here on one after the other
                self._until = now + 0.02 * (len(self._wrong) - self.free)
            return max(left, 0.0)

    def wrong(self, tries):
        """Note that a reader's code was wrong: he waits a second, then two, four, ..."""
        with self._lock:
            tries["count"] = tries.get("count", 0) + 1
            tries["until"] = self._clock() + min(2.0 ** (tries["count"] - 1), self.longest)
            self._wrong.append(self._clock())


def prepare(engine):
    """Return the engine; one of SQLite writes one transaction after the other, ahead of its readers (WAL)."""
    from sqlalchemy import event

    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin):
        event.listen(engine, "connect", _connect)
        event.listen(engine, "begin", _begin)
    return engine


def _connect(connection, _):
    connection.isolation_level = None  # the driver's own BEGIN would come too late
    for setting in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection):
    read = connection.get_execution_options().get("read")
    connection.exec_driver_sql("BEGIN" if read else "BEGIN IMMEDIATE")


def classroom():
    """Return the classes of this server, which all its readers share.

    The database is that of `connections.classes` in the secrets, else that of `VARIABLE`, else a file of
    SQLite in the user's folder of data.

    Raises
    ------
    Unavailable : where it is not set up
    """
    try:
        return _classroom()
    except ImportError as error:
        raise Unavailable(error.name) from error
    except (OSError, ValueError) as error:
        logging.getLogger(__name__).warning("%s", error)
        raise Unavailable from error


@st.cache_resource(show_spinner=False)
def _classroom():
    from sqlalchemy.exc import SQLAlchemyError

    try:
        connection = st.connection("classes", type="sql", **_where())
        return Classroom(prepare(connection.engine))
    except (SQLAlchemyError, st.errors.Error) as error:
        raise ValueError("the database of the classes is not set up") from error


def _where():
    """Return what `st.connection` has to be told beside the secrets."""
    named = st.secrets.get("connections", {}).get("classes") if st.secrets.load_if_toml_exists() else None
    if named is None:
        named = {"url": os.environ.get(VARIABLE) or f"sqlite:///{_file()}"}
    kind = str(named.get("url") or named.get("dialect"))
    waits = "connect_timeout" if kind.startswith("postgresql") else "timeout"
    return {**named, "pool_pre_ping": True, "hide_parameters": True, "connect_args": {waits: 3}}


def _file():
    data = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".local/share"
    folder = Path(data, "why-gradients-vanish")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "classes.db"
