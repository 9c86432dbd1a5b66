"""The talent gap on pages: heat map, filters, files, one cell, and inventory by a button."""

import pytest

from services.members.actions.inventorying.making import take_inventory
from services.members.model import Organisation
from shared.foundation.identities import Role
from tests.members.actions.test_taking_inventory import World
from tests.members.builders import NOW, a_grant, an_account
from tests.members.pages.test_pages import Browser


@pytest.fixture
def world(database):
    with database.writing() as session:
        made = World(session)
        person = an_account(session)
        a_grant(session, person, Role.ORGANIZER, made.alliance, subtree=True)
        made.answers(0)
        made.answers(1, heads=2)
        lineage = made.capabilities[0].lineage_id
        return {"gap": f"/organisations/{made.alliance.id}/gap", "lineage": lineage} | {
            "alliance": made.alliance.id,
            "body": made.bodies[0].id,
        }


@pytest.fixture
def browser(client, world):
    client.set_cookie("plenary_language", "en")
    made = Browser(client)
    made.sign_in()
    return made


@pytest.fixture
def taken(database, world):
    with database.writing() as session:
        alliance = session.get_one(Organisation, world["alliance"])
        take_inventory(session, alliance, actor="test", now=NOW)


def test_inventory_is_taken_by_a_button(browser, world):
    before = browser.get(world["gap"])
    taken = browser.post(world["gap"], page=world["gap"])

    assert "There is no snapshot yet." in before.text
    assert taken.status_code == 303
    assert "Snapshot 1" in browser.get(world["gap"]).text


@pytest.mark.parametrize(
    ("query", "figure"),
    [
        ("", ">36<"),
        ("?across=association", ">24<"),
        ("?across=quarter", ">36<"),
        ("?association={body}", ">24<"),
        ("?sector=nothing&quarter=%00&association=no", ">36<"),
    ],
)
def test_the_heat_map_is_told_apart_and_filtered(browser, world, taken, query, figure):
    page = browser.get(world["gap"] + query.format(**world)).text

    assert figure in page.partition('class="heat"')[2]


def test_filters_that_are_not_published_together_say_so(browser, world, taken):
    page = browser.get(f"{world['gap']}?across=job_kind&association={world['body']}").text

    assert "These filters together are not published." in page


def test_the_view_is_taken_away_as_a_file(browser, world, taken):
    file = browser.get(f"{world['gap']}?across=association&format=csv")

    assert file.mimetype == "text/csv"
    assert len(file.text.splitlines()) == 5


def test_a_cell_tells_the_loop_in_numbers_and_where_a_run_is_planned(browser, world, taken):
    page = browser.get(
        f"{world['gap']}/cell?capability={world['lineage']}&staff_level=manager"
    ).text

    assert "Demanded" in page
    assert f"need={world['body']}%3A24".replace("%3A", ":") in page.replace("%3A", ":")


@pytest.mark.parametrize("query", ["", "?capability=x&staff_level=manager", "?staff_level=%00"])
def test_a_cell_that_is_not_there_is_not_found(browser, world, taken, query):
    assert browser.get(f"{world['gap']}/cell{query}").status_code == 404


def test_the_start_page_has_the_newest_figures_and_none_before_there_are_any(
    browser, world, database, taken
):
    with database.writing() as session:
        alliance = session.get_one(Organisation, world["alliance"])
        take_inventory(session, alliance, actor="test", now=NOW)

    page = browser.get("/fragments/talent").text

    assert page.count('<section class="card">') == 1
    assert "<b>72</b>demanded" in page
    assert f"{world['gap']}" in page
