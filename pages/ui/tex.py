"""What the live formulas of all lessons share: which layers they print, in lines that fit a phone."""


def layers_shown(first, last, now, most=6):
    """Return the layers to print; None stands for those left out."""
    layers = list(range(first, last + 1))
    if len(layers) <= most:
        return layers
    kept = sorted({first, first + 1, now, last - 1, last})
    layers = kept[:1]
    for layer in kept[1:]:
        layers += [layer] if layer == layers[-1] + 1 else [None, layer]
    return layers


def batches(items, size):
    """Return the items in lists of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def aligned(*lines):
    """Return lines of LaTeX, aligned at their &."""
    return "$$\n\\begin{aligned}\n" + r" \\[4pt] ".join(lines) + "\n\\end{aligned}\n$$"
