"""The sections of the open page, to jump to: in the sidebar or, where that is folded away, under the title.

A tick stands where the reader has guessed. The browser sets it: the guess is a control that a fragment
draws, and a list that the server ticked would know of it only with the next run of the whole page.
"""

from html import escape

from pages.ui.words import headings

_STYLE = """<style>
.vg-contents ul { list-style: none; margin: 0; padding: 0; font-size: .875rem; line-height: 1.35; }
.vg-contents li { margin: 0; padding: 0; }
.vg-contents a { display: block; padding: .2rem 0; color: inherit; text-decoration: none; }
.vg-contents a:hover, .vg-contents a:focus-visible { text-decoration: underline; }
nav.vg-contents { margin: -.3rem 0 .3rem .55rem; padding-left: .8rem;
  border-left: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
details.vg-contents { display: none; }
.vg-contents summary { cursor: pointer; padding: .3rem 0; font-size: .875rem; font-weight: 600; }
.vg-contents summary ~ ul a { padding: .45rem 0 .45rem 1rem; }
@media (max-width: 768px) { details.vg-contents { display: block; } }
"""
# The platform goes to the section of the address once, when its heading appears: a page that is then too
# short to be scrolled stays at its top. So the section is kept in view until the reader moves.
PLACE = """<script>{
  const page = document.querySelector('[data-testid=stMainBlockContainer]');
  if (location.hash && page && !window.placed) {
    const asked = () => document.getElementById(location.hash.slice(1))?.scrollIntoView();
    window.placed = new ResizeObserver(asked);
    window.placed.observe(page);
    for (const moved of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
      addEventListener(moved, () => window.placed.disconnect(), { capture: true, once: true });
  }
}</script>"""


def beside(page):
    """Return the list as HTML for the sidebar, with the style of both lists."""
    ticks = "".join(_tick(page, section) for section in _sections(page))
    label = escape(page.word("contents.title"))
    return f'{_STYLE}{ticks}</style><nav class="vg-contents" aria-label="{label}">{_list(page)}</nav>'


def under_the_title(page):
    """Return the list as HTML, folded, for screens on which the sidebar is."""
    title = escape(page.word("contents.title"))
    return f'<details class="vg-contents"><summary>{title}</summary>{_list(page)}</details>'


def without(sections):
    """Return a style that takes some sections out of both lists."""
    links = ", ".join(f'.vg-contents li:has([href="#{section}"])' for section in sections)
    return f"<style>{links} {{ display: none; }}</style>"


def _sections(page):
    return headings(page.name, page.lang)


def _list(page):
    links = (
        f'<li><a href="#{section}">{escape(title)}</a></li>' for section, title in _sections(page).items()
    )
    return f"<ul>{''.join(links)}</ul>"


def _tick(page, section):
    guessed = f".st-key-{page.key(section)}_guess [aria-checked=true]"
    said = page.word("contents.guessed")
    link = f'.vg-contents a[href="#{section}"]::after'
    return f'body:has({guessed}) {link} {{ content: " ✓" / " {said}"; font-weight: 700; }}\n'
