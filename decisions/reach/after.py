"""After the vote."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "After the vote"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "split": ("chair", "chair"),
        "superior": ("secretary", "secretary"),
        "consequence": ("secretary", "secretary"),
        "publication": ("secretary", "secretary"),
        "publication_exempt": ("secretary", "secretary"),
        "superior_report": ("secretary", "secretary"),
        "carrying_out": ("readers", ""),
        "execution_report": ("secretary", "secretary"),
        "execution_claim": ("secretary", "secretary"),
        "execution_accept": ("secretary", "town.secretary"),
        "milestone": ("secretary", "secretary"),
        "milestone_finish": ("", "secretary"),
        "execution_suspend": ("chair", "chair"),
        "suspension_lift": ("chair", "chair"),
        "item_revise": ("proposer", "proposer"),
        "reconsideration": ("readers", "chair member"),
        "reconsideration_support": ("", "chair member"),
        "reconsideration_withdraw": ("", "chair member"),
        "evaluation": ("secretary town.member", "secretary town.member"),
        "evaluation_give": ("town.member", "town.member"),
        "supervision": ("signed_in", ""),
        "emergency_list": ("signed_in", ""),
        "emergency_new": ("desk member", "desk member"),
        "emergency": ("readers", ""),
        "emergency_answer": ("chair", "chair"),
        "emergency_report": ("desk", "desk"),
        "emergency_withdraw": ("town.secretary", "town.secretary"),
    }
)
"""Name → who opens it, who sends its form."""
