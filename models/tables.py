"""All tables, so that one import fills the metadata."""

from sqlmodel import SQLModel

from models.agency_act import Acknowledgement, Draft, ExtensionAsk
from models.annex import AnnexVersion, RequestAnnex
from models.channel import ChannelState, ZaloLinkCode
from models.cycle import Cycle, CycleDocument, CycleRegister, DueChange, Request, RequestItem
from models.desk import Account, BoardLink, DeskSession
from models.desk_act import (
    AssignmentLink,
    CentralCode,
    Confirmation,
    Follow,
    PhoneCall,
    ProposalDecision,
    RecordedReport,
    ReturnedReport,
)
from models.directory import Agency, AgencyGroup, Alias, ContactCheck, ContactRound, Membership, Person
from models.discrepancy import Discrepancy
from models.history import APPEND_ONLY, Audit, LookMark, RunMark, StateChange
from models.mail import ReceivedMail
from models.notice import Attempt, DailySheet, Message, Notice
from models.publication import Publication, PublicationDifference
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
    "Account",
    "Acknowledgement",
    "Agency",
    "AgencyGroup",
    "Alias",
    "AnnexVersion",
    "Arrival",
    "Assignment",
    "AssignmentLink",
    "AssignmentParty",
    "AssignmentReport",
    "AssignmentRevision",
    "Attempt",
    "Audit",
    "Blob",
    "BoardLink",
    "CentralCode",
    "ChannelState",
    "Confirmation",
    "ContactCheck",
    "ContactRound",
    "Cycle",
    "CycleDocument",
    "CycleRegister",
    "DailySheet",
    "DeskSession",
    "Discrepancy",
    "Draft",
    "DueChange",
    "ExtensionAsk",
    "Follow",
    "Indicator",
    "IndicatorOwner",
    "IndicatorReport",
    "IndicatorRevision",
    "LookMark",
    "Membership",
    "Message",
    "Narrative",
    "NarrativePart",
    "Notice",
    "Person",
    "PhoneCall",
    "ProposalDecision",
    "Publication",
    "PublicationDifference",
    "ReceivedMail",
    "RecordedReport",
    "Register",
    "RegisterImport",
    "RegisterProblem",
    "Request",
    "RequestAnnex",
    "RequestItem",
    "ReturnedReport",
    "RunMark",
    "SignedReport",
    "StateChange",
    "Submission",
    "SubmissionCell",
    "SubmissionIssue",
    "ZaloLinkCode",
]
