"""Links that nobody should have written, and walks over the controls at their ends: the pages hold."""

import math
import random
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.lessons import LESSONS, PAGES
from pages.ui import address
from pages.ui.words import Words, languages
from tests.support.pages import HOSTILE, ends, open_page, sound, told, values

LINKS = 50
"""Of each page, so that its controls meet most of what is hostile."""
TEXTS = {"chain": ("set",), "training": ("runs",), "network": ("norms", "example")}
"""What of a link is a text of the reader's."""
AT_HAND = {"matrix": {"matrix_digits": "1", "matrix_seeds": "1"}}
"""Wide networks take seconds on all digits."""
STEPS = st.tuples(st.integers(0, 39), st.integers(0, 1))
"""Which control, and which end of it."""


@cache
def controls(name):
    """The names of a page's controls in the URL with their values by default, answers in sight."""
    app = open_page(name, "en")
    found = values(app)
    for toggle in app.toggle:
        toggle.set_value(True)
    return values(app.run()) | found


def hostile(chance, names):
    """Return a query of one to twenty texts, as many as are told, for controls and for what no page knows."""
    query, most = {}, chance.randint(1, address.MOST_PARTS - 2)
    while sum(map(len, query.values())) < most:
        strange = "".join(chance.choices("aZ_0$<>&=%\x00\u05d0\u202e{}", k=chance.randint(1, 30)))
        known = names and chance.random() < 0.8
        name = chance.choice(names) if known else chance.choice([strange, "$$ID-1", "link", "Lang"])
        query[name] = chance.choices(HOSTILE, k=chance.choice([1, 1, 3]))
    return query


@pytest.mark.parametrize("name", PAGES)
def test_an_identifier_is_taken_only_where_it_is_an_option(name):
    menus = {menu.key for menu in open_page(name, "en").selectbox}
    keys = [*(key for key in controls(name) if key not in menus), "note"]
    for at in range(0, len(keys), address.MOST_PARTS):
        some = keys[at : at + address.MOST_PARTS]
        app = sound(open_page(name, "en", **dict.fromkeys(some, "relu")))
        assert values(app) == {key: default for key, default in controls(name).items() if key in values(app)}
        assert sorted(told(app)) == sorted(f"{key}=relu" for key in some)


@pytest.mark.parametrize(
    ("name", "key", "text", "value"),
    [
        ("chain", "chain_weight_std", "2", 2.0),
        ("chain", "chain_weight_std", "5e-1", 0.5),
        ("training", "training_lmbda", "0", 0.0),
    ],
)
def test_a_number_is_taken_however_it_is_written(name, key, text, value):
    app = sound(open_page(name, "en", **{key: text}))
    assert app.select_slider(key=key).value == value
    assert told(app) == []


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("written", ["He normal", "He（Kaiming）正态", "he_normal"])
def test_an_option_is_taken_by_its_name_in_any_language(written, lang):
    app = sound(open_page("matrix", lang, matrix_init=written))
    assert app.selectbox(key="matrix_init").value == "he_normal"
    assert app.query_params["matrix_init"] == Words("matrix", lang)("names.he_normal")
    assert told(app) == []


def whole_numbers(app):
    """Of every control of numbers with a point, its name and a whole one that it does not begin with."""
    ends = [(slider, (math.ceil(slider.min), math.floor(slider.max))) for slider in app.slider]
    for control, numbers in [*ends, *((slider, map(float, slider.options)) for slider in app.select_slider)]:
        if isinstance(control.value, float):
            wholes = [int(number) for number in numbers if number % 1 == 0 and number != control.value]
            yield from [(control.key, whole) for whole in wholes[-1:]]


@pytest.mark.parametrize("name", [name for name in LESSONS if name != "home"])
def test_every_control_of_numbers_with_a_point_takes_a_whole_one(name):
    shown = {key: "true" for key, value in controls(name).items() if value is False}
    asked = dict(whole_numbers(open_page(name, "en", **shown)))
    app = sound(open_page(name, "en", **shown, **{key: str(whole) for key, whole in asked.items()}))
    assert asked
    assert {key: values(app)[key] for key in asked} == asked
    assert told(app) == []


@pytest.mark.parametrize(
    ("name", "key", "text", "written"),
    [
        ("ways_out", "ways_out_init", "he_normal", "He normal"),
        ("chain", "chain_activation", "leaky_relu", "leaky ReLU"),
        ("training", "training_lmbda", "0", "0.0"),
    ],
)
def test_the_address_and_what_is_shared_call_an_option_as_the_platform_does(name, key, text, written):
    app = sound(open_page(name, "en", **{key: text}))
    assert app.query_params[key] == written
    app = sound(app.button(key=f"{name}_share").click().run())
    (link,) = [code.value for code in app.code if "?lang=" in code.value]
    assert parse_qs(urlsplit(link).query)[key] == [written]


def test_of_an_option_asked_for_twice_nothing_is_lost_without_a_word():
    app = sound(open_page("chain", "en", chain_activation=["relu", "tanh_"]))
    assert app.selectbox(key="chain_activation").value == "sigmoid"
    assert told(app) == ["chain_activation=relu", "chain_activation=tanh_"]


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_link_opens_on_the_defaults_and_is_told(name):
    chance, defaults = random.Random(name), controls(name)
    fields = [f"{name}_{field}" for field in TEXTS.get(name, ())]
    for _ in range(LINKS):
        query = hostile(chance, [*defaults, *fields])
        app = sound(open_page(name, "en", **query))
        held = values(app)
        assert held == {key: defaults[key] for key in held}
        lines = told(app)
        for key, texts in query.items():
            if key in defaults:
                empty = key in held and held[key] is None  # an empty text asks for no guess, and gets it
                refused = [text for text in texts if text or not empty]
                assert len([line for line in lines if line.startswith(f"{key}=")]) == len(refused)
        known = tuple(f"{key}=" for key in (*defaults, *fields))
        unknown = [text for key, texts in query.items() if key not in (*defaults, *fields) for text in texts]
        assert len([line for line in lines if not line.startswith(known)]) == len(unknown)


def test_what_a_control_can_take_is_taken_and_nothing_is_told():
    asked = {"chain_depth": "9", "chain_a0": "-1.5", "chain_delta_b": "1e-06", "chain_nudge_skip": "true"}
    app = sound(open_page("chain", "zh", chain_seed="7", chain_activation="tanh", **asked))
    held = values(app)
    assert [held[key] for key in asked] == [9, -1.5, 1e-6, True]
    assert not app.warning


@pytest.mark.parametrize("lang", ["", "xx", ["en", "../zh"], "zh\x00"])
def test_a_language_that_is_none_is_told(lang):
    app = sound(open_page("home", lang))
    assert app.warning[0].value == Words("home", "en")("address.unused")
    assert app.get("text")[0].value.startswith("lang=")


def test_what_was_told_goes_when_the_control_moves_or_the_page_is_left():
    app = open_page("chain", "en", chain_depth="999", chain_seed="inf", chain_layer="4")
    assert told(app) == ["chain_depth=999", "chain_seed=inf"]
    app.select_slider(key="chain_weight_std").set_value(2.0).run()
    assert told(app) == ["chain_depth=999", "chain_seed=inf"]
    app.slider(key="chain_depth").set_value(2).run()  # the layer falls back too: not the link's doing
    assert told(app) == ["chain_seed=inf"]
    app.query_params.clear()
    app.switch_page(LESSONS["home"]).run()
    assert told(app) == []


def test_a_flood_is_cut_and_shown_as_plain_text():
    names = [f"<b>{index}</b>\u202e" for index in range(90)]
    lines = told(sound(open_page("home", "en", **dict.fromkeys(names, "x" * 5000))))
    assert len(lines) == address.MOST_PARTS + 1
    assert lines[0].startswith("<b>0</b>\\u202e=xxx")
    assert max(map(len, lines)) < 100


@pytest.mark.parametrize("name", [name for name in LESSONS if name != "home"])
@settings(max_examples=2)
@given(walk=st.lists(STEPS, min_size=12, max_size=12, unique_by=lambda step: step[0]))
def test_a_walk_over_the_controls_at_their_ends(name, walk):
    app = open_page(name, "en", **AT_HAND.get(name, {}))
    for step, end in walk[: 6 if name == "unstable" else 12]:  # its 100,000 chains take a second a step
        fields = (*app.text_input, *app.text_area)
        choices = [
            *ends(app),
            *((toggle, (False, True)) for toggle in app.toggle),
            *((field, ("", "<script>w1=1; lmbda=0</script>" * 30)) for field in fields),
        ]
        control, at = choices[step % len(choices)]
        control.set_value(at[end])
        sound(app.run())
