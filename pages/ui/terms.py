"""Terms in prose: where one comes up for the first time, it says what it means, and leads to the glossary."""

import re
from functools import reduce

_KEPT = "|".join(
    (
        r"\$\$.*?\$\$",
        r"\$[^$]+\$",
        r"\{\{.*?\}\}",
        r"^\#+\ .*?$",  # a heading
        r":\w+\[[^\]]*\]",  # a series, in its colour
        r"\[[^\]]*\]\([^)]*\)",  # a link
        r"</?\w[^>]*>",
        r"`[^`]*`",
        r"(?<!\*)\*(?!\*)[^*\n]+\*(?!\*)",  # the title of a book
    )
)
"""What is no running text."""
BETWEEN = "\N{EM SPACE}"
"""What stands between the name of a term and its meaning; `pages.ui.chrome` shows the two apart."""
_SIGNS = {r"\delta": "δ", r"\chi": "χ", r"\xi": "ξ", r"\mu": "μ", "^l": "ˡ", "^*": "*", "_1": "₁", "$": ""}


def meaning(name, text):
    """Return a term's name and the glossary's words for it as one plain text.

    Raises
    ------
    ValueError
        If the words have a formula that a plain text cannot spell.
    """
    text = reduce(lambda said, sign: said.replace(*sign), _SIGNS.items(), text)
    if re.search(r'[\\_^|"]', text):
        raise ValueError(f"{text!r} is no plain text: say it without its formula")
    return f"{name}{BETWEEN}{text}"


def link(sections, spelled, address, meanings=None):
    """Return sections of prose in which the first mention of each term is a link.

    Parameters
    ----------
    sections : dict of markdown, in reading order
    spelled : dict of term to the spellings that are looked for; of two that fit, the longer one holds
    address : str, to which "#" and the term are added
    meanings : dict of term to what its link says when it is pointed at, or None
    """
    terms = {
        spelling.lower() + ending: term
        for term, spellings in spelled.items()
        for spelling in spellings
        for ending in ("", "s", "es")
    }
    if not terms:
        return dict(sections)
    longest = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    # Letters rather than \b, which knows no border between a Latin and a Chinese word.
    # Stars go into a link: around one, between Chinese words, markdown would show them as they are.
    term = rf"(?<![a-z])(?P<stars>\*\*)?(?P<term>{longest})(?(stars)\*\*)(?![a-z])"
    pattern = re.compile(rf"{_KEPT}|{term}", re.DOTALL | re.MULTILINE | re.IGNORECASE)
    linked = set()

    def mark(match):
        term = terms[match["term"].lower()] if match["term"] else None
        if term is None or term in linked:
            return match[0]
        linked.add(term)
        said = f' "{meanings[term]}"' if meanings else ""
        return f"[{match[0]}]({address}#{term}{said})"

    return {name: pattern.sub(mark, text) for name, text in sections.items()}
