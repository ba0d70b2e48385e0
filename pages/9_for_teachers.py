"""For teachers: plans of prepared screens with what to ask before each, and what to cite."""

import streamlit as st

from pages.lessons.teachers.controls import Plan
from pages.lessons.teachers.plans import CITED, PLANS, SCREENS, moments, timetable
from pages.lessons.teachers.sheet import sheet
from pages.ui import desk
from pages.ui.page import open_page
from pages.ui.widgets import QUARTER, ask_one

page = open_page("teachers")
page.write("together")
desk.show(page)

page.write("plan")
minutes = ask_one(page, Plan, "minutes", QUARTER)
for name, begin, end in timetable(PLANS[minutes]):
    screen = SCREENS[name]
    st.subheader(page.word("step", begin=begin, end=end, title=page.word(f"{name}.title")), anchor=name)
    page.prepared(page.word(f"{name}.link"), screen.page, screen.settings, screen.section)
    page.write("said", **{part: page.word(f"{name}.{part}") for part in ("ask", "wrong", "look")})
    if screen.asks:
        page.write("moments", **moments(begin, end))

page.write("sheet")
label, file = page.word("sheet.button"), f"why-gradients-vanish.{page.lang}.html"
st.download_button(label, sheet(page.lang), file, "text/html", icon=":material/print:", on_click="ignore")

page.write("cite")
st.code(CITED.read_text(encoding="utf-8"), language=None, wrap_lines=True)
page.end()
