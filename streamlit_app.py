"""Home: a network with a digit going in, and the way through the lessons."""

from pages.lessons import module_of
from pages.ui.page import open_page

page = open_page("home")
first_screen = module_of("home", "first_screen")  # here: the first words do not wait for the core
first_screen.show(page)
page.write("meaning")
page.write("argument")
page.path()
page.close()
