"""What the lessons have, found as the app finds it."""

from importlib import import_module

from pages.lessons import LESSONS
from tests.support import ROOT

EXERCISES = [
    (lesson, exercise.__name__)
    for lesson in LESSONS
    if (ROOT / "pages/lessons" / lesson / "exercises.py").is_file()
    for exercise in import_module(f"pages.lessons.{lesson}.exercises").EXERCISES
]


def drawings():
    """Every drawing there is, by the lesson and its name."""
    for lesson in LESSONS:
        if not (ROOT / "pages/lessons" / lesson / "draw.py").is_file():
            continue
        module = import_module(f"pages.lessons.{lesson}.draw")
        for name, draw in vars(module).items():
            if getattr(draw, "__module__", "") == module.__name__ and not name.startswith("_"):
                yield lesson, name
