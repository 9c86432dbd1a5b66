"""Webhooks: made, changed, tried, given a new secret, enabled again, replayed and removed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.notifications.actions.failures import WrongState
from services.notifications.actions.offering import queue_for
from services.notifications.actions.recording import move, record, require_state
from services.notifications.actions.webhook_signatures import new_secret
from services.notifications.model import Webhook, WebhookDelivery, WebhookMessage
from shared.contracts.message import Told
from shared.contracts.notifications import WebhookTested
from shared.foundation.addresses import is_loopback, is_open_internet
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.foundation.sealing import seal, unseal
from shared.foundation.sentences import said

OVERLAP: Final = timedelta(hours=24)
"""So long the old secret signs beside the new one."""
MOST_OF_ONE: Final = 20
LOOPBACK_NAMES: Final = ("localhost",)
REMOVED: Final = "It was removed."
BY_HAND: Final = "It was disabled by hand."


@dataclass(frozen=True, kw_only=True)
class Hook:
    """What somebody wants to be posted, and where to."""

    organisation_id: UUID
    url: str
    types: list[str]
    subtree: bool = False
    description: str = ""


@dataclass(frozen=True)
class Keys:
    """secret_key: seals the webhooks' secrets. to_loopback: they may go to this machine."""

    secret_key: str
    to_loopback: bool = False


def require_good_url(url: str, *, to_loopback: bool) -> None:
    """Raise Invalid for an address that is never posted to; names are looked at when they are."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad("This is not an address.") from error
    if not host or parts.username is not None or parts.fragment or not url.isascii():
        raise _bad("Use an address of a server, without a user name or a fragment.")
    if to_loopback and _leads_home(host):
        if parts.scheme in ("http", "https"):
            return
        raise _bad("Use http or https.")
    if parts.scheme != "https":
        raise _bad("Use https.")
    if not _may_be_open(host):
        raise _bad("This address is not on the open internet.")


def _bad(detail: str) -> Invalid:
    return Invalid.at("/url", detail, code="bad_url")


def _leads_home(host: str) -> bool:
    try:
        return is_loopback(host)
    except ValueError:
        return host in LOOPBACK_NAMES


def _may_be_open(host: str) -> bool:
    """Of a literal address whether it is; of a name only that it is no name of this machine's."""
    try:
        return is_open_internet(host)
    except ValueError:
        is_number = host.replace(".", "").replace("x", "").isdigit()
        return "." in host and not is_number and not host.endswith((".localhost", ".local"))


def _about(webhook_id: UUID) -> str:
    return f"webhook {webhook_id}"


def secrets_of(webhook: Webhook, *, secret_key: str, now: datetime) -> list[str]:
    """Those that sign now, the newest first."""
    sealed = [webhook.sealed_secret]
    if webhook.sealed_old_secret and webhook.old_secret_until and webhook.old_secret_until > now:
        sealed.append(webhook.sealed_old_secret)
    return [
        unseal(each, about=_about(webhook.id), secret_key=secret_key, service="notifications")
        for each in sealed
    ]


def _sealed(secret: str, webhook_id: UUID, keys: Keys) -> str:
    about, key = _about(webhook_id), keys.secret_key
    return seal(secret, about=about, secret_key=key, service="notifications")


def hook(
    session: Session, wanted: Hook, *, keys: Keys, owner_id: UUID, now: datetime
) -> tuple[Webhook, str]:
    """Post to an address from now on. The secret is shown this once.

    Raises Invalid for an address that is never posted to, Conflict for more than 20 of one.
    """
    require_good_url(wanted.url, to_loopback=keys.to_loopback)
    wanted = replace(wanted, types=sorted(set(wanted.types)))
    query = select(func.count()).where(
        Webhook.organisation_id == wanted.organisation_id, Webhook.state != "removed"
    )
    if (session.scalar(query) or 0) >= MOST_OF_ONE:
        raise Conflict(
            said(
                "An organisation has %(most)s webhooks at most; remove one first.", most=MOST_OF_ONE
            )
        )
    webhook_id, secret = new_id(), new_secret()
    made = Webhook(
        id=webhook_id,
        version=1,
        state="active",
        reason="",
        sealed_secret=_sealed(secret, webhook_id, keys),
        owner_id=owner_id,
        created_at=now,
        failures=0,
        next_at=now,
        served_at=now,
        **vars(wanted),
    )
    session.add(made)
    _record(session, made, "active", before=None, actor=str(owner_id), now=now)
    session.flush()
    return made, secret


def _record(
    session: Session, webhook: Webhook, after: Any, *, before: Any, actor: str, now: datetime
) -> None:
    kept = Webhook.__tablename__
    record(session, kept, webhook.id, before=before, after=after, actor=actor, now=now)


def change(
    session: Session,
    webhook: Webhook,
    values: Mapping[str, Any],
    *,
    keys: Keys,
    actor: str,
    now: datetime,
) -> None:
    """Change some of url, types, subtree and description; for what happens from now on."""
    if "url" in values:
        require_good_url(values["url"], to_loopback=keys.to_loopback)
    before = {name: getattr(webhook, name) for name in values}
    if before == dict(values):
        return
    for name, value in values.items():
        setattr(webhook, name, value)
    webhook.version += 1
    _record(session, webhook, dict(values), before=before, actor=actor, now=now)


def rotate_secret(
    session: Session, webhook: Webhook, *, keys: Keys, actor: str, now: datetime, reason: str = ""
) -> str:
    """A new secret; for 24 hours the old one signs too. It is shown this once."""
    secret = new_secret()
    webhook.sealed_old_secret, webhook.old_secret_until = webhook.sealed_secret, now + OVERLAP
    webhook.sealed_secret = _sealed(secret, webhook.id, keys)
    webhook.version += 1
    record(
        session,
        Webhook.__tablename__,
        webhook.id,
        before=webhook.state,
        after="secret_rotated",
        actor=actor,
        now=now,
        reason=reason,
    )
    return secret


def enable(
    session: Session, webhook: Webhook, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Post to it again. What it missed comes when it is replayed."""
    require_state(webhook, "disabled", to="be enabled")
    webhook.failing_since, webhook.failures, webhook.reason = None, 0, ""
    webhook.next_at = now
    move(session, webhook, "active", actor=actor, now=now, reason=reason)


def disable(
    session: Session, webhook: Webhook, *, why: str, actor: str, now: datetime, reason: str = ""
) -> None:
    """Post no more to it; what waits for it is kept as missed."""
    require_state(webhook, "active", to="be disabled")
    webhook.reason = why
    _end_queued(session, webhook, "missed")
    move(session, webhook, "disabled", actor=actor, now=now, reason=reason or why)


def unhook(session: Session, webhook: Webhook, *, actor: str, now: datetime) -> None:
    """Remove it; nothing more is posted, and its secrets are gone."""
    _end_queued(session, webhook, "cancelled")
    webhook.sealed_secret, webhook.sealed_old_secret = "", None
    webhook.reason = REMOVED
    move(session, webhook, "removed", actor=actor, now=now)


def _end_queued(session: Session, webhook: Webhook, state: str) -> None:
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == "queued")
        .values(state=state)
        .execution_options(synchronize_session=False)
    )


def try_out(session: Session, webhook: Webhook, *, now: datetime) -> UUID:
    """Post a message that tells nothing; its id."""
    require_state(webhook, "active", to="be tested")
    told = Told(id=new_id(), message=WebhookTested(webhook_id=webhook.id), time=now, traceparent="")
    queue_for(session, told, [webhook], now=now)
    webhook.next_at = now
    return told.id


@dataclass(frozen=True, kw_only=True)
class Span:
    """What is replayed: one message, or all that was told in a span; both ends may be open."""

    message_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_failed: bool = True


def replay(
    session: Session, webhook: Webhook, span: Span, *, actor: str, now: datetime, reason: str = ""
) -> int:
    """Queue what was posted, failed or missed once more, with the same ids; how many."""
    if webhook.state != "active":
        raise WrongState(
            said("It is %(state)s; enable it before you replay.", state=(webhook.state,))
        )
    chosen = (
        select(WebhookDelivery.id)
        .join(WebhookMessage, WebhookMessage.id == WebhookDelivery.message_id)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookMessage.body != "")
    )
    if span.message_id is not None:
        chosen = chosen.where(WebhookDelivery.message_id == span.message_id)
    else:
        states = ("failed", "missed") if span.only_failed else ("failed", "missed", "sent")
        chosen = chosen.where(WebhookDelivery.state.in_(states))
    if span.since is not None:
        chosen = chosen.where(WebhookDelivery.created_at >= span.since)
    if span.until is not None:
        chosen = chosen.where(WebhookDelivery.created_at < span.until)
    queued = session.scalars(
        update(WebhookDelivery)
        .where(WebhookDelivery.id.in_(chosen))
        .values(state="queued", tries=0, due_at=now)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    webhook.next_at = now
    record(
        session,
        Webhook.__tablename__,
        webhook.id,
        before=None,
        after={"replayed": len(queued)},
        actor=actor,
        now=now,
        reason=reason,
    )
    return len(queued)
