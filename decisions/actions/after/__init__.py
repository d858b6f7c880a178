"""What people do after a vote: with a split, to publish, to carry out, to revise, in emergencies, and looking back."""

from decisions.actions.after.duties import decision_signed
from decisions.actions.after.emergency import (
    emergency_answer,
    emergency_open,
    emergency_report,
    emergency_withdraw,
    ratification_settle,
)
from decisions.actions.after.evaluation import evaluation_assign, evaluation_give, evaluation_open
from decisions.actions.after.execution import (
    execution_accept,
    execution_claim,
    execution_report,
    milestone_finish,
    milestone_move,
)
from decisions.actions.after.publication import publication_exempt, publication_publish, superior_report_send
from decisions.actions.after.reconsideration import (
    reconsideration_ask,
    reconsideration_support,
    reconsideration_withdraw,
)
from decisions.actions.after.reminders import evaluation_begin, remind
from decisions.actions.after.revision import execution_suspend, item_revise, suspension_lift
from decisions.actions.after.split import split_choose, superior_rule

__all__ = [
    "decision_signed",
    "emergency_answer",
    "emergency_open",
    "emergency_report",
    "emergency_withdraw",
    "evaluation_assign",
    "evaluation_begin",
    "evaluation_give",
    "evaluation_open",
    "execution_accept",
    "execution_claim",
    "execution_report",
    "execution_suspend",
    "item_revise",
    "milestone_finish",
    "milestone_move",
    "publication_exempt",
    "publication_publish",
    "ratification_settle",
    "reconsideration_ask",
    "reconsideration_support",
    "reconsideration_withdraw",
    "remind",
    "split_choose",
    "superior_report_send",
    "superior_rule",
    "suspension_lift",
]
