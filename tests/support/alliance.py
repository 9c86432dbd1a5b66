"""A small alliance, made by the API alone, and the words of its people."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.running import Headers, Running, eventually
from tests.support.smtp_sink import Mail

PASSWORD = "a sentence is best"
MEMBERS, EVENTS, NOTIFICATIONS = (
    "/members/api/v1",
    "/events/api/v1",
    "/notifications/api/v1",
)
TITLES = {"en": "Carbon inventory", "zh-Hant": "碳盤查實務"}


@dataclass
class Alliance:
    """Who is there. ids: of organisations and people by a short name."""

    plenary: Running
    operator: Headers
    ids: dict[str, str] = field(default_factory=dict)
    organizer: Headers = field(default_factory=dict)
    focal_a: Headers = field(default_factory=dict)
    focal_b: Headers = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: Headers | None = None,
        status: int | None = None,
    ) -> Any:
        """The answer's JSON. status: what it must be; None: any success."""
        answer = self.plenary.api.request(method, path, json=body, headers=by)
        is_expected = answer.is_success if status is None else answer.status_code == status
        assert is_expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def post(self, path: str, body: Any = None, *, by: Headers | None = None, **rest: Any) -> Any:
        return self.ask("POST", path, {} if body is None else body, by=by, **rest)

    def get(self, path: str, *, by: Headers | None = None, **rest: Any) -> Any:
        return self.ask("GET", path, by=by, **rest)

    def organisation(self, key: str, name: dict[str, str], kind: str) -> str:
        body = {"names": name, "kind": kind, "economy": "TW"}
        self.ids[key] = self.post(f"{MEMBERS}/organisations", body, by=self.operator)["id"]
        return self.ids[key]

    def belongs(self, member: str, host: str) -> None:
        """Through every step that a membership takes."""
        body = {"member_id": self.ids[member], "host_id": self.ids[host]}
        made = self.post(f"{MEMBERS}/memberships", body, by=self.operator)
        for verb in ("submit", "approve"):
            self.post(f"{MEMBERS}/memberships/{made['id']}/{verb}", by=self.operator)

    def person(self, key: str, given: str, family: str, *, locale: str = "en") -> str:
        names = [{"kind": "romanised", "given": given, "family": family, "order": "given_first"}]
        body = {"names": names, "email": f"{key}@people.example", "locale": locale}
        self.ids[key] = self.post(f"{MEMBERS}/people", body, by=self.operator)["id"]
        return self.ids[key]

    def appoint(self, key: str, organisation: str, role: str) -> None:
        body = {"person_id": self.ids[key], "role": role}
        path = f"{MEMBERS}/organisations/{self.ids[organisation]}/appointments"
        self.post(path, body, by=self.operator)

    def open_account(self, key: str) -> Headers:
        """By the mail that choosing a password sends; then sign in with that."""
        email = f"{key}@people.example"
        before = len(self.plenary.mails_to(email))
        self.post(f"{MEMBERS}/password-reset", {"email": email})
        mails = eventually(lambda: self.plenary.mails_to(email)[before:])
        token = link_of(mails[-1]).rpartition("/")[2]
        body = {"token": token, "password": PASSWORD}
        self.post(f"{MEMBERS}/password-reset/confirm", body)
        return self.plenary.sign_in(email, PASSWORD)

    def workshop(self, *, capacity: int | None, **values: Any) -> str:
        """A draft of the alliance's, a month from now."""
        starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        body = {
            "titles": TITLES,
            "host_id": self.ids["alliance"],
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=6)).isoformat(),
            "time_zone": "Asia/Taipei",
            "venue": {"mode": "onsite", "name": "Hall 1"},
            "capacity": capacity,
            "languages": ["en", "zh-Hant"],
        }
        made: str = self.post(f"{EVENTS}/workshops", body | values, by=self.organizer)["id"]
        return made

    def published(self, *, capacity: int | None, **values: Any) -> str:
        made = self.workshop(capacity=capacity, **values)
        self.post(f"{EVENTS}/workshops/{made}/publish", by=self.organizer)
        return made

    def register(self, workshop: str, name: str, *, locale: str = "en", **rest: Any) -> Any:
        """A guest of that name registers."""
        body = {"name": name, "email": address_of(name), "locale": locale}
        return self.post(f"{EVENTS}/workshops/{workshop}/registrations", body | rest)

    def seats(self, workshop: str) -> dict[str, int]:
        """The ledger's counts that are not zero; it must add up."""
        found = self.get(f"{EVENTS}/workshops/{workshop}/seats", by=self.organizer)
        taken = sum(found[name] for name in ("confirmed", "held", "offered", "allotted"))
        assert found["capacity"] is None or taken + found["free"] == found["capacity"]
        return {name: count for name, count in found.items() if count}

    def settle(self) -> None:
        """Return once all that was told before is heard, and every mail is handed over.

        A guest who registers now is told last: each service hears another in order.
        """
        workshop = self.ids.get("lighthouse")
        if workshop is None:
            workshop = self.ids["lighthouse"] = self.published(capacity=None)
        name = f"Keeper {len(self.ids)}"
        self.ids[name] = self.register(workshop, name)["id"]
        self.plenary.await_mail(address_of(name), "You have a seat")
        eventually(lambda: not self._deliveries("queued") and not self._deliveries("claimed"))

    def _deliveries(self, state: str) -> list[Any]:
        path = f"{NOTIFICATIONS}/deliveries?state={state}"
        found: list[Any] = self.get(path, by=self.operator)["items"]
        return found

    def subjects(self, *addresses: str, since: int = 0) -> list[list[str]]:
        """The subjects of each address's mails, from the first `since` on."""
        return [
            [mail.subject for mail in self.plenary.mails_to(each)[since:]] for each in addresses
        ]


def address_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@guests.example"


def link_of(mail: Mail) -> str:
    """The path of the link in the mail's text."""
    found = re.findall(
        r"https?://[^/\s]+(/(?:events/links|events/invited|events/submissions|members)/\S+)",
        mail.text,
    )
    assert found, mail.text
    path: str = found[-1]
    return path


def bearer_of(mail: Mail) -> Headers:
    """The link's token as a program sends it."""
    return {"Authorization": f"Bearer {link_of(mail).rpartition('/')[2]}"}


def press(plenary: Running, path: str, verb: str) -> httpx.Response:
    """Open the page of a mailed link and press one of its buttons."""
    with plenary.browser() as browser:
        page = browser.get(path)
        assert page.status_code == 200, page.text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token, page.text
        assert f'action="{path}/{verb}"' in page.text, page.text
        form = {"csrf_token": token[1]}
        answer = browser.post(f"{path}/{verb}", data=form, follow_redirects=True)
        return answer.raise_for_status()


def found_alliance(plenary: Running) -> Alliance:
    """By the first operator, who knows nothing but the API."""
    operator = plenary.make_operator("operator@head.example", "Olga Petrova", PASSWORD)
    made = Alliance(plenary, operator)
    made.organisation("alliance", {"en": "Green Alliance", "zh-Hant": "綠色聯盟"}, "alliance")
    made.organisation("a", {"en": "Association A", "zh-Hant": "甲公會"}, "association")
    made.organisation("b", {"en": "Association B", "zh-Hant": "乙公會"}, "association")
    made.belongs("a", "alliance")
    made.belongs("b", "alliance")
    made.person("organizer", "Hsiang-Hua", "Lin")
    grant = {
        "person_id": made.ids["organizer"],
        "role": "organizer",
        "organisation_id": made.ids["alliance"],
    }
    made.post(f"{MEMBERS}/grants", grant, by=operator)
    made.person("focal.a", "Yu-Wen", "Chiu", locale="zh-Hant")
    made.person("focal.b", "Kuo-Hao", "Tseng")
    made.appoint("focal.a", "a", "focal_point")
    made.appoint("focal.b", "b", "focal_point")
    made.person("delegate", "Mei", "Wu", locale="zh-Hant")
    made.appoint("delegate", "a", "delegate")
    made.organizer = made.open_account("organizer")
    made.focal_a = made.open_account("focal.a")
    made.focal_b = made.open_account("focal.b")
    return made
