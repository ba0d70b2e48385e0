"""Time the server under browser tabs: `python -m benchmarks.server` from the project's root prints a table.

This app, a stock app of one slider and one chart, and an empty app of two controls run side by side, the
last two as the platform comes. Tabs without a screen drive all three over the platform's own websocket,
and every ratio is taken within the run. Linux only: resident memory is read from /proc.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import tempfile
import time
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch
from urllib.parse import urlencode

import sqlalchemy
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Common_pb2 import DoubleArray, StringArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect

from benchmarks.app import answering, free_port, start
from benchmarks.postgres import postgres
from benchmarks.table import Table
from pages.lessons import PAGES
from pages.ui.classroom import VARIABLE, Classroom, prepare

ROOT = Path(__file__).parent.parent
STOCK = """
import altair as alt, pandas as pd, streamlit as st
n = st.slider("n", 1, 30, 10, key="n")
rows = pd.DataFrame({"x": range(30), "y": [n * x for x in range(30)]})
st.altair_chart(alt.Chart(rows).mark_bar().encode(x="x:O", y="y:Q"))
"""
EMPTY = """
import streamlit as st
st.slider("n", 1, 30, 10, key="n")
st.selectbox("kind", ("a", "b"), key="kind")
"""
CROWD = 20
KEPT = 128  # sessions that the platform keeps for two minutes, for tabs that come back
CHOICES = 4  # how many values of a control are gone through
READERS = (20, 40, 80, 120, 160)
LESSON, GUESS = "single_neuron_chain", "chain_nudge_guess"
GUESSING, RESTING = 20.0, 10.0  # seconds in which a class guesses, and then waits
THINKING = 10.0  # seconds between two changes of a reader
PAUSE = 0.05  # a reader's; what the server does after an answer is not waited for
STAYING = 5.0  # seconds that readers stay once the last has its page
LONGEST = "epochs=1000 hidden=10 width=100 seed=1"  # the run of lesson 5 that takes longest
CONTROLS = ("slider", "number_input", "selectbox", "text_input", "checkbox", "button_group")
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Server(NamedTuple):
    """A running app."""

    address: str
    pid: int

    def resident(self):
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6

    def cpu(self):
        """Return the seconds that its cores have worked for it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Control(NamedTuple):
    """A control as a tab knows it: its kind, what the server sent of it, and the fragment it sits in."""

    kind: str
    element: object
    fragment: str


class Run(NamedTuple):
    """An answer of the server: how long it took, and how many bytes and drawn messages it had."""

    seconds: float
    sent: int
    messages: int


class Visit(NamedTuple):
    """A page as a link opens it."""

    name: str
    path: str
    query: dict


PLAIN = Visit("plain", "", {})


class Tab:
    """A browser tab without a screen: it knows its controls and keeps messages as a browser does."""

    def __init__(self, server, path="", query=None):
        self.server, self.path, self.query = server, path, {"lang": "en", **(query or {})}
        self.page_hash = ""
        self.controls, self.states, self.kept, self.clocks = {}, {}, {}, {}
        self.runs, self.longest, self.first = 0, 0, None

    async def open(self):
        """Open the page and wait until it is there."""
        self.socket = await connect(
            f"ws://{self.server.address}/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            compression=None,
            proxy=None,
        )
        self.first = await self.rerun()

    async def complete(self):
        """Wait until no part of the page looks again by itself every few seconds."""
        while min(self.clocks.values()) < 60:
            await asyncio.sleep(1)
            await self.rerun()

    async def close(self):
        """Close the tab."""
        await self.socket.close()

    async def change(self, key, choice):
        """Give a control one of its values, by number; without a control, run the page again."""
        if key is None:
            return await self.rerun()
        control = self.controls[key]
        values = _values(control)
        value = values[choice % len(values)]
        self.states[key] = _state(control, [value])
        if control.element.query_param_key:
            self.query[control.element.query_param_key] = value
        return await self.rerun(control.fragment)

    async def type(self, key, value):
        """Give a control a value, as it is typed in."""
        control = self.controls[key]
        self.states[key] = _state(control, float(value))
        self.query[key] = str(value)
        return await self.rerun(control.fragment)

    async def rerun(self, fragment=""):
        """Ask for a run of the page, or of one fragment, and read until it has ended."""
        client = ClientState(
            query_string=urlencode(self.query),
            page_script_hash=self.page_hash,
            page_name="" if self.page_hash else self.path,
            fragment_id=fragment,
            cached_message_hashes=list(self.kept),
            context_info=ContextInfo(locale="en-US", url=f"http://{self.server.address}/{self.path}"),
        )
        client.widget_states.widgets.extend(self.states.values())
        before, seen, sent, messages = dict(self.controls), set(), 0, 0
        start = time.perf_counter()
        await self.socket.send(BackMsg(rerun_script=client).SerializeToString())
        while True:
            payload = await self.socket.recv()
            sent += len(payload)
            message = ForwardMsg.FromString(payload)
            kind = message.WhichOneof("type")
            if kind == "script_finished" and message.script_finished in FINISHED:
                break
            if kind == "new_session":
                self.longest = message.new_session.config.max_cached_message_age
                if not message.metadata.run.fragment_ids:
                    self.clocks.clear()
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "auto_rerun":
                self.clocks[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif kind == "stop_auto_rerun":
                for part in message.stop_auto_rerun.fragment_ids:
                    self.clocks.pop(part, None)
            elif kind in ("delta", "ref_hash"):
                messages += 1
                seen.add(self._take(self._whole(message, payload).delta))
        seconds = time.perf_counter() - start
        for key, control in before.items():
            if key not in seen and fragment in ("", control.fragment):
                del self.controls[key]
                self.states.pop(key, None)
        self._forget(fragment)
        return Run(seconds, sent, messages)

    def _whole(self, message, payload):
        if message.WhichOneof("type") == "ref_hash":
            payload = self.kept[message.ref_hash][0]
            message = ForwardMsg.FromString(payload)
        elif not message.metadata.cacheable:
            return message
        self.kept[message.hash] = (payload, message.delta.fragment_id, self.runs)
        return message

    def _forget(self, fragment):
        self.runs += 1
        for key, (_, owner, last) in list(self.kept.items()):
            if fragment in ("", owner) and self.runs - last > self.longest:
                del self.kept[key]

    def _take(self, delta):
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"{self.path or 'home'}: {element.exception.message}")
        if kind not in CONTROLS:
            return None
        control = Control(kind, getattr(element, kind), delta.fragment_id)
        key = control.element.id.split("-", 2)[2]
        self.controls[key] = control
        if key not in self.states or control.element.set_value:
            state = _state(control, _shown(control))
            if state:
                self.states[key] = state
        return key


def _values(control):
    """Return the values that a slider or a row of buttons is taken through."""
    element = control.element
    if control.kind == "button_group":
        return [option.content for option in element.options][:CHOICES]
    span = (element.max - element.min) / element.step
    places = [element.min + element.step * round(span * i / (CHOICES - 1)) for i in range(CHOICES)]
    return [element.options[round(place)] for place in places] if element.options else places


def _shown(control):
    """Return the value that a control is sent with, a list where it is a slider or a row of buttons."""
    kind, element, _ = control
    if kind == "slider" and element.options:
        return list(element.raw_value) or [element.options[round(place)] for place in element.default]
    if kind == "slider":
        return list(element.value) or list(element.default)
    if kind == "button_group":
        return list(element.raw_values) or [element.options[place].content for place in element.default]
    if kind == "selectbox":
        return element.raw_value or element.options[element.default]
    return element.value if element.set_value else element.default


def _state(control, value):
    """Return the message that a control has this value."""
    if isinstance(value, bool):
        field = {"bool_value": value}
    elif isinstance(value, float):
        field = {"double_value": value}
    elif isinstance(value, str):
        field = {"string_value": value}
    elif value and isinstance(value[0], float):
        field = {"double_array_value": DoubleArray(data=value)}
    else:
        field = {"string_array_value": StringArray(data=value)}
    return WidgetState(id=control.element.id, **field)


def write_others(folder):
    """Write the stock and the empty app, and hide uvloop from them: the platform comes without it."""
    hidden = "raise ModuleNotFoundError"
    for name, source in (("stock.py", STOCK), ("empty.py", EMPTY), ("uvloop.py", hidden)):
        Path(folder, name).write_text(source, encoding="utf-8")


@contextmanager
def started(script, folder, seconds=60):
    """Run an app on a free port of this machine."""
    port = free_port()
    with start(port, root=folder, script=script) as process:
        try:
            answering(port, seconds)
            yield Server(f"127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


@asynccontextmanager
async def opened(server, visits):
    """Open tabs at once, and close them at the end."""
    tabs = [Tab(server, visit.path, visit.query) for visit in visits]
    try:
        await asyncio.gather(*(tab.open() for tab in tabs))
        yield tabs
    finally:
        await asyncio.gather(*(tab.close() for tab in tabs))


async def pages(server):
    """Return every page as it opens and, where it has experiments, with all of them answered.

    What is trained for them is complete then.
    """
    found = []
    for name, script in PAGES.items():
        path = "" if name == "home" else Path(script).stem.split("_", 1)[1]
        async with opened(server, [Visit(name, path, {})]) as [tab]:
            skips = [key for key, control in tab.controls.items() if key.endswith("_skip")]
        found.append(Visit(name, path, {}))
        if skips:
            found.append(Visit(f"{name}, answered", path, dict.fromkeys(skips, "true")))
        async with opened(server, found[-1:]) as [tab]:
            await tab.complete()
    return found


def turned(tab):
    """Return the controls to turn: the first slider of the page or None, then one of each fragment."""
    keys = {"": None}
    for kind in ("button_group", "slider"):
        for key, control in reversed(tab.controls.items()):
            if control.kind == kind and (kind == "slider" or control.fragment):
                keys[control.fragment] = key
    return list(keys.values())


async def one_session(table, ours, empty, every, times):
    """Time a control change beside the empty app's, turn by turn, and count its bytes."""
    async with opened(empty, [PLAIN]) as [bare]:
        for visit in every:
            async with opened(ours, [visit]) as [tab]:
                for key in turned(tab) if visit.query else turned(tab)[:1]:
                    first = [await tab.change(key, choice) for choice in range(CHOICES)]
                    runs, beside = [], []
                    for choice in range(times):
                        for turns, one, control in ((runs, tab, key), (beside, bare, "n")):
                            await asyncio.sleep(PAUSE)
                            turns.append(await one.change(control, choice))
                    p50, against = (
                        statistics.median(run.seconds for run in turns) for turns in (runs, beside)
                    )
                    page = f"{visit.name}: {key or 'rerun'}"
                    table.add("one change, p50", page, 1000 * p50, "ms", p50 / against, most=1.25)
                    slowest = max(run.seconds for run in first)
                    table.add("one change, slowest of new values", page, 1000 * slowest, "ms")
                    table.add(
                        "one change, most bytes", page, max(run.sent for run in runs) / 1000, "kB", most=100
                    )


async def whole_pages(table, ours, empty, every, times):
    """Count the messages and bytes of each page as it opens anew, and the server's time for a rerun."""
    async with opened(empty, [PLAIN]) as [bare]:
        least = await _cpu(empty, bare, times)
    for visit in every:
        async with opened(ours, [visit]) as [tab]:
            table.add("a page, messages", visit.name, tab.first.messages, "")
            table.add("a page, bytes", visit.name, tab.first.sent / 1000, "kB")
            cpu = await _cpu(ours, tab, times)
            table.add("CPU of a rerun", visit.name, 1000 * cpu, "ms", cpu / least)
    answered = next(visit for visit in every if visit.name == "chain, answered")
    deepest = answered._replace(query={**answered.query, "chain_depth": "60"})
    async with opened(ours, [deepest]) as [tab]:
        table.add("a page, bytes", "chain, answered, depth 60", tab.first.sent / 1000, "kB")
        change = await tab.change("chain_depth", CHOICES - 1)
        table.add("one change, most bytes", "chain, answered, depth 60", change.sent / 1000, "kB", most=100)


async def first_visit(table):
    """Measure what lesson 6 costs whoever asks for it first, whoever comes after, and a control of it."""
    visit = Visit("ways_out", "ways_out", {})
    for where, before in (("ways_out, fresh server", []), ("ways_out, after the home page", [PLAIN])):
        with started("streamlit_app.py", ROOT) as ours:
            async with opened(ours, before):
                spent = ours.cpu()
                async with opened(ours, [visit]) as [tab]:
                    table.add("CPU of a first visit", where, ours.cpu() - spent, "s", most=1.5)
                    spent = ours.cpu()
                    async with opened(ours, [visit]):
                        table.add("CPU of a second visit", where, ours.cpu() - spent, "s")
                    spent = ours.cpu()
                    await tab.change("ways_out_scale", 2)
                    table.add("CPU of a control", where, ours.cpu() - spent, "s", most=0.5)


async def new_seed(table, every, times=8):
    """Measure what a seed that nobody has asked for costs on lesson 3, with every experiment open."""
    name, path, query = next(visit for visit in every if visit.name == "unstable, answered")
    with started("streamlit_app.py", ROOT) as ours:
        for depth in ("10", "60"):
            where = f"{name}, depth {depth}"
            async with opened(ours, [Visit(name, path, {**query, "unstable_depth": depth})]) as [tab]:
                await tab.type("unstable_seed", 2)
                spent = ours.cpu()
                runs = [await tab.type("unstable_seed", 3 + seed) for seed in range(times)]
                table.add("CPU of a new seed", where, (ours.cpu() - spent) / times, "s", most=0.4)
                seconds = statistics.median(run.seconds for run in runs)
                table.add("a new seed, p50", where, seconds, "s")
                spent = ours.cpu()
                for _ in range(times):
                    await tab.type("unstable_seed", 3)
                table.add("CPU of a seed that is known", where, (ours.cpu() - spent) / times, "s")


async def waits(table):
    """Measure how long lesson 4's largest network lets a reader wait, and what one who moves on leaves."""
    largest = {"matrix_hidden": "50", "matrix_width": "300", "matrix_seeds": "20"}
    small = Visit("matrix", "matrix_form", {"matrix_width": "2"})
    with started("streamlit_app.py", ROOT) as ours:
        async with opened(ours, [small]), opened(ours, [small._replace(query=largest)]) as [tab]:
            table.add("first of 20 seeds", "matrix, largest", tab.first.seconds, "s", most=1.5)
            await tab.change("matrix_width", 0)
            await asyncio.sleep(1.0)
            spent = ours.cpu()
            await asyncio.sleep(3.0)
            left = (ours.cpu() - spent) / 3.0
            table.add("CPU one second after a change", "matrix, largest", left, "cores", most=0.05)


async def abandoned(table):
    """Weigh what takes seconds while readers wait for it beside one of lesson 1, and after they have left.

    Six ask for the largest network of lesson 4, each at another width; one for the longest run of lesson 5;
    three for all short trainings.
    """
    largest = {"matrix_hidden": "50", "matrix_seeds": "10"}
    lessons = {"ways_out": ("ways_out", ("learn", "which")), "edge": ("the_edge", ("map",))}
    lessons["time"] = ("through_time", ("clip",))
    trained = [
        Visit(lesson, path, {f"{lesson}_{name}_skip": "true" for name in names})
        for lesson, (path, names) in lessons.items()
    ]
    asked = {
        "matrix, six largest": [
            Visit("matrix", "matrix_form", {**largest, "matrix_width": str(300 - i)}) for i in range(6)
        ],
        "training, longest": [Visit("training", "training_on_digits", {"training_runs": LONGEST})],
        "short trainings, all": trained,
    }
    for where, visits in asked.items():
        with started("streamlit_app.py", ROOT) as ours:
            async with opened(ours, [Visit("chain", "single_neuron_chain", {})]) as [other]:
                at_rest, meanwhile, tabs = [], [], []
                await _read(other, at_rest, 40)
                sizes = [ours.resident()]
                weighing = asyncio.create_task(_weigh(ours, sizes))
                reading = asyncio.create_task(_read(other, meanwhile, 10_000))
                for visit in visits:
                    tabs.append(Tab(ours, visit.path, visit.query))
                    await tabs[-1].open()
                await asyncio.sleep(STAYING)
                reading.cancel()
                await asyncio.gather(reading, *(tab.close() for tab in tabs), return_exceptions=True)
                left = time.perf_counter()
                idle = await _last_work(ours) - left
                await asyncio.sleep(max(0.0, left + 10.0 - time.perf_counter()))
                weighing.cancel()
            rest, p95 = (sorted(taken)[int(0.95 * len(taken))] for taken in (at_rest, meanwhile))
            table.add("memory before", where, sizes[0], "MB")
            table.add("memory, most", where, max(sizes), "MB", most=400)
            table.add("memory ten seconds after all left", where, ours.resident(), "MB", most=260)
            table.add("at work after all left", where, idle, "s", most=2)
            table.add("lesson 1 meanwhile, p95", where, 1000 * p95, "ms", most=120)
            table.add("lesson 1 at rest, p95", where, 1000 * rest, "ms")


async def _weigh(server, sizes):
    while True:
        await asyncio.sleep(PAUSE)
        sizes.append(server.resident())


async def _read(tab, taken, times):
    for choice in range(times):
        await asyncio.sleep(PAUSE)
        taken.append((await tab.change(turned(tab)[0], choice)).seconds)


async def _last_work(server):
    """Return when the server worked last, once it has rested for four seconds."""
    last = time.perf_counter()
    while time.perf_counter() - last < 4.0:
        spent = server.cpu()
        await asyncio.sleep(0.25)
        if server.cpu() - spent > 0.02:
            last = time.perf_counter()
    return last


async def _cpu(server, tab, times):
    start = server.cpu()
    for _ in range(times):
        await tab.rerun()
    return (server.cpu() - start) / times


async def take_turns(tab, keys, going_on):
    """Change controls in turn for as long as `going_on` says of the number of changes; return that number."""
    done = 0
    while going_on(done):
        await tab.change(keys[done % len(keys)], done // len(keys))
        done += 1
    return done


async def crowd(server, visit, seconds):
    """Open 20 tabs at once. Return when the last has its page, and the changes per second.

    These are first of the page's own control, then of its experiments' where there are any.
    """
    start, rates = time.perf_counter(), []
    async with opened(server, [visit] * CROWD) as tabs:
        arrival = time.perf_counter() - start
        for part in (slice(1), slice(1, None))[: 2 if visit.query else 1]:
            start = time.perf_counter()
            works = [
                take_turns(tab, turned(tab)[part], lambda _, end=start + seconds: time.perf_counter() < end)
                for tab in tabs
            ]
            rates.append(sum(await asyncio.gather(*works)) / (time.perf_counter() - start))
    return arrival, rates


async def many_sessions(table, ours, stock, every, seconds):
    """Time the arrival of 20 sessions at once and count their reruns, beside the stock app's."""
    rates = {}
    for visit in every:
        for server, page in ((ours, visit), (stock, PLAIN)):  # what only the first visitor waits for
            async with opened(server, [page]) as [tab]:
                await take_turns(tab, turned(tab)[:1], lambda done: done < CHOICES)
        arrival, found = await crowd(ours, visit, seconds)
        stock_arrival, (stock_rate,) = await crowd(stock, PLAIN, seconds)
        for rate, part in zip(found, ("", ": experiments"), strict=False):
            rates[visit.name + part] = rate, rate / stock_rate
        ratio = arrival / stock_arrival
        table.add(f"{CROWD} sessions, last has its page", visit.name, 1000 * arrival, "ms", ratio, most=0.15)
    heaviest = min(rates, key=rates.get)
    for name, (rate, ratio) in rates.items():
        least = 8 if name == heaviest else None
        table.add(f"{CROWD} sessions, reruns per second", name, rate, "1/s", ratio, least=least)


async def readers(table, server, visit):
    """Open more and more tabs that change a control every ten seconds, until an answer takes one."""
    async with opened(server, [visit]) as [tab]:
        await take_turns(tab, turned(tab)[:1], lambda done: done < CHOICES)
    before = server.resident()
    for count in READERS:
        async with opened(server, [visit] * count) as tabs:
            memory = (server.resident() - before) / count

            async def read(tab, place, count=count):
                taken = []
                await asyncio.sleep(THINKING * place / count)
                for choice in range(3):
                    run = await tab.change(turned(tab)[0], place + choice)
                    taken.append(run.seconds)
                    await asyncio.sleep(max(0.0, THINKING - run.seconds))
                return taken

            taken = await asyncio.gather(*(read(tab, place) for place, tab in enumerate(tabs)))
        p95 = sorted(seconds for own in taken for seconds in own)[int(0.95 * 3 * count)]
        table.add(f"{count} readers, p95 of a change", visit.name, 1000 * p95, "ms")
        table.add(f"{count} readers, memory of one", visit.name, memory, "MB")
        if p95 > 1.0:
            break


async def memory(table, ours, every, reruns, sessions):
    """Weigh the server between 500 and 2,000 reruns, and as 200 sessions come and go."""
    for part, answered in (("whole pages", False), ("fragments", True)):
        async with opened(ours, [visit for visit in every if bool(visit.query) == answered]) as tabs:
            keys = [turned(tab)[1:] if answered else turned(tab)[:1] for tab in tabs]
            sizes = []
            for times in (reruns[0], reruns[1] - reruns[0]):
                works = [
                    take_turns(tab, turns, lambda done, times=times: done < times / len(tabs))
                    for tab, turns in zip(tabs, keys, strict=True)
                ]
                await asyncio.gather(*works)
                sizes.append(ours.resident())
        figure = f"growth from {reruns[0]:,} to {reruns[1]:,} reruns"
        table.add(figure, part, sizes[1] - sizes[0], "MB", most=10)
    sizes = []
    for count in (KEPT + CROWD, sessions):
        for _ in range(count // CROWD):
            async with opened(ours, (every * CROWD)[:CROWD]):
                pass
        await asyncio.sleep(1)
        sizes.append(ours.resident())
    table.add(f"growth over {sessions} sessions", "all pages", sizes[1] - sizes[0], "MB", most=10)


async def beside_training(table, ours, every, times):
    """Time another session's control change while lesson 5 trains."""
    name, path, _ = next(visit for visit in every if visit.name == "training")
    long = Visit(name, path, {"training_runs": LONGEST})
    async with opened(ours, [every[1]]) as [other]:

        async def p95():
            runs = []
            for choice in range(times):
                await asyncio.sleep(PAUSE)
                runs.append(await other.change(turned(other)[0], choice))
            return sorted(run.seconds for run in runs)[int(0.95 * times)]

        at_rest = await p95()
        async with opened(ours, [long]):
            busy = await p95()
    table.add("one change beside a training, p95", every[1].name, 1000 * busy, "ms", busy / at_rest, most=3)


class Member(Tab):
    """A tab of a class: it looks by itself as a browser does, and has the texts of its screen."""

    def __init__(self, *asked):
        super().__init__(*asked)
        self.texts, self.parts, self.due = {}, {}, {}

    async def look(self, seconds):
        """Run again, for some seconds, what looks by itself."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            clocks = {part: every for part, every in self.clocks.items() if every < 60.0}
            self.due = {part: self.due.get(part, now + every) for part, every in clocks.items()}
            part = min(self.due, key=self.due.get, default=None)
            await asyncio.sleep(max(0.0, min(end, self.due.get(part, end)) - now))
            if part is not None and time.perf_counter() < end:
                self.due[part] += clocks[part]
                await self.rerun(part)

    async def tell(self, name, **state):
        """Say what a component of the page has found out."""
        self.states[name] = WidgetState(id=self.parts[name], json_value=json.dumps(state))
        await self.rerun()

    def counted(self):
        """Return how many have guessed, as the teacher's screen says."""
        said = [re.match(r"\*\*(\d+) of", text) for text in self.texts.values()]
        return max(int(match[1]) for match in said if match)

    def _whole(self, message, payload):
        whole = super()._whole(message, payload)
        element = whole.delta.new_element
        self.texts[tuple(message.metadata.delta_path)] = element.markdown.body
        if element.WhichOneof("type") == "bidi_component":
            self.parts[element.bidi_component.component_name] = element.bidi_component.id
        return whole


def joined(database):
    """Return the classes of a database, as a server has them."""
    return Classroom(prepare(sqlalchemy.create_engine(database)))


async def in_class(table, database, count, servers):
    """Have a class guess within 20 seconds, and wait for 10; its teacher looks on.

    Parameters
    ----------
    database : str, SQLAlchemy's URL
    count, servers : int
    """
    where, room = f"{count} students, {database.partition(':')[0]}, {servers} of server", joined(database)
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {VARIABLE: database}))
        every = [stack.enter_context(started("streamlit_app.py", ROOT)) for _ in range(servers)]
        code, secret = room.open()
        teacher, rest = Member(every[0], LESSON, {}), []
        await teacher.open()
        for asked in ({}, {"class": code}):
            teacher.query.update(asked)
            await teacher.rerun()
            if asked:
                await teacher.tell("class_key", secret=secret)
            await teacher.look(2.0)
            spent = every[0].cpu()
            await teacher.look(2 * RESTING)
            rest.append((every[0].cpu() - spent) / (2 * RESTING))
        table.add("a reader's screen at rest", where, 1000 * rest[0], "ms/s")
        table.add("teacher's screen at rest, more", where, 1000 * (rest[1] - rest[0]), "ms/s", most=5)

        students = [Member(every[place % servers], LESSON, {"class": code}) for place in range(count)]
        for place in range(0, count, CROWD):
            await asyncio.gather(*(student.open() for student in students[place : place + CROWD]))
        begun, taken, answered, behind = time.perf_counter(), [], [], []
        end = begun + GUESSING + RESTING

        async def guess(student, place):
            await asyncio.sleep(GUESSING * place / count)
            taken.append((await student.change(GUESS, place)).seconds)
            answered.append(time.perf_counter())
            await student.look(end - time.perf_counter())

        async def watch():
            while (now := time.perf_counter()) < end:
                missed = sorted(answered)[teacher.counted() :]
                behind.append(now - missed[0] if missed else 0.0)
                await asyncio.sleep(0.1)

        spent = [server.cpu() for server in every]
        guessing = (guess(student, place) for place, student in enumerate(students))
        await asyncio.gather(teacher.look(GUESSING + RESTING), watch(), *guessing)
        worked = max(server.cpu() - before for server, before in zip(every, spent, strict=True))
        table.add("a guess in class, p95", where, sorted(taken)[int(0.95 * count)], "s", most=0.5)
        table.add("teacher's count behind, most", where, max(behind), "s", most=2)
        table.add("guessing and waiting", where, worked / (GUESSING + RESTING), "cores", most=1)
        table.add("guesses counted", where, sum(room.totals(code).values()), "", least=count)
        await asyncio.gather(*(member.close() for member in (teacher, *students)))
    room.engine.dispose()


async def one_guess(table, database, times=40):
    """Compare the CPU of a guess in a class with that of a guess alone."""
    room, cpu = joined(database), []
    with patch.dict(os.environ, {VARIABLE: database}), started("streamlit_app.py", ROOT) as ours:
        for asked in ({}, {"class": room.open()[0]}):
            async with opened(ours, [Visit("chain", LESSON, asked)]) as [tab]:
                await take_turns(tab, [GUESS], lambda done: done < CHOICES)
                spent = ours.cpu()
                await take_turns(tab, [GUESS], lambda done: done < times)
                cpu.append((ours.cpu() - spent) / times)
    room.engine.dispose()
    alone, together = cpu
    table.add("CPU of a guess", "chain, alone", 1000 * alone, "ms")
    table.add("CPU of a guess", "chain, in a class", 1000 * together, "ms", together / alone, most=1.3)


async def classes(table, count):
    """Measure a class on one server, and one of twice as many on two with PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        await one_guess(table, f"sqlite:///{folder}/classes.db")
        await in_class(table, f"sqlite:///{folder}/classes.db", count, 1)
    with postgres() as database:
        await in_class(table, database, 2 * count, 2)


async def measure(table, quick, only_classes):
    """Measure everything."""
    if only_classes:
        await classes(table, 60 if quick else 300)
        return
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        write_others(folder)
        ours = stack.enter_context(started("streamlit_app.py", ROOT))
        stock, empty = (stack.enter_context(started(name, folder)) for name in ("stock.py", "empty.py"))
        every = await pages(ours)
        await first_visit(table)
        await new_seed(table, every)
        await waits(table)
        await abandoned(table)
        await whole_pages(table, ours, empty, every, 10 if quick else 40)
        await one_session(table, ours, empty, every, 8 if quick else 20)
        await many_sessions(table, ours, stock, every, 2 if quick else 3)
        await beside_training(table, ours, every, 20 if quick else 100)
    with started("streamlit_app.py", ROOT) as ours:
        for visit in every[1:3]:
            await readers(table, ours, visit)
    with started("streamlit_app.py", ROOT) as ours:
        await memory(table, ours, every, (100, 400) if quick else (500, 2000), 40 if quick else 200)
    await classes(table, 60 if quick else 300)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--csv", action="store_true", help="write the rows beside this file too")
    parser.add_argument("--classes", action="store_true", help="classes that guess together alone")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    asked, table = parser.parse_args(), Table()
    asyncio.run(measure(table, asked.quick, asked.classes))
    if asked.csv:
        table.save(__file__)


if __name__ == "__main__":
    main()
