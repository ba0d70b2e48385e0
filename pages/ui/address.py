"""What the address asks for: texts, and what the page could not take, of which the reader is told."""

from contextlib import suppress

import streamlit as st

from pages.ui import together
from pages.ui.data import Name, one_line
from pages.ui.words import Words, languages

MOST_PARTS, LONGEST_PART = 20, 60


def note_asked(page):
    """Note what the address asks of controls that are not on the screen yet; call it before any of them is.

    The platform writes the URL of a control that is, and replaces silently what a control cannot take.
    """
    on_screen = st.session_state.to_dict()
    note, strange = on_screen.get("note"), ()
    if note is None or note["page"] != page.name:
        strange = tuple(f"{name}_" for name in st.session_state.get("left", {}) if name != page.name)
        note = st.session_state["note"] = {"page": page.name, "asked": {}, "unused": {}, "new": True}
    else:
        note["new"] = False
    note["asked"].update(
        {
            name: st.query_params.get_all(name)
            for name in st.query_params
            if name not in on_screen and not name.startswith(strange)
        }
    )


def keep(page):
    """Note what the address has of the page's controls, for when the reader comes back."""
    own = {name: st.query_params.get_all(name) for name in _own(page) if name not in _kept()}
    st.session_state.setdefault("left", {})[page.name] = own


def left(name):
    """Return what the address had of a page's controls when the reader left it in this session."""
    return st.session_state.get("left", {}).get(name, {})


def come_back(page):
    """Give a page that the reader comes back to the controls that he left; call it before any of them is.

    The way by a link has them in its address. That of one step of Back has not: for the platform writes the
    address that a link leads to onto the page that is left, and only then opens the other.
    """
    found = left(page.name)
    if st.session_state["note"]["new"] and found and not any(name in found for name in _own(page)):
        del st.session_state["note"]
        st.query_params.from_dict({"lang": page.lang, **together.carried(), **found})
        st.rerun()  # a run reads its controls' values from the address that it began with


def _own(page):
    return [name for name in st.query_params if name.startswith(page.key(""))]


def warn_unused(page):
    """Show what no control has taken; the page's next run after that control was moved shows it no more."""
    note, held = st.session_state["note"], {**st.session_state.to_dict(), "lang": page.lang}
    for name, texts in note["asked"].items():
        refused = [text for text in texts if name not in held or not same(page, text, held[name])]
        note["unused"][name] = (refused, held.get(name))
    note["asked"] = {}
    parts = [
        one_line(f"{name}={text}", LONGEST_PART)
        for name, (refused, then) in note["unused"].items()
        for text in refused
        if held.get(name) == then
    ]
    if parts:
        st.warning(page.word("address.unused"))
        more = ["…"] if len(parts) > MOST_PARTS else []
        st.text("\n".join(parts[:MOST_PARTS] + more))  # the reader's own text: never as markdown


def asked(*fields):
    """Return the texts that the address has for fields without a control; None if it has what `put` last put.

    Whoever comes back to a page by a bare address finds there what he left.
    """
    texts, kept = [st.query_params.get(field, "") for field in fields], _kept()
    known = [kept.get(field) for field in fields]
    if texts == known:
        return None
    if st.session_state["note"]["new"] and None not in known and not any(texts):
        put(dict(zip(fields, known, strict=True)))
        return None
    return texts


def put(texts):
    """Put the texts of fields into the address; an empty one is taken out.

    One update is one step of the browser's Back, and an empty list is written as nothing.
    """
    if any(st.query_params.get(field, "") != text for field, text in texts.items()):
        st.query_params.update({field: text or [] for field, text in texts.items()})
    _kept().update(texts)


def _kept():
    return st.session_state.setdefault("address", {})


def same(page, text, value):
    """Whether a text of the address means a value: a number in any spelling, an option by any name."""
    with suppress(ValueError):
        if float(text) == value:
            return True
    named = (Words(page.name, lang).said(Name(str(value))) for lang in languages())
    same = ("",) if value is None else (str(value), *named)
    return text.lower() in (known.lower() for known in same)
