"""What a reader can set: fields of frozen dataclasses, each with its default and its range."""

from dataclasses import dataclass, field, fields

SCALES = (0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True)
class Range:
    """What a field may be: from `low` to `high` in steps, or one of `options`.

    `high` may name another field, whose value is the end. `typed` asks for a number to type; `least` is
    what a link may have where that is less than a slider's `low`.
    """

    low: float | None = None
    high: float | str | None = None
    step: float | None = None
    options: tuple = ()
    typed: bool = False
    least: float | None = None

    def takes(self, value):
        """Whether a value of the field's type lies in it; an end that another field sets is not looked at."""
        if self.options and self.low is None:
            return value in self.options
        low = self.low if self.least is None else self.least
        return low <= value and (isinstance(self.high, str) or value <= self.high)


def whole(default, low, high, step=1, more=False, typed=False, least=None):
    """A whole number; `high` may name the field that holds it. `more` has it wait behind “More settings”."""
    limits = Range(low, high, step, typed=typed, least=least)
    return field(default=default, metadata={"range": limits, "more": more})


def real(default, low, high, step, more=False):
    """A number on a line."""
    return field(default=default, metadata={"range": Range(low, high, step), "more": more})


def one_of(default, options, more=False, low=None, high=None):
    """One of several numbers or names; a link may have any number between `low` and `high`, if given."""
    return field(default=default, metadata={"range": Range(low, high, options=tuple(options)), "more": more})


def ranges(settings):
    """Return name to Range of a dataclass of settings."""
    return {each.name: each.metadata["range"] for each in fields(settings)}
