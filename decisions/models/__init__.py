"""What two leadership teams decide: matter types and rule sets, items and their papers, sittings and their votes."""

from decisions.models import after, sittings
from decisions.models.after import *  # noqa: F403
from decisions.models.configuration import MatterType, RuleSet
from decisions.models.items import (
    Candidate,
    Confirmation,
    CoProposer,
    ExecutionTask,
    Item,
    ItemCounter,
    ItemRecord,
    LegalityReview,
    Material,
    Opinion,
    Plan,
)
from decisions.models.ledger import RuleWaiver
from decisions.models.notice import (
    AgendaChange,
    ItemReader,
    Notice,
    NoticeCopy,
    NoticeReceipt,
    NoticeReminder,
    PaperView,
)
from decisions.models.planning import ClauseComment, Suggestion, WordingContest
from decisions.models.preparation import (
    CalendarDay,
    CalendarYear,
    CommentAnswer,
    ExpertOpinion,
    Exploration,
    InterestCheck,
    PublicComment,
    ReviewRequest,
    RiskAssessment,
)
from decisions.models.settings import SettingChange
from decisions.models.sittings import *  # noqa: F403

__all__ = [
    "AgendaChange",
    "CalendarDay",
    "CalendarYear",
    "Candidate",
    "ClauseComment",
    "CoProposer",
    "CommentAnswer",
    "Confirmation",
    "ExecutionTask",
    "ExpertOpinion",
    "Exploration",
    "InterestCheck",
    "Item",
    "ItemReader",
    "Notice",
    "NoticeCopy",
    "NoticeReceipt",
    "NoticeReminder",
    "PaperView",
    "ItemCounter",
    "LegalityReview",
    "ItemRecord",
    "Material",
    "MatterType",
    "Opinion",
    "Plan",
    "PublicComment",
    "ReviewRequest",
    "RiskAssessment",
    "RuleSet",
    "RuleWaiver",
    "Suggestion",
    "WordingContest",
    *after.__all__,
    "SettingChange",
    *sittings.__all__,
]
