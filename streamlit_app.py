"""Home: the question, the real numbers, the way in."""

from functools import partial

from pages.lessons.home import measure, rows
from pages.ui.numbers import number
from pages.ui.page import cached, open_page
from pages.ui.runs import live
from vgcore.studies.designs import design

page = open_page("home")
depths = measure.DEPTHS
body = partial(page.figure, rows.layer_speeds)
live(page, "layer_speeds", measure.by_depth, depths, len(depths), measure.ROOM, body)

samples = cached(design)(hidden=4, **measure.SHAPE).samples
medians = page.list_of(number(speed) for speed in samples.hidden_medians)
slots = {"speeds": medians, "step": number(samples.ratio_per_layer)}
page.write("meaning", ratio=number(samples.last_over_first), **slots)
page.write("argument")
page.path()
page.close()
