"""Training runs in the URL: what is written is read again, and what makes no sense is named."""

from dataclasses import replace

import pytest
from streamlit.testing.v1.element_tree import Multiselect

from pages.lessons.training.controls import BOOK, Settings
from pages.lessons.training.texts import as_text, read
from pages.ui.settings import ranges
from tests.support.pages import complete, healthy, open_page

HIGHEST = {
    name: float(limits.high) if isinstance(getattr(BOOK, name), float) else limits.high
    for name, limits in ranges(Settings).items()
    if limits.high and not isinstance(limits.high, str)
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lmbda": 0.0},
        {"hidden": 2, "eta": 0.03, "seed": 12, "steps": 4321},
        {"activation": "relu", "frozen": 3, "width": 100},
        HIGHEST,
    ],
)
def test_what_is_written_is_read_again(changes):
    settings = replace(BOOK, **changes)
    assert read(as_text(settings)) == ([settings], [])


def test_older_links_call_steps_epochs():
    assert read("epochs=40 lmbda=0") == ([replace(BOOK, steps=40, lmbda=0.0)], [])


def test_runs_stand_side_by_side():
    asked, refused = read("book; lmbda=0 ;; book;hidden=2")
    assert [as_text(settings) for settings in asked] == ["book", "lmbda=0", "hidden=2"]
    assert refused == []


@pytest.mark.parametrize(
    "word",
    [
        *(
            "hidden=0",
            "hidden=11",
            "epochs=100001",
            "steps=0",
            "batch=7",
            "held=100",
            "eta=nan",
            "eta=-1",
            "eta=1e999",
            "width=2.5",
            "lmbda=",
        ),
        *("x=1", "activation=Tanh", "init=<b>", "=", "seed", "frozen=5", "hidden=99999999999999999", "\0"),
    ],
)
def test_what_makes_no_sense_is_named(word):
    asked, refused = read(f"{word} seed=3")
    assert refused == [word]
    assert asked == [replace(BOOK, seed=3)]


def test_a_fifth_run_is_named():
    asked, refused = read("; ".join(f"seed={seed}" for seed in range(1, 6)))
    assert len(asked) == 4
    assert refused == ["seed=5"]


def test_a_list_of_runs_that_the_browser_calls_by_older_names_changes_nothing(monkeypatch):
    asked = "hidden=1 steps=12; steps=12 lmbda=0"
    app = complete(open_page("training", "en", training_runs=asked))
    with monkeypatch.context() as late:
        late.setattr(Multiselect, "values", ["a name from before Stop"])
        healthy(app.run())
    assert asked in (app.query_params["training_runs"], *app.query_params["training_runs"])
    healthy(app.multiselect[0].unselect("hidden=1 steps=12").run())
    assert app.query_params["training_runs"] == "steps=12 lmbda=0"
