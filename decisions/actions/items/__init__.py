"""What people do with an item, from the draft to naming who carries it out."""

from decisions.actions.items.clauses import (
    comment_add,
    comment_settle,
    suggestion_accept,
    suggestion_add,
    suggestion_decline,
    suggestion_withdraw,
)
from decisions.actions.items.contests import wording_contest, wording_contest_withdraw
from decisions.actions.items.drafts import co_proposer_add, co_proposer_remove, item_draft_save
from decisions.actions.items.execution import execution_assign
from decisions.actions.items.materials import material_add, material_remove
from decisions.actions.items.planning import (
    legality_give,
    opinion_add,
    opinion_answer,
    opinions_close,
)
from decisions.actions.items.plans import plan_add, plan_again, plan_finish, plan_rename, plan_save, plan_withdraw
from decisions.actions.items.readers import item_classify, paper_viewed, reader_remove, readers_add
from decisions.actions.items.submission import item_confirm, item_submit, item_withdraw

__all__ = [
    "co_proposer_add",
    "co_proposer_remove",
    "comment_add",
    "comment_settle",
    "execution_assign",
    "item_classify",
    "item_confirm",
    "item_draft_save",
    "item_submit",
    "item_withdraw",
    "legality_give",
    "material_add",
    "material_remove",
    "opinion_add",
    "opinion_answer",
    "opinions_close",
    "paper_viewed",
    "plan_add",
    "plan_again",
    "plan_finish",
    "plan_rename",
    "plan_save",
    "plan_withdraw",
    "reader_remove",
    "readers_add",
    "suggestion_accept",
    "suggestion_add",
    "suggestion_decline",
    "suggestion_withdraw",
    "wording_contest",
    "wording_contest_withdraw",
]
