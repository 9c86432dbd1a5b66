"""Organisations' own words for mails: begun from the built-in ones, changed, tried, left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.notifications.actions.addressing import delivery_row
from services.notifications.actions.composing import category_of, plain_facts
from services.notifications.actions.failures import AlreadyWritten, NoAddress
from services.notifications.actions.own_words import (
    PARTS,
    WORKSHOP_KINDS,
    Texts,
    built_in,
    require_good_texts,
)
from services.notifications.actions.recording import record
from services.notifications.actions.waking import wake_after_commit
from services.notifications.actions.wording import Words, words_for
from services.notifications.model import (
    Delivery,
    Notification,
    OrganisationCopy,
    Recipient,
    Template,
    TemplateVersion,
    WorkshopCopy,
)
from shared.foundation.ids import new_id

BUILT_IN: Final = "built in"
EXAMPLE_HOURS: Final = 48


def begin(
    session: Session,
    organisation_id: UUID,
    kind: str,
    texts: Texts,
    *,
    actor: str,
    now: datetime,
) -> Template:
    """An organisation's own words of a kind: version 1 is the built-in, 2 what is given.

    Begun again after it was left, the versions go on. Raises AlreadyWritten while it is used.
    """
    require_good_texts(kind, texts)
    query = select(Template).where(
        Template.organisation_id == organisation_id, Template.kind == kind
    )
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is not None and found.is_used:
        raise AlreadyWritten("The organisation has its own words for this; change them.")
    if found is None:
        found = _begun(session, organisation_id, kind, now=now)
    else:
        found.is_used = True
        _add_versions(session, found, built_in(kind), author=BUILT_IN, now=now)
    if texts:
        _add_versions(session, found, texts, author=actor, now=now)
    _record(session, found, before=BUILT_IN, after="own", actor=actor, now=now)
    session.flush()
    return found


def _begun(session: Session, organisation_id: UUID, kind: str, *, now: datetime) -> Template:
    made = Template(
        id=new_id(),
        version=0,
        organisation_id=organisation_id,
        kind=kind,
        texts={},
        is_used=True,
        fault="",
        created_at=now,
        changed_at=now,
    )
    session.add(made)
    session.flush()
    _add_versions(session, made, built_in(kind), author=BUILT_IN, now=now)
    return made


def _add_versions(
    session: Session, template: Template, texts: Texts, *, author: str, now: datetime
) -> None:
    """The newest of each of these languages from now on."""
    query = (
        select(TemplateVersion.locale, func.max(TemplateVersion.number))
        .where(TemplateVersion.template_id == template.id)
        .group_by(TemplateVersion.locale)
    )
    last = {row[0]: row[1] for row in session.execute(query)}
    for locale, text in texts.items():
        parts = {part: text[part] for part in PARTS}
        made = TemplateVersion(
            template_id=template.id,
            locale=locale,
            number=last.get(locale, 0) + 1,
            author=author,
            created_at=now,
            **parts,
        )
        session.add(made)
        template.texts = {**template.texts, locale: parts}
    template.version += 1
    template.changed_at, template.fault = now, ""
    session.flush()


def change(
    session: Session, template: Template, texts: Texts, *, actor: str, now: datetime
) -> None:
    """A new version of each language that is given and differs. Raises Invalid for bad ones."""
    require_good_texts(template.kind, texts)
    new = {
        locale: text
        for locale, text in texts.items()
        if template.texts.get(locale) != {part: text[part] for part in PARTS}
    }
    if not new:
        return
    before = {locale: template.texts.get(locale) for locale in new}
    _add_versions(session, template, new, author=actor, now=now)
    after = {locale: template.texts[locale] for locale in new}
    _record(session, template, before=before, after=after, actor=actor, now=now)


def leave(session: Session, template: Template, *, actor: str, now: datetime) -> None:
    """Back to the built-in words; the versions are kept."""
    template.is_used, template.fault = False, ""
    template.version += 1
    template.changed_at = now
    _record(session, template, before="own", after=BUILT_IN, actor=actor, now=now)


def _record(
    session: Session, template: Template, *, before: Any, after: Any, actor: str, now: datetime
) -> None:
    kept = Template.__tablename__
    record(session, kept, template.id, before=before, after=after, actor=actor, now=now)


@dataclass(frozen=True)
class Sample:
    """What a mail of a kind would say now. facts: of the organisation's latest workshop."""

    kind: str
    facts: Mapping[str, Any]

    def words(self, texts: Texts, locale: str) -> Words:
        """As it reads in the language for that locale."""
        facts = {**self.facts, "own_words": texts}
        return words_for(self.kind, facts, locale=locale, link=str(facts["path"]))


def sample_of(
    session: Session, organisation_id: UUID, kind: str, *, name: str, now: datetime
) -> Sample:
    """The organisation's own latest workshop and name; what only a person's mail has, made up."""
    organisation = session.get(OrganisationCopy, organisation_id)
    names = dict(organisation.names) if organisation is not None else {}
    facts: dict[str, Any] = {
        "name": name,
        "path": "/events/mine",
        "host_names": names,
        "organisation_names": names,
        "place": 3,
        "reason": "…",
        "until": now + timedelta(hours=EXAMPLE_HOURS),
        "ends_on": (now + timedelta(days=365)).date().isoformat(),
        "role": "member",
        "capacity": "delegate",
        "changed": ["venue"],
    }
    if kind in WORKSHOP_KINDS:
        facts |= _latest_workshop(session, organisation_id, now=now)
    return Sample(kind, facts)


def _latest_workshop(session: Session, host_id: UUID, *, now: datetime) -> dict[str, Any]:
    newest = (
        select(WorkshopCopy)
        .where(WorkshopCopy.host_id == host_id)
        .order_by(WorkshopCopy.starts_at.desc(), WorkshopCopy.id)
    )
    found = session.scalars(newest.limit(1)).one_or_none()
    if found is None:
        start = now + timedelta(days=30)
        times = {"starts_at": start, "ends_at": start + timedelta(hours=6), "time_zone": "UTC"}
        return {"titles": {"en": "…"}, "venue": {"mode": "online"}, "version": 1, **times}
    names = ("titles", "host_names", "starts_at", "ends_at", "time_zone", "venue", "version")
    return {name: getattr(found, name) for name in names}


def send_test(session: Session, template: Template, person_id: UUID, *, now: datetime) -> None:
    """Mail it to whoever asks, in each of its languages, marked as a test.

    Raises NoAddress for somebody without one.
    """
    me = session.get(Recipient, person_id)
    if me is None or not me.email:
        raise NoAddress("Your account has no mail address to send it to.")
    for locale in template.texts:
        name = me.name_in(locale)
        sample = sample_of(session, template.organisation_id, template.kind, name=name, now=now)
        told: dict[str, Any] = {
            "id": new_id(),
            "idempotency_key": f"test:{new_id()}",
            "kind": template.kind,
            "category": category_of(template.kind),
            "about_id": template.id,
            "workshop_id": None,
            "host_id": template.organisation_id,
            "person_id": me.id,
            "name": name,
            "locale": locale,
            "facts": plain_facts({**sample.facts, "is_test": True}),
            "created_at": now,
        }
        session.execute(insert(Notification).values(**told))
        mail = delivery_row(told["id"], "mail", me.email, now=now)
        session.execute(insert(Delivery).values(**mail))
    wake_after_commit(session)
