"""What the address asked for and the page could not take: the reader is told."""

from contextlib import suppress

import streamlit as st

MOST_PARTS, LONGEST_PART = 20, 60


def note_asked(page):
    """Note what the address asks of controls that are not on the screen yet; call it before any of them is.

    The platform writes the URL of a control that is, and replaces silently what a control cannot take.
    """
    on_screen = st.session_state.to_dict()
    note = on_screen.get("note")
    if note is None or note["page"] != page.name:
        note = st.session_state["note"] = {"page": page.name, "asked": {}, "unused": {}}
    note["asked"].update(
        {name: st.query_params.get_all(name) for name in st.query_params if name not in on_screen}
    )


def warn_unused(page):
    """Show what no control has taken; the page's next run after that control was moved shows it no more."""
    note, held = st.session_state["note"], {**st.session_state.to_dict(), "lang": page.lang}
    for name, texts in note["asked"].items():
        refused = [text for text in texts if name not in held or not _same(page, text, held[name])]
        note["unused"][name] = (refused, held.get(name))
    note["asked"] = {}
    parts = [
        _short(f"{name}={text}")
        for name, (refused, then) in note["unused"].items()
        for text in refused
        if held.get(name) == then
    ]
    if parts:
        st.warning(page.word("address.unused"))
        more = ["…"] if len(parts) > MOST_PARTS else []
        st.text("\n".join(parts[:MOST_PARTS] + more))  # the reader's own text: never as markdown


def _same(page, text, value):
    with suppress(ValueError):
        if float(text) == value:
            return True
    same = ("",) if value is None else (str(value), page.name_of(str(value)))
    return text.lower() in (known.lower() for known in same)


def _short(text):
    """Return one line of it in which nothing is hidden: no control character and no change of direction."""
    cut = text if len(text) <= LONGEST_PART else f"{text[:LONGEST_PART]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
