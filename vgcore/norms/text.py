"""What all forms of text have in common: lines, what stands before them, numbers, brackets and labels."""

import ast
import json
import re
import warnings
from functools import lru_cache
from typing import NamedTuple

import numpy as np

# ---- numbers --------------------------------------------------------------------------------------------


class Num(float):
    """A number, and how it is spelled: 0.0000 is not 0."""

    raw = ""

    def __new__(cls, raw, value=None):
        number = super().__new__(cls, raw if value is None else value)
        number.raw = str(raw)
        return number


_GROUPED = (
    r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:['’_][0-9]{3})+(?:\.[0-9]+)?"
)
_DIGITS = r"[0-9]+\.?[0-9]*|\.[0-9]+"
_PLAIN = rf"[-+]?(?:(?:{_DIGITS})(?:e[-+]?[0-9]+)?|nan|inf(?:inity)?)"
_COMMA = r"[-+]?[0-9]+,[0-9]+(?:e[-+]?[0-9]+)?"
_MISSING = {"none", "null", "na", "n/a", "-", "--", ""}
_IS_NUMBER = re.compile(rf"{_PLAIN}|[-+]?(?:{_GROUPED})(?:e[-+]?[0-9]+)?", re.I)


def number(text):
    """Return the number that a text is, in any of its spellings, or None."""
    if isinstance(text, float):
        return text if isinstance(text, Num) else Num(text)
    text = text.strip(" \t\"'")
    return Num(text, _value(text)) if _IS_NUMBER.fullmatch(text) else None


def _value(text):
    return float(re.sub("[,'’_]", "", text)) + 0.0  # so that -0 is 0


def missing(text):
    """Whether a text stands for a number that is not there."""
    return text.strip(" \t\"'()[]{}").lower() in _MISSING


def decimals(number):
    """Return how many decimals a number is spelled with, and whether it has an exponent."""
    mantissa, _, exponent = number.raw.lower().partition("e")
    after = len(mantissa.partition(".")[2])
    return after - int(exponent or 0), bool(exponent)


# ---- lines ----------------------------------------------------------------------------------------------


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
    r"(?:e?s)?(?:/\w+)?)\b(?!\s*[=:(])",
    re.I,
)
_KEYS = re.compile(r"\((?:\w+Key\([^()]*\)(?:,\s*)?)+\)")
_KEY = re.compile(r"Key\((?:\w+=)?['\"]?([^'\")]*)")
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
    if "<" in text:
        text = _REFERENCE.sub("", text)
        text = _TF.sub(r"\1", text)
    return _SCALAR.sub(_scalar, _LEADER.sub(": ", text))


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


# ---- brackets -------------------------------------------------------------------------------------------


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


# ---- labels ---------------------------------------------------------------------------------------------


class Label(NamedTuple):
    """What stands before a number, understood.

    Attributes
    ----------
    name : str, of a layer; "" where it has none
    quantity : str
        "norm", "rms", "std", "absmean", "mean", "max", "min", "weight", "zeros", "delta", "shape", "other",
        or "" where it is not said.
    metric : str, "step", "epoch" or "other" where a number of the run follows; else ""
    total : bool, whether it is about the whole network
    shape : str, such as "100x784"
    known : bool, whether all its words are understood
    subject : str, of what the quantity is, if that is said: "gradient", "weight" or "other"
    """

    name: str = ""
    quantity: str = ""
    metric: str = ""
    total: bool = False
    shape: str = ""
    known: bool = True
    subject: str = ""


STEPS = {"step", "steps", "iter", "iters", "iteration", "iterations", "it", "batch", "global_step", "round"}
EPOCHS = {"epoch", "epochs", "ep"}
METRICS = {
    *("loss", "losses", "lr", "rate", "time", "times", "timestamp", "runtime", "elapsed", "eta", "duration"),
    *("mfu", "memory", "mem", "tokens", "token", "reward", "rewards", "return", "accuracy", "acc", "top1"),
    *("perplexity", "ppl", "bpb", "bpc", "throughput", "speed", "seconds", "second", "sec", "secs", "ms"),
    *("flops", "flos", "tflops", "samples", "sample", "examples", "momentum", "decay", "seed", "lambda"),
    *("precision", "recall", "f1", "auc", "map", "iou", "miou", "dice", "psnr", "ssim", "bleu", "rouge"),
    *("score", "error", "errors", "metric", "metrics", "objective", "cost", "nll", "mse", "mae", "rmse"),
    *("entropy", "kl", "kld", "elbo", "temperature", "temp", "epsilon", "clip", "clipped", "threshold"),
    *("gpu", "cpu", "ram", "vram", "util", "utilization", "instances", "worker", "workers", "size"),
    *("episode", "episodes", "frames", "frame", "timesteps", "fps", "wall", "clock", "best", "val", "valid"),
    *("progress", "remaining", "eval", "test", "train", "validation", "date", "id", "pid", "version", "vram"),
    *("numel", "count", "counts", "beta1", "beta2", "overflow", "skipped", "wd", "scaler", "explained"),
    *("kimg", "fid", "penalty", "ratio", "cer", "wer", "hits", "mrr", "ndcg", "auroc", "rank", "device"),
    *(
        "depth",
        "width",
        "hidden_size",
        "heads",
        "classes",
        "dim",
        "length",
        "max_steps",
        "parameters",
        "p50",
        "mom",
        "dropout",
        "updates",
    ),
}
GRADIENT = {"grad", "grads", "gradient", "gradients", "∇"}
NORM = {
    "norm",
    "norms",
    "l2",
    "l2norm",
    "magnitude",
    "magnitudes",
    "gradnorm",
    "gnorm",
    "gn",
    "‖",
    "norm2",
    "frobenius",
}
_OTHERS = {"activation", "activations", "momentum", "exp_avg", "before", "after", "update"}
STATS = {
    **dict.fromkeys(("rms",), "rms"),
    **dict.fromkeys(("std", "stddev", "stdev", "sd"), "std"),
    **dict.fromkeys(("absmean", "meanabs", "mav"), "absmean"),
    **dict.fromkeys(("mean", "avg", "average", "mu"), "mean"),
    **dict.fromkeys(("max", "maximum", "absmax", "maxabs", "amax"), "max"),
    **dict.fromkeys(("min", "minimum", "amin", "absmin"), "min"),
    **dict.fromkeys(("zeros", "zero", "sparsity"), "zeros"),
    **dict.fromkeys(("delta", "deltas"), "delta"),
    **dict.fromkeys(("shape", "dims"), "shape"),
    **dict.fromkeys(
        ("var", "variance", "median", "log", "log10", "ratio", "update", "cos", "cosine"), "other"
    ),
    **dict.fromkeys(
        ("percentile", "quantile", "skew", "kurtosis", "snr", "ratios", "numel", "size"), "other"
    ),
    **dict.fromkeys(_OTHERS, "other"),
    **dict.fromkeys(("l1", "linf", "squared", "sq", "sum"), "other"),
}
WEIGHT = {"weight", "weights", "param", "params", "parameter", "parameters"}
FILL = {
    *("of", "for", "the", "in", "at", "on", "is", "has", "with", "and", "value", "values", "name", "key"),
    *("current", "per", "by", "from", "its", "to", "wrt", "w.r.t", "abs", "absolute", "fraction", "share"),
    *("param", "parameter", "variable", "tensor", "tag", "var", "="),
}
TOTAL = {"total", "global", "overall", "all", "whole", "full"}
LAYERS = {
    *("layer", "layers", "block", "blocks", "stage", "stages", "hidden", "conv", "dense", "linear", "fc"),
    *("level", "unit", "cell", "module", "resblock", "h", "lin", "lstm", "gru", "rnn", "attn", "mlp", "l"),
}
KNOWN = LAYERS | {
    *("out", "output", "head", "stem", "input", "embed", "embedding", "embeddings", "emb", "classifier"),
    *(
        "encoder",
        "decoder",
        "first",
        "last",
        "backbone",
        "neck",
        "body",
        "trunk",
        "policy",
        "actor",
        "critic",
    ),
    *("attention", "norm", "bn", "ln", "proj", "projection", "up", "down", "gate", "query", "value", "wte"),
    *("wpe", "tok", "pos", "cls", "mlp", "ffn", "bottleneck", "in", "final", "pooler", "features", "logit"),
}
_LEAF = {"weight", "weights", "bias", "biases", "kernel", "gamma", "beta", "scale", "embedding", "embeddings"}
_SHAPE = re.compile(r"[0-9]+(?:[x×][0-9]+)+")
_GRAD = r"(?:gradients?|grads?)"
_HEAD = re.compile(
    rf"^(.*?[\s/|.:_-])??(l[12]_norm/{_GRAD}|{_GRAD}[._/ ]?(?:l2|[0-9.]+)?[_ ./]?norms?|norms?[/_ .]{_GRAD}"
    rf"|(?:weight|param)[_ ]norms?|(?:activations?|weights)(?=/)|{_GRAD}(?=[/:. ]))[/:_. ]+(?=[^\s/:_.])",
    re.I,
)
_FOOT = re.compile(
    rf"(?:[_./: -]+{_GRAD}(?:[_./ -]?(?:l2|[0-9.]+)?[_./ -]?norms?)?|[/ ](?:l2[_ ]?)?norms?"
    r"|(?<=weight)_norm|(?<=bias)_norm|\.data(?:\.norm)?)(?:\(\))?$",
    re.I,
)
_FORK = re.compile(r"_(?:step|epoch)$")
_BOUND = re.compile(r"__(MIN|MAX)$", re.I)
_WORDS = re.compile(r"[a-z]+[0-9]*|[0-9]+|∇|‖|[^\x00-\x7f]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of(text):
    """Return the words of a text, of a_b, aB and a.b alike."""
    return re.findall(r"[a-z]+[0-9]*|∇|‖", _CAMEL.sub(" ", text).lower())


def strong(name):
    """Whether a name is surely that of a parameter or of a layer with a number."""
    words = re.findall("[a-z]+", name.lower())
    if words and (words[-1] in _LEAF or {"weight", "bias", "kernel"} & set(words)):
        return True
    if len(words) > 1 and words[-1] in ("w", "b") and re.search(r"[./\]_][wb]\W*$", name.lower()):
        return True
    if re.match(r"[0-9]+\.[a-z]", name, re.I) or re.search(r"\.[0-9]+\.", name):
        return True
    return bool(
        re.search(rf"(?:^|[^a-z])(?:{'|'.join(LAYERS)}|conv[a-z]*)[ _./:\[\]'#-]*[0-9]", name.lower())
    )


def sensible(name):
    """Whether a name may well be that of a layer: strong, or of words that layers have."""
    return strong(name) or bool(set(re.findall("[a-z]+", name.lower())) & KNOWN)


def quantity_of(words):
    """Return the quantity that words name, "" for none, or None if there are other words among them."""
    some, weight, gradient, norm = "", False, False, False
    stats, absolute = [], False
    for word in words:
        if word in ("abs", "absolute"):
            absolute = True
        elif word in GRADIENT:
            gradient = True
        elif word in NORM or word in ("2", "0", "2norm"):
            norm = norm or word not in ("2", "0")
        elif word in STATS:
            stats.append(STATS[word])
        elif word in WEIGHT:
            weight = True
        elif word not in FILL and word not in TOTAL and not word.isdecimal():
            return None
    if weight and not gradient and (norm or stats):
        return "weight" if norm and not stats else "other"
    if stats:
        some = stats[0] if len(set(stats)) == 1 else "other" if "other" in stats else stats[0]
        if set(stats) == {"mean", "rms"}:
            some = "rms"
        if some == "mean" and absolute:
            some = "absmean"
        return some
    if norm:
        return "norm"
    if gradient:
        return "grad"
    return "weight" if weight else ""


@lru_cache(maxsize=20_000)
def labelled(text):
    """Return what stands before a number, understood."""
    text = text.strip(" \t:=,;|>-–—")
    if not text:
        return Label()
    if len(text) > 400:
        return Label(text[-40:], known=False)
    shape = ""
    opening, closing = text.count("("), text.count(")")
    if opening == closing and opening and not text.endswith("()"):
        inner = [each for each in re.findall(r"\(([^()]*)\)", text) if strong(each.strip())]
        if (inner and not strong(re.sub(r"\([^()]*\)", " ", text).split(":")[0].strip())) or (
            inner and " " not in inner[0].strip() and re.match(r"\s*\S+\s+[0-9]+\s*\(", text)
        ):
            text = inner[0]
        else:
            text = re.sub(r"(?:(?<=\s)|^)\([^()]*\)", " ", text)
    elif opening > closing:
        text = text.lstrip("([{ ") if text[:1] in "([{" else text.replace("(", " ")
    metric = _metric(text)
    if metric:
        return Label(metric=metric)
    chunks, names, words, known, embedded = [], [], [], True, []
    head = _HEAD.match(text)
    if (
        head
        and not strong(head[1] or "")
        and not _all_quantity(text)
        and not _all_quantity(text[head.end() :])
    ):
        embedded = words_of(head[2])
        text = text[head.end() :]
    bound = _BOUND.search(text)
    if bound:
        text, embedded = text[: bound.start()], [*embedded, bound[1].lower()]
    text = _FORK.sub("", text)
    foot = _FOOT.search(text)
    if foot and foot.start() and not _all_quantity(text) and labelled(text[: foot.start()]).name:
        embedded += words_of(foot[0])
        if foot[0] == "_norm" or foot[0].startswith(".data"):
            embedded = ["weight", "norm"]
        text = text[: foot.start()]
    for chunk in re.split(r"[\s,;|=]+|:(?=\s|$)|(?<=\s):|->", text):
        if not re.search(r"[^\W_]|‖", chunk):
            continue
        bare = chunk.strip("\"'`*<>:.()‖|—–-") if chunk[:1] != "[" else chunk
        if re.fullmatch(r"\[[\w./-]+\]", bare):
            bare = bare[1:-1]
        if bare.count("]") > bare.count("["):
            bare = bare.rstrip("]")
        if not bare:
            if chunk.strip("—–-.") and set(chunk) & set("‖"):
                words.append("norm")
            continue
        if _SHAPE.fullmatch(bare):
            shape = bare.replace("×", "x")
            continue
        chunks.append(bare)
    for chunk in chunks:
        parts = _WORDS.findall(_CAMEL.sub(" ", chunk).lower())
        if parts and not chunk.isdecimal() and _all_quantity(chunk) and chunk not in ("l1", "l2"):
            words += parts
        else:
            names.append(chunk)
    if len(names) > 1:  # l2 is a layer where it stands alone
        words += [name for name in names if name in ("l1", "l2")]
        names = [name for name in names if name not in ("l1", "l2")] or names[:1]
        if others := [name for name in names if name.lower() in METRICS]:
            words.append("ratio")  # of something else
            names = [name for name in names if name not in others] or names[:1]
    if re.search(r"\^2|²|\*\*2", text):
        words.append("squared")
    total = bool(TOTAL & set(words)) or (
        bool(names) and all(words_of(n) and set(words_of(n)) <= TOTAL | {"model", "net"} for n in names)
    )
    quantity = quantity_of([*embedded, *words]) or ""
    if names and not embedded and quantity == "weight" and not ({"norm", "norms"} & set(words)):
        quantity = "" if set(words) <= FILL else "weight"
    if total and not any(strong(name) for name in names):
        return Label(quantity=quantity or "norm", total=True, shape=shape)
    name, sure = _one_name(names, words)
    return Label(name, quantity, "", False, shape, sure and known, _subject({*embedded, *words}))


def _subject(words):
    """Return what a quantity is of, by its words."""
    if words & GRADIENT:
        return "gradient"
    return "other" if words & _OTHERS else "weight" if words & WEIGHT else ""


def _all_quantity(text):
    words = _WORDS.findall(_CAMEL.sub(" ", text).lower())
    if set(words) & WEIGHT and re.search(r"[0-9./\[]", text):
        return False  # fc1.weight is a name
    return quantity_of(words) is not None


_TOKENS = re.compile(
    r"(?:cls|class|mask|dist|reg|register|query)_tokens?", re.I
)  # parameters of transformers


def _metric(text):
    """Return whether a label is that of a number of the run: "step", "epoch", "other", or ""."""
    words = words_of(text)
    bare = [word.rstrip("0123456789") or word for word in words]
    if not bare or strong(text) or _TOKENS.search(text):
        return ""
    if GRADIENT & set(words) and not {"clip", "penalty", "clipped", "scaler", "threshold", "loss"} & set(
        words
    ):
        return ""
    last = bare[-1] if bare[-1] not in ("s", "per", "b") else bare[0]
    if " ".join(bare) in ("global step", "step", "training step", "train step") or last in STEPS:
        return "step"
    if last in EPOCHS:
        return "epoch"
    seen = set(bare) | set(words)
    if seen & STEPS and len(seen) < 4 and not seen & KNOWN:
        return "step"
    if last in METRICS or words[-1] in METRICS:
        return "other" if quantity_of(words) is None or last in METRICS - set(STATS) else ""
    if seen & {
        "num",
        "loss",
        "lr",
        "learning",
        "accuracy",
        "acc",
        "gpu",
        "mem",
        "epoch",
        "step",
        "perplexity",
    }:
        return "" if seen & {"mlp", "embed", "embedding", "head", "proj", "net", "layer", "conv"} else "other"
    if bare[0] in METRICS and not seen & KNOWN:
        return "other"
    return ""


def _one_name(names, words):
    """Return the name that is among some words, and whether it is sure that it is one."""
    if not names:
        return "", True
    if len(names) == 1:
        alone = names[0]
        if alone.isdecimal() and set(words) & LAYERS:
            return f"layer {alone}", True
        return alone, True
    if len(names) == 2 and names[1].lstrip("#").isdecimal() and re.fullmatch(r"[^\W\d]+", names[0]):
        return f"{names[0]} {names[1]}", True
    structured = [name for name in names if strong(name) and re.search(r"[\w\]][._/\[]|[0-9]", name)]
    structured = [name for name in structured if not name.isdecimal()]
    if len(structured) == 1 and len(names) <= 6:
        rest = [name for name in names if name != structured[0]]
        if all(set(words_of(name)) <= LAYERS for name in rest if not name.isdecimal()) or len(names) <= 4:
            return structured[0], True
    if len(names) <= 4 and any(set(words_of(name)) & KNOWN for name in names):
        return " ".join(names), True
    return " ".join(names), False


# ---- the labels and numbers of a line -------------------------------------------------------------------

TOKEN = re.compile(
    rf"(?:(?<=^)|(?<=[\s:=,;|(\[{{<≈~±>\"'+]))(?:(?P<grouped>[-+]?(?:{_GROUPED})(?:e[-+]?[0-9]+)?)|(?P<comma>{_COMMA})"
    rf"|(?P<number>{_PLAIN})|(?P<missing>None|null|N/A|n/a))(?P<percent>\s?%)?(?=[\s,;|)\]}}>:±\"']|\.?$|\.\s)",
    re.I,
)
NUMBERED = re.compile(rf"(?:(?<=^)|(?<=[\s:=,;|(\[{{<])){_PLAIN}(?=[\s,;|)\]}}>:%]|$)", re.I)
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
        if found["number"] and found["number"].isdecimal() and _in_name(label, text_[at:], bool(items)):
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
            unit = _UNIT.match(text_, at) and not text_[at:].lstrip().lower().startswith(("step=", "step:"))
            kind = "percent" if found["percent"] else "unit" if unit else "number"
            items.append(Item(label, Num(spelled, _value(spelled)), kind))
        start = at
    return items, text_[start:]


def _indexes(text, at):
    """Whether a number stands in the brackets of a name: layers[0].weight."""
    return at > 1 and text[at - 1] == "[" and (text[at - 2].isalnum() or text[at - 2] in "_])")


def _in_name(before, after, later):
    """Whether a whole number belongs to a name: layer 3, dense 3:, 0: and the like."""
    if not before.strip(" \t'\"({["):
        return bool(re.match(r"['\"]?\s*[:=](?=\s*(?:[-+.0-9\[(]|None|nan|inf))", after)) and not later
    word = _WORD_BEFORE.search(before)
    if not word:
        return False
    if word[1].lower() in LAYERS | {"weights", "biases", "w", "b"}:
        return bool(re.search("[0-9]|None|nan|inf", after)) or bool(
            re.match(r"\s*(?:\(.*\))?\s*:?\s*$", after)
        )
    if _metric(word[1]) or quantity_of([word[1].lower()]) is not None:
        return False
    return bool(re.match(r"\s*(?:[:=]|(?:grad|norm|mean|std)\w*)", after, re.I))
