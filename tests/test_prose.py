"""The prose: both languages say the same, with the same formulas and the same slots."""

import re
from pathlib import Path

import pytest

from pages.ui import prose
from pages.ui.frame import PAGES
from pages.ui.labels import LANGUAGES

STEMS = [stem for _, stem in PAGES.values()]
FOLDER = Path(__file__).parent.parent / "pages"


def test_every_prose_file_belongs_to_a_page():
    known = {f"{stem}.{lang}.md" for stem in STEMS for lang in LANGUAGES} | {"equations.md"}
    assert {path.name for path in FOLDER.glob("*.md")} == known


@pytest.mark.parametrize("stem", STEMS)
def test_both_languages_have_the_same_sections(stem):
    english, chinese = (list(prose.sections(f"{stem}.{lang}")) for lang in ("en", "zh"))
    assert english == chinese


@pytest.mark.parametrize("pattern", [r"\{\{[\w.]+\}\}", r"\$[^$]+\$", r":(?:blue|orange|green)\["])
@pytest.mark.parametrize("stem", STEMS)
def test_both_languages_have_the_same_slots_formulas_and_colours(stem, pattern):
    english, chinese = (prose.sections(f"{stem}.{lang}") for lang in ("en", "zh"))
    for key, text in english.items():
        assert sorted(set(re.findall(pattern, text))) == sorted(set(re.findall(pattern, chinese[key]))), key


def test_every_equation_is_used():
    used = re.findall(
        r"\{\{eq\.(\w+)\}\}", "".join(path.read_text("utf-8") for path in FOLDER.glob("*.en.md"))
    )
    assert set(used) == set(prose.sections("equations"))


def test_a_missing_slot_is_an_error():
    with pytest.raises(KeyError, match="ratio"):
        prose.section("0_home", "en", "answer")


def test_slots_and_equations_are_filled():
    text = prose.section("0_home", "en", "meaning", speeds="1, 2", step="5")
    assert "about 5 times" in text
    assert r"\delta^l_j" in text
    assert "{{" not in text
