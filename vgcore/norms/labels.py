"""What stands before a number, understood: a layer, a quantity, a number of the run."""

import re
from functools import lru_cache
from typing import NamedTuple


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
    *("progress", "remaining", "eval", "test", "train", "validation", "date", "id", "pid", "version", "mode"),
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


_PART_OF_A_RUN = re.compile(r"(?:train(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?|test)[/.](.+)", re.I)


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
    metric = metric_of(text)
    if metric:
        return Label(metric=metric)
    if part := _PART_OF_A_RUN.fullmatch(text):
        rest = labelled(part[1])
        if rest.quantity and not rest.name:
            return rest._replace(total=True)
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


def metric_of(text):
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
        "trainable",
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
