"""What every page has besides its words: its style, and what the browser does without the server."""

from pages.ui.terms import BETWEEN

_STYLE = """<style>.stMain .stVerticalBlock { gap: .5rem; }
.stMain .stMarkdown p:not(:last-child) { margin-bottom: .7rem; }
.stMain hr { margin: 1rem 0; }
.stMain a[href^="glossary?"] { color: inherit; text-decoration: underline dotted; }
:is(h1, h2, h3), .vg-contents a, [data-testid=stPageLink] p { text-wrap: balance; }
@media (max-width: 640px) { .stMain h1 { font-size: 1.8rem; } }
span:not([class]):has(> .katex) { white-space: nowrap; }
span:not([class]) > .katex { white-space: normal; }
#vg-term { position: fixed; z-index: 1000000; box-sizing: border-box; max-width: min(24rem, 100vw - 2rem);
  padding: .6rem .8rem; border: 1px solid color-mix(in srgb, currentColor 40%%, transparent);
  border-radius: .4rem; box-shadow: 0 2px 12px rgb(0 0 0 / 25%%); font-size: .9rem; line-height: 1.45; }
#vg-term strong { display: block; }
#vg-term a { display: inline-block; padding-top: .3rem; color: inherit; }
[data-testid=InputInstructions] { font-size: 0; }
[data-testid=InputInstructions]::after { font-size: .75rem; content: "%s"; }
.stTextArea [data-testid=InputInstructions]::after { content: "%s"; }
%s</style>"""
# The platform's own font, whose weights these are, has Latin marks, half as wide as Chinese ones.
# And a heading on a phone goes on in a new line after a mark, not in the middle of a word.
_CHINESE = """@font-face { font-family: "Source Sans"; font-weight: 100 900;
  unicode-range: U+2018-2019, U+201C-201D, U+2026;
  src: local("PingFang SC"), local("PingFangSC-Regular"), local("Microsoft YaHei"),
    local("Noto Sans CJK SC"), local("NotoSansCJKsc-Regular"), local("Source Han Sans SC"); }
:is(h1, h2, h3) { word-break: keep-all; overflow-wrap: anywhere; }
"""
_SCRIPT = """<script>{
  document.documentElement.lang = '%(lang)s';
  const box = document.getElementById('vg-term') ?? document.body.appendChild(document.createElement('div'));
  box.dataset.more = '%(more)s';
  if (!box.id) {
    Object.assign(box, { id: 'vg-term', hidden: true });
    box.setAttribute('role', 'tooltip');
    let link = null, said = '', timer = 0;
    const of = event => event.target.closest?.('.stMain a[href^="glossary?"]');
    const hide = () => {
      clearTimeout(timer);
      if (link) link.title = said;
      link?.removeAttribute('aria-describedby');
      link = null;
      box.hidden = true;
    };
    const place = () => {
      if (!link) return;
      if (!link.isConnected) return hide();
      const at = link.getBoundingClientRect(), room = innerHeight - at.bottom;
      const above = room < box.offsetHeight + 12 && at.top > room;
      box.style.top = `${above ? at.top - box.offsetHeight - 6 : at.bottom + 6}px`;
      box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
    };
    const show = asked => {
      clearTimeout(timer);
      if (asked === link || !asked.title) return;
      hide();
      [link, said] = [asked, asked.title];
      const [name, text] = said.split('%(between)s');
      const strong = document.createElement('strong'), more = document.createElement('a');
      strong.textContent = name;
      Object.assign(more, { href: link.href, target: '_blank', textContent: box.dataset.more });
      box.replaceChildren(strong, text, document.createElement('br'), more);
      const { backgroundColor, color, fontFamily } = getComputedStyle(document.querySelector('.stApp'));
      Object.assign(box.style, { backgroundColor, color, fontFamily });
      link.title = ''; // else the browser would say it a second time
      link.setAttribute('aria-describedby', box.id);
      box.hidden = false;
      place();
    };
    const later = (what, wait, ...given) => {
      clearTimeout(timer);
      timer = setTimeout(what, wait, ...given);
    };
    document.addEventListener('pointerover', event => {
      if (event.pointerType === 'touch') return;
      if (of(event)) later(show, 150, of(event));
      else if (box.contains(event.target)) clearTimeout(timer);
      else if (link && link !== document.activeElement) later(hide, 300);
    });
    document.addEventListener('focusin', event => {
      if (of(event)) show(of(event));
      else if (!box.contains(event.target)) hide();
    });
    document.addEventListener('click', event => {
      const asked = of(event);
      // A tap or a click shows what the term means; the keys, which have seen that, follow the link.
      if (asked && event.detail && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        show(asked);
      } else if (!box.contains(event.target)) hide();
      if (innerWidth <= 768 && event.target.closest?.('[data-testid=stSidebar] a'))
        document.querySelector('[data-testid=stSidebarCollapseButton] button')?.click();
    }, true);
    document.addEventListener('keydown', event => event.key === 'Escape' && hide());
    document.addEventListener('scroll', place, true);
  }
}</script>"""


def of(page):
    """Return the style and the script of a page as HTML."""
    marks = _CHINESE if page.lang == "zh" else ""
    return _STYLE % (page.word("controls.enter"), page.word("controls.ctrl_enter"), marks) + script(page)


def script(page):
    """Return what the browser does by itself: it says the document's language and the terms, folds a menu."""
    return _SCRIPT % {"lang": page.lang, "more": page.word("terms.more"), "between": BETWEEN}
