"""The pages: the name of each, which is its folder here, and the script that opens it."""

from importlib import import_module

# What is read in this order, and leads from one to the next: each has figures.
COURSE = {
    "home": "streamlit_app.py",
    "chain": "pages/1_single_neuron_chain.py",
    "exploding": "pages/2_exploding_gradient.py",
    "unstable": "pages/3_unstable_gradient.py",
    "matrix": "pages/4_matrix_form.py",
    "training": "pages/5_training_on_digits.py",
    "ways_out": "pages/6_ways_out.py",
    "network": "pages/7_your_network.py",
}
# What goes deeper, each for itself.
CURIOUS = {
    "edge": "pages/7_the_edge.py",
    "time": "pages/7_through_time.py",
    "bits": "pages/7_in_few_bits.py",
}
LESSONS = COURSE | CURIOUS
# What stands around them, without figures.
AROUND = {
    "glossary": "pages/8_glossary.py",
    "teachers": "pages/9_for_teachers.py",
}
PAGES = LESSONS | AROUND
MENU = {"course": COURSE, "curious": CURIOUS, "around": AROUND}
# What has moved from one lesson to another, by the names of its controls, experiments and exercises.
_LAW = ("critical", "luck", "exercise_deep", "exercise_luck")
_EDGE = ("spread", "reach", "sigma_w", "sigma_b", "map", "times", "own_std", "own_depth")
_TIME = ("time", "gain", "forget_bias", "clip", "clipped_scale", "exercise_gain", "exercise_clipped")
MOVED = {"matrix": {"edge": _LAW}, "ways_out": {"edge": _EDGE, "time": _TIME}}


def module_of(lesson, name):
    """Return a module of a lesson's folder, such as `draw`, which nothing imports before it is needed."""
    return import_module(f"pages.lessons.{lesson}.{name}")
