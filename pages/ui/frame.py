"""The frame of a page: its title, its language, the way to the other pages, and what it shows."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import streamlit as st
from threadpoolctl import threadpool_limits

from pages.ui import links, prose
from pages.ui.labels import LANGUAGES, label
from pages.ui.tables import texts, tidy

PAGES = {
    "home": ("streamlit_app.py", "0_home"),
    "chain": ("pages/1_single_neuron_chain.py", "1_single_neuron_chain"),
    "exploding": ("pages/2_exploding_gradient.py", "2_exploding_gradient"),
    "unstable": ("pages/3_unstable_gradient.py", "3_unstable_gradient"),
    "matrix": ("pages/4_matrix_form.py", "4_matrix_form"),
    "training": ("pages/5_training_on_digits.py", "5_training_on_digits"),
}
"""Name to script and prose, in reading order."""


@dataclass(frozen=True)
class Page:
    """An open page: its name, the prefix of its controls, its language, and the place for notes."""

    name: str
    lang: str
    notes: Any = None

    def key(self, control):
        """Return the key of a control, which is its name in the URL."""
        return f"{self.name}_{control}"

    def label(self, name, /, **values):
        """Return a short text in the reader's language."""
        return label(name, self.lang).format(**values)

    def write(self, section, /, when=True, **values):
        """Show a section of the page's prose, its slots filled with `values`, where `when` holds."""
        if when:
            st.markdown(prose.section(PAGES[self.name][1], self.lang, section, **values))

    def chart(self, name, series, /, when=True, **values):
        """Show a chart, where `when` holds: its title, the drawing, its key, its rows to download.

        Parameters
        ----------
        name : str, a name in `charts.CHARTS`, and the section that says how to read it
        series : dict of the columns of every series, as `tables.tidy` takes it
        values : the slots of the section
        """
        if not when:
            return
        from pages.ui import charts  # not above: what stands before the first chart need not wait for Altair

        rows = tidy(series)
        st.markdown(f"**{self.label(f'{name}.title')}**")
        spec = charts.spec(name, self.lang)
        alt = self.label(f"{name}.alt")
        st.vega_lite_chart(rows, spec, width="stretch", key=self.key(f"{name}_chart"), alt=alt)
        self.write(name, **values)
        st.download_button(
            self.label("csv"),
            lambda: rows.to_pandas().to_csv(index=False),
            f"{name}.csv",
            "text/csv",
            key=self.key(f"{name}_csv"),
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )

    def table(self, name, rows):
        """Show a table of texts, its columns named by the labels `name`.column."""
        titled = {self.label(f"{name}.{column}"): column_texts for column, column_texts in rows.items()}
        st.dataframe(texts(titled), hide_index=True, alt=self.label(f"{name}.alt"))

    def close(self):
        """Show the way on and the sources, and under the title what a link could not have."""
        names = list(PAGES)
        here = names.index(self.name)
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            if here > 0:
                self.link(names[here - 1], ":material/arrow_back:")
            if here + 1 < len(names):
                self.link(names[here + 1], ":material/arrow_forward:")
        st.divider()
        self.write("sources")
        with self.notes:
            links.tell(self)

    def link(self, name, icon=None):
        """Show a link to another page, in the same language."""
        title = prose.section(PAGES[name][1], self.lang, "title")
        st.page_link(PAGES[name][0], label=title, icon=icon, query_params={"lang": self.lang})


@cache
def cached(function):
    """Return the function with its last 60 results, which all readers share and nobody may change."""
    return st.cache_resource(max_entries=60, show_spinner=False)(function)


def open_page(name):
    """Begin a page: set its title and language, and draw the navigation."""
    _one_thread_of_blas()
    page = Page(name, _language())
    links.read(page)
    title = prose.section(PAGES[name][1], page.lang, "title")
    st.set_page_config(page_title=title, page_icon="📉", layout="centered")
    with st.sidebar:
        st.markdown(f"#### {page.label('app')}")
        for other in PAGES:
            page.link(other)
    st.session_state[page.key("language")] = page.lang
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.segmented_control(
            page.label("language"),
            list(LANGUAGES),
            format_func=LANGUAGES.get,
            required=True,
            label_visibility="collapsed",
            key=page.key("language"),
            on_change=_switch,
            args=(page.key("language"),),
        )
    st.title(title)
    _clock()
    return replace(page, notes=st.container())


@cache
def _one_thread_of_blas():
    threadpool_limits(1)  # more of them would fight with the other readers for the cores


@st.fragment(run_every=timedelta(days=1))  # as text, it would have the platform import pandas to read it
def _clock():
    """Do nothing; but only a page with a clock is run again when the browser has to find another server."""


def _language():
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def _switch(key):
    st.query_params["lang"] = st.session_state[key]
