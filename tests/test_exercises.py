"""Exercises: what is typed is read, what is right is so by another computation, and all of it is said."""

import re
from importlib import import_module

import pytest
from mpmath import mp, mpf

from pages.lessons.chain import controls as chain_controls
from pages.ui.answers import LONGEST, Number, read
from pages.ui.numbers import number
from pages.ui.words import Words, languages
from tests.test_pages import healthy, open_page
from vgcore import Chain

STEP = mpf(10) ** -20


def chain(by_hand="", layer=2, **changed):
    """What lesson 1 gives its exercises, with values set by hand."""
    chosen = chain_controls.Settings(**changed)
    known, refused = chain_controls.assignments(by_hand, chosen.depth)
    assert refused == []
    sampled = Chain.random(chosen.depth, **chosen.sampling).replaced(known["w"], known["b"])
    return {"trace": sampled.trace(chosen.a0, chosen.y, chosen.cost), "layer": layer, "chosen": chosen}


SCREENS = {
    "chain": (
        chain,
        {},
        {"seed": 3, "depth": 7, "layer": 5, "a0": -0.5},
        {"by_hand": "w2=9, b2=-4", "y": 1.0},
    ),
}
"""What gives a lesson's exercises what they ask about, and its screens, the untouched one first."""


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def slope(function, at):
    """The derivative, by central differences in 50 digits."""
    with mp.workdps(50):
        return (function(mpf(at) + STEP) - function(mpf(at) - STEP)) / (2 * STEP)


def cost_by_b1(trace, chosen):
    """The quadratic cost of a sigmoid chain as a function of what is added to its first bias."""

    def cost(added):
        a = mpf(chosen.a0)
        for w, b in zip(trace.weights, trace.biases, strict=True):
            a, added = sigmoid(mpf(float(w)) * a + mpf(float(b)) + added), 0
        return (a - mpf(chosen.y)) ** 2 / 2

    return cost


def factor_of(trace, layer, **_):
    w, z = mpf(float(trace.weights[layer - 1])), mpf(float(trace.zs[layer - 1]))
    return w * slope(sigmoid, z)


def count_down(size, to):
    """How many factors of a size it takes, one by one, and the last one in part."""
    product, count = mpf(1), 0
    while product * size > to:
        product, count = product * size, count + 1
    return count + (product - to) / (product - product * size)


NUMBERS = {
    ("chain", "factor"): factor_of,
    ("chain", "doubled"): lambda trace, **_: mpf(1) / mpf(0.25) ** len(trace.zs),
    ("chain", "millionth"): lambda **given: count_down(abs(factor_of(**given)), mpf(10) ** -6),
    ("chain", "step"): lambda trace, chosen, **_: -1 / (100 * slope(cost_by_b1(trace, chosen), 0)),
}
"""The answer to every exercise that asks for a number, computed in another way."""
SETTINGS = {
    ("chain", "faster"): ({"by_hand": "w1=1 b1=-1 w2=8 b2=-4 w3=8"}, {"by_hand": "w2=40, b2=-30.5, w3=-6"}),
}
"""Screens on which a setting that is asked for is found."""
EXERCISES = [
    (lesson, exercise.__name__)
    for lesson in SCREENS
    for exercise in import_module(f"pages.lessons.{lesson}.exercises").EXERCISES
]


def asked(lesson, name, **changed):
    exercises = import_module(f"pages.lessons.{lesson}.exercises")
    return getattr(exercises, name)(**SCREENS[lesson][0](**changed))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, 0.25)
            for text in ("0.25", " 1/4 ", ".25", "2.5e-1", "2.5E-1", "25%", "0,25", "4^-1", "½/2")
        ),
        *((text, 0.25) for text in ("０．２５", "１／４", "25％", "1÷4", "≈0.25", "=1/4", "0.25。", "+0.25")),
        *(
            (text, 1.2e-3)
            for text in ("1.2×10^-3", "1.2*10**-3", "1.2 x 10^(-3)", "1.2·10⁻³", "１.２×１０＾－３")
        ),
        *((text, -1e-3) for text in ("-10⁻³", "−10^−3", "–0.001", "－０．００１")),
        *((text, 15625.0) for text in ("25^3", "25³", "15,625", "15，625", "1.5625×10⁴", "25*25*25")),
        ("√2", 2**0.5),
        ("0", 0.0),
        ("4^60", 4.0**60),
    ],
)
def test_a_number_is_read_however_it_is_typed(text, value):
    assert read(text) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a", "-", "--1", "1/0", "0^-1", "1/", "/2", "*", "1..2", "1,2,3", "nan", "inf"),
        *(
            "1e400",
            "9^99999",
            "9" * (LONGEST + 1),
            "1e-5e",
            "√",
            "√-2",
            "٣",
            "<b>1</b>",
            "1;2",
            "\0",
            "1e",
            "%",
        ),
    ],
)
def test_what_is_no_number_is_not_read(text):
    assert read(text) is None


def test_a_number_that_is_not_right_is_told_apart():
    twenty = Number(20.0, {}, rel=0.02)
    assert [twenty.judged(value) for value in (19.7, -20.2, 0.05, 21.0, -3.0, 0.0, -1e300)] == [
        *("right", "sign", "inverse", "large", "small", "small", "large")
    ]
    assert Number(0.0, {}, off=1e-3).judged(0.0) == "right"


@pytest.mark.parametrize(("lesson", "name"), EXERCISES)
def test_every_exercise_is_held_against_another_computation(lesson, name):
    assert ((lesson, name) in NUMBERS) != ((lesson, name) in SETTINGS)
    assert 4 <= len([one for one in EXERCISES if one[0] == lesson]) <= 5


@pytest.mark.parametrize(("lesson", "name"), NUMBERS)
def test_the_right_number_is_right_and_what_is_off_is_not(lesson, name):
    given, *screens = SCREENS[lesson]
    seen = 0
    for screen in screens:
        task = asked(lesson, name, **screen)
        if task is None:
            continue
        answer = float(NUMBERS[lesson, name](**given(**screen)))
        assert task.answer == pytest.approx(answer, rel=1e-6, abs=task.off / 2)
        tolerance = max(task.rel * abs(answer), task.off)
        assert task.judged(answer) == "right"
        assert {task.judged(answer + 2.5 * sign * tolerance) for sign in (1, -1)}.isdisjoint({"right"})
        assert task.judged(answer + 0.4 * tolerance) == "right"
        seen += 1
    assert seen > 0


@pytest.mark.parametrize(("lesson", "name"), SETTINGS)
def test_a_setting_is_not_there_at_first_and_can_be_found(lesson, name):
    assert not asked(lesson, name).found
    for screen in SETTINGS[lesson, name]:
        assert asked(lesson, name, **screen).found


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "selu", "softplus", "gelu"])
@pytest.mark.parametrize("depth", [2, 3, 20])
def test_the_worked_answer_of_lesson_1_makes_the_first_layer_faster(activation, depth):
    screen = {"activation": activation, "depth": depth, "a0": 0.35}
    typed = asked("chain", "faster", **screen).slots["typed"]
    assert asked("chain", "faster", by_hand=typed, **screen).found


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("lesson", "name"), EXERCISES)
def test_an_exercise_says_all_that_it_has_to_say(lesson, name, lang):
    words = Words(lesson, lang)
    for screen in SCREENS[lesson][1:]:
        task = asked(lesson, name, **screen)
        if task is None:
            continue
        slots = {**task.slots, "answer": "7"}
        hint = f"hint.{task.kind}" if task.kind else "hint"
        said = [words(f"exercise.{name}{part}", **slots) for part in ("", ".title", f".{hint}", ".worked")]
        if not isinstance(task, Number):
            said.append(words(f"exercise.{name}.now", **slots))
        assert all(said)
        assert not re.search(r"nan|\{\{|\d+e[-+]\d", " ".join(said))


def opened(lesson, lang, name, **typed):
    """A page with one exercise open, as a link has it."""
    link = {f"{lesson}_exercise_{name}": "true"}
    link |= {f"{lesson}_exercise_{name}_{part}": value for part, value in typed.items()}
    app = healthy(open_page(lesson, lang, **link))
    assert not app.warning
    return app


def said(app):
    return [shown.value for shown in (*app.success, *app.info)]


def texts(app):
    return [shown.value for shown in app.markdown]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("lesson", SCREENS)
def test_a_typed_answer_is_judged_in_words(lesson, lang):
    name = next(name for known, name in NUMBERS if known == lesson)
    words, task = Words(lesson, lang), asked(lesson, name)
    worked = words(f"exercise.{name}.worked", **task.slots, answer=number(task.answer))
    app = opened(lesson, lang, name, answer=repr(task.answer))
    assert said(app) == [words("exercise.right", answer=number(task.answer))]
    assert worked in texts(app)
    field = f"{lesson}_exercise_{name}_answer"
    app.text_input(key=field).set_value("<b>1").run()
    assert words("exercise.unread", text="<b>1") in [shown.value for shown in app.get("text")]
    assert said(healthy(app)) == []
    assert worked not in texts(app)
    for which in ("worked", "hint"):
        app.toggle(key=f"{lesson}_exercise_{name}_{which}").set_value(True)
    app.text_input(key=field).set_value(f"{3 * task.answer + 1}")
    (shown,) = [text for text in texts(healthy(app.run())) if worked in text]
    assert shown != worked
    assert len(said(app)) == 1


@pytest.mark.parametrize(
    "text", ["a" * LONGEST, "\x00", "{page} {{eq.124}} %s", "![x](x.png)", "\u202e1", "NaN"]
)
def test_a_hostile_answer_stays_text(text):
    app = opened("chain", "en", "factor", answer=text)
    assert said(app) == []


def test_an_answer_that_no_field_takes_is_told():
    app = healthy(
        open_page("chain", "en", chain_exercise_factor="true", chain_exercise_factor_answer="1" * 5000)
    )
    assert app.get("text")[0].value.startswith("chain_exercise_factor_answer=111")


def test_exercises_wait_behind_their_titles():
    app = open_page("chain", "en")
    assert [box.label for box in app.expander if box.label[:1].isdigit()] == [
        f"{place} · {Words('chain', 'en')(f'exercise.{name}.title')}"
        for place, name in enumerate([name for lesson, name in EXERCISES if lesson == "chain"], 1)
    ]
    assert [field.key for field in app.text_input] == ["chain_set"]


def test_a_setting_that_is_found_above_is_found_below():
    app = opened("chain", "en", "faster")
    assert said(app) == ["Now |∂C/∂b₁| is 0.0104 times |∂C/∂b₃|. Not yet."]
    app.text_input(key="chain_set").set_value("w1=1, b1=-1, w2=8, b2=-4, w3=8").run()
    assert said(app) == ["Now |∂C/∂b₁| is 4.00 times |∂C/∂b₃|. Found."]
