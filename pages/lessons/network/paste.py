"""The reader's text in lesson 7: asked for, kept, in the link where it is short, and read."""

from dataclasses import asdict
from urllib.parse import quote_plus

import streamlit as st

from pages.lessons.network.controls import OWN
from pages.lessons.network.reading import EXAMPLES, read, times_the_limit
from pages.lessons.network.rows import plain
from pages.ui import address
from pages.ui.numbers import number

LONGEST_IN_LINK = 4000
"""Most characters of a text in a link: some servers refuse a longer address."""
MOST_QUOTED = 10
"""Most lines quoted that could not be read."""
FIRST = "vanishing"
"""Example that a link without a text stands for."""


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
    example = _example(text)
    own = "" if example else text
    short = len(quote_plus(own)) <= LONGEST_IN_LINK
    example, in_link = example if example != FIRST else "", own if short else ""
    address.put({page.key("example"): example, page.key("norms"): in_link})
    said = [page.word("norms.memory")]
    said += [page.word("norms.link" if short else "norms.long", most=f"{LONGEST_IN_LINK:,}")] if own else []
    st.caption(page.together(said))


def understood(page, text):
    """Return what was read of the text, or None; quote what was not."""
    if times_the_limit(text) > 1.0:
        st.warning(page.word("norms.too_long", times=number(times_the_limit(text))))
        return None
    pasted, problems = _read_once(page.key("read"), text)
    if problems:
        shown = [
            page.word(
                "norms.problem",
                line=each.line,
                reason=page.word(f"reasons.{each.reason}"),
                text=plain(each.text),
            )
            for each in problems[:MOST_QUOTED]
        ]
        more = len(problems) - len(shown)
        shown += [page.word("norms.more", more=more)] if more else []
        st.warning(page.word("norms.problems", lines=len({each.line for each in problems})))
        st.text("\n".join(shown))  # the reader's own text: never as markdown
    if pasted is None:
        st.info(page.word("norms.nothing"))
    return pasted


def _read_once(key, text):
    """Return what `read` does: a long text takes a second, and the page runs again with every control."""
    before, found = st.session_state.get(key, (None, None))
    if before != text:
        found = read(text)
        st.session_state[key] = text, found
    return found
