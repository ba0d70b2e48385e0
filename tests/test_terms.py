"""Terms: where one comes up for the first time in a lesson's prose, it leads to the glossary."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.lessons import LESSONS
from pages.lessons.glossary.terms import TERMS
from pages.ui.terms import BETWEEN, link, meaning
from pages.ui.words import LESSONS as FOLDER
from pages.ui.words import Words, languages, read
from tests.support.pages import in_each_language, open_page, path_of

SPELLED = {"weight": ["weight"], "input": ["weighted input"], "bias": ["bias"], "cost": ["cost", "C"]}
CHINESE = {"gradient": ["梯度"], "vanishing": ["梯度消失"], "sigmoid": ["sigmoid"]}
LINK = re.compile(r'\[([^\]]*)\]\(glossary\?lang=(\w+)#(\w+) "([^"]+)"\)')


def linked(text, spelled=SPELLED):
    return link({"a": text}, spelled, "g")["a"]


def own(name, lang):
    """The prose of a lesson and its short texts, as its file has them."""
    path = FOLDER / name / f"{lang}.md"
    sections = set(re.findall(r"^# (\S+)$", path.read_text("utf-8"), re.MULTILINE))
    texts = read(path)
    return sections, texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A weight, a weight.", "A [weight](g#weight), a weight."),
        ("Weights and Biases", "[Weights](g#weight) and [Biases](g#bias)"),
        ("weighted inputs, weighted, weight", "[weighted inputs](g#input), weighted, [weight](g#weight)"),
        ("a costly biased counterweight", "a costly biased counterweight"),
        ("## The weight\nA weight.", "## The weight\nA [weight](g#weight)."),
        ("the **weight** itself", "the [**weight**](g#weight) itself"),
        (":blue[**weight**] is a weight", ":blue[**weight**] is a [weight](g#weight)"),
        ("$C$ and {{cost}} of *The cost* `cost`", "$C$ and {{cost}} of *The cost* `cost`"),
        ("$$\nC\n$$\nThe cost", "$$\nC\n$$\nThe [cost](g#cost)"),
        ("[the bias](x) and the bias", "[the bias](x) and the [bias](g#bias)"),
        ('<b class="weight">bias</b>', '<b class="weight">[bias](g#bias)</b>'),
        ("", ""),
    ],
)
def test_the_first_mention_in_running_text_is_a_link(text, found):
    assert linked(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("这叫梯度消失，梯度", "这叫[梯度消失](g#vanishing)，[梯度](g#gradient)"),
        ("用sigmoid的链", "用[sigmoid](g#sigmoid)的链"),
        ("这叫**梯度消失**。", "这叫[**梯度消失**](g#vanishing)。"),
        ("梯度在:blue[**梯度**]上", "[梯度](g#gradient)在:blue[**梯度**]上"),
    ],
)
def test_chinese_knows_no_borders_and_the_longest_term_holds(text, found):
    assert linked(text, CHINESE) == found


def test_a_link_says_what_the_term_means_in_plain_text():
    assert (
        meaning("Mean field", r"It settles at $q^*$, and $\chi_1 = 1$.")
        == f"Mean field{BETWEEN}It settles at q*, and χ₁ = 1."
    )
    assert link({"a": "A bias."}, {"bias": ["bias"]}, "g", {"bias": "Bias: it is added"}) == {
        "a": 'A [bias](g#bias "Bias: it is added").'
    }


@pytest.mark.parametrize("formula", [r"$\frac12$", "$b_f$", "$x^2$", "|x|", 'the "edge"'])
def test_what_no_plain_text_can_spell_is_an_error_that_quotes_it(formula):
    with pytest.raises(ValueError, match="is no plain text: say it without its formula"):
        meaning("Term", f"It is {formula}.")


def test_a_term_is_linked_once_in_all_sections():
    sections = {"a": "No word of it.", "b": "A bias.", "c": "A bias, a cost."}
    found = link(sections, SPELLED, "g")
    assert found == {"a": "No word of it.", "b": "A [bias](g#bias).", "c": "A bias, a [cost](g#cost)."}
    assert link(sections, {}, "g") == sections


PIECES = [
    "weight",
    "the biases",
    " ",
    ", ",
    "\n",
    "$b$",
    "**bias**",
    ":red[cost]",
    "{{cost}}",
    "## cost\n",
    "梯度",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_links_add_nothing_but_themselves(text):
    found = linked(text)
    assert re.sub(r"\[([^\]]*)\]\(g#\w+\)", r"\1", found) == text
    terms = re.findall(r"\(g#(\w+)\)", found)
    assert len(terms) == len(set(terms))


@in_each_language
@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_links_its_terms_once_in_its_prose_alone(name, lang):
    words, (sections, texts) = Words(name, lang), own(name, lang)
    found = []
    for key, text in texts.items():
        shown = words.get(key)
        here = LINK.findall(shown)
        assert LINK.sub(r"\1", shown) == text
        assert not re.search(r"\w\*\*\[|\)\*\*\w", shown), "stars that markdown would show"
        assert not here or key in sections
        assert LINK.sub(r"\1", "".join(re.findall(r"^#.*$", shown, re.MULTILINE))) == "".join(
            re.findall(r"^#.*$", shown, re.MULTILINE)
        )
        found += here
    assert {language for _, language, *_ in found} == {lang}
    terms = [term for *_, term, _ in found]
    glossary = Words("glossary", lang)
    for *_, term, said in found:
        assert said == meaning(glossary(f"{term}.name"), glossary.get(term))
    assert len(terms) == len(set(terms)) >= 3
    assert set(terms) <= set(TERMS)
    assert not LINK.search(words("title") + words("sources"))


@in_each_language
def test_no_line_of_the_glossarys_index_begins_with_a_dot(lang):
    index = next(element.value for element in open_page("glossary", lang).markdown if "·" in element.value)
    assert index.count("\N{NO-BREAK SPACE}· ") == index.count("·") == len(TERMS) - 1


@in_each_language
def test_the_glossary_has_every_term_with_both_names_its_formula_and_its_lesson(lang):
    app = open_page("glossary", lang)
    headings = {heading.proto.anchor: heading.value for heading in app.subheader}
    assert list(headings) == list(TERMS)
    shown = [element.value for element in app.markdown]
    for term, about in TERMS.items():
        for language in languages():
            assert Words("glossary", language)(f"{term}.name") in headings[term]
        assert about.lesson in LESSONS
        assert [text for text in shown if about.formula in text and Words("glossary", lang)(term) in text]
    ways = [link.proto.page for link in app.main.get("page_link")]
    assert len(ways) == len(TERMS)
    assert set(ways) <= {path_of(name) for name in LESSONS}


@in_each_language
def test_every_term_is_spelled_and_no_spelling_has_two_meanings(lang):
    texts = read(FOLDER / "glossary" / f"{lang}.md")
    spelled = {key.removesuffix(".spelled"): text for key, text in texts.items() if key.endswith(".spelled")}
    assert list(spelled) == list(TERMS)
    spellings = [each for text in spelled.values() for each in text.split("; ")]
    assert len(spellings) == len(set(spellings))
    assert all(each == each.strip() for each in spellings)
