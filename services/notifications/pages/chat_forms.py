"""The forms for a chat and a phone: each kind of chat has its own fields."""

from typing import Final

from flask_babel import lazy_gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.notifications.actions.naming_addresses import KINDS, Ways, wanted_of
from shared.foundation.failures import Failure
from shared.web.fields import Line, Phone
from shared.web.forms import Form, read_form

CHAT_NAMES: Final = {
    "line": "LINE",
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "telegram": "Telegram",
    "discord": "Discord",
    "google_chat": "Google Chat",
    "webex": "Webex",
    "mattermost": "Mattermost",
    "rocket_chat": "Rocket.Chat",
    "ntfy": "ntfy",
    "gotify": "Gotify",
}
FIELD_NAMES: Final = {
    "url": _("Web address of the webhook"),
    "server": _("Server"),
    "token": _("Token"),
    "target": _("To whom"),
}
HINTS: Final = {
    ("line", "token"): _("The channel access token of your LINE bot."),
    ("line", "target"): _("Your user ID or a group's ID, as the bot sees it."),
    ("slack", "url"): "https://hooks.slack.com/services/…",
    ("teams", "url"): _("Of a workflow that posts to a chat or a channel."),
    ("telegram", "token"): _("Of your bot, as BotFather gave it."),
    ("telegram", "target"): _("The chat's ID, a number."),
    ("discord", "url"): "https://discord.com/api/webhooks/…",
    ("google_chat", "url"): "https://chat.googleapis.com/v1/spaces/…",
    ("webex", "url"): "https://webexapis.com/v1/webhooks/incoming/…",
    ("mattermost", "server"): "https://chat.example.org",
    ("mattermost", "token"): _("The last part of the incoming webhook's address."),
    ("rocket_chat", "server"): "https://chat.example.org",
    ("rocket_chat", "token"): _("The last two parts of the incoming webhook's address, with /."),
    ("ntfy", "server"): _("Leave empty for ntfy.sh."),
    ("ntfy", "token"): _("Where the topic is protected."),
    ("ntfy", "target"): _("The topic. Whoever knows its name can read it."),
    ("gotify", "server"): "https://push.example.org",
    ("gotify", "token"): _("Of an application."),
}
"""(kind, field) → where its reader finds it."""


class ChatForm(Schema):
    """One kind of chat and its fields."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    url = Line(longest=1000)
    server = Line(longest=300)
    token = Line(longest=300)
    target = Line(longest=200)


class PhoneForm(Schema):
    """A number."""

    class Meta:
        unknown = RAISE

    phone = Phone(required=True)


def read_chat(ways: Ways) -> Form:
    """values: `wanted`, the address that was named."""
    return _read(ChatForm(), "chat", ways)


def read_phone(ways: Ways) -> Form:
    """As `read_chat`."""
    return _read(PhoneForm(), "sms", ways)


def _read(schema: Schema, channel: str, ways: Ways) -> Form:
    form = read_form(schema)
    if not form.is_good:
        return form
    try:
        form.values = {"wanted": wanted_of({**form.values, "channel": channel}, ways)}
    except Failure as failure:
        form.refuse(failure)
        if "kind" in form.faults:
            form.faults[""] = form.faults.pop("kind")
    return form


_ANSWERS: Final = (
    _("No chat has such an address; see what its service says."),
    _("No SMS are sent from here."),
    _("This is not the code that was sent."),
    _("This code is no longer good. Ask for another one."),
    _("Too many codes were sent. Wait an hour and try again."),
    _("Write the number with its prefix, as +886 3 582 0100."),
    _("This is not a telephone number."),
    _("Add an address for this channel first."),
)
"""What the actions say, for the catalogue."""
