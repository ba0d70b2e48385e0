"""Home: the question, the real numbers, the way in."""

from pages.ui.numbers import number
from pages.ui.page import cached, open_page
from vgcore.studies.designs import design

page = open_page("home")
measured = cached(design)(hidden=4, width=30, seeds=20)
samples = measured.samples

answer = page.word("answer", ratio=number(samples.last_over_first))
page.figure("layer_speeds", samples, measured.printed, lead=answer)
medians = page.list_of(number(speed) for speed in samples.hidden_medians)
page.write("meaning", speeds=medians, step=number(samples.ratio_per_layer))
page.close()
