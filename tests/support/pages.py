"""Pages as a test opens them: without a browser, in the process of the test."""

import re
import sys
import time
from pathlib import Path

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from pages.lessons import PAGES
from pages.ui import chrome
from pages.ui.contents import PLACE
from pages.ui.page import Page
from pages.ui.scrub import SCRIPT
from pages.ui.words import Words, languages
from tests.support import ROOT

SECONDS = 300
"""Until a run of a page counts as hung: a busy machine is no failure."""
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?(?: × 10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?%?")
in_each_language = pytest.mark.parametrize("lang", languages())
every_page = pytest.mark.parametrize("name", PAGES)
HOSTILE = (
    "",
    " ",
    "-99",
    "-1e9",
    "9" * 400,
    "9" * 5000,
    "1e400",
    "-inf",
    "Infinity",
    "NaN",
    "0x10",
    "1,5",
    "4; DROP TABLE",
    "null",
    "[]",
    '{"a": 1}',
    "2020-01-01",
    "12:30",
    "a" * 65536,
    "<script>alert(1)</script>",
    "![x](x.png) [y](javascript:1) :material/x: $z$",
    "\x00",
    "\x00NUL\x00",
    "\u202e\u05d0\u05d1\u05d2",
    "\u0661\u0662\u0663" * 30,
    "\ufffd\U0001f4c9",
    "../../etc/passwd",
    "{page} {{eq.124}} %s",
    "\r\n\r\n",
)
"""None of these is a value of any control but a text field."""
PLAIN = ("Text", "TextInput", "TextArea", "ArrowVegaLiteChart")
"""What shows a text as it is."""
SERVER_PATHS = [str(ROOT), str(Path(streamlit.__file__).parent.parent), sys.prefix, "Traceback"]
SCRIPTS = [PLACE, SCRIPT, *(chrome.script(Page("home", lang)) for lang in languages())]
"""The only scripts of a page."""


def open_page(name, lang, **query):
    app = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=SECONDS)
    app.switch_page(PAGES[name])
    for key, value in {"lang": lang, **query}.items():
        app.query_params[key] = value
    return app.run()


def answered(name, lang, **query):
    """The page with every experiment's answer in sight."""
    app = open_page(name, lang, **query)
    for toggle in app.toggle:
        toggle.set_value(True)
    return healthy(app.run())


def guessed(name, lang, **query):
    """The page with a guess, the last there is, in every experiment."""
    app = open_page(name, lang, **query)
    for control in app.button_group:
        if control.key.endswith("_guess"):
            control.set_value(control.options[-2])
    return healthy(app.run())


def complete(app):
    """The page once the runs that it waits for are complete."""
    for _ in range(60):
        if not app.get("progress"):
            return app
        time.sleep(1.0)
        app = healthy(app.run())
    raise TimeoutError("a run of the page has not ended after a minute")


def healthy(app):
    assert [error.message for error in app.exception] == []
    assert [error.value for error in app.error] == []
    said = " ".join(str(shown.value) for shown in app.markdown)
    assert "nan" not in said.lower()
    assert "{{" not in said
    return app


def sound(app):
    """The page is healthy, nothing on it tells of the server, and a reader's text stays text."""
    healthy(app)
    for proto in protos(app):
        shown = proto.SerializeToString()
        for script in SCRIPTS:
            shown = shown.replace(script.encode(), b"")
        assert proto.DESCRIPTOR.name in PLAIN or b"<script" not in shown
        assert not [path for path in SERVER_PATHS if path.encode() in shown]
    return app


def protos(node):
    """Every element below a node, as the server sends it."""
    for child in (node.main, node.sidebar) if hasattr(node, "main") else node.children.values():
        if getattr(child, "proto", None) is not None:
            yield child.proto
        if hasattr(child, "children"):
            yield from protos(child)


def told(app):
    """What the page says of its link that it could not use, line by line."""
    if Words("home", "en")("address.unused") not in [warning.value for warning in app.warning]:
        return []
    return app.get("text")[0].value.split("\n")


def answers(app):
    """The lines that answer an experiment."""
    return [
        shown.value.split("\n\n")[0]
        for shown in app.markdown
        if re.match(r"[^|\n]{3,70}(: |：)\*\*[^*]+\*\*[.。]", shown.value)
    ]


def drawn(app, what):
    """The network that a page draws as HTML, its long numbers in one line again."""
    bodies = (html.proto.body for html in app.main.get("html"))
    return next(body.replace("<br/>", "") for body in bodies if f'class="{what}' in body)


def ends(app):
    """Every control with its first and last value; the language is not one of them."""
    for slider in app.slider:
        yield slider, (slider.min, slider.max)
    for control in (*app.select_slider, *app.selectbox):
        yield control, (control.options[0], control.options[-1])
    for control in app.number_input:
        yield control, (control.min, control.max)
    for control in app.button_group:
        if not control.key.endswith("_language"):
            yield control, (control.options[0], control.options[-1])


def values(app):
    """The value of every control that stands in the address, by its key."""
    kinds = (app.slider, app.select_slider, app.selectbox, app.number_input, app.toggle, app.button_group)
    bound = (control for kind in kinds for control in kind if control.proto.query_param_key)
    return {control.key: control.value for control in bound}


def labelled(app, label):
    return next(control for control in app.number_input if control.label == label)


def path_of(name):
    """The path of a page in the address of the app."""
    return "" if name == "home" else PAGES[name].split("/")[1].split("_", 1)[1].removesuffix(".py")
