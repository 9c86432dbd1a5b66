"""The tables of members and what always holds in them."""

from services.members.model.account import Account
from services.members.model.affiliation import Affiliation
from services.members.model.appointment import Appointment
from services.members.model.audit import AuditEntry, AuditHead
from services.members.model.base import Base
from services.members.model.body import Body, Seat
from services.members.model.capability import Capability, CapabilityFramework
from services.members.model.case import Case, CaseAttachment, CaseFollower
from services.members.model.catalogue import CatalogueEntry
from services.members.model.consent import Consent, ConsentPurpose, ConsentText
from services.members.model.course_run import CourseRun
from services.members.model.custom_field import CustomField, CustomValue
from services.members.model.data_export import DataExport, DataExportPiece
from services.members.model.demand import DemandAnswer, DemandLine, DemandRound
from services.members.model.earned_certificate import EarnedCertificate
from services.members.model.erasure import Erasure, ErasurePart
from services.members.model.gap import GapBasis, GapCell, GapSnapshot
from services.members.model.grant import RoleGrant
from services.members.model.identity_provider import (
    IdentityProvider,
    LinkedIdentity,
    ProviderDomain,
)
from services.members.model.imports import Import, ImportMapping, ImportRow
from services.members.model.invitation import Invitation
from services.members.model.membership import Membership
from services.members.model.membership_type import MembershipType
from services.members.model.merge import Merge
from services.members.model.organisation import Identifier, Organisation
from services.members.model.organisation_merge import OrganisationMerge
from services.members.model.passkey import Passkey, UsedChallenge
from services.members.model.person import Person
from services.members.model.personal_token import PersonalToken
from services.members.model.profile import OrganisationProfile
from services.members.model.referral import Referral, ReferralTerms, TalentNeed
from services.members.model.retention import RetentionRun
from services.members.model.second_factor import CodeSecret, RecoveryCode
from services.members.model.segment import Segment, SegmentMember
from services.members.model.sign_in import Attempt, MailedToken, SignInSession
from services.members.model.signing_key import SigningKey
from services.members.model.transition import Transition

__all__ = [
    "Account",
    "Affiliation",
    "Appointment",
    "Attempt",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Body",
    "Capability",
    "CapabilityFramework",
    "Case",
    "CaseAttachment",
    "CaseFollower",
    "CatalogueEntry",
    "CodeSecret",
    "Consent",
    "ConsentPurpose",
    "ConsentText",
    "CourseRun",
    "CustomField",
    "CustomValue",
    "DataExport",
    "DataExportPiece",
    "DemandAnswer",
    "DemandLine",
    "DemandRound",
    "EarnedCertificate",
    "Erasure",
    "ErasurePart",
    "GapBasis",
    "GapCell",
    "GapSnapshot",
    "Identifier",
    "IdentityProvider",
    "Import",
    "ImportMapping",
    "ImportRow",
    "Invitation",
    "LinkedIdentity",
    "MailedToken",
    "Membership",
    "MembershipType",
    "Merge",
    "Organisation",
    "OrganisationMerge",
    "OrganisationProfile",
    "Passkey",
    "Person",
    "PersonalToken",
    "ProviderDomain",
    "RecoveryCode",
    "Referral",
    "ReferralTerms",
    "RetentionRun",
    "RoleGrant",
    "Seat",
    "Segment",
    "SegmentMember",
    "SignInSession",
    "SigningKey",
    "TalentNeed",
    "Transition",
    "UsedChallenge",
]
