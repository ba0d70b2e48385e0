"""Lines without what stands before their data, and the labels and numbers in them."""

import re
from typing import NamedTuple

from vgcore.norms.labels import FILL, LAYERS, labelled, metric_of, quantity_of, sensible, strong, words_of
from vgcore.norms.values import COMMA, GROUPED, PLAIN, Num, missing, number, value_of


class Line(NamedTuple):
    """A line: its number from 1, as it stands in the text, and without what stands before its data."""

    number: int
    said: str
    text: str


_SAME = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
_SAME |= {0x3000: " ", 0xA0: " ", 0x2212: "-", 0xFE63: "-", 0x2502: "|", 0x2503: "|", 0x200B: " "}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(
    r"(?<=[0-9])\s*[×x*·⋅]\s*10\s*(?:(?:\^|\*\*)\s*[({]?\s*([-+]?[0-9]+)[)}]?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([-+][0-9]+))"
)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CHINESE = [
    (re.compile(r"第\s*([0-9]+)\s*(?:个)?\s*(?:轮|回合)"), r" epoch \1 "),
    (re.compile(r"第\s*([0-9]+)\s*步"), r" step \1 "),
    (re.compile(r"第\s*([0-9]+)\s*层"), r" layer \1 "),
    *(
        (re.compile(one), f" {other} ")
        for one, other in (
            ("梯度", "gradient"),
            ("(?:L2|二)?范数", "norm"),
            ("均方根", "rms"),
            ("标准差", "std"),
            ("绝对值", "abs"),
            ("(?:平)?均值|平均", "mean"),
            ("最大(?:值)?", "max"),
            ("最小(?:值)?", "min"),
            ("损失", "loss"),
            ("学习率", "lr"),
            ("准确率|精度", "accuracy"),
            ("轮次|轮数", "epoch"),
            ("步数|迭代", "step"),
            ("耗时|时间|用时", "time"),
            ("权重", "weight"),
            ("偏置", "bias"),
            ("的", "of"),
        )
    ),
]
_SCALAR = re.compile(
    r"(?:\b\w{1,9}\.)?\b(?:tensor|array|float\d*|bfloat16|double|scalar)\(\s*([^][(){},]+?)\s*(?:,[^][(){}]*(?:\([^][(){}]*\)[^][(){}]*)?)?\)",
    re.I,
)
_TF = re.compile(r"<tf\.(?:Tensor|Variable)\b[^<>]*?\bnumpy=([^<>]*)>")
_MODULE = re.compile(
    r"\b(?!Array|Tensor|Param|Variable)([A-Z][A-Za-z0-9]*)\("
    r"(?:\w+=|[0-9]+, )[^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
)
_UNIT = re.compile(
    r"[ \t]*(?:[kKMGT]?i?B|m?s|(?:milli)?sec(?:ond)?s?|min(?:ute)?s?|h(?:our)?s?|"
    r"(?:param(?:eter)?|element|entr(?:y|ie)|epoch|step|layer|unit|neuron|sample|token|image|example|batch|it|img|iter)"
    r"(?:e?s)?(?:/\w+)?)\b(?![.\w/\[]*\w|\s*[=:(]|\s*#?[0-9])",
    re.I,
)
_KEYS = re.compile(r"\((?:\w+Key\([^()]*\)(?:,\s*)?)+\)")
_KEY = re.compile(r"Key\((?:\w+=)?['\"]?([^'\")]*)")
_PADDLE = re.compile(
    r"Tensor\(shape=\[[0-9, ]*\],(?:[^()\n]|\([^()\n]*\))*?\s+(?:value=\s*)?([-+0-9.e]+|\[[^()]*\])\)", re.I
)
_KERAS = re.compile(r"<(?:Keras)?Variable\b[^<>]*?\bpath=([^\s,<>]+)[^<>]*>")
_LEADER = re.compile(r"\.{4,}")
_REFERENCE = re.compile(r",?\s*grad_fn=<[^<>]*>|<class '[^']*'>,?")
_FENCE = re.compile(r"\s*(?:```|~~~)")
RULE = re.compile(r"[\s|:=+─━-]*")

_DATE = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?:\s*[AP]M\b)?"
_STAMP = rf"(?:(?:{_DATE})(?:[T ]\s*(?:{_CLOCK}))?|{_CLOCK})"
_LEVEL = r"(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL|NOTICE|SUCCESS)"
_BAR = r"(?:[^|:=\n]{0,60}:\s*)?[0-9]+%\|[^|\n]*\|(?:\s*[0-9.]+\w?/[0-9.]+\w?)?"
_BAR += r"(?:\s*\[[^]\n]*?(?:it/s|s/it)[,\]]?)?"
_BEFORE = re.compile(
    "|".join(
        [
            _BAR,
            rf"[IWEF][0-9]{{4,8}}\s+{_CLOCK}\s+[0-9]+\s+[\w.]+:[0-9]+\]",
            rf"[\[(<]?{_STAMP}[\])>]?(?=[\s|:\]>-]|$)",
            rf"[\[(<]\s*{_LEVEL}\s*[\])>](?:\s*[:|])?",
            rf"{_LEVEL}:(?:[\w.]+:)?",
            rf"{_LEVEL}\b\s*[:|-]?(?=\s)",
            r"[\w.-]+\.(?:py|ipynb|cc|cpp):[0-9]+(?:\s+\w+\(\))?\]?(?:\s*[:|-])?(?=\s)",
            r"\[[A-Za-z_][\w.:/-]*\](?=\s*\S)(?!\[)",
            r"[\w.<>]+:[\w.<>]+:[0-9]+(?:\s*[:|-])?(?=\s)",
            r"wandb:(?=\s)",
            r"\((?:[\w.]+\s+)?pid=[^)]*\)",
            r"[-*•·>»▶→✓✗✔✘├└─]+(?=\s)",
            r"\|(?=\s)(?![^\n]*\|\s*$)",
            r"[0-9]{1,4}[.)](?=\s+[A-Za-z_])",
            r"(?<=\s)[:|-](?=\s)",
        ]
    )
)
_RANK = re.compile(r"[\[(<]?(?:local_)?rank[\s:=_]?([0-9]+)[\])>]?\s*[:|]?(?=\s)|\[([0-9]+)\]\s*:\s", re.I)
_WHEN = re.compile(
    rf"(?<![\w.]){_DATE}[T ]{_CLOCK}|(?<![\w.:])[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}(?:[.,][0-9]+)?(?![\w:])"
)


def cleaned(text):
    """Return a text in which what looks alike is alike: full-width signs, minuses, powers of ten."""
    text = text.removeprefix("\ufeff").translate(_SAME)
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "10" in text:
        text = _POWER.sub(_power, text)
    if re.search("[一-鿿]", text):
        for one, other in _CHINESE:
            text = one.sub(other, text)
    if "Key(" in text:
        text = _KEYS.sub(lambda path: "/".join(_KEY.findall(path[0])), text)
    if "(" in text:
        text = _MODULE.sub(r"\1", text)
    if "Tensor(shape=" in text:
        text = _PADDLE.sub(_in_its_lines, text)
    if "path=" in text:
        text = _KERAS.sub(_keras, text)
    if "<" in text:
        text = _REFERENCE.sub("", text)
        text = _TF.sub(r"\1", text)
    return _SCALAR.sub(_scalar, _LEADER.sub(": ", text))


def _in_its_lines(match):
    """Return what is left of a match, with as many lines as it had."""
    return match[1] + "\n" * (match[0].count("\n") - match[1].count("\n"))


def _keras(match):
    value = re.search(r"value=(.*)", match[0][:-1], re.S)
    return f"{match[1]}: {value[1]}" if value else match[1]


def _power(match):
    return "e" + (match[1] or match[3] or match[2].translate(_SUPERSCRIPTS)).replace("+", "")


def _scalar(match):
    return match[1] if number(match[1]) is not None or missing(match[1]) else match[0]


def lines_of(text):
    """Return the lines that hold something, without their prefixes, and the lines of other ranks."""
    said = text.splitlines()
    clean = cleaned(text).splitlines()
    if len(said) != len(clean):  # an escape or a tensor had a line of its own
        said = clean
    lines, ranks = [], {}
    for k, line in enumerate(clean, 1):
        if not line or _FENCE.match(line):
            line = ""
        rank, line = _without_prefix(line)
        if rank:
            ranks[k] = rank
        lines.append(Line(k, said[k - 1].strip(), line))
    lines = _without_shared(lines)
    first = min(ranks.values(), key=int, default=None)
    others = {k for k, rank in ranks.items() if rank != first}
    return [line for line in lines if line.number not in others], [
        line for line in lines if line.number in others
    ]


def _without_prefix(line):
    """Return the rank that a line is from, or None, and the line without date, level, logger and the like."""
    rank, text = None, line.strip()
    for _ in range(12):
        if found := _RANK.match(text):
            rank = found[1] or found[2]
        elif not (found := _BEFORE.match(text)) or not found[0]:
            break
        if found[0].startswith("[") and sensible(found[0].strip("[]: ")):
            break
        if found[0].endswith(":") and strong(found[0].rstrip(":").rpartition(":")[2]):
            text = text[found[0].index(":") + 1 :]
            break
        text = text[found.end() :].lstrip(" \t:-" if found[0][-1:] in "]):" else " \t")
    text = text if text != line.strip() else line.rstrip(" \r\n")  # a tab may part empty cells
    if ":" in text:
        text = _WHEN.sub(" ", text)
    return rank, re.sub(r"\s#\s.*|^#.*", "", text) if "#" in text else text


def _without_shared(lines):
    """Take away the words that all lines with a number begin with: a logger, a run."""
    for _ in range(4):
        numbered = [line for line in lines if line.text and NUMBERED.search(line.text)]
        first = numbered[0].text.split(None, 1) if numbered else []
        if len(numbered) < 3 or len(first) < 2 or _means_something(first[0]):
            break
        shared = first[0]
        rest = [line.text.split(None, 1) for line in numbered]
        if not all(len(words) == 2 and words[0] == shared and _named(words[1]) for words in rest):
            break
        lines = [
            line._replace(text=line.text.lstrip()[len(shared) :].lstrip(" \t|:-"))
            if line.text.split(None, 1)[:1] == [shared]
            else line
            for line in lines
        ]
    return lines


def _means_something(word):
    label = labelled(word)
    return bool(
        number(word.strip(":,[](){}")) is not None
        or label.metric
        or label.quantity
        or label.total
        or words_of(word)[-1:] == []
        or set(words_of(word)) & (LAYERS | FILL)
        or word[0] in "[({'\""
    )


def _named(text):
    """Whether a text has a name before its number."""
    found = NUMBERED.search(text)
    label = labelled(text[: found.start()]) if found else None
    return bool(label and label.name)


TOKEN = re.compile(
    rf"(?:(?<=^)|(?<=[\s:=,;|(\[{{<≈~±>\"'+]))(?:(?P<grouped>[-+]?(?:{GROUPED})(?:e[-+]?[0-9]+)?)|(?P<comma>{COMMA})"
    rf"|(?P<number>{PLAIN})|(?P<missing>None|null|N/A|n/a))(?P<percent>\s?%)?(?=[\s,;|)\]}}>:±\"']|\.?$|\.\s)",
    re.I,
)
NUMBERED = re.compile(rf"(?:(?<=^)|(?<=[\s:=,;|(\[{{<])){PLAIN}(?=[\s,;|)\]}}>:%]|$)", re.I)
OPEN = re.compile(r"(?:[A-Za-z_][\w.]*)?[\[({]")
_OF = re.compile(r"(?<![\w.])([0-9]+)\s*/\s*[0-9]+(?![\w./])")
_PART = re.compile(r":[0-9]{1,2}(?=(?:\s*[:=|]\s*|,?\s+)[-+.0-9\[(nN])")
_WORD_BEFORE = re.compile(r"([A-Za-z_]+)[ \t]*#?$")


class Item(NamedTuple):
    """A number or what stands in brackets, and its label; the value is None where it is missing."""

    label: str
    value: object
    kind: str = "number"  # or "comma", "percent", "group", "missing"


def items_of(text, groups):
    """Return the labelled values of a line, and what stands behind the last of them.

    Parameters
    ----------
    text : str
    groups : dict of what literals stand in its brackets: where they begin -> (where they end, value)
    """
    items, start, at = [], 0, 0
    text_ = _OF.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text) if "/" in text else text
    inside = [
        (m.start(), m.end()) for m in _PART.finditer(text_) if text_[m.start() - 1 : m.start()].isalpha()
    ]
    while at < len(text_):
        found = TOKEN.search(text_, at)
        ahead = next(((p, group) for p, group in groups if p >= at), None)
        if ahead and (not found or ahead[0] <= found.start()):
            p, (end, value) = ahead
            items.append(Item(text_[start:p], value, "group"))
            start = at = end
            continue
        if not found:
            break
        at = found.end()
        if any(a <= found.start() < b for a, b in inside) or _indexes(text_, found.start()):
            continue
        label = text_[start : found.start()]
        if found["number"] and found["number"].isdecimal() and _in_name(label, text_, at, bool(items)):
            continue
        if label.rstrip().endswith(("±", "+/-")):
            start = at
            continue
        if found["comma"]:
            items.append(Item(label, found["comma"], "comma"))
        elif found["missing"]:
            items.append(Item(label, None, "missing"))
        else:
            spelled = found["grouped"] or found["number"]
            unit = _UNIT.match(text_, at)
            kind = "percent" if found["percent"] else "unit" if unit else "number"
            items.append(Item(label, Num(spelled, value_of(spelled)), kind))
        start = at
    return items, text_[start:]


def _indexes(text, at):
    """Whether a number stands in the brackets of a name: layers[0].weight."""
    return at > 1 and text[at - 1] == "[" and (text[at - 2].isalnum() or text[at - 2] in "_])")


_SET = re.compile(r"['\"]?\s*[:=](?=\s*(?:[-+.0-9\[(]|None|nan|inf))")
_VALUE = re.compile("[0-9]|None|nan|inf")
_NO_MORE = re.compile(r"\s*(?:\(.*\))?\s*:?\s*$")
_NAMES = re.compile(r"\s*(?:[:=]|(?:grad|norm|mean|std)\w*)", re.I)


def _in_name(before, text, at, later):
    """Whether a whole number that ends somewhere belongs to a name: layer 3, dense 3:, 0: and the like."""
    if not before.strip(" \t'\"({["):
        return bool(_SET.match(text, at)) and not later
    word = _WORD_BEFORE.search(before)
    if not word:
        return False
    if word[1].lower() in LAYERS | {"weights", "biases", "w", "b"}:
        return bool(_VALUE.search(text, at) or _NO_MORE.match(text, at))
    if metric_of(word[1]) or quantity_of([word[1].lower()]) is not None:
        return False
    return bool(_NAMES.match(text, at))
