"""The public page where a certificate is checked; and its holder's copies to keep."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from services.events.model import Certificate, CertificateRun, Workshop
from services.events.model.link import find_link
from services.events.queries import certificates as queries
from services.events.queries import credentials
from services.events.queries.certificate_papers import certificate_pdf, printed
from services.events.queries.registrations import get_registration
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.foundation.languages import CATALOGUES, nearest_language
from shared.web.context import current_session, service
from shared.web.files import file_store
from shared.web.identity import ANYONE, SIGNED_IN, asker, enter
from shared.web.pages import sentence

blueprint = Blueprint("certificate_checks", __name__, url_prefix="/events")
PATH = "/certificates/<uuid:certificate_id>"


def _addresses() -> credentials.Addresses:
    return credentials.Addresses(service().settings.public_url)


@blueprint.get(PATH)
@enter(ANYONE)
def check(certificate_id: UUID) -> ResponseReturnValue:
    """Whether a certificate is good, and no more than must be known of it."""
    session = current_session()
    found = queries.find_certificate(session, certificate_id)
    if found is None:
        return render_template("certificate.html", certificate=None, verdict="unknown"), 404
    return render_template(
        "certificate.html",
        certificate=found,
        verdict="valid" if found.state == "issued" else "revoked",
        run=session.get_one(CertificateRun, found.run_id),
        workshop=session.get_one(Workshop, found.workshop_id),
        is_own=_may_have(found),
    )


def _may_have(found: Certificate) -> bool:
    try:
        get_registration(current_session(), found.registration_id, asker())
    except NotFound:
        return False
    return True


@blueprint.get(f"{PATH}.pdf")
@enter(SIGNED_IN)
def paper(certificate_id: UUID) -> Response:
    """The certificate to print, for its holder and the organizers."""
    return _paper(queries.get_certificate(current_session(), certificate_id, asker()))


@blueprint.get(f"{PATH}.json")
@enter(SIGNED_IN)
def credential(certificate_id: UUID) -> Response:
    """The certificate as Open Badges 3.0, to save."""
    return _credential(queries.get_certificate(current_session(), certificate_id, asker()))


@blueprint.get("/links/<token>/certificate.<any(pdf, json):kind>")
@enter(ANYONE)
def by_link(token: str, kind: str) -> Response:
    """The certificate of the registration that a mailed link opens."""
    found = certificate_of_link(token)
    if found is None:
        raise NotFound(queries.NO_CERTIFICATE)
    return _paper(found) if kind == "pdf" else _credential(found)


def certificate_of_link(token: str) -> Certificate | None:
    """Of the registration that the link opens. Raises NotFound for a link that opens none."""
    session, link = current_session(), find_link(token)
    if link is None or link.kind != "registration":
        raise NotFound(queries.NO_CERTIFICATE)
    registration = get_registration(session, link.id, Asker(link=token))
    return queries.certificate_for(session, registration.id)


def _paper(found: Certificate) -> Response:
    language = nearest_language(found.locale)
    shown = printed(
        current_session(),
        found,
        language=language,
        address=_addresses().page(found.id),
        store=file_store(),
    )
    with force_locale(CATALOGUES[nearest_language(language)]):
        content = certificate_pdf(shown, translate=sentence)
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _credential(found: Certificate) -> Response:
    response = jsonify(credentials.signed(current_session(), found, _addresses()))
    response.headers["Content-Disposition"] = 'attachment; filename="open-badge.json"'
    response.headers["Cache-Control"] = "no-store"
    return response
