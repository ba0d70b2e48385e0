"""What no public function may take; each refusal must hold the repr of the value."""

import re

import pytest

NOT_NUMBERS = (float("nan"), float("inf"), -float("inf"), True, "1", None, 1j, [1.0, [2.0]], {}, b"1")
NOT_WHOLE = (1.0, 2.5, float("nan"), True, "3", None, 3j, [3], -1)
NOT_NAMES = ("nosuch", "", None, 3, True, ["sigmoid"], {}, b"sigmoid")


def refuses(value):
    """Expect a ValueError that quotes the value."""
    return pytest.raises(ValueError, match=re.escape(repr(value)))


def refuses_each(values, call):
    """Check that a function of one argument refuses every value."""
    for value in values:
        with refuses(value):
            call(value)
