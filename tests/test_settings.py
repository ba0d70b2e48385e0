"""Settings: defaults and ranges stand once, and fit each other."""

from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module

import pytest

from pages.lessons import LESSONS
from pages.ui.settings import Range, one_of, ranges, real, whole
from tests.support import ROOT


@dataclass(frozen=True)
class Example:
    depth: int = whole(4, 2, 60)
    layer: int = whole(2, 1, "depth", more=True)
    a0: float = real(1.0, -2.0, 2.0, 0.05)
    eta: float = one_of(0.1, (0.1, 1.0), low=0.0, high=100.0)
    cost: str = one_of("quadratic", ("quadratic", "cross_entropy"))


def test_a_field_knows_its_default_its_range_and_its_place():
    assert Example() == Example(4, 2, 1.0, 0.1, "quadratic")
    assert ranges(Example)["depth"] == Range(2, 60, 1)
    assert [field.name for field in fields(Example) if field.metadata["more"]] == ["layer"]


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("depth", 2, True),
        ("depth", 61, False),
        ("layer", 99, True),
        ("a0", -2.01, False),
        ("eta", 0.07, True),
        ("eta", 101.0, False),
        ("cost", "cross_entropy", True),
        ("cost", "<b>", False),
    ],
)
def test_a_range_takes_what_lies_in_it(name, value, fits):
    assert ranges(Example)[name].takes(value) is fits


def test_every_default_of_every_lesson_lies_in_its_range():
    seen = 0
    for name in LESSONS:
        if not (ROOT / "pages/lessons" / name / "controls.py").exists():
            continue
        module = import_module(f"pages.lessons.{name}.controls")
        for settings in vars(module).values():
            if is_dataclass(settings) and settings.__module__ == module.__name__:
                seen += 1
                for field in fields(settings):
                    limits = field.metadata["range"]
                    assert limits.takes(field.default), f"{settings}: {field.name}"
                    assert not limits.options or field.default in limits.options, f"{settings}: {field.name}"
    assert seen >= len(LESSONS) - 1
