"""The words: every language says the same, with the same slots, formulas and colours; no code does."""

import ast
import re
import shutil

import pytest

from pages import lessons
from pages.ui import words
from pages.ui.words import Words, fill, languages, read
from tests.support import ROOT

PAGES = ROOT / "pages"
SLOT, FORMULA, COLOUR = r"\{\{[\w.]+\}\}", r"\$[^$]+\$", r":(?:blue|orange|green|gray|violet)\["
FORBIDDEN = set(".[]'\"\\")
"""What would end the name of a column in an expression of a spec."""


def files(lang, pages=PAGES):
    """The file of what all lessons share, and those of the lessons."""
    return [pages / "ui" / f"{lang}.md", *(pages / "lessons" / name / f"{lang}.md" for name in lessons.PAGES)]


def faults(lang, pages=PAGES):
    """What a language lacks, has too much, or says with other slots, formulas or colours than English."""
    for english, other in zip(files("en", pages), files(lang, pages), strict=True):
        if not other.exists():
            yield f"{other.relative_to(pages)} is missing"
            continue
        ours, theirs = read(english), read(other)
        yield from (f"{other.relative_to(pages)}: no {key!r}" for key in ours.keys() - theirs.keys())
        yield from (f"{other.relative_to(pages)}: {key!r} is unknown" for key in theirs.keys() - ours.keys())
        for key in ours.keys() & theirs.keys():
            if bool(ours[key]) != bool(theirs[key]):
                yield f"{other.relative_to(pages)}: {key!r} is empty in one of them"
            for pattern in (SLOT, FORMULA, COLOUR):
                here, there = (sorted(set(re.findall(pattern, text[key]))) for text in (ours, theirs))
                if here != there:
                    yield f"{other.relative_to(pages)}: {key!r} has {there}, not {here}"


@pytest.mark.parametrize("lang", languages())
def test_a_language_says_all_that_english_says(lang):
    assert sorted(faults(lang)) == []


def test_a_new_language_is_new_files_and_what_it_lacks_is_named(tmp_path, monkeypatch):
    pages = tmp_path / "pages"
    shutil.copytree(PAGES, pages, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for path in files("en", pages):
        shutil.copy(path, path.with_name("xx.md"))
    monkeypatch.setattr(words, "UI", pages / "ui")
    monkeypatch.setattr(words, "LESSONS", pages / "lessons")
    shared = pages / "ui" / "xx.md"
    shared.write_text(shared.read_text("utf-8").replace("own_name: English", "own_name: X"), "utf-8")
    assert list(languages()) == ["en", "xx", "zh"]
    assert languages()["xx"] == "X"
    assert Words("home", "xx")("title") == Words("home", "en")("title")
    assert list(faults("xx", pages)) == []
    keys = list(read(pages / "lessons/chain/en.md"))
    text = "\n\n".join(f"# {key}\nX" for key in keys if "." not in key and key != "opening")
    (pages / "lessons/chain/xx.md").write_text(text, "utf-8")
    (pages / "lessons/matrix/xx.md").unlink()
    read.cache_clear()
    found = set(faults("xx", pages))
    assert "lessons/matrix/xx.md is missing" in found
    missing = [key for key in keys if "." in key or key == "opening"]
    assert {f"lessons/chain/xx.md: no {key!r}" for key in missing} <= found


@pytest.mark.parametrize("lang", languages())
def test_columns_have_names_that_a_spec_can_hold(lang):
    for path in files(lang):
        for key, text in read(path).items():
            if ".column." in key or key.startswith("column."):
                assert not FORBIDDEN & set(text), f"{path.parent.name}/{path.name}: {key}: {text}"


def shown_as_stars(text):
    """The bold passages of a text that markdown does not see: a mark just inside, a letter just outside."""
    parts = re.sub(SLOT, "x", text).split("**")
    for before, inside, after in zip(parts[:-1:2], parts[1::2], parts[2::2], strict=True):
        for edge, outside in ((inside[:1], before[-1:]), (inside[-1:], after[:1])):
            if not edge.isalnum() and outside.isalnum():
                yield inside


@pytest.mark.parametrize("lang", languages())
def test_what_is_bold_is_not_shown_with_its_stars(lang):
    assert list(shown_as_stars("他说：**好。**我走了**。**")) == ["好。", "。"]
    for path in files(lang):
        for key, text in read(path).items():
            assert list(shown_as_stars(text)) == [], f"{path.parent.name}: {key}"


@pytest.mark.parametrize("lang", languages())
def test_bold_ends_where_markdown_sees_its_end(lang):
    unseen = r"\*\*[^*\n]+[，。：；！？”）]\*\*(?=[\w{])"  # after a mark of punctuation there must be a space
    for path in files(lang):
        assert re.findall(unseen, path.read_text("utf-8")) == [], path


def test_every_equation_is_used():
    used = {m for path in files("en") for m in re.findall(r"\{\{eq\.(\w+)\}\}", path.read_text("utf-8"))}
    assert used == set(read(PAGES / "lessons/equations.md"))


def sentences(source):
    """The texts of a program that a reader could be shown: Chinese, or three English words in a row.

    What is not said to readers: docstrings and the like, errors, the comments of a script.
    """
    tree = ast.parse(source)
    silent = [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    silent += [
        node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    hushed = {id(inner) for node in silent for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hushed:
            chinese = re.search(r"[\u4e00-\u9fff]", node.value)
            english = re.search(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b", node.value)
            if chinese or (english and not node.value.startswith("<script>")):
                yield f"line {node.lineno}: {node.value!r}"


def test_no_word_of_the_app_stands_in_the_code():
    for path in [PAGES.parent / "streamlit_app.py", *PAGES.rglob("*.py")]:
        assert list(sentences(path.read_text("utf-8"))) == [], path.name


@pytest.mark.parametrize(
    "program",
    [
        'def said():\n    return "The gradient vanishes here."',
        'def said(n):\n    return f"The gradient vanishes in {n} layers."',
        'def said():\n    """Say it."""\n    return {"kind": ["so the first layers sleep"]}',
        'said = lambda: "梯度消失"',
        'SAID = "All {n} layers vanish here."',
        'class Said:\n    text = "The gradient vanishes here."',
        'st.write("Each layer learns slowly")',
    ],
)
def test_a_sentence_in_the_code_is_found(program):
    assert len(list(sentences(program))) == 1
    assert (
        list(
            sentences(
                'def f():\n    """The gradient vanishes here."""\n    raise ValueError("it must be one")'
            )
        )
        == []
    )


def test_slots_and_equations_are_filled():
    assert fill("about {{step}} times: {{eq.118}}", {"step": 5}).startswith("about 5 times: $$")
    with pytest.raises(KeyError, match="step"):
        fill("about {{step}} times", {})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("到 $z$，再", "到 :color[$z$，]再"),
        ("（$z_j$）。再（见 $b$）", ":color[（$z_j$）。]再（见 :color[$b$）]"),
        ("for $n$, and $m$ of", "for :color[$n$,] and $m$ of"),
        ("$$\nx\n$$, $a$ b", "$$\nx\n$$, $a$ b"),
        (r"$E[x]$. $[0, 1)$.", r":color[$E[x]$.] $[0, 1)$."),
        ("为 5 元，$5", "为 5 元，$5"),
        (":color[（$z$，]再 $b$。", ":color[（$z$，]再 :color[$b$。]"),
        ("是 $z$。:blue[**小**]，$b$: 1", "是 :color[$z$。]:blue[**小**]，:color[$b$:] 1"),
        ("**多大？** 量出来", "**多大？**\N{HAIR SPACE}量出来"),
        ("**How large?** It", "**How large?** It"),
    ],
)
def test_a_text_is_set_as_print_has_it(text, kept, tmp_path, monkeypatch):
    (tmp_path / "en.md").write_text(f"# said\n{text}\n", "utf-8")
    monkeypatch.setattr(words, "LESSONS", tmp_path.parent)
    monkeypatch.setattr(words, "GLOSSARY", tmp_path.name)
    assert Words(tmp_path.name, "en")("said") == kept


def test_a_text_that_is_not_there_is_an_error_that_names_its_file():
    with pytest.raises(KeyError, match=r"lessons/home/zh.md has no 'nothing'"):
        Words("home", "zh")("nothing")


def test_a_key_that_stands_twice_is_an_error(tmp_path):
    (tmp_path / "en.md").write_text("# a\n- x: 1\n\n# a.x\n2\n", "utf-8")
    with pytest.raises(ValueError, match=r"'a.x' twice"):
        read(tmp_path / "en.md")


def test_a_file_is_sections_of_short_texts_and_prose(tmp_path):
    (tmp_path / "en.md").write_text(
        "# a\n- x: 1\n- y.z: {{n}} of\n\nProse.\n\n- a list\n\n# b\nMore\n", "utf-8"
    )
    texts = {"a.x": "1", "a.y.z": "{{n}} of", "a": "Prose.\n\n- a list", "b": "More"}
    assert read(tmp_path / "en.md") == texts
