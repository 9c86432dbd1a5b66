"""Demand on pages: a round opened in a form, answered by link on a phone, reviewed by its owner."""

import pytest

from services.members import reactions
from services.members.actions import framing
from services.members.actions.demanding import link_token
from services.members.model import DemandAnswer, Organisation
from tests.members.builders import NOW
from tests.members.pages.test_pages import Browser

OPTIONS = {"actor": "test", "now": NOW}


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def capability(database, world):
    with database.writing() as session:
        alliance = session.get(Organisation, world["alliance"])
        made = framing.draft_framework(session, alliance, {"en": "Framework"}, **OPTIONS)
        values = {"root": "management", "code": "MG-01", "names": {"en": "Carbon inventory"}}
        capability = framing.add_capability(session, made, values, **OPTIONS)
        framing.publish_framework(session, made, **OPTIONS)
        return capability.id


@pytest.fixture
def opened(visit, world, capability, database, settings):
    """The round's path, and the path of the company's link."""
    path = f"/organisations/{world['association_a']}/demand"
    typed = {
        "titles.en": "Demand of this year",
        "quarters": "2",
        "closes_on": "2026-06-30",
        f"capabilities.{capability}": "yes",
    }
    made = visit("focal.a").post(path, page=path, **typed)
    assert made.status_code == 303, made.text
    reactions.go_on_with_demand(database, NOW, settings)
    with database.reading() as session:
        answer = session.query(DemandAnswer).one()
        link = f"/demand/{link_token(settings.secret_key, answer.id)}"
    return made.location.removeprefix("/members"), link


def test_a_company_answers_part_by_part_without_an_account(app, visit, opened, capability):
    page, link = opened
    guest, cell = Browser(app.test_client()), f"heads.{capability}.manager"

    hybrid = {"job_kind": "hybrid", "quarter": "2", cell: "4"}
    sent = guest.post(link, page=link, **hybrid)
    guest.post(link, page=link, job_kind="augmented", quarter="1", **{cell: "3"})
    refused = guest.post(link, page=link, job_kind="hybrid", quarter="1", **{cell: "many"})

    assert sent.status_code == 303
    assert refused.status_code == 422
    assert f'name="{cell}" value="4"' in guest.get(f"{link}?job_kind=hybrid&quarter=2").text
    assert "In all kinds of job and quarters: 7" in guest.get(link).text
    assert "1 of 1 companies have answered" in visit("focal.a").get(page).text


def test_the_association_returns_an_answer_and_the_company_reads_why(
    app, visit, opened, capability, database
):
    page, link = opened
    guest = Browser(app.test_client())
    cell = f"heads.{capability}.manager"
    guest.post(link, page=link, job_kind="hybrid", quarter="1", **{cell: "4"})
    with database.reading() as session:
        path = f"/demand-answers/{session.query(DemandAnswer).one().id}"

    visit("focal.a").post(f"{path}/return", page=page, reason="So few?")

    assert '<td data-label="People">4</td>' in visit("focal.a").get(path).text
    assert visit("organizer").get(path).status_code == 404
    assert "So few?" in guest.get(link).text
    assert 'value="4"' in guest.get(f"{link}?job_kind=hybrid").text
    above = visit("organizer").get(page).text
    assert "0 of 1 companies have answered" in above
    assert "Company a" not in above
    assert visit("focal.b").get(page).status_code == 404
