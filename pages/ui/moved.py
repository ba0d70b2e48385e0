"""Old links: what they ask of a lesson that another one has now, and the way there."""

import streamlit as st

from pages.lessons import MOVED

PARTS = ("", "_guess", "_skip", "_answer", "_hint", "_worked")
"""What the names of an experiment and of an exercise end in, in an address."""


def offer(page):
    """Show the way to where a link's settings have moved, and have them for nothing that is unused."""
    asked = st.session_state["note"]["asked"]
    for lesson, names in MOVED.get(page.name, {}).items():
        here = {page.key(name) + part: f"{lesson}_{name}{part}" for name in names for part in PARTS}
        found = {new: st.query_params[old] for old, new in here.items() if old in st.query_params}
        for old in here:
            asked.pop(old, None)
        if found:
            st.info(page.word("address.moved"), icon=":material/move_item:")
            page.way_to(lesson, ":material/arrow_forward:", **found)


def signposts(page, lesson, *sections):
    """Show the way to a lesson where sections of this one stood, which old links may end in."""
    st.html("".join(f'<span id="{section}"></span>' for section in sections))
    page.way_to(lesson, ":material/arrow_forward:")
