"""Items: proposing and planning."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Items: proposing and planning"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "home": ("signed_in", ""),
        "messages": ("signed_in", ""),
        "task": ("auditor town.secretary", ""),
        "item_list": ("signed_in", ""),
        "item_new": ("proposer", "proposer"),
        "item_form_part": ("proposer", "proposer"),
        "item": ("readers", ""),
        "item_edit": ("zone.proposer", "zone.proposer"),
        "item_withdraw": ("zone.proposer", "zone.proposer"),
        "item_confirm": ("secretary", "town.secretary"),
        "opinions": ("readers", "business"),
        "opinions_close": ("", "secretary"),
        "opinion_answer": ("", "proposer secretary"),
        "legality": ("legal", "legal"),
        "execution": ("secretary", "secretary"),
        "material_add": ("", "proposer secretary legal"),
        "material": ("readers", ""),
        "material_remove": ("", "proposer secretary legal"),
        "item_versions": ("readers", ""),
        "item_then": ("readers", ""),
        "versions": ("readers", ""),
        "item_history": ("readers", ""),
        "plan_edit": ("proposer", "proposer"),
        "planning": ("readers", ""),
        "plan_new": ("proposer", "proposer"),
        "plan_compare": ("readers", ""),
        "plan_again": ("", "secretary"),
        "plan": ("readers", ""),
        "plan_edit_other": ("proposer", "proposer"),
        "plan_rename": ("proposer", "proposer"),
        "plan_withdraw": ("proposer", "proposer"),
        "comment_add": ("", "business"),
        "suggest": ("business", "business"),
        "wording_contest": ("secretary", "town.secretary"),
        "contest_withdraw": ("", "town.secretary"),
        "comment_settle": ("", "proposer town.member"),
        "suggestion": ("readers", "proposer"),
        "suggestion_back": ("", "zone.member"),
        "reviews": ("readers", "readers"),
        "workdays": ("signed_in", "secretary designer"),
        "ledger_list": ("desk auditor", ""),
        "ledger": ("readers", ""),
        "ledger_json": ("readers", ""),
        "ledger_waive": ("chair", "chair"),
    }
)
"""Name → who opens it, who sends its form."""
