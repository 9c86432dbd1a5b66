"""What is drawn on the server: the geometry of lines, strips and months."""

from datetime import date

from shared.web.pictures import Mark, line_chart, month, strip

FIRST = date(2026, 3, 2)


def y_of(chart, number):
    return float(chart.line.split()[number].split(",")[1])


def test_a_line_rises_where_the_count_rises_and_is_flat_between():
    chart = line_chart([(FIRST, 1), (date(2026, 3, 6), 4), (date(2026, 3, 7), 4)])

    assert y_of(chart, 0) == y_of(chart, 1) > y_of(chart, 2)
    assert y_of(chart, 2) == y_of(chart, 3) == y_of(chart, 4)


def test_days_are_as_far_apart_in_the_picture_as_they_were():
    chart = line_chart([(FIRST, 1), (date(2026, 3, 3), 2), (date(2026, 3, 12), 3)])
    left, second, last = (float(point.split(",")[0]) for point in chart.line.split()[::2])

    assert round((second - left) / (last - left), 2) == 0.1
    assert last == chart.width


def test_the_capacity_is_a_line_above_what_is_taken():
    chart = line_chart([(FIRST, 2), (date(2026, 3, 4), 5)], ceiling=10)

    assert chart.ceiling_y < y_of(chart, -1)
    assert [level for _y, level in chart.ticks][-1] == 10


def test_a_strip_begins_today_and_tells_deadlines_from_workshops():
    marks = {
        date(2026, 3, 3): [Mark(title="Nominate", path="/a", is_due=True)],
        date(2026, 3, 4): [Mark(title="Begins", path="/b"), Mark(title="x", path="/", is_due=True)],
    }

    days = strip(FIRST, marks, days=3)

    assert [day.is_today for day in days] == [True, False, False]
    assert [day.is_due for day in days] == [False, True, False]


def test_a_month_is_filled_up_with_days_of_its_neighbours_that_show_nothing():
    marks = {date(2026, 2, 23): [Mark(title="Of February", path="/a")]}

    weeks = month(2026, 3, marks, today=FIRST)

    assert {len(days) for days in weeks} == {7}
    assert weeks[0][0].day == date(2026, 2, 23)
    assert weeks[0][0].is_out
    assert weeks[0][0].marks == []
