"""Numbers in all their spellings, and what stands in brackets: JSON, Python, printed arrays."""

import ast
import json
import re
import warnings

import numpy as np


class Num(float):
    """A number, and how it is spelled: 0.0000 is not 0."""

    raw = ""

    def __new__(cls, raw, value=None):
        number = super().__new__(cls, raw if value is None else value)
        number.raw = str(raw)
        return number


GROUPED = (
    r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:['’_][0-9]{3})+(?:\.[0-9]+)?"
)
_DIGITS = r"[0-9]+\.?[0-9]*|\.[0-9]+"
PLAIN = rf"[-+]?(?:(?:{_DIGITS})(?:e[-+]?[0-9]+)?|nan|inf(?:inity)?)"
COMMA = r"[-+]?[0-9]+,[0-9]+(?:e[-+]?[0-9]+)?"
_MISSING = {"none", "null", "na", "n/a", "-", "--", ""}
_IS_NUMBER = re.compile(rf"{PLAIN}|[-+]?(?:{GROUPED})(?:e[-+]?[0-9]+)?", re.I)


def number(text):
    """Return the number that a text is, in any of its spellings, or None."""
    if isinstance(text, float):
        return text if isinstance(text, Num) else Num(text)
    text = text.strip(" \t\"'")
    return Num(text, value_of(text)) if _IS_NUMBER.fullmatch(text) else None


def value_of(text):
    return float(re.sub("[,'’_]", "", text)) + 0.0  # so that -0 is 0


def missing(text):
    """Whether a text stands for a number that is not there."""
    return text.strip(" \t\"'()[]{}").lower() in _MISSING


def decimals(number):
    """Return how many decimals a number is spelled with, and whether it has an exponent."""
    mantissa, _, exponent = number.raw.lower().partition("e")
    after = len(mantissa.partition(".")[2])
    return after - int(exponent or 0), bool(exponent)


class Pairs(list):
    """The entries of a mapping, (key, value) each."""


class Tensor(list):
    """What was printed as an array."""


class Dots:
    """What was left out in printing: three dots."""


_CALLS = {"tensor", "array", "asarray", "parameter", "variable", "param", "variablestate", "devicearray"}
_MAPS = {"ordereddict", "dict", "frozendict", "defaultdict", "mappingproxy", "state", "freeze", "flatmapping"}
_SPACED = re.compile(r"(?<=[\w.\]])\s+(?=[-+\w.\[])")
_ARRAY = re.compile(r"\[[\s0-9eE.+\-\[\],naif]*\]")


def literal(text):
    """Return what a text in brackets holds, or None if it is no literal: numbers are Num."""
    try:
        return json.loads(text, parse_float=Num, parse_int=Num, parse_constant=Num, object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        pass
    if _ARRAY.fullmatch(text):
        text = _SPACED.sub(",", text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
        source = text.encode().split(b"\n")
        return _built(tree.body, source)
    except (ValueError, SyntaxError, RecursionError, MemoryError, OverflowError):
        return None


def _built(node, source):
    match node:
        case ast.Constant(value=bool() | None):
            return node.value
        case ast.Constant(value=int() | float()):
            if node.lineno != node.end_lineno:
                raise ValueError
            raw = source[node.lineno - 1][node.col_offset : node.end_col_offset].decode()
            return Num(raw, float(raw.replace("_", "")))
        case ast.Constant(value=str()):
            return node.value
        case ast.Constant(value=value) if value is ...:
            return Dots()
        case ast.Name(id=name):
            if name.lower() in ("nan", "inf", "infinity"):
                return Num(name)
            return {"null": None, "true": True, "false": False}.get(name.lower(), name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            inner = _built(operand, source)
            sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
            if not isinstance(inner, Num):
                raise ValueError
            return Num("-" + inner.raw if sign < 0 else inner.raw, sign * inner)
        case ast.List(elts=elements) | ast.Set(elts=elements):
            return [_built(element, source) for element in elements]
        case ast.Tuple(elts=elements):
            return tuple(_built(element, source) for element in elements)
        case ast.Dict(keys=keys, values=values):
            return Pairs((_built(k, source), _built(v, source)) for k, v in zip(keys, values, strict=True))
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return _called(_name_of(function), arguments, keywords, source)
        case ast.Attribute():
            return _name_of(node)
    raise ValueError


def _name_of(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _called(name, arguments, keywords, source):
    name, inner = name.lower(), [_built(argument, source) for argument in arguments]
    named = {word.arg: word.value for word in keywords}
    if name == "size":
        return tuple(inner[0]) if inner else ()
    if name in _MAPS:
        found = [each for each in inner if isinstance(each, list)]
        if found:
            return found[0] if isinstance(found[0], Pairs) else Pairs(tuple(pair) for pair in found[0])
        return Pairs((key, _built(value, source)) for key, value in named.items())
    value = next((_built(named[key], source) for key in ("numpy", "value", "data") if key in named), None)
    value = inner[0] if inner else value
    if isinstance(value, list) and not isinstance(value, Pairs) and name in _CALLS:
        return value[0] if len(value) == 1 and isinstance(value[0], Num) else Tensor(value)
    if isinstance(value, Num):
        return value
    if isinstance(value, (Tensor, Pairs)) and name in _CALLS:
        return value
    raise ValueError


def holds_data(value):
    """Whether a literal holds numbers, or says that they are missing."""
    match value:
        case Num() | None | Dots():
            return True
        case list() | tuple():
            return any(holds_data(each[1] if isinstance(value, Pairs) else each) for each in value)
    return False


def entries(value):
    """Return the numbers of an array in a row; ValueError where there is anything else among them."""
    if isinstance(value, Num):
        return [value]
    if isinstance(value, (list, tuple)) and not isinstance(value, Pairs):
        return [entry for each in value for entry in entries(each)]
    raise ValueError


def norm_of(value):
    """Return the norm of an array that is complete, or None."""
    try:
        numbers = np.array(entries(value), dtype=float)
    except ValueError:
        return None
    largest = np.abs(numbers).max(initial=0.0)
    if not np.isfinite(largest) or largest == 0.0:
        return Num(repr(float(largest)))
    return Num(repr(float(largest * np.sqrt(np.square(numbers / largest).sum()))))


def matching(text):
    """Return where each bracket of a text ends, by where it begins; brackets without an end are left out."""
    ends, open_ = {}, []
    for found in re.finditer(r"[\[\](){}]", text):
        char = found[0]
        if char in "[({":
            open_.append((char, found.start()))
            continue
        wanted = "[({"["])}".index(char)]
        for k in range(len(open_) - 1, max(len(open_) - 4, -1), -1):
            if open_[k][0] == wanted:
                ends[open_[k][1]] = found.start()
                del open_[k:]
                break
    return ends
