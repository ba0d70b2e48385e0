"""The screen as it is, for somebody else: its link, and the link as a QR code.

The link is of the screen before anybody has guessed, unless the reader wants his answers in it.
"""

import re
from urllib.parse import urlencode

import streamlit as st

from pages.ui import together

_OWN = re.compile(r"_(?:guess|skip)$|^[a-z]+(?:_[a-z]+)*?_exercise_")
"""What of the address is the reader's: guesses, what he has asked to see, and exercises."""
LONG = 1500
"""Characters of a text in the link from which on the reader is told of it."""
_STYLE = """<style>
[role=dialog] [data-testid=stCode] > div:has(button) { opacity: 1; visibility: visible; }
[role=dialog] img.vg-code { display: block; margin: 0 auto; width: min(100%, 42vh); }
</style>"""


def button(page):
    """Show the button that opens the link of this screen."""
    if st.button(page.word("share.button"), icon=":material/qr_code_2:", key=page.key("share")):
        st.dialog(page.word("share.title"), width="medium")(_shown)(page)


def link(page, answers=False):
    """Return the link of this screen, with the controls only that differ from where they begin.

    `answers` has it hold what the reader has guessed and answered, too.
    """
    asked = [("lang", page.lang), *together.shared(), *_asked(page, answers)]
    return f"{st.context.url or ''}?{urlencode(asked)}"


def _asked(page, answers):
    own = [name for name in st.query_params if name.startswith(page.key(""))]
    kept = [name for name in own if answers or not _OWN.search(name)]
    return [(name, value) for name in kept for value in st.query_params.get_all(name)]


def _shown(page):
    import segno  # not above: hardly any reader needs it, and the first words of a page would wait

    answers = False
    if len(_asked(page, True)) > len(_asked(page, False)):
        answers = st.toggle(page.word("share.answers"), key=page.key("share_answers"))
        page.say(page.word(f"share.{'with' if answers else 'fresh'}"))
    address = link(page, answers)
    texts = [value for _, value in _asked(page, answers) if len(value) > LONG]
    if texts:
        page.say(page.word("share.text", count=sum(map(len, texts))))
    if st.session_state.get(page.key("file")) is not None:
        page.say(page.word("share.file"))
    st.html(_STYLE)
    st.code(address, language=None, wrap_lines=True, height=150 if len(address) > LONG else "content")
    try:
        code = segno.make(address, micro=False).svg_data_uri(border=4, scale=8, light="white")
    except segno.DataOverflowError:
        page.say(page.word("share.long"))
    else:
        st.html(f'<img class="vg-code" src="{code}" alt="{page.word("share.alt")}">')
