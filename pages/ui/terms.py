"""Terms in prose: where one comes up for the first time, it leads to the glossary."""

import re

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


def link(sections, spelled, address):
    """Return sections of prose in which the first mention of each term is a link.

    Parameters
    ----------
    sections : dict of markdown, in reading order
    spelled : dict of term to the spellings that are looked for; of two that fit, the longer one holds
    address : str, to which "#" and the term are added
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
        return f"[{match[0]}]({address}#{term})"

    return {name: pattern.sub(mark, text) for name, text in sections.items()}
