"""The mailbox of embedded mode: keeps mails in the service's own database."""

from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from typing import Final

from services.notifications.gateways.mailer import Mail, Result, Results
from services.notifications.model import KeptMail
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email
from shared.foundation.sheets import as_is as _

KEPT: Final = Result("sent", _("kept in the mailbox of this machine"))


class MailboxMailer:
    """Keeps each mail where the mailbox page shows it."""

    def __init__(self, database: Database, clock: Clock = utc_now):
        self._database = database
        self._clock = clock

    def send(self, mails: Sequence[Mail]) -> Iterator[Results]:
        """Keep them."""
        with self._database.writing() as session:
            session.add_all([self._kept(each) for each in mails])
        yield dict.fromkeys(range(len(mails)), KEPT)

    def _kept(self, mail: Mail) -> KeptMail:
        parsed = message_from_bytes(mail.source, policy=policy.default)
        return KeptMail(
            id=new_id(),
            to=mail.recipient,
            to_key=fold_email(mail.recipient),
            subject=str(parsed["Subject"] or ""),
            sent_at=self._clock(),
            raw=mail.source,
        )

    def close(self) -> None:
        """Nothing is open."""
