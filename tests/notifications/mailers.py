"""Mailers to one server, and mails to hand over."""

from services.notifications.gateways.mailer import Mail
from services.notifications.gateways.providers import FailoverMailer, Providers

SOURCE = b"From: a@x.example\r\nSubject: x\r\n\r\nHello.\r\n"


def a_mailer(*urls):
    return FailoverMailer(Providers.of(" ".join(urls)))


def a_mail(recipient="b@x.example", source=SOURCE):
    return Mail("a@x.example", recipient, source)


def results_of(mailer, *mails):
    """Of each that was begun, in order."""
    found = {}
    for results in mailer.send(mails):
        found |= results
    return [found[place] for place in sorted(found)]


def sent(mailer, mail=None):
    """One mail's result."""
    (result,) = results_of(mailer, mail or a_mail())
    return result
