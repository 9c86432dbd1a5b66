"""Webhooks, who may see them, and what was posted to them."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from services.notifications.model import (
    OrganisationCopy,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from services.notifications.queries.scopes import SPEAKERS, may_speak_for, within
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import Asker


def webhooks_for(asker: Asker) -> Select[Webhook]:
    """Those of organisations that the asker speaks for."""
    return select(Webhook).where(
        Webhook.state != "removed", within(Webhook.organisation_id, asker, *SPEAKERS)
    )


def get_webhook(
    session: Session, webhook_id: UUID, asker: Asker, *, to_change: bool = False
) -> Webhook:
    """One that the asker may see; locked where it is to change. Raises NotFound."""
    query = webhooks_for(asker).where(Webhook.id == webhook_id)
    if to_change:
        query = query.with_for_update(of=Webhook)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def require_own(session: Session, organisation_id: UUID, asker: Asker, *, subtree: bool) -> None:
    """Raise Invalid for no organisation, Forbidden where the asker does not speak for it.

    subtree: and for all that is below it.
    """
    if session.get(OrganisationCopy, organisation_id) is None:
        raise Invalid.at("/organisation_id", "There is no such organisation.")
    if not may_speak_for(session, asker, organisation_id):
        raise Forbidden("You don't speak for this organisation.")
    if subtree and not may_speak_for(session, asker, organisation_id, subtree=True):
        detail = "Your grant does not reach the organisations below this one."
        raise Invalid.at("/subtree", detail, code="not_your_subtree")


def attempts_on(
    webhook: Webhook, *, message_id: UUID | None = None, outcome: str | None = None
) -> Select[WebhookAttempt]:
    """Every post to it, with the message; of one message, or with one outcome."""
    query = (
        select(WebhookAttempt)
        .join(WebhookAttempt.delivery)
        .join(WebhookDelivery.message)
        .options(contains_eager(WebhookAttempt.delivery).contains_eager(WebhookDelivery.message))
        .where(WebhookAttempt.webhook_id == webhook.id)
    )
    if message_id is not None:
        query = query.where(WebhookDelivery.message_id == message_id)
    return query.where(WebhookAttempt.outcome == outcome) if outcome else query


def counts_of(session: Session, webhook: Webhook) -> dict[str, int]:
    """State → how many messages of the last 30 days are in it."""
    query = (
        select(WebhookDelivery.state, func.count())
        .where(WebhookDelivery.webhook_id == webhook.id)
        .group_by(WebhookDelivery.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}
