"""The glossary: every term in both languages, with its formula and the lesson that explains it."""

import streamlit as st

from pages.lessons.glossary.terms import TERMS
from pages.ui.page import open_page
from pages.ui.words import Words, languages

page = open_page("glossary")
others = [Words(page.name, lang) for lang in languages() if lang != page.lang]
names = {term: page.word(f"{term}.name") for term in TERMS}
page.say("\N{NO-BREAK SPACE}· ".join(f"[{name}](#{term})" for term, name in names.items()))

for term, about in TERMS.items():
    translated = page.list_of([words(f"{term}.name") for words in others])
    st.subheader(f"{names[term]} · :gray[{translated}]", anchor=term)
    page.say(f"{page.word(term)}\n\n{about.displayed}")
    page.way_to(about.lesson, ":material/arrow_forward:")

page.end()
