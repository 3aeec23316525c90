"""All tables, so that one import fills the metadata."""

from sqlmodel import SQLModel

from models.agency_act import Acknowledgement, Draft, ExtensionAsk
from models.annex import AnnexVersion, RequestAnnex
from models.channel import ChannelState, ZaloLinkCode
from models.cycle import Cycle, CycleDocument, CycleRegister, DueChange, Request, RequestItem
from models.directory import Agency, AgencyGroup, Alias, Membership, Person
from models.history import APPEND_ONLY, Audit, RunMark, StateChange
from models.mail import ReceivedMail
from models.notice import Attempt, DailySheet, Message, Notice
from models.register import (
    Assignment,
    AssignmentParty,
    AssignmentRevision,
    Indicator,
    IndicatorOwner,
    IndicatorRevision,
    Register,
    RegisterImport,
    RegisterProblem,
)
from models.submission import (
    Arrival,
    AssignmentReport,
    Blob,
    IndicatorReport,
    Narrative,
    NarrativePart,
    SignedReport,
    Submission,
    SubmissionCell,
    SubmissionIssue,
)

METADATA = SQLModel.metadata

__all__ = [
    "APPEND_ONLY",
    "METADATA",
    "Acknowledgement",
    "Agency",
    "AgencyGroup",
    "Alias",
    "AnnexVersion",
    "Arrival",
    "Assignment",
    "AssignmentParty",
    "AssignmentReport",
    "AssignmentRevision",
    "Attempt",
    "Audit",
    "Blob",
    "ChannelState",
    "Cycle",
    "CycleDocument",
    "CycleRegister",
    "DailySheet",
    "Draft",
    "DueChange",
    "ExtensionAsk",
    "Indicator",
    "IndicatorOwner",
    "IndicatorReport",
    "IndicatorRevision",
    "Membership",
    "Message",
    "Narrative",
    "NarrativePart",
    "Notice",
    "Person",
    "ReceivedMail",
    "Register",
    "RegisterImport",
    "RegisterProblem",
    "Request",
    "RequestAnnex",
    "RequestItem",
    "RunMark",
    "SignedReport",
    "StateChange",
    "Submission",
    "SubmissionCell",
    "SubmissionIssue",
    "ZaloLinkCode",
]
