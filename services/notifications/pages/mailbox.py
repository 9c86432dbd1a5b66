"""The local mailbox of embedded mode: every mail that would have been sent. Loopback only."""

import ipaddress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from services.notifications.model import KeptMail
from services.notifications.queries import deliveries as queries
from shared.foundation.clock import rfc3339
from shared.foundation.failures import Invalid, NotFound
from shared.web.context import current_session
from shared.web.identity import ANYONE, enter
from shared.web.paging import LARGEST_PAGE, Key, list_answer, page_of

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@blueprint.before_request
def require_loopback() -> None:
    """For the person at this machine alone."""
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104
    if not address.is_loopback:
        raise NotFound("The mailbox is shown on this machine only.")


def _parsed(kept: KeptMail) -> EmailMessage:
    return message_from_bytes(kept.raw, policy=policy.default)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _as_json(kept: KeptMail) -> dict[str, Any]:
    mail = _parsed(kept)
    attachments = [
        {
            "filename": part.get_filename() or "",
            "content_type": part.get_content_type(),
            "size_bytes": len(part.get_payload(decode=True) or b""),
        }
        for part in mail.iter_attachments()
    ]
    return {
        "id": str(kept.id),
        "to": kept.to,
        "from": str(mail["From"]),
        "subject": kept.subject,
        "sent_at": rfc3339(kept.sent_at),
        "headers": {name: str(value) for name, value in mail.items()},
        "text": _body(mail, "plain"),
        "html": _body(mail, "html"),
        "attachments": attachments,
    }


def _limit() -> int:
    text = request.args.get("limit", "50")
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PAGE:
        raise Invalid(f"limit is a number from 1 to {LARGEST_PAGE}.")
    return int(text)


def _page(limit: int) -> tuple[list[KeptMail], str | None]:
    return page_of(
        current_session(),
        queries.kept_mails(request.args.get("to")),
        [Key(KeptMail.id, descending=True)],
        cursor=request.args.get("cursor"),
        limit=limit,
    )


@blueprint.get("")
@enter(ANYONE)
def show() -> ResponseReturnValue:
    """All mails, newest first."""
    rows, cursor = _page(50)
    next_page = list_answer([], cursor)["next"]
    return render_template(
        "mailbox.html", mails=rows, next=next_page, to=request.args.get("to", "")
    )


def _get(mail_id: UUID) -> KeptMail:
    found = current_session().get(KeptMail, mail_id)
    if found is None:
        raise NotFound("There is no such mail.")
    return found


@blueprint.get("/<uuid:mail_id>")
@enter(ANYONE)
def show_mail(mail_id: UUID) -> ResponseReturnValue:
    """One mail with its text, its HTML in a frame, and its attachments' names."""
    kept = _get(mail_id)
    return render_template("mail.html", mail=_as_json(kept), kept=kept)


@blueprint.get("/<uuid:mail_id>/html")
@enter(ANYONE)
def show_html(mail_id: UUID) -> ResponseReturnValue:
    """The HTML part by itself, without any right to run or load something."""
    response = Response(_body(_parsed(_get(mail_id)), "html"))
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-top-navigation-by-user-activation allow-popups; default-src 'none'; "
        "style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@blueprint.get("/api/v1/messages")
@enter(ANYONE)
def list_mails() -> ResponseReturnValue:
    """JSON of the mails, newest first; `to` narrows to one address."""
    rows, cursor = _page(_limit())
    return jsonify(list_answer([_as_json(kept) for kept in rows], cursor))


@blueprint.get("/api/v1/messages/<uuid:mail_id>/raw")
@enter(ANYONE)
def raw_mail(mail_id: UUID) -> ResponseReturnValue:
    """The mail's RFC 5322 source."""
    return Response(_get(mail_id).raw, content_type="message/rfc822")
