"""Certificates for their holders and for whoever checks them: paper, credential, verdict, keys."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import force_locale, gettext

from services.events.actions import certifying
from services.events.api.schemas.certificates import (
    CertificateOut,
    CertificatePage,
    CredentialKeyOut,
    OwnCertificateArguments,
    PaperArguments,
    VerdictOut,
)
from services.events.api.schemas.credentials import IssuerProfileOut, OpenBadgeOut, StatusListOut
from services.events.api.views import certificate_out, ticket_key_out, verdict_out
from services.events.model import Certificate, Workshop
from services.events.queries import certificates as queries
from services.events.queries import credentials
from services.events.queries.certificate_papers import certificate_pdf, printed
from services.events.queries.copies import get_organisation
from services.events.queries.registrations import get_organized_registration
from shared.foundation.failures import NotFound
from shared.foundation.identities import Role
from shared.foundation.languages import CATALOGUES, nearest_language
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import set_etag
from shared.web.files import file_store
from shared.web.identity import ANYONE, LINK_OR_SIGNED_IN, SIGNED_IN, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_credentials", __name__, url_prefix="/events/api/v1")
PATH = "/certificates/<uuid:certificate_id>"


def addresses() -> credentials.Addresses:
    """Of this installation."""
    return credentials.Addresses(service().settings.public_url)


def paper_of(certificate: Certificate, language: str | None) -> Response:
    """The certificate as PDF, in that language or its holder's."""
    session, language = current_session(), language or certificate.locale
    shown = printed(
        session,
        certificate,
        language=language,
        address=addresses().page(certificate.id),
        store=file_store(),
    )
    with force_locale(CATALOGUES[nearest_language(language)]):
        content = certificate_pdf(shown, translate=gettext)
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    return response


@blueprint.route("/me/certificates", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(OwnCertificateArguments, location="query")
@listed(blueprint, CertificatePage)
def list_own(arguments: dict[str, Any]) -> dict[str, Any]:
    """The asker's own certificates."""
    session = current_session()
    rows, cursor = page_of(
        session,
        queries.own_certificates(asker()),
        [Key(Certificate.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    root = service().settings.public_url
    return list_answer([certificate_out(session, row, root=root) for row in rows], cursor)


@blueprint.route(PATH, methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, CertificateOut)
def read_certificate(certificate_id: UUID) -> dict[str, Any]:
    """One certificate, for its holder, by account or mailed link, and the organizers."""
    session = current_session()
    found = queries.get_certificate(session, certificate_id, asker())
    set_etag(found.version)
    return certificate_out(session, found, root=service().settings.public_url)


@blueprint.route(f"{PATH}.pdf", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(PaperArguments, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def read_paper(arguments: dict[str, Any], certificate_id: UUID) -> Response:
    """The certificate to print."""
    found = queries.get_certificate(current_session(), certificate_id, asker())
    return paper_of(found, arguments["language"])


@blueprint.route(f"{PATH}.json", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, OpenBadgeOut)
def read_credential(certificate_id: UUID) -> dict[str, Any]:
    """The certificate as Open Badges 3.0, signed by a Data Integrity proof."""
    session = current_session()
    found = queries.get_certificate(session, certificate_id, asker())
    set_etag(found.version)
    return credentials.signed(session, found, addresses())


@blueprint.route(f"{PATH}.jwt", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, {"type": "string"}, content_type="application/vc+jwt")
def read_credential_as_jwt(certificate_id: UUID) -> Response:
    """The certificate as Open Badges 3.0, as a VC-JWT."""
    session = current_session()
    found = queries.get_certificate(session, certificate_id, asker())
    credential = credentials.credential_of(session, found, addresses())
    text = credentials.as_jwt(credential, credentials.key_of(session, found), addresses())
    return Response(text, content_type="application/vc+jwt")


@blueprint.route(f"{PATH}/verify", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, VerdictOut)
def verify_certificate(certificate_id: UUID) -> dict[str, Any]:
    """Whether it is good, and whose it is; an unknown one is 404."""
    session = current_session()
    return verdict_out(session, queries.get_public(session, certificate_id))


@blueprint.route(f"{PATH}/revoke", methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ActionSchema)
@blueprint.response(200, CertificateOut)
def revoke_certificate(body: dict[str, Any], certificate_id: UUID) -> dict[str, Any]:
    """Say that it is good no more; its holder is told the reason."""
    session = current_session()
    found = get_organized_certificate(certificate_id)
    certifying.revoke(session, found, actor=asker().name, now=now(), reason=body["reason"])
    set_etag(found.version)
    return certificate_out(session, found, root=service().settings.public_url)


def get_organized_certificate(certificate_id: UUID) -> Certificate:
    """The certificate, for the organizers of its workshop. Raises NotFound or Forbidden."""
    session = current_session()
    found = queries.get_certificate(session, certificate_id, asker())
    get_organized_registration(session, found.registration_id, asker())
    return found


@blueprint.route("/workshops/<uuid:workshop_id>/certificate-status", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, StatusListOut)
def read_status(workshop_id: UUID) -> dict[str, Any]:
    """What of the workshop was revoked, as a signed list of bits that names nobody."""
    session = current_session()
    workshop = session.get(Workshop, workshop_id)
    if workshop is None or queries.latest_run(session, workshop_id) is None:
        raise NotFound("No certificates of this workshop were issued yet.")
    return credentials.status_list(session, workshop, addresses(), now=now())


@blueprint.route("/issuers/<uuid:issuer_id>", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, IssuerProfileOut)
def read_issuer(issuer_id: UUID) -> dict[str, Any]:
    """An organisation that issues certificates, with the keys that sign for it."""
    session = current_session()
    found = get_organisation(session, issuer_id)
    set_etag(found.version)
    return credentials.profile_of(session, found, addresses())


@blueprint.route("/credential-keys/<uuid:key_id>", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, CredentialKeyOut)
def read_key(key_id: UUID) -> dict[str, str]:
    """A public key that verifies credentials."""
    found = credentials.get_key(current_session(), key_id)
    set_etag(1)
    return ticket_key_out(found.id, found.public_key)
