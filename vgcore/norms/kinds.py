"""What a parameter is, by its name and its shape: its kind, its role in a block, and where it stands."""

import re
from collections import defaultdict
from itertools import pairwise
from math import prod, sqrt
from typing import NamedTuple

from vgcore.checks import list_of

KINDS = ("weight", "bias", "norm", "embedding", "scale", "token", "other")

_PARTS = re.compile(r"[^\w]+")
# At the end of a word ("layernorm", not "enormous"), and at the beginning ("emb1", not "member").
_NORM = re.compile(r"norm(s|ali[sz]ation)?(?![a-z])")
_NORM_PART = re.compile(r"(ln|bn|gn)_?[\df]*$")
_EMBEDDING = re.compile(r"(?<![a-z])emb|embed|^wte$|^wpe$|relative_(attention|position)_bias")
# A projection of patches, and what follows the sines of a time, are matrices like others.
_NO_EMBEDDING = re.compile(r"patch|time|proj|linear")
_TOKEN = re.compile(r"(cls|class|dist|mask|reg|register|sep)_?tokens?$|tokens$|latents?$|quer(y_embed|ies)$")
_SCALE = re.compile(
    r"(layer_?scale|lambda|gamma)s?_?\d*$|^ls_?\d*$|^g\d*$|res_?(weight|scale)s?|alphas?$|skip_?(gain|init\w*)"
    r"|(weight_g|original0|logit_scale|gate|gain|multiplier)$"
)
_OTHER = re.compile(r"^(a_log|dt_bias|temperature)$")
_WEIGHT = re.compile(r"(weight(_v)?|kernel|original1?|weight_orig|w\d*)$|(^|_)weight")
# One of these beside another is another network or another expert, not the layer after it.
_SETS = re.compile(r"(experts?|members?|ensembles?|heads|branches|towers|agents|actors|critics|\w+_nets)$")
_NETWORKS = re.compile(
    r"(actor|critic|policy|value|q\d?|agent|student|teacher|generator|discriminator|online|target)"
    r"(_?(net|network|function|model|encoder))?\d*$"
)
_ATTENTION = re.compile(
    r"(?P<before>^|.*?[._/\['\"]|.*?to_)(?P<which>[qkv]|query|key|value|w[qkv])"
    r"(?P<after>(_?(proj|projection|lin|linear|weight))*([._/\]'\"\[]+(weight|kernel|w))?['\"\]:\d]*)$",
    re.IGNORECASE,
)
_HEAD = re.compile(r"(\w*head\w*|\w*classifier|out\w*|\w+_out|logits|score|predictor|projection_head)\d*")
_STEM = re.compile(r"(stem|inp|inputs?|\w*embed\w*|wte|in_proj|input_proj|\w+_in|time_\w+)\d*")
_WHICH = re.compile(
    r"(parametrizations\.)?(?<![a-z])(weight|bias|kernel|w|b)(?![a-z])(\.original[01]?|_[gv])?", re.IGNORECASE
)


class Parameter(NamedTuple):
    """What a name and a shape say of a parameter.

    Attributes
    ----------
    kind : str, one of `KINDS`
    role : str
        The name, with what counts the depth as `{i}` and what counts experts and the like as `{e}`:
        "blocks.{i}.attn.q_proj.weight". What has the same role is compared across depth.
    place : tuple of int, what stood in the place of every `{i}`
    branch : str, which of several networks side by side, "" where there is one
    module : str, the name without its last "weight" or "bias": a layer's two are of one module
    sides : tuple of int, the shape, () where it is not known
    """

    kind: str
    role: str
    place: tuple
    branch: str
    module: str
    sides: tuple

    def incoming(self):
        """Return the root of the fan-in, 1 where the shape is not known.

        What a layer takes in grows with it, and so does the gradient of a healthy layer's weights.
        """
        if len(self.sides) < 2:
            return 1.0
        return sqrt(prod(self.sides[:-1] if "kernel" in self.role.lower() else self.sides[1:]))


def parameters(names, shapes=None):
    """Say of each parameter what it is, by the names that PyTorch, Keras and JAX give them.

    Parameters
    ----------
    names : sequence of str
    shapes : sequence of str such as "100x784", "" for unknown, or None

    Returns
    -------
    list of Parameter

    Raises
    ------
    ValueError
        If names is no sequence, or shapes are not as many.
    """
    names = [str(name) for name in list_of("str", "names", names)]
    shapes = [""] * len(names) if shapes is None else list_of("str", "shapes", shapes)
    if len(shapes) != len(names):
        raise ValueError(f"shapes must be as many as the {len(names)} names, not {len(shapes)}: {shapes!r}")
    sides = [tuple(int(side) for side in re.findall(r"\d{1,9}", str(shape))) for shape in shapes]
    beside_w = any(name.lower() == "w" for name in names)  # where there is none, b may be the layer after a
    found = []
    for name, side in zip(names, sides, strict=True):
        kind = "weight" if name.lower() == "b" and not beside_w else _kind(name.lower(), side)
        role, place, branch = _role(name)
        found.append(Parameter(kind, role, place, branch, _module(name), side))
    return _branched(found)


def kinds(names, shapes=None):
    """Say of each parameter its kind: see `parameters`.

    Returns
    -------
    list of str, each one of `KINDS`

    Raises
    ------
    ValueError
        If names is no sequence, or shapes are not as many.
    """
    return [found.kind for found in parameters(names, shapes)]


def _kind(name, sides):
    parts = [part for part in _PARTS.split(re.sub(r":\d+$", "", name)) if part] or [""]
    leaf, above = parts[-1], parts[:-1]
    third = leaf in ("q", "k", "v") and len(parts) > 1 and parts[-2].startswith("in_proj_")
    if third or (len(parts) > 1 and leaf.isdecimal() and not parts[-2].isdecimal()):
        leaf = parts[-2]
    vector = len(sides) == 1 or sides == (1, 1)
    norm = _NORM.search(name) or any(_NORM_PART.match(part) for part in parts)
    if _OTHER.match(leaf) or (leaf == "d" and vector):
        return "other"
    if _TOKEN.search(leaf):
        return "token"
    if leaf in ("weight_g", "original0") or (
        _SCALE.search(leaf) and not (norm and above) and len(sides) != 2
    ):
        return "scale"
    if leaf in ("beta", "scale") or (norm and leaf not in ("original1", "weight_v")):
        return "norm"
    if any(_EMBEDDING.search(part) for part in (parts[-2:] if _WEIGHT.search(leaf) else [leaf])):
        named = next(part for part in reversed(parts) if _EMBEDDING.search(part))
        if len(sides) < 4 and not (_NO_EMBEDDING.search(named) and _WEIGHT.search(leaf)):
            return "embedding"
    if re.search(r"(^|_)bias(es)?(_|$)", leaf) or re.fullmatch(r"b\d*", leaf):
        return "bias"
    if len(sides) == 1:
        return "norm" if leaf == "weight" else "other"
    return "weight"


def _role(name):
    """Return the role of a name, where it stands in the depth, and which network beside others it is of."""
    parts = re.split(r"(\d+)", name)
    place, branch = [], ""
    for k in range(1, len(parts), 2):
        word = re.split(r"[^\w]+", parts[k - 1].strip("._/[]'\""))[-1].strip("_").lower()
        bare = not re.search(r"\w$", parts[k - 1])  # a number of its own, not the 1 of "conv1"
        rest = "".join(parts[k + 1 :])
        if bare and _SETS.match(word):
            branch += "" if place else f"{word}{parts[k]}"
            parts[k] = "{e}"
        elif (not place and not _fixed(parts, k)) or (place and bare and _block_of_stage(parts, k, rest)):
            place.append(int(parts[k]))
            parts[k] = "{i}"
    head = _PARTS.split(name)[0].lower()
    if _NETWORKS.match(head) and not branch:
        branch = head
    return "".join(parts), tuple(place), branch


def _module(name):
    found = list(_WHICH.finditer(name))
    return name[: found[-1].start()] + name[found[-1].end() :] if found else name


def _fixed(parts, k):
    """Whether a number is no place in the depth: of a kind ("conv2d"), of a direction ("l0" is one)."""
    before, after = parts[k - 1], parts[k + 1]
    return bool(re.match(r"d(?![a-z])", after)) or before.endswith("original") or before.endswith(":")


def _block_of_stage(parts, k, rest):
    """Whether a number counts the blocks of a stage: of "layer2.0.conv1", not of "layers.0.2"."""
    if parts.count("{i}") > 1:
        return False
    first = parts.index("{i}")
    between = "".join(parts[first + 1 : k])
    fused = bool(re.search(r"\w$", parts[first - 1]))
    named = bool(re.search(r"[a-z]{3,}", between, re.IGNORECASE))
    deeper = bool(re.search(r"\w", _module(rest)))
    return deeper and ((fused and between.strip("._/") == "") or (named and "block" in between.lower()))


def _branched(found):
    """Give layers of two networks that start from the same input, each with a numbering, their branch."""
    first, order = {}, defaultdict(list)
    for k, one in enumerate(found):
        if one.kind == "weight" and one.place and not one.branch and len(one.sides) > 1:
            order[one.role.split("{i}")[0]].append(k)
    for prefix, own in order.items():
        if len(own) > 1 and prefix.strip("._"):
            first.setdefault(found[own[0]].sides, []).append(prefix)
    apart = {
        prefix
        for sides, own in first.items()
        if len(own) > 1 and sides[0] != sides[1]
        for prefix in own
        if not re.search(r"\d", prefix) and not re.search(r"(down|up|enc|dec|stage)", prefix)
    }
    return [
        one._replace(branch=one.role.split("{i}")[0].strip("._"))
        if one.role.split("{i}")[0] in apart and "{i}" in one.role
        else one
        for one in found
    ]


def order(names, found):
    """Return the indices of parameters from the input to the output, where their names say so.

    A network that is declared from the head to the stem is turned; a decoder that stands before its
    encoder comes after it.

    Parameters
    ----------
    names : sequence of str
    found : list of Parameter, theirs

    Returns
    -------
    list of int, and why: "", "turned", "decoder_last" or "ends", the stem and the head put to their places
    """
    own = list(range(len(names)))
    places = [one.place for one in found if one.kind == "weight" and one.place]
    falling = sum(b < a for a, b in pairwise(places))
    rising = sum(b > a for a, b in pairwise(places))
    weights = [k for k in own if found[k].kind in ("weight", "embedding")]
    tops = [re.sub(r"\d+$", "", _PARTS.split(name.lower())[0]) for name in names]
    ends = len(weights) > 1 and _HEAD.fullmatch(tops[weights[0]]) and not _HEAD.fullmatch(tops[weights[-1]])
    stem = len(weights) > 1 and _STEM.fullmatch(tops[weights[-1]])
    if (falling > 1 and rising == 0) or (falling >= rising and ends and (stem or falling > 1)):
        return _by_module(own, found), "turned"
    why, rank = "", [0] * len(names)
    if "decoder" in tops and "encoder" in tops and tops.index("decoder") < tops.index("encoder"):
        why, rank = "decoder_last", [{"encoder": -1, "decoder": 1}.get(top, 0) for top in tops]
    elif places:  # what is no block, and is called so, stands before all blocks or behind them
        rank = [
            0 if one.place else -1 if _STEM.fullmatch(top) else 1 if _HEAD.fullmatch(top) else 0
            for one, top in zip(found, tops, strict=True)
        ]
        blocks = [k for k in own if found[k].place]
        if all(rank[k] <= 0 or k > blocks[-1] for k in own) and all(
            rank[k] >= 0 or k < blocks[0] for k in own
        ):
            return own, ""
        why = "ends"
    return sorted(own, key=lambda k: rank[k]), why


def attention(name):
    """Return which head of attention a weight is of, and whether it is the "q", "k" or "v" of it, or ""."""
    match = _ATTENTION.match(name)
    if not match:
        return "", ""
    return match["before"] + "*" + match["after"], match["which"].lower().removeprefix("w")[0]


def _by_module(own, found):
    """Return parameters from the last module to the first, a module's own in their order."""
    modules = list(dict.fromkeys(found[k].module for k in own))
    last = {module: k for k, module in enumerate(reversed(modules))}
    return sorted(own, key=lambda k: last[found[k].module])
