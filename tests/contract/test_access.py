"""Who may do what: every route by everyone, about the things of association A."""

import pytest

from shared.web.identity import ANYONE, IN_PERSON, LINK_OR_SIGNED_IN, SIGNED_IN
from tests.contract.documents import Operation, operations
from tests.contract.matrix import SNAPSHOT, WHO, Asked, ask_everything, written
from tests.contract.place import Place
from tests.contract.problems import pointers, problem
from tests.support.alliance import address_of

OTHERS = ("guest", "attendee", "focal point of B", "other organizer")
# What path parameters of these names lead to is A's, and nobody else's to know of.
PRIVATE = {
    "affiliation_id",
    "answer_id",
    "announcement_id",
    "appointment_id",
    "attachment_id",
    "case_id",
    "co_sponsorship_id",
    "delivery_id",
    "field_id",
    "file_id",
    "grant_id",
    "import_id",
    "invitation_id",
    "item_id",
    "membership_id",
    "need_id",
    "nomination_id",
    "offer_id",
    "organisation_merge_id",
    "person_id",
    "proposal_id",
    "referral_id",
    "registration_id",
    "round_id",
    "submission_id",
    "template_id",
    "address_id",
    "webhook_id",
    "workshop_invitation_id",
}
# Of A, but its name and its existence are public.
PRIVATE_PARTS = (
    *("/affiliations", "/appointments", "/allotments/{organisation_id}"),
    *("/identity-provider", "/identity-provider/approve", "/rules"),
    *("/{certificate_id}", "/{certificate_id}.pdf", "/{certificate_id}.json"),
    *("/{certificate_id}.jwt", "/{certificate_id}/revoke"),
)
INJECTED = {
    "id": "01890000-0000-7000-8000-000000000000",
    "version": 99,
    "state": "published",
    "role": "operator",
    "organisation_id": "01890000-0000-7000-8000-000000000000",
    "person_id": "01890000-0000-7000-8000-000000000000",
    "registered_by": "01890000-0000-7000-8000-000000000000",
    "has_account": True,
    "has_seat": True,
    "created_at": "2020-01-01T00:00:00Z",
}


@pytest.fixture(scope="module")
def asked(place: Place) -> list[Asked]:
    return ask_everything(place)


def is_private(operation: Operation) -> bool:
    return bool(PRIVATE & set(operation.ids)) or operation.path.endswith(PRIVATE_PARTS)


def test_the_matrix_is_as_it_was_last_looked_at(asked: list[Asked]) -> None:
    assert written(asked) == SNAPSHOT.read_text()


def test_nobody_else_succeeds_with_what_is_private_to_a(asked: list[Asked]) -> None:
    tried = [each for each in asked if each.who in OTHERS and is_private(each.operation)]

    assert len(tried) > 100
    assert [f"{each.who} {each.operation}" for each in tried if each.is_success] == []


def test_another_body_learns_not_even_that_it_exists(asked: list[Asked]) -> None:
    """403 only where the role alone decides, before anything is looked up."""
    for each in asked:
        if each.who == "focal point of B" and is_private(each.operation):
            takes_focal_points = "focal_point" in each.operation.entry
            entries = {each.meaning for each in (ANYONE, SIGNED_IN, IN_PERSON, LINK_OR_SIGNED_IN)}
            is_open = each.operation.entry in entries
            expected = 404 if takes_focal_points or is_open else 403
            # What is no form is refused before anything is looked up.
            expected = 415 if each.operation.takes_form else expected
            assert each.status == expected, each.operation


def test_a_has_what_the_others_are_refused(asked: list[Asked]) -> None:
    """The matrix would prove nothing if nobody could read these things."""
    readable = {
        str(each.operation)
        for each in asked
        if each.who in ("focal point of A", "operator")
        and each.operation.method == "GET"
        and each.is_success
    }
    private = {str(each) for each in operations() if is_private(each) and each.method == "GET"}

    assert private - readable == set()


def test_no_answer_to_others_holds_anything_private_of_a(asked: list[Asked], place: Place) -> None:
    secrets = {place.ids[name] for name in PRIVATE} - {place.ids["membership_id"]}
    secrets |= {"delegate@people.example", address_of("Amy Ao"), address_of("Ava Au")}

    for each in asked:
        if each.who in OTHERS and each.is_success and each.operation.method == "GET":
            assert [secret for secret in secrets if secret in each.text] == [], each.operation


def test_a_guest_is_asked_to_sign_in_wherever_a_token_is_needed(asked: list[Asked]) -> None:
    for each in asked:
        if each.who == "guest" and each.operation.needs_token:
            assert each.status == 401, each.operation


def test_nobody_is_answered_a_fault_of_ours(asked: list[Asked]) -> None:
    assert [f"{each.who} {each.operation}" for each in asked if each.status >= 500] == []
    assert len(asked) == len(WHO) * len(operations())


BODIES = [each for each in operations() if each.takes_body]


@pytest.mark.parametrize("operation", BODIES, ids=str)
@pytest.mark.parametrize("who", ["operator", "focal point of A"])
def test_what_is_not_the_askers_to_set_is_refused_in_every_body(
    place: Place, operation: Operation, who: str
) -> None:
    known = operation.body_schema.get("properties", {}).keys()
    body, by = place.good_body(operation), place.people[who]

    for name, value in INJECTED.items():
        if name in known:
            continue
        answer = place.call(operation, by=by, json=body | {name: value})
        if answer.status_code != 403:
            found = problem(answer, 422)
            assert pointers(found) == [f"/{name}"]
