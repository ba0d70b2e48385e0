"""Lesson 7: what a reader pastes is read, judged and shown, and never taken for markup."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.lessons import PAGES
from pages.lessons.network import controls, measure, paste, reading, remedies, rows
from pages.lessons.network.reading import EXAMPLES, SNIPPETS, read
from pages.ui import figure
from pages.ui.data import Word
from pages.ui.numbers import number
from pages.ui.settings import ranges
from pages.ui.words import Words, languages
from pages.ui.words import read as texts_of
from tests.support import ROOT
from tests.support.headlines import holds, says, value
from tests.support.pages import answered, healthy, in_each_language, open_page
from vgcore.blocks import NORMS, Recipe
from vgcore.diagnose import NOTED, WHY
from vgcore.initialisers import DEFAULTS
from vgcore.norms import COLUMNS, FORMS, LARGEST_FILE, MOST_BYTES, SICK, diagnose_step
from vgcore.norms.table import FAILURES, ORDERLY, REFUSALS

EN = Words("network", "en")
KINDS = {
    "vanishing": "vanishing",
    "exploding": "exploding",
    "healthy": "level",
    "dead": "dead",
    "broken": "outlier",
    "transformer": "level",
    "copies": "alike",
}
"""What is said of every example."""
HOSTILE = "**b**](javascript:x) $x$ `c` <script>\u202e\x00:red[y] {{slot}}"


def pasted(text):
    app = open_page("network", "en")
    return healthy(app.text_area(key="network_norms").set_value(text).run())


def said(app):
    return "\n\n".join(shown.value for shown in app.markdown)


def headline(found):
    """The beginning of the headline of a diagnosis, up to its first slot."""
    return EN.get(f"profile.headline.{found}").split("{{")[0]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_one_click_and_is_told_with_its_numbers(name, lang):
    app = open_page("network", lang)
    app = healthy(app.button(key=f"network_show_{name}").click().run())
    found = read(EXAMPLES[name])[0].found
    assert found.kind == KINDS[name]
    words = Words("network", lang)
    beginning = words.get(f"profile.headline.{found.kind}").split("{{")[0]
    assert f"**{beginning}" in said(app)
    assert number(found.factor) in said(app)
    assert number(found.interval[0]) in said(app)
    ways = [link.proto.label for link in app.main.get("page_link")]
    for lesson in rows.EXPLAINED[found.kind]:
        assert Words(lesson, lang)("title") in ways


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_link_of_an_example_opens_on_it_and_on_what_it_was_built_of(name):
    app = open_page("network", "en")
    app = app.button(key=f"network_show_{name}").click().run()
    asked = app.query_params.get("network_example")
    assert asked == (None if name == "vanishing" else name)
    again = answered("network", "en", network_example=name)
    assert again.text_area(key="network_norms").value == EXAMPLES[name]
    assert again.selectbox(key="network_activation").value == controls.OWN[name].activation
    assert not again.warning
    moved = answered("network", "en", network_example=name, network_activation="linear")
    assert moved.selectbox(key="network_activation").value == "linear"


def test_a_short_text_lives_in_the_link_and_a_long_one_does_not():
    app = pasted("1 0.1 0.01 0.001 0.0001")
    assert app.query_params["network_norms"] == "1 0.1 0.01 0.001 0.0001"
    assert EN("norms.link") in app.caption[0].value
    again = open_page("network", "en", network_norms="1 0.1 0.01 0.001 0.0001")
    assert again.text_area(key="network_norms").value == "1 0.1 0.01 0.001 0.0001"
    app = healthy(app.text_area(key="network_norms").set_value("1 2 3 4 5 " * 500).run())
    assert "network_norms" not in app.query_params
    assert EN("norms.long", most=f"{paste.LONGEST_IN_LINK:,}") in app.caption[0].value
    app = healthy(app.button(key="network_show_dead").click().run())
    assert "network_norms" not in app.query_params
    assert app.query_params["network_example"] == "dead"


def shown_again(app, **query):
    """The page after Back, which changes the address and nothing else."""
    for name in ("network_example", "network_norms"):
        app.query_params.pop(name, None)
    for name, asked in query.items():
        app.query_params[name] = asked
    return healthy(app.run())


def test_back_shows_what_the_address_says_again():
    app = open_page("network", "en", network_example="healthy")
    app = app.button(key="network_show_dead").click().run()
    for query, text in (
        ({"network_example": "healthy"}, EXAMPLES["healthy"]),
        ({"network_norms": "1 2 3 4"}, "1 2 3 4"),
        ({}, EXAMPLES["vanishing"]),
    ):
        app = shown_again(app, **query)
        assert app.text_area(key="network_norms").value == text
        assert not app.warning


@pytest.mark.parametrize("text", ["1 2 3 4", "1 2 3 4 5 " * 500, EXAMPLES["dead"], ""])
def test_a_text_is_still_there_after_a_look_at_another_page(text):
    app = pasted(text)
    before = dict(app.query_params)
    app = healthy(app.switch_page(PAGES["chain"]).run())
    app = healthy(app.switch_page(PAGES["network"]).run())
    assert app.text_area(key="network_norms").value == text
    for name in ("network_example", "network_norms"):
        assert app.query_params.get(name) == before.get(name)
    app = healthy(app.switch_page(PAGES["chain"]).run())
    app.query_params["network_example"] = "broken"
    app = healthy(app.switch_page(PAGES["network"]).run())
    assert app.text_area(key="network_norms").value in (text, EXAMPLES["broken"])


def test_the_link_is_measured_as_it_is_written():
    app = pasted("\n".join(f"中文层{k}: 0.1" for k in range(150)))
    assert "network_norms" not in app.query_params
    assert EN("norms.long", most=f"{paste.LONGEST_IN_LINK:,}") in app.caption[0].value


def test_what_readers_paste_compiles_no_drawing_that_stays():
    app = pasted("0,w,1\n0,v,1\n7,w,1\n7,v,1")
    compiled = figure.spec.cache_info().currsize
    app = healthy(app.text_area(key="network_norms").set_value("0,a,1\n0,b,1\n9,a,2\n9,b,1").run())
    assert EN("profile.readout", step=9) in str(app.get("vega_lite_chart")[0].proto)
    assert figure.spec.cache_info().currsize == compiled


def test_a_text_is_read_once(monkeypatch):
    app = open_page("network", "en")
    monkeypatch.setattr(reading, "read_norms", lambda *text: pytest.fail("read again"))
    healthy(app.run())


def test_the_list_of_sections_has_those_that_are_there():
    every = ("see", "means", "cure", "exercises")
    for text, lacking in (("", every), ("1 2", ("cure",)), ("1 1 1 1", ())):
        assert rows.lacking(read(text)[0]) == lacking
        styles = " ".join(shown.proto.body for shown in pasted(text).get("html"))
        assert [name for name in every if f'li:has([href="#{name}"])' in styles] == [*lacking]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("inf 1 1 1 1", "not_finite"), ("nan nan nan nan nan", "not_finite"), ("1 1", "few"), ("1", "few")],
)
def test_what_is_not_finite_or_too_little_is_said_first(text, verdict):
    example, _ = read(text)
    assert rows.verdict(example) == verdict
    made = rows.profile(example)
    assert made.finding == verdict
    app = pasted(text)
    assert EN(f"told.{verdict}", **rows.told(example)[1]) in said(app)
    for wrong in ("∞", "–.", "keeps its size"):
        assert wrong not in said(app)


def test_a_ratio_beyond_every_number_is_a_power_of_ten():
    example, _ = read("1e-320 1e-220 1e-120 1e-20 1e80 1e180 1e280")
    slots = rows.told(example)[1]
    assert example.found.first_over_last == 0.0
    assert slots["whole"].startswith("1.00\xa0×\xa010⁻⁶") or slots["whole"].startswith("9.9")
    assert "∞" not in slots["times"]


def test_a_last_step_that_was_cut_off_is_left_out_and_named():
    text = "\n".join(f"{step},w{k},{10.0**k}" for step in (0, 7) for k in range(6))
    example, _ = read(f"{text}\n9,w0,5\n9,w1,5")
    whole, _ = read(text)
    assert (example.cut, whole.cut) == (9, None)
    assert example.norms.steps == whole.norms.steps == [0, 7]
    assert example.found.kind == "vanishing"
    assert EN("profile.cut", cut=9) in figure.text(EN, "profile", rows.profile(example))
    other, _ = read(f"{text}\n9,other,5")
    assert other.cut is None


def test_what_is_said_of_memory_stands_at_the_place_to_paste():
    for lang in languages():
        assert Words("network", lang)("norms.memory") in open_page("network", lang).caption[0].value


def test_what_cannot_be_read_is_quoted_with_its_line_and_the_rest_is_used():
    layers = "".join(f"layer {k} grad norm: {10.0**-k}\n" for k in range(40))
    app = pasted(f"{layers}what 3 4\nlayer 40 grad norm: -3\n{HOSTILE} 1 2")
    assert app.warning[0].value == EN("norms.problems", lines=3)
    quoted = app.get("text")[0].value.split("\n")
    for line, beginning in zip(quoted, ("Line 41,", "Line 42,", "Line 43,"), strict=True):
        assert line.startswith(beginning)
    assert "what 3 4" in quoted[0]
    assert "\u202e" not in quoted[2]
    assert headline("vanishing") not in said(app)
    assert headline("exploding") in said(app)


def test_of_many_problems_the_first_are_quoted_and_the_rest_counted():
    app = pasted("1 2 3 4\n" + "what 1 2\n" * 99)
    assert len(app.get("text")[0].value.split("\n")) == paste.MOST_QUOTED + 1
    assert EN("norms.more", more=99 - paste.MOST_QUOTED) in app.get("text")[0].value


def test_a_text_that_is_too_long_is_refused_with_the_limit_and_one_of_the_limit_is_read():
    app = pasted("0.5\n" * (MOST_BYTES // 4 + 1))
    assert "200 kB" in app.warning[0].value
    assert not app.get("vega_lite_chart")
    app = healthy(app.text_area(key="network_norms").set_value("0.5\n" * (MOST_BYTES // 4)).run())
    assert not app.warning
    assert EN("profile.thinned") in said(app)


@pytest.mark.parametrize("text", ["", " \n", "hello", "# 1 2 3"])
def test_a_text_without_a_norm_says_so_and_shows_nothing(text):
    app = pasted(text)
    assert app.info[0].value == EN("refused.nothing")
    assert not app.get("vega_lite_chart")


def test_a_hostile_name_is_text():
    assert rows.code("中文层2") == "`中文层2`"
    made = rows.code(HOSTILE)
    assert made[0] == made[-1] == "`"
    assert re.fullmatch(r"[A-Za-z0-9._/()…·-]+", made[1:-1])
    assert rows.plain("a\u202eb\x00c\nd") == r"a\u202eb\x00c\nd"
    assert len(rows.plain("x" * 999)) == len(rows.code("x" * 999)) - 2 == rows.LONGEST_NAME + 1
    text = "\n".join(f"{HOSTILE}{k}: {value}" for k, value in enumerate((1, 1, 1, 1e9, 1, 1, 1)))
    app = pasted(text)
    assert headline("outlier") in said(app)
    for sign in ("<script", "javascript:", ":red[", "\u202e", "$x", "**b**"):
        assert sign not in said(app)


def test_the_profile_is_the_diagnosis_drawn():
    example, found = read(EXAMPLES["transformer"])
    assert found.problems == []
    made = rows.profile(example)
    judged, found = diagnose_step(example.norms, 2)
    assert made.slots["factor"] == number(found.factor)
    assert made.slots["before"] == number(diagnose_step(example.norms, 0)[1].factor)
    drawn = {name: made.series[name]["step"] == 3 for name in ("judged", "single")}
    assert sum(each.sum() for each in drawn.values()) == len(judged)
    roles = set(made.series["judged"]["role"])
    assert len(roles) == len(found.roles) == 6
    assert "self_attn.q_proj.weight" in roles
    assert "fit" not in made.series
    assert made.options == (3, True)
    assert [EN.said(each) for each in made.series["readout"]["name"]] == ["Step 0", "Step 20", "Step 100"]
    assert set(made.series["embedding"]["layer"]) == {0}
    assert "others" in made.notes


def test_what_lies_far_off_is_counted_and_not_drawn():
    text = "\n".join(f"w{k}.weight: 1\nw{k}.bias: {10.0 ** (k - 9)}" for k in range(8))
    example, _ = read(text)
    made = rows.profile(example)
    biases = np.flatnonzero(example.kinds == "bias")
    assert made.slots["far"] + len(made.series["bias"]["layer"]) == biases.size
    assert made.slots["far"] > 0
    assert "far" in made.notes


def test_steps_and_layers_are_drawn_up_to_a_number_and_the_last_is_among_them():
    text = "\n".join(f"{step},l{layer},0.5" for step in range(40) for layer in range(5))
    example, _ = read(text)
    steps = example.steps()
    assert len(steps) == reading.MOST_STEPS
    assert steps[[0, -1]].tolist() == [0, 39]
    example, _ = read("0.5\n" * 5000)
    made = rows.profile(example)
    assert len(made.series["judged"]["layer"]) == rows.MOST_LAYERS
    assert "thinned" in made.notes


def test_steps_are_shown_as_steps_and_huge_ones_as_powers_of_ten():
    text = "\n".join(f"{step},l{k},0.5" for step in (0, 1500000, 1e12) for k in range(4))
    made = rows.profile(read(text)[0])
    readout = [EN.said(each) for each in made.series["readout"]["name"]]
    assert readout == ["Step 0", "Step 1,500,000", f"Step {number(1e12)}"]


def test_many_layers_are_named_by_the_first_or_by_their_ends():
    dead = rows.told(read("\n".join(f"l{k}: {k // 6}" for k in range(12)))[0])[1]
    assert EN.said(dead["named"]) == "`l0` … `l5`"
    spread = "\n".join(f"l{k}: {1e9 if k % 9 == 4 else 1}" for k in range(45))
    out = rows.told(read(spread)[0])[1]
    assert EN.said(out["named"]) == "`l4`, `l13`, `l22` …"


def test_gradient_over_weight_and_the_rate_that_suits_the_middle_layer():
    text = "\n".join(f"0,w{k},8x8,{0.01 * 10**k},2,0" for k in range(5))
    made = rows.updates(read(text)[0])
    assert made.finding == "apart"
    assert made.slots["spread"] == number(1e4)
    assert made.slots["eta"] == number(1e-3 / (1.0 / 2.0), 2)
    assert made.slots["first"] == "0.001%"
    assert not rows.weighed(read("0,w,8x8,0.1,0,0\n0,v,8x8,0.1,nan,0")[0])


@pytest.mark.parametrize(
    ("shapes", "width", "known"),
    [
        (["30x784", "30x30", "30x30", "10x30"], 30, True),
        (["784x30", "30x30", "30x10"], 30, True),
        (["64x3x3x3", "64x64x3x3", "64x64x3x3", "10x64"], 64, True),  # PyTorch's convolutions
        (["3x3x3x64", "3x3x64x64", "3x3x64x64", "64x10"], 64, True),  # Keras's
    ],
)
def test_width_and_depth_are_those_of_the_shapes(shapes, width, known):
    text = "\n".join(f"0,w{k},{shape},1,1,0" for k, shape in enumerate(shapes))
    assert reading.shape(read(text)[0]) == (len(shapes) - 1, width, known)


def test_without_shapes_a_width_is_assumed_and_a_deep_network_is_shortened():
    assert reading.shape(read("1 " * 200)[0]) == (50, 100, False)
    app = answered("network", "en", network_norms="1 " * 200)
    assert EN("overlay.assumed", width=100) in said(app)
    assert EN("overlay.shorter", hidden=50) in said(app)


@pytest.mark.parametrize("name", ["vanishing", "exploding", "healthy"])
def test_the_examples_look_like_what_they_were_made_of(name):
    example, _ = read(EXAMPLES[name])
    shape = reading.shape(example)
    made = rows.overlay(example, shape, measure.simulated(controls.OWN[name], shape))
    assert made.finding == "like"
    own = made.series["own"]["log10_norm"]
    band = made.series["range"]
    inside = (own > band["low"] - 0.3) & (own < band["high"] + 0.3)
    assert inside.mean() > 0.7


@pytest.mark.parametrize("skip", ["none", "plain", "scaled"])
@pytest.mark.parametrize("made_by", ["none", "PyTorch", "Keras"])
@pytest.mark.parametrize("norm", ["none", *NORMS])
def test_everything_that_a_reader_can_say_is_simulated(skip, norm, made_by):
    own = controls.Own(norm=norm, skip=skip, made_by=made_by)
    for hidden in (3, 10):
        found = measure.simulated(own, reading.Shape(hidden, 20, True))
        assert np.isfinite(found.norms.log10_abs).all()


ENDS = [
    controls.Own(**{field: end})
    for field, limits in ranges(controls.Own).items()
    for end in (limits.options[0], limits.options[-1])
]
SILENT = controls.Own("hard_tanh", init="standard_normal", own_scale=3.0)
"""Of whose deep and narrow networks some have no gradient at all in the first layers."""


@pytest.mark.parametrize("width", [10, 100])
def test_the_ends_of_everything_that_a_reader_can_say_are_drawn_and_told(width):
    example, _ = read("1 " * 51)
    shape = reading.Shape(50, width, True)
    for own in [*ENDS, SILENT]:
        made = rows.overlay(example, shape, measure.simulated(own, shape))
        assert np.isfinite(made.series["ends"]["log10_norm"]).all()
        whole = figure.text(EN, "overlay", made)
        assert figure.table(EN, "overlay", made).num_rows
        for wrong in ("{{", "nan", "–"):
            assert wrong not in whole, own


def fit(rows):
    """The factor a layer of the fitted line, as a log10, between layers that take in as much."""
    drawn = rows.series["fit"]
    return -float(np.median(np.diff(drawn["log10_norm"][drawn["step"] == rows.options[0]])))


def of_the_last(rows, series):
    return int((rows.series[series]["step"] == rows.options[0]).sum())


def reads_as(rows, sign):
    """Whether the fit falls or rises, with the factor of the headline, and the data do, tenfold."""
    whole = np.log10(value(rows.slots["whole"]))
    assert sign * whole > 1.0
    return sign * fit(rows) > 0.0 and np.log10(value(rows.slots["factor"])) == pytest.approx(
        fit(rows), abs=3e-3
    )


def both(factor, deep=20, width=100, gradient=1.0, weight=10.0, living=1.0):
    """A plain network whose errors and inputs change by the same factor a layer: the weights' are level."""
    lines = ["step,layer,shape,grad_norm,weight_norm,zeros"]
    for k in range(deep):
        lines.append(f"0,fc{k}.weight,{width}x{width},{gradient},{weight},0")
        lines.append(
            f"0,fc{k}.bias,{width},{factor ** (deep - k) / 10.0:.6g},1,{0 if k % 3 else 1.0 - living:g}"
        )
    return "\n".join(lines)


STRANGE = (
    "1 0.1 nan 0.01 0.001 inf",
    "nan nan nan nan",
    "1 1",
    "3",
    "0 0 0 0 0",
    "1 1e-3 1 1e3 1 1e3 1e-3 1",
)
WAKES = "step,layer,shape,grad_norm,weight_norm,zeros\n" + "\n".join(
    f"0,blocks.{k}.lora_A,4x64,0,1,1\n0,blocks.{k}.lora_B,64x4,{1 + k % 2},0,0" for k in range(5)
)
SICK_TEXTS = {
    "fading_both": both(0.7),
    "exploding_both": both(1.4),
    "small": both(1.0, gradient=1e-12),
    "large": both(1.0, weight=1e-5),
    "dying": both(1.0, width=5, living=0.2),
    "slope_vanishing": "\n".join(f"w{k}: {1.6**k}" for k in range(12)),
    "slope_exploding": "\n".join(f"w{k}: {1.6**-k}" for k in range(12)),
    "wakes": WAKES,
    "nothing": "0 0 0 0 0",
    "not_finite": "1 0.1 nan 0.01 0.001 inf",
}
"""The smallest text of kinds that no example has."""
TEXTS = [
    *EXAMPLES.values(),
    *SICK_TEXTS.values(),
    *STRANGE,
    "\n".join(f"w{k}: {10.0**k}" for k in range(9)),
    "1 1 1e9 1 1 1",
]


def test_the_headline_of_the_profile_holds_for_what_is_drawn():
    def way(rows, slot, sign):
        return sign * np.log10(value(rows.slots[slot])) > 0.0

    claims = {
        "vanishing": lambda rows, text: reads_as(rows, -1.0),
        "slope_vanishing": lambda rows, text: reads_as(rows, -1.0),
        "exploding": lambda rows, text: reads_as(rows, 1.0),
        "slope_exploding": lambda rows, text: reads_as(rows, 1.0),
        "fading_both": lambda rows, text: way(rows, "back", -1.0) and way(rows, "forward", -1.0),
        "exploding_both": lambda rows, text: way(rows, "back", 1.0) and way(rows, "forward", 1.0),
        "level": lambda rows, text: 0.1 <= value(rows.slots["whole"]) <= 10.0,
        "dead": lambda rows, text: of_the_last(rows, "zero") >= rows.slots["count"] >= 2,
        "dying": lambda rows, text: text == SICK_TEXTS["dying"] and rows.slots["count"] > 0,
        "alike": lambda rows, text: 0.0 < value(rows.slots["share"]) < 1e-4,
        "small": lambda rows, text: value(rows.slots["ratio"]) < 1e-8,
        "large": lambda rows, text: value(rows.slots["ratio"]) > 1e4,
        "wakes": lambda rows, text: of_the_last(rows, "zero") == rows.slots["count"],
        "nothing": lambda rows, text: of_the_last(rows, "zero") == rows.slots["layers"],
        "outlier": lambda rows, text: of_the_last(rows, "out") == rows.slots["count"] == 1,
        "unclear": lambda rows, text: rows.slots["layers"] >= 4 and value(rows.slots["low"]) < 1.0,
        "few": lambda rows, text: rows.slots["layers"] < 4,
        "not_finite": lambda rows, text: of_the_last(rows, "strange") == rows.slots["count"] > 0,
    }
    holds("network", "profile", TEXTS, lambda text: rows.profile(read(text)[0]), claims)
    sections = {rows.told(read(text)[0])[0] for text in TEXTS}
    for lang in languages():
        told = texts_of(ROOT / f"pages/lessons/network/{lang}.md")
        assert sections == {key for key in told if key.startswith("told.")}
        assert sections >= {f"told.{kind}" for kind in SICK}


@pytest.mark.parametrize("kind", SICK_TEXTS)
def test_every_kind_is_told_with_what_to_do(kind):
    example, _ = read(SICK_TEXTS[kind])
    assert rows.verdict(example) == kind
    app = pasted(SICK_TEXTS[kind])
    assert headline(kind) in said(app)
    section, slots = rows.to_do(example)
    assert EN(section, **slots) in said(app)
    line = remedies.line(example, kind, "PyTorch")
    assert line is None or line in [each.value for each in app.code]


def test_what_to_do_follows_what_was_read():
    cases = {
        "saturates": EXAMPLES["vanishing"],
        "steep": EXAMPLES["exploding"],
        "level": EXAMPLES["healthy"],
        "level_blind": "1 1 1 1 1",
        "vanishes": "\n".join(f"w{k}: {10.0**k}" for k in range(9)),
        "explodes": "\n".join(f"w{k}: {10.0**-k}" for k in range(9)),
        "normalised": "\n".join(f"w{k}.weight: {10.0**-k}\nbn{k}.weight: {10.0**-k}" for k in range(9)),
    }
    for name, text in cases.items():
        assert rows.to_do(read(text)[0])[0] == f"do.{name}"
    told = {
        key.removeprefix("do.") for key in texts_of(ROOT / "pages/lessons/network/en.md") if "do." in key[:3]
    }
    assert told >= set(remedies.LINES)
    for lines in remedies.LINES.values():
        assert set(lines) == {"PyTorch", "Keras", "JAX"}


def test_the_optimiser_is_part_of_the_verdict_and_of_the_link():
    text = "\n".join(f"0,w{k},8x8,{10.0 ** (k - 4)},8,0" for k in range(9))
    assert rows.verdict(read(text)[0]) == "vanishing"
    assert rows.verdict(read(text, None, "adam")[0]) == "slope_vanishing"
    app = answered("network", "en", network_norms=text)
    app = healthy(app.selectbox(key="network_optimiser").set_value("adam").run())
    assert headline("slope_vanishing") in said(app)
    assert headline("slope_vanishing") in said(
        open_page("network", "en", network_norms=text, network_optimiser="adam")
    )


def test_what_was_printed_too_small_is_drawn_as_less_and_never_as_0():
    text = "\n".join(f"layer {k} grad norm: {10.0 ** (k - 7):.4f}" for k in range(9))
    example, _ = read(text)
    made = rows.profile(example)
    assert "zero" not in made.series
    small = made.series["small"]
    assert len(small["layer"]) == 3
    assert small["layer"].tolist() == [1, 2, 3]
    assert made.series["judged"]["layer"].tolist() == [4, 5, 6, 7, 8, 9]
    assert set(small["norm"]) == {f"< {number(5e-5)}"}
    assert "less" in made.notes


def test_a_network_that_was_declared_head_first_is_drawn_from_the_input():
    names = ["head", *(f"blocks.{k}" for k in range(7, -1, -1)), "stem"]
    text = "\n".join(f"{name}.weight: {0.3**k}" for k, name in enumerate(names))
    made = rows.profile(read(text)[0])
    place = dict(zip(made.series["judged"]["name"], made.series["judged"]["layer"], strict=True))
    assert (place["stem.weight"], place["head.weight"]) == (1, 10)
    assert "why.turned" in [word.key for word in rows.why(read(text)[0])] or read(text)[1].notes


def test_a_profile_that_changes_is_drawn_over_the_steps():
    text = "\n".join(f"{step},w{k},{(0.1 * step + 0.05) ** k}" for step in (0, 5, 9) for k in range(8))
    example, _ = read(text)
    assert rows.changed(example)
    made = rows.course(example)
    assert made.finding == "other"
    assert made.series["last"]["log10_norm"] == pytest.approx(7 * np.log10([0.05, 0.55, 0.95]))
    still, _ = read(text.replace("5,w", "6,w"))
    assert rows.changed(still)
    assert not rows.changed(read(EXAMPLES["healthy"])[0])


def test_the_headline_over_the_steps_holds():
    def ratio(step, k):
        return f"{step},w{k},{(0.001 if step else 0.1) ** k}"

    changes = "\n".join(f"{step},w{k},{(0.1 if step else 1.0) ** k}" for step in (0, 9) for k in range(8))
    stays = "\n".join(ratio(step, k) for step in (0, 9) for k in range(8))
    claims = {
        "other": lambda rows, text: rows.slots["then"] != rows.slots["now"],
        "same": lambda rows, text: rows.slots["then"] == rows.slots["now"],
    }
    holds("network", "course", [changes, stays], lambda text: rows.course(read(text)[0]), claims)


def test_a_file_takes_the_place_of_the_text_and_is_not_in_the_link():
    app = open_page("network", "en")
    before = dict(app.query_params)
    app = app.get("file_uploader")[0].upload("norms.csv", EXAMPLES["exploding"].encode(), "text/csv").run()
    assert headline("exploding") in said(healthy(app))
    assert dict(app.query_params) == before
    assert EN("norms.of_file") in [caption.value for caption in app.caption]
    app.button(key="network_share").click().run()
    assert EN("share.file") in said(app)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(paste, "LARGEST_FILE", 10**6)
    app = open_page("network", "en")
    app = app.get("file_uploader")[0].upload("norms.txt", b"0.5\n" * 300_000, "text/plain").run()
    assert EN("norms.large", times=number(1.2)) in [warning.value for warning in app.warning]
    assert LARGEST_FILE == 5_000_000


def test_one_example_after_another_is_no_warning_about_the_link():
    app = open_page("network", "en")
    for name in [*EXAMPLES, "dead", "healthy"]:
        app = healthy(app.button(key=f"network_show_{name}").click().run())
        app = healthy(app.run())
        assert not app.warning


def test_the_headline_of_the_updates_holds_for_what_is_drawn():
    def spread(rows):
        return 10.0 ** np.ptp(rows.series["ratio"]["log10_ratio"])

    claims = {
        "even": lambda rows, text: says(rows, "spread", spread(rows)) and spread(rows) <= 10.0,
        "apart": lambda rows, text: says(rows, "spread", spread(rows)) and spread(rows) > 10.0,
    }
    weighed = [text for text in TEXTS if rows.weighed(read(text)[0])]
    holds("network", "updates", weighed, lambda text: rows.updates(read(text)[0]), claims)


def test_the_headline_over_random_networks_holds_for_what_is_drawn():
    def rows_of(case):
        example, _ = read(case[0])
        shape = reading.shape(example)._replace(width=10)
        return rows.overlay(example, shape, measure.simulated(case[1], shape))

    def first(rows, series):
        return rows.series[series]["log10_norm"][0]

    def apart(rows):
        return abs(first(rows, "own") - first(rows, "simulated"))

    claims = {
        "like": lambda rows, case: apart(rows) <= 1.0,
        "like_but": lambda rows, case: apart(rows) <= 1.0 and "`" in EN.said(rows.slots["named"]),
        "unlike": lambda rows, case: apart(rows) > 1.0 and says(rows, "own", 10.0 ** first(rows, "own")),
        "alone": lambda rows, case: "own" not in rows.series,
        "silent": lambda rows, case: first(rows, "simulated") == -np.inf and rows.slots["simulated"] == "0",
    }
    examples = [(EXAMPLES[name], controls.OWN[name]) for name in EXAMPLES]
    others = [
        (EXAMPLES["vanishing"], controls.OWN["healthy"]),
        ("0 " * 5, controls.Own()),
        ("1 " * 51, SILENT),
    ]
    holds("network", "overlay", [*examples, *others], rows_of, claims)


def test_the_table_of_cures_has_the_factor_of_theory_and_the_count_is_that_of_its_rows():
    theories = measure.cures(reading.Shape(20, 50, True))
    table = rows.cures(theories)
    assert len(table["name"]) == len(set(table["name"])) == 13
    assert table["meaning"].count(Word("which.keeps")) == rows.level(theories)
    relu = table["name"].index(Word("which.relu_lecun"))
    assert table["factor"][relu] == "0.7071"
    assert table["weights"][relu] == "1.00"
    keras, pytorch = (table["name"].index(Word(f"which.relu_{name}")) for name in ("keras", "pytorch"))
    assert all(table[column][keras] == table[column][relu] for column in ("factor", "weights"))
    assert float(table["factor"][pytorch]) == pytest.approx(0.4082, abs=1e-4)  # 1/sqrt(6)


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_framework_gives_weights_and_biases(name):
    for activation in ("relu", "sigmoid"):
        recipe = Recipe.of(controls.Own(activation, name, "he_normal").recipe(5))
        default = DEFAULTS[name].of(activation)
        assert (recipe.init, recipe.bias, recipe.bias_std) == (default.init, default.bias, 0.0)
    assert Recipe.of(controls.Own("relu", name, norm="batch").recipe(5)).unbiased
    pasted, _ = read(EXAMPLES["healthy"])
    shape = reading.shape(pasted)
    own = controls.Own("relu", name)
    made = rows.overlay(pasted, shape, measure.simulated(own, shape), own.made_by)
    assert EN("overlay.made", framework=name) in figure.text(EN, "overlay", made)


def test_what_theory_cannot_say_is_said_where_it_applies():
    assert list(rows.beyond(read(EXAMPLES["transformer"])[0])) == ["attention"]
    assert list(rows.beyond(read(EXAMPLES["healthy"])[0])) == []
    assert list(rows.beyond(read("0,features.0.weight,64x3x3x3,1,1,0")[0])) == ["convolutions"]


def test_the_framework_is_chosen_and_its_lines_are_shown_as_they_stand():
    for name, text in SNIPPETS.items():
        app = open_page("network", "en", network_framework=name)
        assert app.code[0].value == text.rstrip()
        assert ",".join(COLUMNS[:6]) in text
        assert all(len(line) <= 80 for line in text.split("\n"))


SIMULATED = measure.simulated(controls.Own(), reading.Shape(3, 10, True))
NUMBERS = st.sampled_from(["0", "1", "0.5", "1e-9", "1e300", "1e-320", "nan", "inf", "-1", "x", "", "3e-5"])
NAMES = st.sampled_from(
    ["w", "b.bias", "ln.weight", "wte", "<b>", "**", "\u202e", "`", "$", "fc1.weight", "7", ""]
)
SHAPES = st.sampled_from(["", "3", "3x3", "0x9", "64x3x3x3", "999999999x2", "axb"])
LINES = st.one_of(
    st.builds(lambda name, value: f"{name}: {value}", NAMES, NUMBERS),
    st.builds(
        lambda step, *rest: ",".join([str(step), *rest]),
        st.integers(-2, 5),
        NAMES,
        SHAPES,
        NUMBERS,
        NUMBERS,
        NUMBERS,
    ),
    NUMBERS,
    st.text(max_size=12),
)


@given(st.lists(LINES, max_size=14))
def test_whatever_is_pasted_is_shown_or_quoted(lines):
    example, found = read("\n".join(lines))
    for problem in found.left_out:
        assert EN.get(f"reasons.{problem.reason}")
    if example is None:
        return
    found = reading.shape(example)
    assert 2 <= found.hidden <= 50
    assert 10 <= found.width <= 100
    figures = {"profile": rows.profile(example)}
    if rows.weighed(example):
        figures["updates"] = rows.updates(example)
    if rows.changed(example):
        figures["course"] = rows.course(example)
    if rows.comparable(example):
        figures["overlay"] = rows.overlay(example, found, SIMULATED)
    for name, made in figures.items():
        said = figure.text(EN, name, made)
        assert "{{" not in said
        assert "nan" not in said
        assert figure.table(EN, name, made).num_rows
    for section, slots in (rows.to_do(example), rows.told(example)):
        assert EN(section, **slots)
    for reason in rows.why(example):
        assert "{{" not in EN.said(reason)
    assert EN("groups", **slots)
    if reached := rows.reached(example):
        assert "–" not in EN("reached", **reached.slots)
        assert EN(f"reached.{reached.notes[0]}", **reached.slots)
    table = rows.groups(example)
    assert len({len(column) for column in table.values()}) == 1
    list(rows.beyond(example))


def test_what_was_read_is_said_in_a_line_and_what_was_left_out_stands_behind_it():
    layers = "".join(f"layer {k} grad norm: {10.0**-k}\n" for k in range(6))
    app = pasted(f"loss: 0.3\n{layers}total norm: 3")
    told = EN("norms.read", form=EN("forms.lines"), layers=6, steps=1, quantity=EN("quantities.norm"))
    assert told in [caption.value for caption in app.caption]
    assert EN("norms.left_out", count=2) in [each.label for each in app.expander]
    assert not app.warning
    quoted = app.get("text")[0].value.split("\n")
    assert quoted[0] == EN("norms.problem", line=1, reason=EN("reasons.metric"), text="loss: 0.3")


def test_a_text_with_two_readings_is_asked_about_and_the_choice_lives_in_a_link_of_its_language():
    text = "\n".join(f"{100 * k} {10.0**k}" for k in range(1, 7))
    app = pasted(text)
    assert app.info[0].value == EN("refused.whole")
    chosen = healthy(app.get("button_group")[-1].set_value("layers").run())
    assert headline("vanishing") in said(chosen)
    again = answered("network", "en", network_norms=text, network_form=EN("forms.layers"))
    assert headline("vanishing") in said(again)


@pytest.mark.parametrize("lang", languages())
def test_every_form_reason_note_and_refusal_has_words(lang):
    words = Words("network", lang)
    for form in FORMS:
        assert words(f"forms.{form.name}")
    for key in (
        *(f"reasons.{reason}" for reason in (*FAILURES, *ORDERLY)),
        *(f"refused.{reason}" for reason in REFUSALS),
        *(f"quantities.{quantity}" for quantity in ("norm", "rms", "std", "absmean", "mean", "estimate")),
        *(f"notes.{note}" for note in NOTED),
        *(f"why.{reason}" for reason in WHY),
    ):
        assert words.get(key), key


@in_each_language
@pytest.mark.parametrize("framework", SNIPPETS)
def test_what_the_lines_to_copy_remark_is_said_in_the_readers_language(framework, lang):
    shown = next(
        code.value
        for code in open_page("network", lang, network_framework=framework).code
        if "import" in code.value
    )
    assert re.sub("#.*", "#", shown) == re.sub("#.*", "#", SNIPPETS[framework].rstrip("\n"))
    remarks = re.findall("#(.*)", shown)
    if lang == "en":
        assert remarks == re.findall("#(.*)", SNIPPETS[framework])
    else:
        assert [remark for remark in remarks if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", remark)] == []


@in_each_language
def test_an_example_says_what_it_is_in_the_readers_language(lang):
    for name in EXAMPLES:
        said = Words("network", lang)(f"examples.{name}.what")
        captions = [caption.value for caption in open_page("network", lang, network_example=name).caption]
        assert [caption for caption in captions if said in caption]
        assert "#" not in EXAMPLES[name]


@pytest.mark.parametrize(
    ("name", "note"), [("broken", "no_rate"), ("healthy", "rate"), ("vanishing", "rate")]
)
def test_a_learning_rate_that_nobody_would_try_is_not_told_as_one(name, note):
    found = rows.updates(read(EXAMPLES[name])[0])
    assert note in found.notes
    assert (float(found.slots["eta"]) > rows.LARGEST_RATE) == (note == "no_rate")


def test_a_verdict_that_is_still_the_same_is_told_once():
    pasted, _ = read(EXAMPLES["transformer"])
    assert pasted.first.kind == pasted.found.kind == "level"
    assert [note for note in rows.profile(pasted).notes if "begun" in note] == ["begun_alike"]
