"""Numbers as a reader wants them: three digits, powers of ten where needed, and never 0.00."""

import math

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PLAIN = range(-3, 5)
_TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"


def number(value, digits=3):
    """Return a number, or a number kept as sign and log10, as text: 0.123 or 1.23 × 10⁻⁷.

    Raises
    ------
    ValueError
        If the number is NaN.
    """
    sign, mantissa, exponent = _decimal(value, digits)
    if exponent is None:
        return sign + mantissa
    return f"{sign}{mantissa}{_TIMES}10{str(exponent).translate(_SUPERSCRIPTS)}"


def latex(value, digits=3):
    """Return the same as LaTeX."""
    sign, mantissa, exponent = _decimal(value, digits)
    sign = sign.replace("−", "-")
    return sign + mantissa if exponent is None else rf"{sign}{mantissa}\times 10^{{{exponent}}}"


def percent(share, digits=3):
    """Return a share from 0 to 1 as text: 91.6%."""
    return f"{number(100 * share, digits)}%"


def subscripts(name):
    """Return a name such as a_12 as text: a₁₂."""
    letter, _, index = name.partition("_")
    return letter + index.translate(_SUBSCRIPTS)


def _decimal(value, digits):
    if hasattr(value, "log10_abs"):
        sign, log10_abs = float(value.sign), float(value.log10_abs)
    else:
        value = float(value)
        sign, log10_abs = value, math.log10(abs(value)) if value and math.isfinite(value) else -math.inf
    if sign != sign or log10_abs != log10_abs:
        raise ValueError(f"{value!r} is not a number")
    if math.isinf(sign) or log10_abs == math.inf:
        return "−" if sign < 0 else "", "∞", None
    if sign == 0 or log10_abs == -math.inf:
        return "", "0", None
    exponent = math.floor(log10_abs)
    mantissa = round(10 ** (log10_abs - exponent), digits - 1)
    if mantissa >= 10:
        mantissa, exponent = mantissa / 10, exponent + 1
    minus = "−" if sign < 0 else ""
    if exponent not in _PLAIN:
        return minus, _exact(f"{mantissa:.{digits - 1}f}", float(f"{mantissa}e{exponent}"), value), exponent
    text = f"{10.0**log10_abs:.{max(0, digits - 1 - exponent)}f}"
    return minus, _exact(text, float(text), value), None


def _exact(text, shown, value):
    """Drop the zeros at the end of a number that is shown as it is: 0.1, but 0.100 for 0.1003."""
    same = isinstance(value, float) and math.isclose(shown, abs(value), rel_tol=1e-15)
    return text.rstrip("0").rstrip(".") if same and "." in text else text
