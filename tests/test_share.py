"""A screen for somebody else, and the way back to where the controls begin."""

from urllib.parse import parse_qs, urlsplit

import pytest

from pages.lessons import PAGES
from pages.ui import share
from tests.support.pages import ends, healthy, in_each_language, open_page

SETS = ("chain", "exploding", "unstable", "matrix", "training", "ways_out")


def resets(app):
    return [button for button in app.button if (button.key or "").endswith("_reset")]


@in_each_language
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_shared(name, lang):
    app = open_page(name, lang)
    app.button(key=f"{name}_share").click().run()
    healthy(app)
    (code,) = [code for code in app.code if "?lang=" in code.value]
    assert parse_qs(urlsplit(code.value).query) == {"lang": [lang]}
    assert any("data:image/svg+xml" in shown.proto.body for shown in app.get("html"))


def test_a_link_holds_what_differs_and_nothing_else():
    app = open_page("chain", "en", chain_depth="9", chain_seed="1", junk="1")
    app.button(key="chain_share").click().run()
    asked = parse_qs(urlsplit(app.code[0].value).query)
    assert asked["chain_depth"] == ["9"]
    assert "junk" not in asked
    assert healthy(
        open_page("chain", "en", **{key: value for key, (value,) in asked.items() if key != "lang"})
    )


def test_a_link_that_no_code_can_hold_is_still_a_link(monkeypatch):
    monkeypatch.setattr(share, "link", lambda page: "x" * 4000)
    app = open_page("home", "en")
    app.button(key="home_share").click().run()
    assert app.code[0].value == "x" * 4000
    assert healthy(app).markdown[-1].value


@pytest.mark.parametrize("name", SETS)
def test_one_click_takes_every_control_back(name):
    app = open_page(name, "en", **({"matrix_digits": "1"} if name == "matrix" else {}))
    for reset in resets(app):
        app = reset.click().run()
    start = {control.key: control.value for control, _ in ends(app) if not control.key.endswith("_guess")}
    moved = [control for control, _ in ends(app) if control.key in start][:3]
    for control, at in [(control, at) for control, at in ends(app) if control.key in {m.key for m in moved}]:
        control.set_value(at[0] if at[0] != start[control.key] else at[1])
    app = healthy(app.run())
    assert resets(app)
    for _ in range(3):
        if resets(app):
            app = healthy(resets(app)[0].click().run())
    assert not resets(app)
    now = {control.key: control.value for control, _ in ends(app)}
    assert {key: now[key] for key in start if "_set_" not in key} == {
        key: value for key, value in start.items() if "_set_" not in key
    }


def test_the_button_names_what_was_moved():
    app = open_page("chain", "en", chain_depth="9")
    (reset,) = resets(app)
    assert reset.label == "Back to the book's: Depth L"
    app = reset.click().run()
    assert app.slider(key="chain_depth").value == 4
    assert "chain_depth" not in app.query_params
    assert not resets(app)
