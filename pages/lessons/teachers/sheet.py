"""The course on one page, as a file that a browser prints."""

from html import escape

from pages.ui.words import Words

ON_IT = ("chain", "exploding", "unstable", "matrix", "training", "ways_out", "network")
"""The lessons that it has, in their order."""
_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 16mm }}
body {{ font: 10.5pt/1.45 "Source Sans 3", "Noto Sans CJK SC", sans-serif; max-width: 178mm }}
h1 {{ font-size: 17pt; margin: 0 0 .5rem }} h2 {{ font-size: 11.5pt; margin: .7rem 0 .1rem }}
p {{ margin: 0 }} .formula {{ font-size: 13pt; text-align: center; margin: .8rem 0; white-space: nowrap }}
</style><h1>{title}</h1>{body}</html>
"""


def sheet(lang):
    """Return the page as HTML, without a script and complete in itself."""
    words = Words("teachers", lang)
    body = f'<p class="formula">{escape(words("sheet.formula"))}</p>'
    for name in ON_IT:
        lesson = Words(name, lang)
        body += f"<h2>{escape(lesson('title'))}: {escape(lesson('path.question'))}</h2>"
        body += f"<p>{escape(words(f'sheet.{name}'))}</p>"
    return _PAGE.format(lang=lang, title=escape(words("sheet.title")), body=body)
