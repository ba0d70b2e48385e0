"""A class on the screen: what its students see, what its teacher does, and what a stranger can do."""

import time

import pytest

from pages.ui import together
from pages.ui.classroom import FRESH, Door, classroom, new_seat
from pages.ui.desk import gain
from pages.ui.together import Place, bars
from pages.ui.words import Words
from tests.support.pages import HOSTILE, healthy, in_each_language, open_page, told

GUESS = "chain_nudge_guess"


def said(app):
    return "\n".join(shown.value for shown in app.main.markdown)


def histogram(app):
    return [shown.proto.body for shown in app.main.get("html") if "vg-class" in shown.proto.body]


def control(app, key=GUESS):
    return next(control for control in app.button_group if control.key == key)


def pressed(app, word):
    label = Words("chain", "en")(f"class.{word}")
    next(button for button in app.button if button.label == label).click()
    return healthy(app.run())


def acts(app, act):
    """The teacher presses a button of the experiment."""
    next(button for button in app.button if button.key == f"chain_nudge_class_{act}").click()
    return healthy(app.run())


def student(code, lang="en", seat=None, name="chain"):
    asked = {"class": code} | ({"seat": seat} if seat else {})
    return healthy(open_page(name, lang, **asked))


def teacher(code, secret, name="chain", lang="en"):
    app = open_page(name, lang, **{"class": code})
    place = app.session_state.get("class_place")
    if place and name != "teachers":
        classroom().leave(code, place.seat)
    app.session_state["class_place"] = Place(code, new_seat(), secret)
    return later(app)


def later(app):
    """The page as it is once the server reads the class anew."""
    time.sleep(FRESH)
    return healthy(app.run())


def shows(app):
    """Whether the experiment shows what happens."""
    return any(control.key == "chain_delta_b" for control in (*app.slider, *app.select_slider))


@pytest.fixture
def opened():
    code, secret = classroom().open()
    yield code, secret
    classroom().close(code, secret)


@in_each_language
def test_the_whole_course_of_an_experiment(opened, lang):
    code, secret = opened
    words, others = Words("chain", lang), Words("chain", "zh" if lang == "en" else "en")
    one, two = student(code, lang), student(code, "zh" if lang == "en" else "en")
    board = teacher(code, secret, lang=lang)
    assert words("class.bar", code=code, count=2) in said(board)
    assert words("class.guessed", count=0, here=2) in said(board)
    assert words("class.ask") in said(one)
    assert not shows(one)
    assert not any(toggle.key == "chain_nudge_skip" for toggle in one.toggle)

    control(one).set_value("10⁻²")
    control(two).set_value("10⁻⁵")
    assert words("class.counted", guess="10⁻²") in said(healthy(one.run()))
    assert others("class.counted", guess="10⁻⁵") in said(healthy(two.run()))
    assert not shows(one)
    assert words("class.guessed", count=2, here=2) in said(later(board))
    assert histogram(board) == histogram(one) == []

    acts(board, "show")
    assert len(histogram(board)) == len(histogram(later(one))) == len(histogram(later(two))) == 1
    assert "1 · 50%" in histogram(one)[0]
    assert words("class.shown") in said(one)
    assert not shows(one)
    assert not shows(board)

    acts(board, "again")
    assert words("class.again") in said(later(one))
    assert control(one).value is None
    control(one).set_value("10⁻⁵")
    healthy(one.run())
    assert words("class.guessed_again", count=1, here=2) in said(later(board))
    assert '"round-2' not in histogram(one)[0]

    acts(board, "answer")
    assert shows(board)
    assert shows(later(one))
    assert shows(later(two)), "also for those who have not guessed again"
    assert '"round-2' in histogram(one)[0]
    right = classroom().stages(code)["chain_nudge"].right
    assert f"{right} ✓" in histogram(one)[0]
    moved = classroom().moved(code, "chain_nudge")
    assert moved == (int(right == "10⁻⁵"), 1)
    share = "100%" if moved[0] else "0%"
    assert words("class.moved", share=share, count=1) in said(later(one))


def test_what_a_class_guesses_stands_in_a_table_and_is_deleted_with_it(opened):
    code, secret = opened
    one = student(code)
    control(one).set_value("10⁻²")
    healthy(one.run())
    acts(teacher(code, secret), "answer")
    desk = teacher(code, secret, "teachers")
    (table,) = [table.value for table in desk.dataframe]
    assert list(table.iloc[0])[1:3] == ["1", "0"]
    assert code in desk.code[-2].value
    assert secret not in repr([element.value for element in (*desk.code, *desk.main.markdown)])
    pressed(desk, "close_now")
    assert classroom().stages(code) is None
    words = Words("chain", "en")
    assert words("class.none") in [warning.value for warning in later(one).warning]
    pressed(one, "alone")
    assert one.warning == []
    assert not one.query_params.get("class")
    assert shows(one), "the guess is his own again"


def test_a_teacher_opens_a_class_on_the_teachers_page():
    app = healthy(open_page("teachers", "en"))
    pressed(app, "open")
    place = app.session_state["class_place"]
    assert classroom().is_teacher(place.code, place.secret)
    assert app.query_params["class"] in (place.code, [place.code])
    link = f"class={place.code}"
    prepared = [shown.value for shown in app.main.markdown if ":material/open_in_new:" in shown.value]
    assert prepared
    assert all(link in shown for shown in prepared)
    assert not any(place.secret in shown for shown in prepared)
    classroom().close(place.code, place.secret)


def test_every_way_to_another_page_has_the_class_and_the_seat(opened):
    code, _ = opened
    app = student(code)
    seat = app.session_state["class_place"].seat
    ways = [way.proto for way in (*app.sidebar.get("page_link"), *app.main.get("page_link"))]
    assert len(ways) > 8
    assert all(f"class={code}" in way.query_string and f"seat={seat}" in way.query_string for way in ways)
    glossary = [shown.value for shown in app.main.markdown if "(glossary?" in shown.value]
    assert glossary
    assert all(f"(glossary?class={code}&seat={seat}&lang=en" in shown for shown in glossary)
    assert told(app) == []


def test_whoever_leaves_sees_the_result_and_is_not_counted_as_here(opened):
    code, _ = opened
    one, _two = student(code), student(code)
    control(one).set_value("10⁻²")
    healthy(one.run())
    assert not shows(one)
    pressed(one, "leave")
    assert shows(one)
    assert classroom().here(code) == 1
    assert not one.query_params.get("seat")


def test_a_reload_or_another_server_finds_the_guess_and_counts_it_once(opened):
    code, secret = opened
    one = student(code)
    control(one).set_value("10⁻²")
    healthy(one.run())
    seat = one.session_state["class_place"].seat
    again = student(code, seat=seat)
    assert control(again).value == "10⁻²"
    asked = {"class": code, "seat": seat, GUESS: "10⁻³"}  # clicked, but the server has died
    assert control(healthy(open_page("chain", "en", **asked))).value == "10⁻³"
    assert classroom().guessed(code, "chain_nudge", seat) == {1: "10⁻³"}
    time.sleep(FRESH)
    assert classroom().totals(code) == {("chain_nudge", 1): 1}
    assert classroom().here(code) == 1

    classroom().again(code, secret, "chain_nudge")
    assert control(healthy(open_page("chain", "en", **asked))).value is None
    time.sleep(FRESH)
    assert classroom().totals(code) == {("chain_nudge", 1): 1}, "what the address has is of the first round"


def test_a_guess_of_a_link_that_no_server_has_counted_is_counted(opened):
    code, _ = opened
    healthy(open_page("chain", "en", **{"class": code, "seat": new_seat(), GUESS: "10⁻³"}))
    assert classroom().totals(code) == {("chain_nudge", 1): 1}


def test_wrong_and_closed_codes_are_told_alike_and_wrong_ones_cost_a_wait(monkeypatch):
    door = Door(lambda: 0.0)  # whose time stands still, however busy the machine
    monkeypatch.setattr(together, "_door", lambda: door)
    code, secret = classroom().open()
    classroom().close(code, secret)
    none = Words("chain", "en")("class.none")
    for asked in (code, "BBBBB"):
        app = open_page("chain", "en", **{"class": asked})
        assert [warning.value for warning in app.warning] == [none]
    app.query_params["class"] = "BBBBC"
    (warning,) = healthy(app.run()).warning
    assert warning.value == Words("chain", "en")("class.wait", seconds=1)


@pytest.mark.parametrize("asked", HOSTILE)
def test_a_hostile_class_or_seat_is_told_and_counts_nothing(opened, asked):
    code, _ = opened
    app = healthy(open_page("chain", "en", **{"class": asked, "seat": asked, GUESS: "10⁻²"}))
    assert "class_place" not in app.session_state
    app = healthy(open_page("chain", "en", **{"class": code, "seat": asked, GUESS: asked}))
    assert app.session_state["class_place"].seat != asked
    time.sleep(FRESH)
    assert classroom().totals(code) == {}


def test_without_a_database_the_app_works_and_the_teachers_page_says_what_is_missing(monkeypatch):
    from pages.ui import classroom as module

    def fails(*_):
        raise module.Unavailable

    monkeypatch.setattr(module.Classroom, "_make", fails)
    words = Words("teachers", "en")
    app = healthy(open_page("teachers", "en"))
    assert words("class.lacks_answer") in [warning.value for warning in app.warning]
    app = healthy(open_page("chain", "en", **{"class": "BBBBD", GUESS: "10⁻²"}))
    assert words("class.unreachable") in [warning.value for warning in app.warning]
    assert shows(app)

    def lacks():
        raise ImportError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr(module, "_classroom", lacks)
    app = healthy(open_page("teachers", "en"))
    assert words("class.lacks_package", package="psycopg") in [warning.value for warning in app.warning]


def test_whoever_is_in_no_class_asks_no_database(monkeypatch):
    monkeypatch.setattr(together, "classroom", lambda: pytest.fail("asked"))
    healthy(open_page("chain", "en"))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (0.4, 0.7, "0.5"),
        (0.0, 1.0, "1"),
        (0.5, 0.4, "−0.2"),
        (1.0, 1.0, ""),
        (None, 0.5, ""),
        (0.5, None, ""),
    ],
)
def test_the_gain_is_the_share_of_what_could_be_gained(before, after, shown):
    assert gain(before, after).rstrip("0").rstrip(".") in (shown, shown.rstrip("."))


def test_a_histogram_has_numbers_and_shares_and_marks_what_is_right():
    shown = bars(Words("chain", "en"), ("1/2", "1/4"), {1: {"1/2": 3, "1/4": 1}, 2: {"1/4": 4}}, "1/4")
    assert "3 · 75" in shown
    assert "4 · 100%" in shown
    assert shown.count("✓") == 1
    assert shown.count("<tr") == 4
