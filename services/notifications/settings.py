"""The environment of notifications."""

from dataclasses import dataclass

from shared.foundation.settings import setting
from shared.web.settings import WebSettings


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(WebSettings):
    """Settings of the notifications service."""

    database_url: str = setting(
        "Database of notifications: postgresql+psycopg://… or sqlite:///PATH",
        name="NOTIFICATIONS_DATABASE_URL",
        secret=True,
    )
    smtp_url: str = setting(
        "Where mails are handed over: smtp://USER:PASSWORD@HOST:PORT (STARTTLS where offered) or "
        "smtps://…; several with blanks between, each with ?weight= and per_second= where wanted; "
        "empty keeps them on the local mailbox page (embedded mode only)",
        default="",
        secret=True,
    )
    mail_from: str = setting(
        "Sender of all mails, as NAME <ADDRESS>", default="Plenary <no-reply@plenary.example>"
    )
    dkim_key: str = setting(
        "File of the RSA key (PEM) that signs mails for the sender's domain (RFC 6376); empty "
        "where the mail server signs, which is quicker",
        default="",
    )
    dkim_selector: str = setting("Name of the key in the DNS: NAME._domainkey", default="plenary")
    bounces_folder: str = setting(
        "Maildir that delivery reports and complaints arrive in (RFC 3464, RFC 5965); empty: none",
        default="",
    )
    mails_per_domain: int = setting(
        "Most mails a second to one recipient's domain, by one worker; 0 for no limit", default=0
    )
    mailers: int = setting(
        "Processes that hand mails over for a worker, itself among them; in embedded mode it is "
        "always one",
        default=2,
    )
    mails_at_once: int = setting(
        "Mails that each of them hands over side by side, on so many kept connections; a worker "
        "that dies meanwhile may send these twice",
        default=8,
    )
    sms_url: str = setting(
        "Provider of SMS as an address of Apprise, with {phone} where the number goes: "
        "twilio://SID:TOKEN@FROM/{phone}; empty: no SMS are sent",
        default="",
        secret=True,
    )
    webhooks_to_loopback: bool = setting(
        "Webhooks, chats and push may go to this machine itself, by http too (embedded mode only)",
        default=False,
    )

    keep_days: str = setting(
        "How many days kinds of data are kept that should not be kept as long as they are by "
        "themselves: `mail_contents=180 posts=14`; `plenary notifications retention` lists all",
        name="NOTIFICATIONS_KEEP_DAYS",
        default="",
    )

    @property
    def is_embedded(self) -> bool:
        """Whether all services run in one process."""
        return self.broker_url.startswith("embedded:")

    @property
    def may_post_to_loopback(self) -> bool:
        """Whether what is posted may go to this machine itself."""
        return self.is_embedded and self.webhooks_to_loopback
