"""A class that guesses together, on the screen: who is in it, what a student sees, and what its teacher does.

The address has the class and, of a student, the seat. A teacher's link has the secret behind a #, which
browsers send to no server and name to no other site; `_key` takes it out of the address.
"""

import math
import random
import threading
import time
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.classroom import LENGTH, PRESENT, ROUNDS, Door, Unavailable, classroom, is_seat, new_seat
from pages.ui.numbers import percent

WAITING, LOOKING = (5.0, 7.0), 1.25
"""Seconds between two looks: of a student who waits, each at an interval of his own; of the teacher."""
_KEY = Path(__file__).with_name("key.js").read_text(encoding="utf-8")
_BARS = """<style>.vg-class { width: 100%; border-collapse: collapse; margin: .3rem 0; }
.vg-class th, .vg-class td { padding: .1rem .6rem .1rem 0; border: 0; line-height: 1.15; }
.vg-class th { text-align: right; font-weight: 400; white-space: nowrap; width: 1%; }
.vg-class td:last-child { white-space: nowrap; width: 1%; font-variant-numeric: tabular-nums; }
.vg-class div { height: .8rem; min-width: 1px; border: 1.5px solid #0072B2; }
.vg-class .round-2 div, .vg-class .alone div { background: #0072B2; }
.vg-class .right th, .vg-class .right td { font-weight: 700; }
.vg-class .right div { border-color: #D55E00; }
.vg-class .right.round-2 div, .vg-class .right.alone div { background: #D55E00; }
.vg-class caption { text-align: left; font-size: .875rem; opacity: .8; }
</style>"""


@dataclass(frozen=True)
class Place:
    """Where a reader is in a class: a student has a seat, its teacher the secret."""

    code: str
    seat: str
    secret: str | None = None


def enter(page):
    """Find the class that the address asks for; call it before anything that leads to other pages."""
    state, asked = st.session_state, st.query_params.get("class")
    place = state.get("class_place")
    if asked is None and place is None:
        return
    if asked is None:
        asked = st.query_params["class"] = place.code
    state["class"] = asked  # what `address.warn_unused` finds in the session is of use
    state["seat"] = st.query_params.get("seat")
    try:
        found, state["class_notice"] = _found(page, asked[: 2 * LENGTH].strip().upper(), place)
    except Unavailable:
        found, state["class_notice"] = place, ("class.unreachable", {})
    if found:
        state["class_place"] = found


def _found(page, code, place):
    """Return the place in a class, and what else is to be told: its key and slots, or None."""
    room, tries = classroom(), st.session_state.setdefault("class_tries", {})
    known, seat = place is not None and place.code == code, st.query_params.get("seat", "")
    if not known and not room.sits(code, seat):
        seconds = _door().wait(tries)
        if seconds:
            return None, ("class.wait", {"seconds": math.ceil(seconds)})
    if room.stages(code) is None:
        if not known:
            _door().wrong(tries)
        return None, ("class.none", {})
    place = place if known else Place(code, seat if is_seat(seat) else new_seat())
    if place.secret is None and page.name != "teachers":
        if not room.sit(code, place.seat):
            return None, ("class.full", {})
        _attendance().add(place)
        if seat != place.seat:
            st.query_params["seat"] = st.session_state["seat"] = place.seat
    return place, None


def here():
    """Return the reader's Place, or None where he reads alone."""
    state = st.session_state
    return None if state.get("class_notice") else state.get("class_place")


def carried():
    """Return what every link to another page carries."""
    place = here()
    if place is None:
        return {}
    return {"class": place.code} | ({} if place.secret else {"seat": place.seat})


def linked(text):
    """Return a text whose links to the glossary carry what others do."""
    return text.replace("(glossary?", f"(glossary?{urlencode(carried())}&") if here() else text


def shared():
    """Return what a link for somebody else has of the class, as pairs."""
    place = here()
    return [("class", place.code)] if place else []


def bar(page):
    """Show the class at the top of a page."""
    notice, place = st.session_state.get("class_notice"), here()
    if notice:
        key, slots = notice
        st.warning(page.word(key, **slots))
        st.button(page.word("class.alone"), on_click=leave, key=page.key("class_alone"))
    elif place:
        _bar(page, place)
        if place.secret:
            st.session_state["class_seen"] = _seen(page, place)
            st.fragment(_look, run_every=LOOKING)(page)


def _bar(page, place):
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        count = ask(lambda room: room.here(place.code)) or 0
        st.markdown(page.word("class.bar", code=place.code, count=count))
        if place.secret is None:
            st.button(page.word("class.leave"), on_click=leave, key=page.key("class_leave"))
        elif page.name != "teachers":
            page.way_to("teachers", ":material/school:")
    told = _key(place)
    if told and told != place.secret:
        _take(place, told)


def _look(page):
    """Have the teacher's page run again where the class is no longer as it shows; show nothing itself."""
    place = here()
    if place and st.session_state["class_seen"] != _seen(page, place):
        st.rerun()


def _take(place, secret):
    """Make whoever knows the secret the teacher, who has no seat."""
    room = classroom()
    if room.is_teacher(place.code, secret):
        room.leave(place.code, place.seat)
        _attendance().drop(place)
        st.session_state["class_place"] = replace(place, secret=secret)
        st.query_params.pop("seat", None)
        st.rerun()


def _key(place):
    """Return the secret that this tab has: from its address, from before a reload, or from another tab."""
    mount = st.components.v2.component("class_key", js=_KEY)
    held = mount(
        key="class_key", data={"code": place.code, "secret": place.secret}, on_secret_change=_nothing
    )
    return held.secret


def _nothing():
    pass


def leave():
    """Leave the class, and free the seat."""
    state = st.session_state
    place = state.pop("class_place", None)
    for name in ("class", "seat"):
        st.query_params.pop(name, None)
        state.pop(name, None)
    state.pop("class_notice", None)
    if place and place.secret is None:
        _attendance().drop(place)
        try:
            classroom().leave(place.code, place.seat)
        except Unavailable:  # nobody sees the seat any more, so it becomes free by itself
            return


def _seen(page, place):
    """Return what the teacher's screen shows of the class, to be compared with later; None without one."""
    found = ask(lambda room: room.seen(place.code))
    if found is None:
        return None
    stages, totals, count = found
    mine = "" if page.name == "teachers" else f"{page.name}_"
    return (
        {name: stage for name, stage in stages.items() if name.startswith(mine)},
        {key: number for key, number in totals.items() if key[0].startswith(mine)},
        count,
    )


@dataclass(frozen=True)
class Gate:
    """What stands between a guess in a class and what the experiment shows."""

    page: object
    name: str
    guesses: tuple
    place: Place
    stage: object

    @property
    def experiment(self):
        """The experiment's name in the class."""
        return self.page.key(self.name)

    def begin(self, key):
        """Clear the guess, by its key, where a new round begins; call it before its control."""
        rounds = st.session_state.setdefault(f"class_rounds_{self.place.code}", {})
        before, now = rounds.get(self.experiment), self.stage.round
        if self.place.secret or before == now:
            return
        rounds[self.experiment] = now
        own = ask(lambda room: room.guessed(self.place.code, self.experiment, self.place.seat)) or {}
        asked = st.query_params.get(key)
        if now > 1 or (own and not asked):
            st.session_state[key] = own.get(now)
        if now > 1 and before is None and asked and asked != own.get(now):  # a guess of the round before
            st.query_params.pop(key)
            st.rerun()  # a run reads its controls' values from the address that it began with

    def opens(self, chosen):
        """Show what the class is to see now. Returns whether the experiment shows what happens."""
        if self.place.secret:
            self._lead()
        else:
            self._follow(chosen)
        return self.stage.open

    def note_right(self, guess):
        """Note which guess is right, which the teacher's screen knows."""
        if self.place.secret and self.stage.open and self.stage.right != guess:
            ask(lambda room: room.note_right(self.place.code, self.place.secret, self.experiment, guess))

    def _follow(self, chosen):
        page, stage, counted = self.page, self.stage, False
        if chosen is not None and stage.asks:
            counted = self._count(chosen)
            page.say(page.word("class.counted" if counted else "class.uncounted", guess=chosen))
        elif stage.asks:
            page.say(page.word("class.again" if stage.round > 1 else "class.ask"))
        elif not stage.open:
            page.say(page.word("class.shown"))
        self._bars()
        if not stage.open and (counted or stage.shown):
            st.fragment(_wait, run_every=_interval())(self)

    def _count(self, chosen):
        noted, said = st.session_state.setdefault("class_counted", {}), (self.place.code, self.experiment)
        if noted.get(said) == (self.stage.round, chosen):
            return True
        place = self.place
        given = (place.code, self.experiment, self.stage.round, place.seat, chosen, self.guesses)
        if not ask(lambda room: room.guess(*given)):
            return False
        noted[said] = (self.stage.round, chosen)
        return True

    def _lead(self):
        page, stage = self.page, self.stage
        totals = ask(lambda room: room.totals(self.place.code)) or {}
        here = ask(lambda room: room.here(self.place.code)) or 0
        count = totals.get((self.experiment, stage.round), 0)
        if not stage.open:
            key = "class.guessed" if stage.round == 1 else "class.guessed_again"
            page.say(page.word(key, count=count, here=max(here, count)))
        with st.container(horizontal=True):
            if stage.asks and count:
                self._button("show")
            if not stage.open and stage.round < ROUNDS and count:
                self._button("again")
            if not stage.open:
                self._button("answer")
        self._bars()

    def _button(self, act):
        st.button(
            self.page.word("class.again_button" if act == "again" else f"class.{act}"),
            key=self.page.key(f"{self.name}_class_{act}"),
            on_click=_act,
            args=(self, act),
        )

    def _bars(self):
        shown = ask(lambda room: room.shown(self.place.code, self.experiment)) or {}
        if any(shown.values()):
            st.html(_BARS + bars(self.page.words, self.guesses, shown, self.stage.right))
            moved, both = ask(lambda room: room.moved(self.place.code, self.experiment)) or (0, 0)
            if both:
                self.page.say(self.page.word("class.moved", share=percent(moved / both, 2), count=both))


def gate(page, name, guesses):
    """Return the Gate of an experiment, or None where the reader is in no class."""
    place = here()
    if place is None:
        return None
    stages = ask(lambda room: room.stages(place.code))
    if stages is None:
        return None
    return Gate(page, name, guesses, place, stages[page.key(name)])


def ask(question):
    """Return what the classes answer, or None where their database does not."""
    try:
        return question(classroom())
    except Unavailable:
        return None


def _act(gate, act):
    place = gate.place
    ask(lambda room: getattr(room, act)(place.code, place.secret, gate.experiment))


def _interval():
    """Return how often this reader looks, so that a class does not look all at once."""
    return st.session_state.setdefault("class_interval", random.uniform(*WAITING))


def _wait(gate):
    """Have a student's page run again where the class is no longer as it shows; show nothing itself."""
    try:
        stages = classroom().stages(gate.place.code)
    except Unavailable:  # it may be back at the next look
        return
    if stages is None or stages[gate.experiment] != gate.stage:
        st.rerun()


def bars(words, guesses, shown, right=None):
    """Return a histogram as HTML: of each guess its bars by round, the number and the share.

    Parameters
    ----------
    shown : dict of round to dict of guess to number
    right : str, the guess to be marked, or None
    """
    rows, alone = "", len(shown) == 1
    for guess in guesses:
        for round, counts in shown.items():
            total, count = sum(counts.values()), counts.get(guess, 0)
            share = count / total if total else 0.0
            kind = f"round-{round}{' alone' * alone}{' right' * (guess == right)}"
            label = f"{escape(guess)}{' ✓' * (guess == right)}" if round == 1 else ""
            rows += (
                f'<tr class="{kind}"><th scope="row">{label}</th>'
                f'<td><div style="width: {100 * share:.1f}%"></div></td>'
                f"<td>{count} · {percent(share, 2)}</td></tr>"
            )
    caption = words("class.bars" if alone else "class.bars_twice")
    return f'<table class="vg-class"><caption>{escape(caption)}</caption>{rows}</table>'


@st.cache_resource(show_spinner=False)
def _door():
    return Door()


@st.cache_resource(show_spinner=False)
def _attendance():
    return Attendance()


class Attendance:
    """The seats whose tabs this server has; it notes now and again that they are still taken."""

    def __init__(self):
        self._tabs, self._lock, self._thread = {}, threading.Lock(), None

    def add(self, place):
        """Note the tab of a place, which is the one that runs."""
        context = get_script_run_ctx()
        if context is None or not _server():  # as in a test, where nobody leaves
            return
        with self._lock:
            self._tabs[place.code, place.seat] = context.session_id
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="attendance", daemon=True)
                self._thread.start()

    def drop(self, place):
        """Forget the tab of a place."""
        with self._lock:
            self._tabs.pop((place.code, place.seat), None)

    def _watch(self):
        while True:
            time.sleep(PRESENT / 3)
            server = _server()
            with self._lock:
                self._tabs = {
                    seat: tab for seat, tab in self._tabs.items() if server and server.is_active_session(tab)
                }
                if not self._tabs:
                    self._thread = None
                    return
                seats = {}
                for code, seat in self._tabs:
                    seats.setdefault(code, []).append(seat)
            for code, taken in seats.items():
                ask(lambda room, code=code, taken=taken: room.see(code, taken))


def _server():
    """Return the platform's server that runs, or None."""
    found = runtime.get_instance() if runtime.exists() else None
    return found if type(found) is runtime.Runtime else None
