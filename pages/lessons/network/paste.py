"""The reader's text in lesson 7: asked for, kept, in the link where it is short, and read."""

from dataclasses import asdict
from urllib.parse import quote_plus

import streamlit as st

from pages.lessons.network.controls import OWN
from pages.lessons.network.reading import (
    ENDINGS,
    EXAMPLES,
    judge,
    read,
    takes_events,
    times_the_limit,
    uploaded,
)
from pages.lessons.network.rows import code, plain
from pages.ui import address
from pages.ui.numbers import number
from vgcore.norms import FORMS, LARGEST_FILE
from vgcore.norms.table import ORDERLY

LONGEST_IN_LINK = 4000
"""Most characters of a text in a link: some servers refuse a longer address."""
MOST_QUOTED, MOST_LISTED = 10, 200
"""Most lines quoted that could not be read, and most of these listed in a table."""
FIRST = "vanishing"
"""Example that a link without a text stands for."""


def forms(page):
    """Show the forms that a text may have, with an example each."""
    with st.expander(page.word("norms.forms")):
        for form in FORMS:
            st.markdown(page.word(f"forms.{form.name}"))
            st.code(form.example, language=None)


def ask(page):
    """Show the examples and the place for the text; return the text."""
    key, kept = page.key("norms"), page.key("text")  # kept: it outlives the page, as no control does
    asked = address.asked(page.key("example"), key)
    if asked:
        example, text = asked
        if example in EXAMPLES:
            st.session_state[page.key("example")] = example  # else it was asked for in vain
        _set(page, text or EXAMPLES.get(example, EXAMPLES[FIRST]), st.query_params)
    elif key not in st.session_state:
        _set(page, st.session_state[kept], st.query_params)
    with st.container(horizontal=True):
        for name, text in EXAMPLES.items():
            label = page.word(f"examples.{name}")
            st.button(label, key=page.key(f"show_{name}"), on_click=_set, args=(page, text))
    forms(page)
    text = st.text_area(page.word("controls.norms"), key=key, height=190, placeholder=page.word("norms.form"))
    st.session_state[kept] = text
    _to_link(page, text)
    return text


def _set(page, text, but=()):
    """Show a text and, if it is an example, set the controls to its network, except those in the link."""
    st.session_state[page.key("norms")] = text
    built = asdict(OWN[example]) if (example := _example(text)) else {}
    fields = {page.key(field): value for field, value in built.items()}
    st.session_state.update({field: value for field, value in fields.items() if field not in but})


def _example(text):
    return next((name for name, other in EXAMPLES.items() if other == text), "")


def _to_link(page, text):
    """Put the text into the link: by the name of its example, or in full if it is short."""
    example = st.session_state[page.key("example")] = _example(
        text
    )  # what the link then has is none asked for
    own = "" if example else text
    short = len(quote_plus(own)) <= LONGEST_IN_LINK
    example, in_link = example if example != FIRST else "", own if short else ""
    address.put({page.key("example"): example, page.key("norms"): in_link})
    said = [page.word(f"examples.{_example(text)}.what")] if own != text else []
    said += [page.word("norms.memory")]
    said += [page.word("norms.link" if short else "norms.long", most=f"{LONGEST_IN_LINK:,}")] if own else []
    st.caption(page.together(said))


def file(page):
    """Show the place for a file; return it, or None where there is none or it is too large."""
    ending = None if takes_events() else list(ENDINGS)  # the names of event files have no fixed ending
    said = page.word("norms.file_events" if takes_events() else "norms.file", most=LARGEST_FILE // 10**6)
    found = st.file_uploader(said, ending, key=page.key("file"), max_upload_size=LARGEST_FILE // 10**6)
    if found is not None and found.size > LARGEST_FILE:
        st.warning(page.word("norms.large", times=number(found.size / LARGEST_FILE)))
        return None
    if found is not None:
        st.caption(page.word("norms.of_file"))
    return found


def understood(page, text, file=None, optimiser=None):
    """Return what was read of a file or else of the text, or None; quote what was not."""
    if file is None and times_the_limit(text) > 1.0:
        st.warning(page.word("norms.too_long", times=number(times_the_limit(text))))
        return None
    said = text if file is None else file.file_id
    pasted, found = _read_once(page.key("read"), said, None, optimiser, file)
    if len(found.readings) > 1:
        forms = sorted(found.readings)
        taken = None if found.refused == "ask" else found.readings[0]
        form = st.segmented_control(
            page.word("norms.reading"),
            forms,
            default=taken,
            format_func=lambda name: page.word(f"forms.{name}"),
            key=page.key("form"),
            bind="query-params",
        )
        if form not in (None, taken):
            pasted, found = _read_once(page.key("read_as"), said, form, optimiser, file)
    _tell(page, found)
    if pasted is None:
        st.info(page.word(f"refused.{found.refused or 'nothing'}"))
    return pasted


def _tell(page, found):
    """Say what was read, in a line, what was left out, and why."""
    if found.names:
        slots = {"layers": len(found.names), "steps": len(found.steps)}
        slots |= {
            "form": page.word(f"forms.{found.form}"),
            "quantity": page.word(f"quantities.{found.quantity}"),
        }
        said = [page.word("norms.read", **slots)]
        said += [
            page.word(f"notes.{note.what}", count=note.count, named=_named(note)) for note in found.notes
        ]
        st.caption(page.together(said))
    problems = found.problems
    if problems:
        shown = [_quoted(page, each) for each in problems[:MOST_QUOTED]]
        more = len(problems) - len(shown)
        shown += [page.word("norms.more", more=more)] if more else []
        told = "norms.unread" if found.refused else "norms.problems"
        st.warning(page.word(told, lines=len({each.line for each in problems})))
        st.text("\n".join(shown))  # the reader's own text: never as markdown
    orderly = [each for each in found.left_out if each.reason in ORDERLY]
    if orderly:
        with st.expander(page.word("norms.left_out", count=len(orderly))):
            shown = [_quoted(page, each) for each in orderly[:MOST_LISTED]]
            more = len(orderly) - len(shown)
            shown += [page.word("norms.more", more=more)] if more else []
            st.text("\n".join(shown))


def _named(note):
    """What a note names: a bound as a number, else the reader's own words."""
    return number(float(note.named)) if note.what == "small" else code(note.named)


def _quoted(page, left):
    """A line of the reader's that was left out, with its number and why."""
    reason = page.word(f"reasons.{left.reason}")
    return page.word("norms.problem", line=left.line, reason=reason, text=plain(left.text))


def _read_once(key, said, form, optimiser, file):
    """Return what `read` does: a long text takes a second, and the page runs again with every control."""
    before, found = st.session_state.get(key, (None, None))
    asked = said, form, optimiser
    if before != asked:
        if file is None:
            found = read(said, form, optimiser)
        else:
            found = judge(uploaded(file.name, file.getvalue(), form), optimiser)
        st.session_state[key] = asked, found
    return found
