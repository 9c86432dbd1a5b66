"""The pages of notifications."""

from flask import Blueprint

from services.notifications.pages import inbox, mailbox


def page_blueprints(*, has_mailbox: bool) -> list[Blueprint]:
    """All blueprints of pages; the mailbox in embedded mode only."""
    return [inbox.blueprint, mailbox.blueprint] if has_mailbox else [inbox.blueprint]
