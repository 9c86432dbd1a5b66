"""The mailbox of embedded mode: keeps mails in the service's own database."""

from email import message_from_bytes, policy

from services.notifications.gateways.mailer import Result
from services.notifications.model import KeptMail
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email


class MailboxMailer:
    """Keeps each mail where the mailbox page shows it."""

    def __init__(self, database: Database, clock: Clock = utc_now):
        self._database = database
        self._clock = clock

    def send(self, sender: str, recipient: str, source: bytes) -> Result:  # noqa: ARG002
        """Keep the mail."""
        parsed = message_from_bytes(source, policy=policy.default)
        kept = KeptMail(
            id=new_id(),
            to=recipient,
            to_key=fold_email(recipient),
            subject=str(parsed["Subject"] or ""),
            sent_at=self._clock(),
            raw=source,
        )
        with self._database.writing() as session:
            session.add(kept)
        return Result("sent", "kept in the local mailbox")

    def close(self) -> None:
        """Nothing is open."""
