"""The sliders under drawings, which the browser moves without the server: where they stand is in the link.

The platform has no control that moves a drawing while it is dragged, and binds no part of a drawing to the
address. So each such slider has a text field beside it that nobody sees, which lives in the URL like all
controls; when the slider is let go, a script types its place there.
"""

import math

import streamlit as st

from pages.ui import address

SCRIPT = """<script>if (!window.scrubbing) {
  window.scrubbing = true;
  const type = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  addEventListener('change', event => {
    if (!event.target.matches('.vega-bindings input[type=range]')) return;
    const fields = [...document.querySelectorAll(`[class*="_at_${event.target.name}"] input`)];
    const before = e => e.compareDocumentPosition(event.target) & Node.DOCUMENT_POSITION_FOLLOWING;
    const field = fields.filter(before).at(-1);
    if (!field) return;
    type.call(field, event.target.value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  }, true);
}</script>"""
HIDDEN = '<style>[class*="st-key-"][class*="_at_"] { display: none; }</style>'


def places(page, figure, ends):
    """Show, before a drawing, the fields of its sliders; return where the link has them, by name.

    The places are those that the page was opened with: in a living drawing the browser knows better.
    """
    opened, found = st.session_state["note"].setdefault("places", {}), {}
    for name, (low, high) in ends.items():
        key = page.key(f"{figure}_at_{name}")
        place = opened.setdefault(key, _number(st.query_params.get(key, "")))
        if low <= place <= high:
            found[name] = int(place) if place == int(place) else place
        st.fragment(_field)(page, key)
    return found


def _field(page, key):
    st.text_input(key, key=key, bind="query-params", max_chars=30, label_visibility="collapsed")
    address.keep(page)


def _number(text):
    try:
        return float(text)
    except ValueError:
        return math.nan
