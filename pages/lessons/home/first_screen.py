"""The first screen: a network with a digit going in, drawn in the browser at every depth."""

from functools import partial
from pathlib import Path

import streamlit as st

from pages.lessons.home import measure, rows
from pages.ui import address
from pages.ui.page import cached
from pages.ui.pool import Room
from pages.ui.runs import pool, reader
from pages.ui.theme import CHAIN, FACTOR

HIDDEN, ACTIVATION = 4, "sigmoid"
"""What is shown first: the deepest network that the book measures."""
ROOM = Room(24e6, 1e6)
LOOK = 0.5
"""Seconds from one look at the trainings to the next."""
_COLOURS = {"factor": FACTOR, "read": CHAIN}
_HTML, _CSS, _JS = (
    Path(__file__).with_suffix(f".{kind}").read_text("utf-8") for kind in ("html", "css", "js")
)
_component = st.components.v2.component("first_screen", html=_HTML, css=_CSS, js=_JS, isolate_styles=False)


def show(page):
    """Show the networks, and how many digits each has right as soon as it is trained."""
    known = measure.known()
    st.fragment(_screen, run_every=None if known else LOOK)(page, known)


def _screen(page, known):
    shown, key, drawn = _shown(page), page.key("screen"), page.key("drawn")
    data = [_data(page, shown)]  # as a bare dict, it would have the platform import pandas to look at it
    _component(key=key, data=data, on_shown_change=partial(_keep_sent, page, key))
    first, st.session_state[drawn] = drawn not in st.session_state, True
    if known or first:  # nothing is trained before the page stands
        return
    if measure.known():
        st.rerun()  # the page, which then looks no more
    run = _trainings(page, shown)
    if run.error or run.failed:
        st.warning(page.word("run.broken"))


def _keep_sent(page, key):
    _keep(page, **st.session_state[key].shown)


def _trainings(page, shown):
    """Return the run that trains the networks: the one that is shown, then those most like it."""
    order = tuple(sorted(measure.NETWORKS, key=partial(_unlike, shown)))
    run, field = pool().ask(measure.train_all, order, len(order), reader(), ROOM), page.key("trainings")
    before, st.session_state[field] = st.session_state.get(field, run), run
    if before is not run:
        pool().stop(before, reader())
    return run


def _unlike(one, other):
    return one[0] != other[0], abs(one[1] - other[1])


def _shown(page):
    """Return which network is shown: the one that the address asks for, or that the reader chose last."""
    fields = page.key("activation"), page.key("hidden")
    asked = address.asked(*fields)
    if asked:
        activation, hidden = asked
        _keep(
            page,
            activation if activation in measure.SCHEMES else ACTIVATION,
            next((each for each in measure.HIDDEN if str(each) == hidden), HIDDEN),
        )
    return tuple(st.session_state[field] for field in fields)


def _keep(page, activation, hidden):
    """Keep which network is shown, and put it into the address."""
    fields = {page.key("activation"): activation, page.key("hidden"): hidden}
    st.session_state.update(fields)
    first = dict(zip(fields, (ACTIVATION, HIDDEN), strict=True))
    address.put({field: "" if value == first[field] else str(value) for field, value in fields.items()})


def _data(page, shown):
    """Return all that the browser draws and says."""
    networks, label = {activation: [] for activation in measure.SCHEMES}, cached(_picture)()["label"]
    for network, (drawn, speed) in zip(measure.NETWORKS, cached(_measured)(), strict=True):
        networks[network[0]].append(drawn | _said(page, network, speed, label, drawn["shares"]))
    words = ("hidden", "activation", "key", *measure.SCHEMES)
    return {
        **cached(_picture)(),
        "networks": networks,
        "shown": dict(zip(("activation", "hidden"), shown, strict=True)),
        "words": {key: page.word(f"screen.{key}") for key in words},
        "colours": _COLOURS,
    }


def _measured():
    return [(rows.drawing(each), rows.last_over_first(each)) for each in measure.all_passed()]


def _picture():
    return rows.picture(measure.passed(ACTIVATION, HIDDEN))


def _said(page, network, speed, label, shares):
    """Return what is said of a network: two sentences, whose bold part is shown large, and what is drawn."""
    progress = len(measure.RIGHT), len(measure.NETWORKS)
    read = rows.digits_right(measure.RIGHT.get(network), measure.guessed(), progress)
    told = (("speed", speed), ("read", read))
    activation, hidden = page.word(f"screen.{network[0]}"), network[1]
    drawn = {"label": label, "hidden": hidden, "activation": activation, "shares": page.list_of(shares)}
    return {
        "right": measure.RIGHT.get(network),
        "sentences": [page.word(f"{name}.{each.finding}", **each.slots) for name, each in told],
        "alt": page.word("screen.alt", **drawn),
    }
