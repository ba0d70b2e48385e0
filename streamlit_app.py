"""Home: the question, the real numbers, the way in."""

import streamlit as st

from pages.ui.frame import open_page
from pages.ui.numbers import number
from pages.ui.tables import home as tables
from vgcore import PRINTED_SPEEDS, load_digits, speeds_before_training

SIZES = (784, 30, 30, 30, 30, 10)


@st.cache_data(max_entries=1, show_spinner=False)
def measured():
    return speeds_before_training(SIZES, range(20), *load_digits())


page = open_page("home")
samples = measured()

page.write("answer", ratio=number(samples.last_over_first))
page.chart("layer_speeds", tables.speeds(samples, PRINTED_SPEEDS[SIZES]))
medians = page.label("list").join(number(speed) for speed in samples.hidden_medians)
page.write("meaning", speeds=medians, step=number(samples.ratio_per_layer))
page.write("way")
page.close()
