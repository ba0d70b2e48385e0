"""The lines of Python of every experiment, run as they stand, against the screen; and the notebook."""

import json
import re

import nbformat
import pytest

from pages.lessons import LESSONS
from pages.ui import experiment, python
from pages.ui.numbers import number, percent
from tests.support import ROOT
from tests.support.pages import answered, complete, open_page
from vgcore.studies import bits, learning, waiting

OTHERWISE = {
    "chain": {
        "chain_depth": "7",
        "chain_seed": "3",
        "chain_weight_std": "2",
        "chain_activation": "tanh",
        "chain_a0": "0.5",
        "chain_set": "w2=3, b4=-1",
        "chain_cost": "cross-entropy",
    },
    "edge": {"edge_activation": "tanh", "edge_bias_std": "0.2", "edge_hidden": "6", "edge_width": "20"},
    "exploding": {"exploding_weight": "50", "exploding_depth": "6"},
    "matrix": {
        "matrix_square_width": "5",
        "matrix_square_seed": "4",
        "matrix_hidden": "7",
        "matrix_activation": "tanh",
        "matrix_bias_std": "0.2",
    },
    "network": {"network_example": "exploding"},  # as it opens it has no text
    "unstable": {"unstable_depth": "5", "unstable_activation": "ReLU", "unstable_weight_std": "2"},
}
"""Settings of the lessons that are not where they begin."""
FOLDERS = sorted(path.parent.name for path in (ROOT / "pages/lessons").glob("*/python"))
LINES = sorted((ROOT / "pages/lessons").glob("*/python/*.py"))


@pytest.fixture
def shown(monkeypatch):
    """What the pages show, by experiment: the text of its answer, and its lines."""
    answers, texts = {}, {}
    answer, show = experiment.Experiment.answer, python.lines

    def noted_answer(self, value, **slots):
        answers[self.page.name, self.name] = (percent if self.guesses[0].endswith("%") else number)(value)
        return answer(self, value, **slots)

    def noted_lines(lesson, name, as_set):
        texts[lesson, name] = show(lesson, name, as_set)
        return texts[lesson, name]

    monkeypatch.setattr(experiment.Experiment, "answer", noted_answer)
    monkeypatch.setattr(python, "lines", noted_lines)
    return answers, texts


def printed(text):
    """What a program prints last."""
    said = []
    exec(compile(text, "lines", "exec"), {"print": said.append})
    return said[-1]


@pytest.fixture
def short_lines(monkeypatch):
    """Trainings as short in the lines as they are on the pages (tests/conftest.py)."""
    from pages.lessons.bits import trainings
    from pages.lessons.training import waits
    from vgcore.studies import trials

    train_in = bits.train_in

    def shortly(way, eta, steps, **options):
        return train_in(way, eta, min(steps, trainings.STEPS), **options)

    monkeypatch.setattr(learning, "learn", trials.learn)
    monkeypatch.setattr(waiting, "wait", waits.wait)
    monkeypatch.setattr(bits, "train_in", shortly)


def same(answer, value):
    return answer == (percent if answer.endswith("%") else number)(value)


@pytest.mark.parametrize("query", [{}, OTHERWISE], ids=("as it opens", "otherwise"))
@pytest.mark.parametrize("lesson", FOLDERS)
def test_the_lines_of_every_experiment_compute_what_the_screen_says(lesson, query, shown, short_lines):
    complete(answered(lesson, "en", **query.get(lesson, {})))
    answers, texts = shown
    assert answers.keys() == texts.keys() != set()
    for key, text in texts.items():
        assert same(answers[key], printed(text)), (key, answers[key], printed(text), text)


def test_every_lesson_with_experiments_has_lines_for_each():
    for lesson, script in LESSONS.items():
        asked = set(re.findall(r'page\.experiment\(\s*"(\w+)"', (ROOT / script).read_text(encoding="utf-8")))
        assert {path.stem for path in LINES if path.parts[-3] == lesson} == asked, lesson


@pytest.mark.parametrize("path", LINES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_lines_are_few(path):
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    assert 3 <= len(lines) <= 13


def test_what_is_not_set_in_some_lines_is_let_be():
    assert "activation = 'tanh'" in python.lines("chain", "slope", {"activation": "tanh", "seed": 7})


def test_a_notebook_has_what_works_without_the_page():
    book = python.Notebook()
    assert not book.has_code
    book.say('[σ](glossary#sigma "σ (a slope)") is :blue[steep], see [the book](https://example.org)')
    book.code(python.lines("chain", "slope", {}))
    with book.closed():
        book.say("Right, 1/4")
    book.say("The end")
    assert book.has_code
    text = book.text("first")
    nbformat.validate(nbformat.reads(text, 4))
    cells = json.loads(text)["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "markdown", "code", "markdown"]
    assert "".join(cells[1]["source"]) == "σ is steep, see [the book](https://example.org)"


@pytest.mark.parametrize("lesson", FOLDERS)
def test_what_is_taken_home_is_the_whole_lesson_in_order(lesson, monkeypatch):
    books = []
    original = python.offer
    monkeypatch.setattr("pages.ui.page.offer", lambda page: (books.append(page.notebook), original(page)))
    open_page(lesson, "en")
    book = nbformat.reads(books[-1].text("first"), 4)
    answered(lesson, "en")
    same_book = nbformat.reads(books[-1].text("first"), 4)
    assert [cell.source for cell in same_book.cells] == [cell.source for cell in book.cells]
    names = [path.stem for path in LINES if path.parts[-3] == lesson]
    assert sum(cell.cell_type == "code" for cell in book.cells) == len(names)
    assert all("glossary?" not in cell.source and ":color[" not in cell.source for cell in book.cells)
