"""The first screen: what is drawn is what the networks compute, and every sentence holds for it."""

import json
from base64 import b64decode
from itertools import product

import numpy as np
import pytest

from pages.lessons.home import measure, rows
from pages.ui.words import Words, languages
from tests.support.pages import healthy, in_each_language, open_page, told
from vgcore import load_digits, speeds

every_network = pytest.mark.parametrize("name", measure.NETWORKS, ids=lambda name: f"{name[0]}-{name[1]}")


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Each test begins as a fresh server does, and leaves nothing to the next."""
    monkeypatch.setattr(measure, "RIGHT", {})
    monkeypatch.setattr(measure, "train_all", lambda networks, on_step: None)


def screen(lang="en", **query):
    """What the browser is sent."""
    app = healthy(open_page("home", lang, **query))
    (shown,) = app.get("bidi_component")
    (sent,) = json.loads(shown.proto.json)
    return app, sent


def levels(text):
    return np.frombuffer(b64decode(text), np.uint8)


def test_every_network_is_on_the_screen_with_one_real_digit():
    _, sent = screen()
    x, y = load_digits(1)
    np.testing.assert_allclose(levels(sent["pixels"]) / 255.0, x[:, 0], atol=0.5 / 255.0 + 1e-9)
    assert y[sent["label"], 0] == 1.0
    assert {name: len(networks) for name, networks in sent["networks"].items()} == {"sigmoid": 10, "relu": 10}


@every_network
def test_a_dot_has_the_area_of_its_gradient_and_a_line_its_weight(name):
    passed, (x, y) = measure.passed(*name), load_digits()
    drawn = rows.drawing(passed)
    network = measure.network_of(*name)
    found = network.backward(x[:, :1].astype(np.float32), y[:, :1].astype(np.float32))
    typical = [np.sqrt((delta**2).mean()) for delta in found.deltas[:-1]]
    for delta, dots, share in zip(found.deltas, drawn["deltas"], drawn["shares"], strict=False):
        area = (levels(dots) / 255.0) ** 2
        expected = np.minimum(abs(delta[:, 0]) / (rows.FULL * max(typical)), 1.0)
        np.testing.assert_allclose(area, expected, atol=0.005)
        assert share.endswith("%")
    for layer in range(1, network.depth):
        weights, sources = abs(network.weights[layer]), levels(drawn["lines"][layer])
        for neuron, chosen in zip(weights, sources.reshape(-1, rows.HEAVIEST), strict=True):
            assert set(neuron[chosen]) == set(np.sort(neuron)[-rows.HEAVIEST :])
    np.testing.assert_allclose(np.square(drawn["strengths"][:-1]), typical / np.max(typical), atol=2e-3)


@every_network
def test_the_speeds_are_measured_digit_by_digit(name):
    x, y = load_digits()
    network = measure.network_of(*name)
    rms = speeds(network.deltas(x, y), "rms")
    np.testing.assert_allclose(measure.passed(*name).speeds, rms, rtol=1e-4)
    said = rows.last_over_first(measure.passed(*name))
    ratio = rms[-2] / rms[0]
    assert said.finding == ("one" if name[1] == 1 else "more" if ratio > 1.0 else "less")


def test_behind_four_sigmoid_layers_it_is_about_a_hundredfold():
    speeds = measure.passed("sigmoid", 4).speeds
    assert 50.0 < speeds[-2] / speeds[0] < 200.0


def test_three_thousand_steps_are_what_the_words_say():
    x, _ = load_digits()
    assert measure.EPOCHS * x.shape[1] // measure.BATCH == 3000
    assert measure.WIDTH == 30
    for lang, steps in (("en", "3,000"), ("zh", "3000")):
        assert all(
            steps in Words("home", lang)(f"read.{case}", count=1, trained=1, networks=1) for case in CASES
        )


CASES = ("learned", "guessing", "waiting")


def test_a_network_that_names_one_digit_guesses():
    assert measure.guessed() == 0.109
    assert rows.digits_right(0.109, measure.guessed(), (1, 20)).finding == "guessing"
    assert rows.digits_right(0.11, measure.guessed(), (1, 20)) == (
        {},
        {"count": 110},
        "learned",
        (),
        (),
        None,
        {},
    )
    assert rows.digits_right(None, measure.guessed(), (1, 20)).slots == {"trained": 1, "networks": 20}


@pytest.mark.parametrize(
    ("activation", "hidden", "low", "high"), [("sigmoid", 2, 0.9, 1.0), ("relu", 4, 0.95, 1.0)]
)
def test_what_learns_in_three_thousand_steps(activation, hidden, low, high):
    assert low <= measure.digits_right(activation, hidden, lambda: None) <= high


def test_four_sigmoid_layers_do_not():
    assert measure.digits_right("sigmoid", 4, lambda: None) == measure.guessed()


@in_each_language
def test_what_a_link_asks_for_is_shown_and_stays_in_the_link(lang):
    app, sent = screen(lang, home_activation="relu", home_hidden="9")
    assert sent["shown"] == {"activation": "relu", "hidden": 9}
    assert told(app) == []
    assert app.query_params["home_hidden"] == "9" or app.query_params["home_hidden"] == ["9"]
    app.button(key="home_share").click().run()
    assert "home_activation=relu" in app.code[0].value
    assert "home_hidden=9" in app.code[0].value


@pytest.mark.parametrize("asked", [{"home_hidden": "11"}, {"home_hidden": "x"}, {"home_activation": "<b>"}])
def test_what_cannot_be_shown_is_told(asked):
    app, sent = screen(**asked)
    assert sent["shown"] == {"activation": "sigmoid", "hidden": 4}
    assert told(app) == [f"{name}={value}" for name, value in asked.items()]


@pytest.mark.parametrize("lang", languages())
def test_every_sentence_has_one_part_that_is_shown_large(lang):
    words = Words("home", lang)
    slots = {"times": 2, "count": 3, "trained": 4, "networks": 5}
    for section, case in [*product(["speed"], ["more", "less", "one"]), *product(["read"], CASES)]:
        assert words(f"{section}.{case}", **slots).count("**") == 2


def test_the_shown_network_is_trained_first_and_then_its_neighbours(monkeypatch):
    asked = []
    monkeypatch.setattr(measure, "train_all", lambda networks, on_step: asked.append(networks))
    app, _ = screen(home_hidden="7")
    assert "home_trainings" not in app.session_state, "nothing is trained before the page stands"
    app = healthy(app.run())
    assert app.session_state["home_trainings"].done.wait(10)
    (order,) = asked
    assert order[0] == ("sigmoid", 7)
    assert set(order[1:3]) == {("sigmoid", 6), ("sigmoid", 8)}
    assert sorted(order) == sorted(measure.NETWORKS)
