"""The screen as it is, for somebody else: its link, and the link as a QR code."""

from urllib.parse import urlencode

import streamlit as st

from pages.ui import together


def button(page):
    """Show the button that opens the link of this screen."""
    if st.button(page.word("share.button"), icon=":material/qr_code_2:", key=page.key("share")):
        st.dialog(page.word("share.title"), width="medium")(_shown)(page, link(page))


def link(page):
    """Return the link of this screen, with the controls only that differ from where they begin."""
    own = [name for name in st.query_params if name.startswith(f"{page.name}_")]
    asked = [
        ("lang", page.lang),
        *together.shared(),
        *((name, value) for name in own for value in st.query_params.get_all(name)),
    ]
    return f"{st.context.url or ''}?{urlencode(asked)}"


def _shown(page, address):
    import segno  # not above: hardly any reader needs it, and the first words of a page would wait

    if st.session_state.get(page.key("file")) is not None:
        page.say(page.word("share.file"))
    st.code(address, language=None, wrap_lines=True)
    try:
        code = segno.make(address, micro=False).svg_data_uri(border=4, scale=8, light="white")
    except segno.DataOverflowError:
        page.say(page.word("share.long"))
    else:
        st.html(f'<img src="{code}" alt="{page.word("share.alt")}" style="width: 100%; max-width: 36rem">')
