"""What is told of certificates, to their holders."""

from typing import Any, Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from shared.contracts import events_certificates as told
from shared.messaging.inbox import Heard, Reaction, Reactions


def _on_certificate(kind: str, path: str) -> Reaction:
    """path: where the mail's button leads; with the holder's token or the certificate's id."""

    def react(session: Session, message: told.AboutCertificate, heard: Heard) -> None:
        state = message.certificate
        facts: dict[str, Any] = {
            "titles": state.workshop_titles,
            "certificate_titles": state.titles,
            "host_names": state.host_names,
            "reason": getattr(message, "reason", ""),
        }
        news = News(
            kind=kind,
            message_id=heard.id,
            facts=facts,
            workshop_id=state.workshop_id,
            host_id=state.host_id,
        )
        addressee = Addressee(
            about_id=state.certificate_id,
            name=state.name,
            email=state.email,
            locale=state.locale,
            path=path.format(token=state.link_token, id=state.certificate_id),
            person_id=state.person_id,
        )
        tell_people(session, [(news, addressee)], now=heard.now)

    return react


REACTIONS: Final[Reactions] = {
    told.CertificateIssued: _on_certificate(
        "certificate_issued", "/events/links/{token}/certificate.pdf"
    ),
    told.CertificateRevoked: _on_certificate("certificate_revoked", "/events/certificates/{id}"),
}
