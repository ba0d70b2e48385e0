"""Lesson plans: screens of the lessons, each prepared by a link, and the minutes for each."""

from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from pages.ui.words import Words

CITED = Path(__file__).with_name("cite.bib")


@dataclass(frozen=True)
class Screen:
    """A lesson with its controls as the link sets them, the others at their defaults, and where it opens."""

    page: str
    settings: dict = field(default_factory=dict)
    section: str = ""

    @property
    def asks(self):
        """Whether it opens at a question that a class can guess together."""
        return bool(self.section and Words(self.page, "en").get(f"{self.section}.question"))


SCREENS = {
    "depths": Screen("home"),
    "parts": Screen("chain", {"layer": 3}, "network"),
    "product": Screen("chain", {"depth": 10}, "slope"),
    "large": Screen("chain", {"weight_std": 10.0}, "network"),
    "edge": Screen("exploding", {"depth": 10}, "explosion"),
    "balance": Screen("unstable", {"weight_std": 3.0}, "balance"),
    "steeper": Screen("unstable", {"depth": 20, "activation": "tanh"}, "others"),
    "one_wide": Screen("matrix", {"square_width": 1}),
    "paths": Screen("matrix", section="paths"),
    "training": Screen("training", section="wait"),
    "cure": Screen("ways_out"),
    "borrowed": Screen("ways_out", {"activation": "sigmoid", "init": "he_normal"}),
    "skip": Screen("ways_out", {"init": "he_normal", "hidden": 20}, "skip"),
    "bell": Screen("edge", {"weight_std": 3.0}, "backward"),
    "border": Screen("edge", section="critical"),
    "luck": Screen("edge", {"hidden": 20}, "luck"),
    "reach": Screen("edge", section="reach"),
    "remember": Screen("time", section="time"),
    "one": Screen("time", section="zero"),
    "ruler": Screen("bits", section="ruler"),
    "full": Screen("bits", section="full"),
    "scaled": Screen("bits", section="digits"),
    "still": Screen("bits", {"format": "bfloat16"}, "still"),
}
PLANS = {
    "20": {"ruler": 5, "full": 4, "scaled": 5, "still": 6},
    "45": {"depths": 6, "parts": 7, "product": 7, "large": 6, "edge": 6, "balance": 6, "cure": 7},
    "60": {
        "bell": 9,
        "border": 8,
        "luck": 8,
        "reach": 7,
        "remember": 9,
        "one": 8,
        "ruler": 5,
        "still": 6,
    },
    "75": {
        "depths": 6,
        "parts": 8,
        "product": 8,
        "large": 6,
        "edge": 7,
        "balance": 7,
        "paths": 8,
        "training": 8,
        "cure": 9,
        "skip": 8,
    },
    "90": {
        "depths": 6,
        "parts": 8,
        "product": 8,
        "large": 7,
        "edge": 8,
        "balance": 8,
        "steeper": 8,
        "one_wide": 6,
        "training": 8,
        "cure": 9,
        "borrowed": 6,
        "skip": 8,
    },
}
"""Minutes in class to the minutes for each screen, in their order."""


def timetable(plan):
    """Return the name, the first and the last minute of each screen of a plan."""
    ends = list(accumulate(plan.values()))
    return list(zip(plan, [0, *ends], ends, strict=False))


def moments(begin, end):
    """Return the minutes of a step at which a class shows its guesses, guesses again and sees the answer."""
    length = end - begin
    again = begin + 2 * length // 3
    return {"show": begin + length // 3, "again": again, "answer": again + 1}
