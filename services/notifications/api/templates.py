"""Organisations' own words for mails: begun, changed, looked at, tried and left."""

from typing import Any
from uuid import UUID

from services.notifications.actions import writing_templates as writing
from services.notifications.actions.composing import category_of
from services.notifications.actions.own_words import (
    EDITABLE,
    built_in,
    require_good_texts,
    variables_of,
)
from services.notifications.api.schemas.templates import (
    PreviewIn,
    TemplateArguments,
    TemplateChangeIn,
    TemplateIn,
    TemplateKindOut,
    TemplateOut,
    TemplatePreviewOut,
    TemplateVersionOut,
)
from services.notifications.model import Template, TemplateVersion
from services.notifications.queries import templates as queries
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_templates", __name__, url_prefix="/notifications/api/v1")
ORGANIZER = one_of(Role.ORGANIZER)
ONE = "/templates/<uuid:template_id>"


def _plain(found: Template) -> dict[str, Any]:
    names = "id organisation_id kind version texts fault changed_at"
    plain = {name: getattr(found, name) for name in names.split()}
    return plain | {"variables": variables_of(found.kind)}


def _out(found: Template) -> dict[str, Any]:
    set_etag(found.version)
    return _plain(found)


def _to_change(template_id: UUID) -> Template:
    found = queries.get_template(current_session(), template_id, asker(), to_change=True)
    require_match(found.version)
    return found


@blueprint.route("/template-kinds", methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, page_schema(TemplateKindOut))
def list_template_kinds() -> dict[str, Any]:
    """What can be worded, what each text can name, and the built-in words."""
    kinds = [
        {
            "kind": kind,
            "category": category_of(kind),
            "variables": variables_of(kind),
            "texts": built_in(kind),
        }
        for kind in EDITABLE
    ]
    return list_answer(kinds, None)


@blueprint.route("/templates", methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(TemplateArguments, location="query")
@listed(blueprint, page_schema(TemplateOut))
def list_templates(arguments: dict[str, Any]) -> dict[str, Any]:
    """Newest first."""
    rows, cursor = page_of(
        current_session(),
        queries.templates_for(asker(), organisation_id=arguments.get("organisation_id")),
        [Key(Template.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_plain(row) for row in rows], cursor)


@blueprint.route("/templates", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(TemplateIn)
@blueprint.response(201, TemplateOut)
def create_template(body: dict[str, Any]) -> dict[str, Any]:
    """Word a kind of mail for an organisation: version 1 is the built-in one."""
    session, who = current_session(), asker()
    queries.require_writer(session, body["organisation_id"], who)
    return _out(writing.begin(session, **body, actor=who.name, now=now()))


@blueprint.route(ONE, methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, TemplateOut)
def read_template(template_id: UUID) -> dict[str, Any]:
    """One, with the newest words of each language."""
    return _out(queries.get_template(current_session(), template_id, asker()))


@blueprint.route(ONE, methods=["PATCH"])
@enter(ORGANIZER)
@blueprint.arguments(TemplateChangeIn)
@blueprint.response(200, TemplateOut)
def change_template(body: dict[str, Any], template_id: UUID) -> dict[str, Any]:
    """A new version of each language that is given; the others stay."""
    found = _to_change(template_id)
    writing.change(current_session(), found, body["texts"], actor=asker().name, now=now())
    return _out(found)


@blueprint.route(ONE, methods=["DELETE"])
@enter(ORGANIZER)
@blueprint.response(204)
def leave_template(template_id: UUID) -> None:
    """Back to the built-in words."""
    found = _to_change(template_id)
    writing.leave(current_session(), found, actor=asker().name, now=now())


@blueprint.route(f"{ONE}/versions", methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(TemplateVersionOut))
def list_template_versions(arguments: dict[str, Any], template_id: UUID) -> dict[str, Any]:
    """Newest first, by language."""
    session = current_session()
    found = queries.get_template(session, template_id, asker())
    rows, cursor = page_of(
        session,
        queries.versions_of(found),
        [
            Key(TemplateVersion.number, descending=True),
            Key(TemplateVersion.locale, descending=True),
        ],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(f"{ONE}/preview", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(PreviewIn)
@blueprint.response(200, TemplatePreviewOut)
def preview_template(body: dict[str, Any], template_id: UUID) -> dict[str, Any]:
    """How a mail of it reads, for the organisation's latest workshop. Changes nothing."""
    session, me = current_session(), require_identity()
    found = queries.get_template(session, template_id, asker())
    require_good_texts(found.kind, body["texts"])
    sample = writing.sample_of(session, found.organisation_id, found.kind, name=me.name, now=now())
    words = sample.words({**found.texts, **body["texts"]}, body["locale"] or me.locale)
    names = ("language", "subject", "text", "html")
    return {name: getattr(words, name) for name in names}


@blueprint.route(f"{ONE}/test", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(ActionSchema)
@blueprint.response(202, TemplateOut)
def mail_template(_: dict[str, Any], template_id: UUID) -> dict[str, Any]:
    """Mail it to oneself, in each of its languages."""
    session = current_session()
    found = queries.get_template(session, template_id, asker())
    writing.send_test(session, found, require_identity().person_id, now=now())
    return _out(found)
