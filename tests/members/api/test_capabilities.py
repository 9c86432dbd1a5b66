"""An alliance's capability framework: editions, who sees and changes them, and what is told."""

import pytest

from services.members.actions import framing
from services.members.model import Organisation
from shared.contracts.members_talent import CapabilityFrameworkPublished
from tests.members.builders import NOW, told

NAMES = {"en": "Green framework", "zh-Hant": "綠色能力架構"}
INVENTORY = {
    "root": "management",
    "code": "MG-01",
    "names": {"en": "Carbon inventory", "zh-Hant": "碳盤查"},
}
ESCO = "http://data.europa.eu/esco/skill/4c016b68-4116-468c-9dc6-42710c239e4a"


@pytest.fixture
def draft(ask, world):
    """Start the next edition of the alliance; answers it."""

    def draft(**values):
        body = {"organisation_id": str(world["alliance"])} | values
        made = ask("organizer", "POST", "/capability-frameworks", body)
        assert made.status_code == 201, made.text
        return made.json

    return draft


@pytest.fixture
def add(ask):
    def add(framework, **values):
        path = f"/capability-frameworks/{framework['id']}/capabilities"
        return ask("organizer", "POST", path, INVENTORY | values)

    return add


@pytest.fixture
def published(ask, draft, add):
    """The first edition, with one capability."""
    made = draft(names=NAMES)
    add(made)
    path = f"/capability-frameworks/{made['id']}/publish"
    return ask("organizer", "POST", path, {}).json


def test_what_is_published_never_changes(ask, add, published):
    path = f"/capability-frameworks/{published['id']}"
    capability = ask("organizer", "GET", f"{path}/capabilities").json["items"][0]
    one = f"/capabilities/{capability['id']}"

    refused = [
        add(published, code="MG-02"),
        ask("organizer", "PATCH", path, {"names": {"en": "Other"}}),
        ask("organizer", "DELETE", path),
        ask("organizer", "PATCH", one, {"code": "MG-09"}),
        ask("organizer", "DELETE", one),
    ]

    assert [(each.status_code, each.json["code"]) for each in refused] == [(409, "wrong_state")] * 5
    assert ask("organizer", "GET", one).json == capability


def test_the_next_edition_starts_as_a_copy_and_leaves_the_published_one_alone(
    ask, draft, published
):
    following = draft()
    path = f"/capability-frameworks/{following['id']}/capabilities"
    copy = ask("organizer", "GET", path).json["items"][0]
    ask("organizer", "PATCH", f"/capabilities/{copy['id']}", {"names": {"en": "Inventory"}})

    current = ask("attendee", "GET", "/capabilities").json["items"]

    assert (following["number"], following["names"]) == (2, NAMES)
    assert [each["names"] for each in current] == [INVENTORY["names"]]
    assert [each["framework_id"] for each in current] == [published["id"]]
    assert copy["lineage_id"] == current[0]["lineage_id"] != copy["id"]

    ask("organizer", "POST", f"/capability-frameworks/{following['id']}/publish", {})
    current = ask("attendee", "GET", "/capabilities?root=management").json["items"]
    assert [each["names"] for each in current] == [{"en": "Inventory"}]
    assert ask("attendee", "GET", "/capabilities?root=technology").json["items"] == []


def test_there_is_one_draft_at_a_time(ask, world, draft):
    draft(names=NAMES)

    again = ask(
        "organizer",
        "POST",
        "/capability-frameworks",
        {"organisation_id": str(world["alliance"]), "names": NAMES},
    )

    assert (again.status_code, again.json["code"]) == (409, "already_there")


def test_a_draft_is_seen_and_changed_by_those_who_manage_the_alliance_alone(ask, draft, add):
    made = draft(names=NAMES)
    capability = add(made).json
    paths = [f"/capability-frameworks/{made['id']}", f"/capabilities/{capability['id']}"]

    for who in ("focal.a", "attendee"):
        assert [ask(who, "GET", path).status_code for path in paths] == [404, 404]
        assert ask(who, "GET", "/capability-frameworks").json["items"] == []
        assert ask(who, "POST", f"{paths[0]}/publish", {}).status_code == 403
    assert ask("organizer", "GET", paths[1]).json["code"] == "MG-01"


def test_an_association_has_no_framework_of_its_own(ask, world):
    body = {"organisation_id": str(world["association_a"]), "names": NAMES}

    answer = ask("organizer", "POST", "/capability-frameworks", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/organisation_id"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("code", "TE-1-A", "te 1"),
        ("root", "technology", "skills"),
        ("esco_uri", ESCO, "http://data.europa.eu/esco/occupation/1"),
        ("levels", [{"en": "Knows"}, {"en": "Does"}], []),
    ],
)
def test_a_field_takes_what_it_is_for(draft, add, name, good, bad):
    made = draft(names=NAMES)

    refused, kept = add(made, **{name: bad}), add(made, **{name: good})

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == [f"/{name}"]
    assert kept.json[name] == good


def test_a_code_is_there_once_in_an_edition(draft, add):
    made = draft(names=NAMES)
    add(made)

    again = add(made)

    assert (again.status_code, again.json["code"]) == (409, "already_there")


def test_an_edition_without_capabilities_is_not_published_and_can_be_discarded(ask, draft):
    path = f"/capability-frameworks/{draft(names=NAMES)['id']}"

    assert ask("organizer", "POST", f"{path}/publish", {}).status_code == 409
    assert ask("organizer", "DELETE", path).status_code == 204
    assert ask("organizer", "GET", path).status_code == 404
    assert draft(names=NAMES)["number"] == 1


def test_publishing_tells_the_whole_edition_once(database, world):
    with database.writing() as session:
        alliance = session.get(Organisation, world["alliance"])
        options = {"actor": "test", "now": NOW}
        made = framing.draft_framework(session, alliance, NAMES, **options)
        capability = framing.add_capability(session, made, INVENTORY, **options)
        framing.publish_framework(session, made, **options)
        framing.publish_framework(session, made, **options)

        messages = [
            each for each in told(session) if isinstance(each, CapabilityFrameworkPublished)
        ]

        assert messages == [made.told([capability])]
        assert messages[0].capabilities[0].names == INVENTORY["names"]
