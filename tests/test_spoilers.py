"""Nothing on an untouched page says what its questions ask for: each page is asked for each answer.

A number says an answer if it is the answer to as many digits as it has, with one digit within 3%. A whole
number below 1000, such as 4 or 10, stands on every page for many things: it says the answer only where it is
written as what it would be there, a quotient (also in words), a power, a share in percent, or so many times
as much; with one digit only on home and on the lesson's own page. A drawn network has many numbers: they
count on the lesson's own page.
"""

import re
from functools import cache

import pytest

from pages.lessons import LESSONS
from pages.ui import exercise, experiment
from pages.ui.answers import Number
from pages.ui.words import languages
from tests.support.lessons import EXERCISES
from tests.support.numbers import TRAINED
from tests.support.pages import complete, healthy, open_page, protos

ASKING = [name for name in LESSONS if name != "home"]
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LEVELLED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
NUMBER = re.compile(
    r"(?<![A-Za-z\d.])(?P<digits>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"(?:\s*×\s*10(?P<tens>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|\s?/\s?(?P<under>\d+)(?![\d.]))?"
    r"(?P<share>\s?%)?(?P<times>\s?(?:times|-?fold|倍))?"
)
WORDED = {
    "a half": 1 / 2, "a quarter": 1 / 4, "a fifth": 1 / 5, "an eighth": 1 / 8, "a tenth": 1 / 10,
    "a sixteenth": 1 / 16, "a hundredth": 1 / 100, "a thousandth": 1 / 1000, "a millionth": 1e-6,
    "一半": 1 / 2, "二分之一": 1 / 2, "四分之一": 1 / 4, "五分之一": 1 / 5, "八分之一": 1 / 8,
    "十分之一": 1 / 10, "十六分之一": 1 / 16, "百分之一": 1 / 100, "千分之一": 1 / 1000, "百万分之一": 1e-6,
}  # fmt: skip
FACTOR = re.compile(r"(?:factors? (?:of )?|因子 ?)\**$")
ALLOWED = {
    ("matrix", "exercise_output"): (
        "δ 0.056",
        "the drawing has every δ; the exercise asks how one comes about",
    ),
    ("edge", "spread"): ("75.7", "lesson 5 has a ratio of the same size, of other layers"),
}
"""(lesson, answer) to (part of a sentence, why it may stand there)."""


def plain(text):
    """A text without markup and TeX, its powers and quotients written as on the screen."""
    text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", str(text), flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"\\[dt]?frac\s*\{?(\d+)\}?\s*\{?(\d+)\}?", r"\1/\2", text)
    text = re.sub(
        r"\^\{?(-?\d+)\}?", lambda m: m[1].translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")), text
    )
    text = text.replace("\\times", "×").replace("{,}", ",").replace("\\%", "%").replace("−", "-")
    return re.sub(r"[\s\xa0]+", " ", re.sub(r"[*_{}$\\\[\]]|:(blue|green|orange|gray|red)(?=\[)", "", text))


def numbers(text):
    """Every number of a text that may say an answer: (value, its rounding, in percent, digits, place)."""
    for found in NUMBER.finditer(text):
        digits = found["digits"].replace(",", "")
        value, rounded = float(digits), 0.5 * 10.0 ** -len(digits.partition(".")[2])
        if found["tens"]:
            tens = 10.0 ** int(found["tens"].translate(LEVELLED))
            value, rounded = value * tens, rounded * tens
        elif found["raised"]:
            power = int(found["raised"].translate(LEVELLED))
            if not value or abs(power) > 99:
                continue
            value, rounded = value**power, 0.0
        elif found["under"]:
            if not float(found["under"]):
                continue
            value, rounded = value / float(found["under"]), 0.0
        told = found["tens"] or found["raised"] or found["under"] or found["share"] or found["times"]
        if told or "." in digits or abs(value) >= 1000.0 or FACTOR.search(text[: found.start()]):
            significant = max(1, len(digits.strip("-").replace(".", "").strip("0")))
            yield value, rounded, bool(found["share"]), significant, found.start()
    for words, value in WORDED.items():
        for found in re.finditer(words, text, re.IGNORECASE):
            yield value, 0.0, False, 1, found.start()


def mentions(text, answer, share, least=1):
    """The parts of a text that say an answer, a share as a percentage, in so many digits at least."""
    text, wanted = plain(text), 100.0 * answer if share else answer
    for value, rounded, percent, digits, at in numbers(text):
        rounded = min(rounded, 0.03 * abs(wanted)) if digits == 1 else rounded
        if percent == share and digits >= least and abs(value - wanted) <= rounded + 1e-9 * abs(wanted):
            yield text[max(0, at - 50) : at + 40]


def shown(app, own):
    """Every text of a page, labels too, of its own lesson also drawings; not the guesses to choose from."""
    for proto in protos(app):
        for field in ("body", "label", "value", "code"):
            text = getattr(proto, field, "")
            drawn = proto.DESCRIPTOR.name == "Html" and "vg-step" not in str(text)
            if isinstance(text, str) and text and (own or not drawn):
                yield text
    yield from (str(cell) for table in app.dataframe for row in table.value.values.tolist() for cell in row)


@cache
def untouched(name, lang, own):
    return tuple(shown(_opened(name, lang), own))


@cache
def _opened(name, lang):
    return complete(healthy(open_page(name, lang)))


@cache
def asked(lesson):
    """What a lesson asks for, as it is shown: dict of name to (number, whether it is a share)."""
    found, answer, opened = {}, experiment.Experiment.answer, exercise._open

    def answering(self, value, /, **slots):
        share = self.guesses[0].endswith("%")
        float_of = float(value.to_float()) if hasattr(value, "to_float") else float(value)
        found[self.name] = (float_of, share)
        return answer(self, value, **slots)

    def opening(page, name, asked, part, **rest):
        if isinstance(asked, Number):
            found[name] = (float(asked.answer), False)
        return opened(page, name, asked, part, **rest)

    long = {f"{lesson}_{name}_skip" for name in TRAINED.get(lesson, ())}
    open_too = {f"{lesson}_exercise_{name}": "true" for each, name in EXERCISES if each == lesson}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment.Experiment, "answer", answering)
        patch.setattr(exercise, "_open", opening)
        app = open_page(lesson, "en", **open_too)
        for toggle in app.toggle:
            if toggle.key.endswith("_skip"):
                toggle.set_value(toggle.key not in long)
        complete(healthy(app.run()))
    return found


def said(lesson, place, lang):
    near = place in ("home", lesson)
    for name, (answer, share) in asked(lesson).items():
        allowed = ALLOWED.get((lesson, name), ("\0", ""))[0]
        for text in untouched(place, lang, place == lesson):
            yield from (
                f"{place}: {lesson}.{name} = {answer:.6g}: …{part}…"
                for part in mentions(text, answer, share, 1 if near else 2)
                if allowed not in part
            )


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("lesson", ASKING)
def test_no_untouched_page_says_what_a_lesson_asks_for(lesson, lang):
    names = list(LESSONS)
    assert asked(lesson)
    places = names[: names.index(lesson) + 1]
    assert [each for place in places for each in said(lesson, place, lang)] == []


@pytest.mark.parametrize(
    ("text", "answer", "share"),
    [
        ("is never steeper than 1/4, and", 0.25, False),
        (r"there it is $\sigma'(0) = \frac{1}{4}$ at", 0.25, False),
        ("cuts it to a quarter or less", 0.25, False),
        ("arrives at 1.7 × 10⁻¹⁰ times its size", 1.7223e-10, False),
        (r"and $1.5\times 10^{-23}$ of it is left", 1.4953e-23, False),
        ("the edge lies at 10 times the book's scale", 9.9999999999, False),
        ("only **1.4%** of it", 0.0142, True),
        ("in 0% of 20,000 chains", 0.0, True),
        ("two ways, 1.39 × 10⁻¹⁷ apart", 1.388e-17, False),
        ("so 15,625 times", 15625.0, False),
    ],
)  # fmt: skip
def test_a_mention_is_found(text, answer, share):
    assert list(mentions(text, answer, share))


@pytest.mark.parametrize(
    ("text", "answer", "share"),
    [
        ("The book's chain has 4 neurons", 4.0, False),
        ("in 2020, 90 networks", 0.9, True),
        ("up to 10 layers", 10.0, False),
        ("computed in float16, in 16 bits", 16.0, False),
        ("(equation 114 of the book)", 114.2, False),
        ("0.70 -0.38 2.0", 0.3849, False),
        ("between 0.1 and 0.5", 0.12, False),
        ("91.6%", 0.9, True),
        ("<style>a { width: 1.25em }</style>", 1.25, False),
    ],
)
def test_a_chance_number_is_no_mention(text, answer, share):
    assert not list(mentions(text, answer, share))
