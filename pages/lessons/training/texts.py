"""Training runs as they stand in a link: "book; lmbda=0"."""

from dataclasses import asdict, replace

from pages.lessons.training.controls import Settings
from pages.ui.settings import ranges

LONGEST_TEXT = 1000
"""Most characters read of a link's runs."""
MOST_ON_A_PAGE = 4
"""Most runs shown at once."""
OLDER = {"epochs": "steps"}
"""What older links call a field."""


def as_text(settings):
    """Return a run as it stands in a link, by what differs from the book: "hidden=2 lmbda=0"."""
    words = [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in changes(settings).items()
    ]
    return " ".join(words) or "book"


def changes(settings):
    """Return the fields in which a run differs from the book, by name."""
    book, own = asdict(Settings()), asdict(settings)
    return {name: value for name, value in own.items() if value != book[name]}


def read(text):
    """Return the runs of a text such as "book; lmbda=0", at most four, and its parts that make no sense."""
    asked, refused = [], []
    for part in (text or "")[:LONGEST_TEXT].split(";"):
        if not part.strip():
            continue
        values = {}
        for word in part.split():
            name, _, value = word.partition("=")
            known = {} if word == "book" else _value(OLDER.get(name, name), value)
            if known is None:
                refused.append(word)
            values |= known or {}
        settings = Settings(**values)
        if settings.frozen > settings.hidden:
            refused.append(f"frozen={settings.frozen}")
            settings = replace(settings, frozen=0)
        if settings not in asked and len(asked) < MOST_ON_A_PAGE:
            asked.append(settings)
        elif settings not in asked:
            refused.append(part.strip())
    return asked, refused


def _value(name, text):
    """Return a field with its value, or None where there is no such field or it cannot have that value."""
    limits = ranges(Settings).get(name)
    if limits is None:
        return None
    of_type = type(getattr(Settings(), name))
    try:
        value = float(f"{float(text):g}") if of_type is float else of_type(text)  # a number as it is written
    except ValueError:
        return None
    return {name: value} if limits.takes(value) else None
