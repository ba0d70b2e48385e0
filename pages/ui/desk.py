"""The teacher's desk: where a class is opened, its link and its table stand, and it is closed."""

from html import escape
from pathlib import Path

import streamlit as st

from pages.lessons import LESSONS
from pages.ui import together
from pages.ui.classroom import Full, Unavailable, classroom, new_seat
from pages.ui.data import texts
from pages.ui.numbers import number, percent
from pages.ui.words import Words, headings

_LARGE = "font-size: clamp(3rem, 12vw, 6rem); font-weight: 650; letter-spacing: .12em; line-height: 1.1"
_COPY = Path(__file__).with_name("copy.js").read_text(encoding="utf-8")
_BUTTON = """button { font: inherit; padding: .4rem .8rem; cursor: pointer; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); }
"""


def show(page):
    """Show what a teacher opens, keeps, reads and closes a class with."""
    place = together.here()
    try:
        room = classroom()
        if place and place.secret:
            _desk(page, room, place)
        else:
            room.is_teacher("", "")
            st.button(page.word("class.open"), key="class_open", on_click=_open)
            if st.session_state.pop("class_full", False):
                st.warning(page.word("class.too_many"))
    except Unavailable as lacks:
        key = "class.lacks_package" if lacks.package else "class.lacks_answer"
        st.warning(page.word(key, package=lacks.package))


def _open():
    state = st.session_state
    try:
        code, secret = classroom().open()
    except Full:
        state["class_full"] = True
        return
    except Unavailable:
        return
    together.leave()
    state["class_place"], state["class_new"] = together.Place(code, new_seat(), secret), code
    st.query_params["class"] = code


def _desk(page, room, place):
    import segno  # not above: hardly any reader needs it

    root = (st.context.url or "").rpartition("/")[0]
    link = f"{root}/?class={place.code}"
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        st.html(f'<div class="vg-code" style="{_LARGE}">{place.code}</div>')
        st.code(link, language=None, wrap_lines=True)
    code = segno.make(link, micro=False).svg_data_uri(border=4, scale=8, light="white")
    right.html(
        f'<img src="{code}" alt="{escape(page.word("share.alt"))}" style="width: 100%; max-width: 22rem">'
    )
    if st.session_state.get("class_new") == place.code:
        page.say(page.word("class.keep"))
        copy = st.components.v2.component("class_copy", html="<button></button>", css=_BUTTON, js=_COPY)
        said = {"label": page.word("class.copy"), "copied": page.word("class.copied")}
        copy(key="class_copy", data={**said, "code": place.code, "secret": place.secret})
    _table(page, room.table(place.code, place.secret) or [])
    with st.popover(page.word("class.close"), icon=":material/delete:"):
        page.say(page.word("class.close_warning"))
        st.button(page.word("class.close_now"), key="class_close", on_click=_close, args=(place,))


def _close(place):
    if together.ask(lambda room: room.close(place.code, place.secret)):
        together.leave()


def _table(page, rows):
    if not rows:
        page.say(page.word("class.no_table"))
        return
    columns = {key: [] for key in ("experiment", "count_1", "count_2", "share_1", "share_2", "gain")}
    for row in rows:
        lesson = max((name for name in LESSONS if row["experiment"].startswith(f"{name}_")), key=len)
        section = row["experiment"].removeprefix(f"{lesson}_")
        title = headings(lesson, page.lang).get(section, section)
        named = {"lesson": Words(lesson, page.lang)("title"), "title": title}
        columns["experiment"].append(page.word("class.experiment", **named))
        shares = [
            right / count if row["right"] and count else None
            for right, count in zip(row["right"] or row["count"], row["count"], strict=True)
        ]
        for round, (count, share) in enumerate(zip(row["count"], shares, strict=True), 1):
            columns[f"count_{round}"].append(str(count))
            columns[f"share_{round}"].append("" if share is None else percent(share, 2))
        columns["gain"].append(gain(*shares))
    titled = {page.word(f"class.column.{key}"): values for key, values in columns.items()}
    wide = {page.word("class.column.experiment"): st.column_config.Column(width=250)}
    alt = page.word("class.table_alt")
    st.dataframe(texts(titled), hide_index=True, height="content", column_config=wide, alt=alt)


def gain(before, after):
    """Return the normalised gain (S₂ − S₁)/(1 − S₁) of two shares that are right, as text; "" if unknown."""
    if before is None or after is None or before == 1.0:
        return ""
    return number((after - before) / (1.0 - before), 2)
