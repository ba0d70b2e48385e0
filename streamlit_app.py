"""Home: the question, the real numbers, the way in."""

from pages.ui.frame import cached, open_page
from pages.ui.numbers import number
from pages.ui.tables import home as tables
from vgcore import design

page = open_page("home")
found = cached(design)(hidden=4, width=30, seeds=20)
samples = found.samples

page.write("answer", ratio=number(samples.last_over_first))
page.chart("layer_speeds", tables.speeds(samples, found.printed))
medians = page.label("list").join(number(speed) for speed in samples.hidden_medians)
page.write("meaning", speeds=medians, step=number(samples.ratio_per_layer))
page.write("way")
page.close()
