"""The tables of events and what always holds in them."""

from services.events.model.allotment import Allotment
from services.events.model.answer_file import AnswerFile
from services.events.model.base import Base
from services.events.model.calendar_feed import CalendarFeed
from services.events.model.call import Call, CallReviewer, Review, Submission
from services.events.model.certificate import (
    Certificate,
    CertificateIssuer,
    CertificateRule,
    CertificateRun,
    CredentialKey,
    TestScore,
)
from services.events.model.copied_people import CopiedPeople
from services.events.model.copies import (
    AppointmentCopy,
    CapabilityCopy,
    MembershipCopy,
    MergeCopy,
    MergedAllotment,
    MergedReview,
    MergedRow,
    OrganisationCopy,
    PersonCopy,
)
from services.events.model.course import (
    Course,
    CourseCapability,
    CoursePrerequisite,
    LearningPath,
    LearningPathCourse,
    PrerequisiteWaiver,
    ToldRun,
)
from services.events.model.door import CheckIn, CheckInList
from services.events.model.finding import Finding, FindingReminder
from services.events.model.form import FormVersion
from services.events.model.material import Material
from services.events.model.nomination import Nomination
from services.events.model.programme import Contribution, Session, Speaker
from services.events.model.proposal import (
    CoSponsorship,
    ProjectProposal,
    ProposalRules,
    ReviewComment,
)
from services.events.model.registration import Offer, Registration, RegistrationChange
from services.events.model.registration_group import RegistrationGroup
from services.events.model.reminder import SeatReminder
from services.events.model.retention import RetentionRun
from services.events.model.seat_ledger import SeatLedger
from services.events.model.survey import Survey, SurveyAnswer, SurveyMark
from services.events.model.ticket import TicketKey
from services.events.model.trainer import CourseTrainer, RunTrainer, Trainer
from services.events.model.transition import Transition
from services.events.model.workshop import Workshop
from services.events.model.workshop_invitation import WorkshopInvitation

__all__ = [
    "Allotment",
    "AnswerFile",
    "AppointmentCopy",
    "Base",
    "CalendarFeed",
    "Call",
    "CallReviewer",
    "CapabilityCopy",
    "Certificate",
    "CertificateIssuer",
    "CertificateRule",
    "CertificateRun",
    "CheckIn",
    "CheckInList",
    "CoSponsorship",
    "Contribution",
    "CopiedPeople",
    "Course",
    "CourseCapability",
    "CoursePrerequisite",
    "CourseTrainer",
    "CredentialKey",
    "Finding",
    "FindingReminder",
    "FormVersion",
    "LearningPath",
    "LearningPathCourse",
    "Material",
    "MembershipCopy",
    "MergeCopy",
    "MergedAllotment",
    "MergedReview",
    "MergedRow",
    "Nomination",
    "Offer",
    "OrganisationCopy",
    "PersonCopy",
    "PrerequisiteWaiver",
    "ProjectProposal",
    "ProposalRules",
    "Registration",
    "RegistrationChange",
    "RegistrationGroup",
    "RetentionRun",
    "Review",
    "ReviewComment",
    "RunTrainer",
    "SeatLedger",
    "SeatReminder",
    "Session",
    "Speaker",
    "Submission",
    "Survey",
    "SurveyAnswer",
    "SurveyMark",
    "TestScore",
    "TicketKey",
    "ToldRun",
    "Trainer",
    "Transition",
    "Workshop",
    "WorkshopInvitation",
]
