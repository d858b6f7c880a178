"""What is asked for and given before an item is tabled (R4–R8), and the calendar its periods are counted by."""

from decisions.actions.preparation.days import calendar_day_clear, calendar_day_set, calendar_year_announce
from decisions.actions.preparation.public import comment_answer, comment_record, public_close
from decisions.actions.preparation.requests import (
    comment_days,
    earliest_legality,
    exploration_allow,
    legality_request,
    review_extend,
    review_request,
    review_withdraw,
)
from decisions.actions.preparation.results import expert_give, interest_check, risk_give

__all__ = [
    "calendar_day_clear",
    "calendar_day_set",
    "calendar_year_announce",
    "comment_answer",
    "comment_days",
    "comment_record",
    "earliest_legality",
    "expert_give",
    "exploration_allow",
    "interest_check",
    "legality_request",
    "public_close",
    "review_extend",
    "review_request",
    "review_withdraw",
    "risk_give",
]
