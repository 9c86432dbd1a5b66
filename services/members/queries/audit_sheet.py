"""The audit as a file, for those who keep or check it elsewhere."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from services.members.model import AuditEntry
from services.members.queries.audit import ids_of_people, names_seen
from services.members.queries.organisations import names_of
from shared.foundation.identities import Asker, Role
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _


def audit_sheet(asker: Asker, *, today: date, language: str) -> Sheet:
    """Entries with the names that the asker may see; addresses for operators only.

    Subjects, acts, roles and fields have the names that the API has. changes: JSON.
    """
    is_operator = asker.has(Role.OPERATOR)
    headings = (
        *(_("Number"), _("Time"), _("Who"), _("Who (ID)"), _("Role"), _("Acting for")),
        *(_("What"), _("Act"), _("What (ID)"), _("Organisation"), _("Other organisation")),
        *(_("Reason"), _("Changes"), _("Hash")),
        *((_("From address"),) if is_operator else ()),
    )

    def cells(session: Session, rows: Sequence[AuditEntry]) -> Iterable[Sequence[Cell | datetime]]:
        people = names_seen(session, ids_of_people(rows), asker, today=today, language=language)
        places = {
            each
            for row in rows
            for each in (row.organisation_id, row.counterpart_id, row.acting_for)
        }
        names = names_of(session, places)
        for row in rows:
            actor_id = find_id(row.actor)
            acting_for, organisation, other = (
                in_language(names[each], language) if each in names else None
                for each in (row.acting_for, row.organisation_id, row.counterpart_id)
            )
            yield [
                *(row.number, row.at, people.get(actor_id) if actor_id else None, row.actor),
                *(row.acting_role, acting_for, row.subject, row.act, str(row.subject_id)),
                *(organisation, other, row.reason),
                json.dumps(row.changes, ensure_ascii=False) if row.changes else None,
                row.hash,
                *((row.place,) if is_operator else ()),
            ]

    return Sheet(_("audit"), headings, cells)
