"""What a revert left, since somebody had changed it: the next file finds it again."""

from uuid import UUID

from sqlalchemy import Select, exists, select

from services.members.model import Import, ImportRow, Membership, Organisation
from services.members.model.membership import OPEN


def companies_left_behind(host: Organisation) -> Select[UUID]:
    """Companies that this organisation's reverted imports had recorded, and that were changed
    since, so that they stayed; they belong nowhere now."""
    recorded = (
        select(ImportRow.target_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(
            Import.organisation_id == host.id,
            Import.kind == "companies",
            Import.state == "reverted",
            ImportRow.verdict == "new",
            ImportRow.target_id.is_not(None),
        )
    )
    belongs = exists().where(Membership.member_id == Organisation.id, Membership.state.in_(OPEN))
    return select(Organisation.id).where(
        Organisation.id.in_(recorded), Organisation.merged_into.is_(None), ~belongs
    )
