"""Home: a network with a digit going in, and the way through the lessons."""

from pages.ui.page import open_page

page = open_page("home")

from pages.lessons.home import first_screen  # noqa: E402  the first words do not wait for the core

first_screen.show(page)
page.write("meaning")
page.write("argument")
page.path()
page.close()
