"""The rows, slots and cases of the figures of lesson 1."""

import numpy as np

from pages.ui.data import Rows, family, log10
from pages.ui.numbers import number, percent, subscripts
from vgcore import SignedLog

LOG10_FACTORS = np.linspace(-1.0, 1.0, 41)
FACTORS = 10.0**LOG10_FACTORS
CURVE = (-8.0, 8.0)
"""Ends of the curve of sigma', in z."""
MOST_NAMES = 12
"""Most links of a nudge that are named."""
TYPICAL_LAYER = 10
"""Layer whose typical product is asked for."""
LEAST_DRAWN = 12
"""Least number of layers to which the products of random chains are drawn."""
NAMED = -15
"""Place on the curves at which their names stand."""
TANGENT = 1.0
"""Half the length of the tangent of sigma, in units of z."""
ASKED_NUDGE = 0.1
"""Nudge of b_1 that is asked about."""


def cost(trace, y):
    """The slots of the sentence on the cost and its slope."""
    slots = {"depth": len(trace.zs), "y": number(y), "output": number(trace.activations[-1])}
    return {**slots, "cost": number(trace.cost), "slope": number(trace.slope[0])}


def gradient_by_scale(scaled, dead):
    """The gradients of a chain as all its weights are scaled; unscaled, `dead` of its layers have none."""
    series = family(scaled.layers, "log10_scale", LOG10_FACTORS, scaled.nabla_b)
    slots = {"count": dead, "depth": len(scaled.layers)}
    if dead:
        return Rows(series, slots, "dead", ("gone",))
    own = abs(scaled.nabla_b[:, len(LOG10_FACTORS) // 2])
    slower = own[0].log10_abs < own[-1].log10_abs
    slots["times"] = number(own[-1] / own[0] if slower else own[0] / own[-1])
    return Rows(series, slots, "" if slower else "faster")


def flattest(best, span):
    """The slots of the sentence on the scale that makes the layers differ least."""
    position = round(float(best.log10_abs), 2)
    return {"position": number(position), "scale": f"{10.0**position:.2g}", "span": number(span)}


def nudge_links(links, delta_b):
    """The nudge and every link of it, with the guess of the change of C for the one that was asked about."""
    names = ["Δb_1", *(link.name for link in links)]
    order = {"link": np.arange(len(names)), "name": [subscripts(name) for name in names]}
    predicted, actual = (
        np.array([delta_b, *(float(getattr(link, which)) for link in links)])
        for which in ("predicted", "actual")
    )
    logs = {"predicted": _log10(predicted), "actual": _log10(actual)}
    series = {
        "predicted": {**order, "log10_abs": logs["predicted"], "change": predicted},
        "actual": {**order, "log10_abs": logs["actual"], "change": actual},
    }
    if len(links) <= MOST_NAMES:
        series["names"] = {**order, "log10_abs": logs["predicted"]}
    cost = links[-1]
    notes = () if cost.predicted == 0.0 else ("gap",) if cost.gap else ("same",)
    notes += () if (predicted != 0.0).all() else ("zero",)
    slots, finding = {"gap": percent(float(cost.gap))}, _links_finding(cost, delta_b)
    slots |= {"nudge": number(delta_b), "moved": number(abs(float(cost.actual)))}
    guess = {"link": len(links), "log10_abs": log10} if delta_b == ASKED_NUDGE else {}
    return Rows(series, slots, finding, notes, guess=guess)


def links(links):
    """The table of the links: what moves, its predicted and its measured change, and the gap between them."""
    return {
        "name": [subscripts(link.name) for link in links],
        "predicted": [number(link.predicted) for link in links],
        "actual": [number(link.actual) for link in links],
        "gap": [percent(link.gap) for link in links],
    }


def has_gaps(last):
    """Whether any gap of the last link, for several nudges, has a place on a log axis."""
    return bool(((last.gap > 0.0) & np.isfinite(last.gap)).any())


def nudge_gap(steps, last, delta_b):
    """The gap at the cost for all nudges; one of zero has no place on its axis."""
    gaps = np.where(last.gap == 0, np.nan, last.gap)
    now = gaps[steps.index(delta_b)]
    series = {"gap": {"delta_b": steps, "gap": gaps}, "now": {"delta_b": delta_b, "gap": now}}
    finite = last.gap[np.isfinite(last.gap)]
    closer = finite[0] < finite[-1] and (np.diff(finite) >= 0.0).all()
    return Rows(series, finding="" if closer else "uneven", notes=("now",) if np.isfinite(now) else ())


def sigma_prime(activation, trace, layer):
    """The curves of sigma and of sigma' with the neurons of the chain on them."""
    z, output, slope = activation.curve(*CURVE)
    own, beyond = _outside(z, trace)
    outside = own | beyond
    neurons = {"layer": np.arange(1, len(trace.zs) + 1), "z": np.where(outside, np.nan, trace.zs)}
    outputs = {**neurons, "value": trace.activations[1:]}
    neurons["value"] = trace.primes.to_float()
    now, at = ({column: each[layer - 1] for column, each in these.items()} for these in (neurons, outputs))
    run = np.array([-TANGENT, TANGENT]) / np.hypot(1.0, now["value"])
    series = {
        "sigma": {"z": z, "value": output},
        "curve": {"z": z, "value": slope},
        "outputs": outputs,
        "output": at,
        "chain": neurons,
        "now": {**now, "name": subscripts(f"z_{layer}")},
        "tangent": {"z": now["z"] + run, "value": at["value"] + now["value"] * run},
        "names": {"z": z[NAMED], "value": [output[NAMED], slope[NAMED]], "name": ["σ", "σ′"]},
    }
    slots = {"layer": layer, "prime": number(trace.primes[layer - 1]), "outside": int(beyond.sum())}
    slots["steepest"] = number(trace.primes[int(np.argmax(trace.primes.log10_abs))])
    notes = ["own" if outside[layer - 1] else "now"]
    notes += [note for note, some in (("outside", beyond.any()), ("last", own.any())) if some]
    return Rows(series, slots, notes=tuple(notes), guess={"value": float})


def slope_section(chain):
    """The section of the words on the greatest slope of the chain's activation."""
    return "slope_sigmoid" if chain.activation == "sigmoid" else "slope_other"


def product_by_depth(products, response, layer):
    """The product of eq. (121) as the chain grows, in this chain and in random ones up to twice as long."""
    own = {"layer": np.arange(1, len(response) + 1), "log10_abs": response.log10_abs}
    deepest = min(max(LEAST_DRAWN, 2 * len(response)), len(products.layers))
    products = type(products)(*(values[:deepest] for values in products))
    series = {
        "chains": {
            "layer": products.layers,
            "log10_abs": products.median,
            "low": products.low,
            "high": products.high,
        },
        "bound": {"layer": products.layers, "log10_abs": products.quarter},
        "chain": own,
        "now": {column: values[layer - 1] for column, values in own.items()},
    }
    guess = {"layer": TYPICAL_LAYER, "log10_abs": log10}
    slots = {"layer": layer, "median": number(SignedLog.from_log10(products.median[-1]))}
    slots["deepest"] = products.layers[-1]
    drawn = np.isfinite(response.log10_abs).all() and np.isfinite(products.low).all()
    notes = () if drawn else ("zero",)
    dead = products.layers[~np.isfinite(products.median)]
    if dead.size:
        return Rows(series, {**slots, "dead": dead[0]}, "dead", notes, guess=guess)
    finding = "" if products.median[-1] < products.median[0] else "grows"
    return Rows(series, slots, finding, notes, guess=guess)


def ratio_histogram(counted):
    """How |dC/db_3| / |dC/db_1| is spread over random chains."""
    series = {
        "chains": {"lower": counted.lower, "upper": counted.upper, "share": counted.share},
        "book": {"log10_ratio": counted.book},
        "median": {"log10_ratio": counted.median},
    }
    zero = ("zero",) if counted.zero else ()
    if not np.isfinite(counted.median):
        return Rows(series, claims(counted), "dead", zero)
    return Rows(series, claims(counted), notes=(*zero, "halves"))


def times_larger(ratio):
    """How many times larger the upper gradient is, from the ratio of the lower to the upper."""
    return abs(1.0 / ratio)


def audit_section(chosen):
    """The section of the words that closes the audit: of the book's settings, or of others."""
    book = type(chosen)(seed=chosen.seed)
    at_book = chosen.sampling == book.sampling and chosen.a0 == book.a0
    return "audit_close" if at_book else "audit_close_own"


def claims(counted):
    """The slots of the audit: the shares with their errors, the median, the share of zeros."""
    shares = {
        "weight": counted.weight_below_one,
        "factor": counted.factor_below_quarter,
        "ratio": counted.ratio_below_sixteenth,
    }
    errors = {f"{name}_error": percent(counted.standard_error(share), 2) for name, share in shares.items()}
    texts = {name: percent(share) for name, share in {**shares, "zero": counted.zero}.items()}
    return {**texts, **errors, "median": number(counted.median_ratio)}


def _links_finding(cost, delta_b):
    """Which headline the nudge has, by its last link."""
    if cost.predicted == 0.0:
        return "silent" if cost.actual == 0.0 else "missed"
    return "" if abs(cost.actual) < delta_b else "grows"


def reached(trace, scaled):
    """What the lesson comes to on this chain."""
    depth, gradient = len(trace.zs), trace.nabla_b[0]
    slots = {"slopes": depth, "weights": depth - 1, "gradient": number(gradient)}
    if not gradient.sign:
        return Rows({}, slots, notes=("dead",))
    ratio = abs(trace.ratio(1, depth))
    slower = ratio.log10_abs < 0.0
    slots["times"] = number(times_larger(ratio) if slower else ratio)
    slots |= flattest(*scaled.flattest) if scaled.alive else {}
    even = scaled.flattest[1].log10_abs < np.log10(2.0)
    scale = (("even" if even else "uneven"),) if scaled.alive else ()
    return Rows({}, slots, notes=("slower" if slower else "faster", *scale))


def _log10(values):
    return SignedLog.from_float(values).log10_abs


def _outside(z, trace):
    """Which neurons are not on the curve: an output with an activation of its own; those beyond its ends."""
    own = np.arange(len(trace.zs)) == (-1 if trace.one_activation else len(trace.zs) - 1)
    return own, ~own & ((trace.zs < z[0]) | (trace.zs > z[-1]))
