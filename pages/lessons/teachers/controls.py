"""What a teacher sets."""

from dataclasses import dataclass

from pages.lessons.teachers.plans import PLANS
from pages.ui.settings import one_of


@dataclass(frozen=True)
class Plan:
    """How long the class is."""

    minutes: str = one_of("45", PLANS)
