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
    "bits": "pages/7_in_few_bits.py",
}
LESSONS = COURSE | CURIOUS
# What stands around them, without figures.
AROUND = {
    "glossary": "pages/8_glossary.py",
    "teachers": "pages/9_for_teachers.py",
}
PAGES = LESSONS | AROUND


def module_of(lesson, name):
    """Return a module of a lesson's folder, such as `draw`, which nothing imports before it is needed."""
    return import_module(f"pages.lessons.{lesson}.{name}")
