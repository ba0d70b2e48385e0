"""A screen for somebody else, and the way back to where the controls begin."""

from urllib.parse import parse_qs, urlsplit

import pytest

from pages.lessons import PAGES
from pages.ui import share
from pages.ui.words import Words
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


def shared(app, name):
    """What the link in the open dialog asks for."""
    (code,) = [code for code in app.code if "?lang=" in code.value]
    return {key: value for key, (value,) in parse_qs(urlsplit(code.value).query).items()}


@in_each_language
def test_a_link_is_fresh_until_the_reader_wants_his_answers_in_it(lang):
    settings = {"chain_depth": "9", "chain_set": "w2=3"}
    own = {
        "chain_slope_guess": "1/4",
        "chain_nudge_skip": "true",
        "chain_exercise_factor": "true",
        "chain_exercise_factor_answer": "0.3",
        "chain_exercise_factor_hint": "true",
    }
    words, app = Words("chain", lang), open_page("chain", lang, **settings, **own)
    app.button(key="chain_share").click().run()
    assert shared(app, "chain") == {"lang": lang, **settings}
    assert words("share.fresh") in [shown.value for shown in app.markdown]
    app.toggle(key="chain_share_answers").set_value(True)
    app.button(key="chain_share").click().run()
    assert shared(healthy(app), "chain") == {"lang": lang, **settings, **own}
    assert words("share.with") in [shown.value for shown in app.markdown]


def test_where_nothing_was_answered_there_is_one_link():
    app = open_page("chain", "en", chain_depth="9")
    app.button(key="chain_share").click().run()
    assert "chain_share_answers" not in [toggle.key for toggle in app.toggle]


@in_each_language
def test_a_long_text_in_the_link_is_told(lang):
    text = "layer: 0.5\n" * 200
    app = open_page("network", lang, network_norms=text)
    app.button(key="network_share").click().run()
    assert shared(healthy(app), "network")["network_norms"] == text
    assert Words("network", lang)("share.text", count=len(text)) in [shown.value for shown in app.markdown]


def test_a_link_that_no_code_can_hold_is_still_a_link(monkeypatch):
    monkeypatch.setattr(share, "link", lambda page, answers: "x" * 4000)
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
