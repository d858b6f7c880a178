"""What can be done with an item now. Pure: judged by what its flow waits for, never by a status of its own.

Flows are data, so nothing here names a node of a diagram: what counts is the *form* of an open task
(``decisions.plan``).
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

DRAFT = "decisions.draft"
CONFIRM = "decisions.confirm"
PLAN = "decisions.plan"
OPINIONS = "decisions.opinions"
LEGALITY = "decisions.legality"
TABLE = "decisions.table"
SIGN = "decisions.sign"
EXECUTE = "decisions.execute"
SPLIT = "decisions.split"
SUPERIOR = "decisions.superior"
CONSEQUENCE = "decisions.consequence"
#: the message that carries the outcome of a sitting into the flow
RESULT = "result_announced"

_BEFORE_TABLING = frozenset({DRAFT, CONFIRM, PLAN, OPINIONS, LEGALITY, TABLE})
#: while an item is prepared, after both sides have confirmed it
_PREPARING = frozenset({PLAN, OPINIONS, LEGALITY, TABLE})
#: while both sides write, consult and review
_CONSULTED = frozenset({PLAN, OPINIONS, LEGALITY})

#: act → what the flow must be waiting for (any of these)
WHEN: Mapping[str, frozenset[str]] = {
    "item_draft_save": frozenset({DRAFT}),
    "item_submit": frozenset({DRAFT}),
    "co_proposer_add": frozenset({DRAFT}),
    "co_proposer_remove": frozenset({DRAFT}),
    "item_withdraw": frozenset({DRAFT, CONFIRM}),
    "item_confirm": frozenset({CONFIRM}),
    "plan_save": _CONSULTED,
    "plan_add": frozenset({PLAN, OPINIONS}),
    "plan_rename": _CONSULTED,
    "plan_withdraw": _CONSULTED | {TABLE},
    "plan_again": frozenset({TABLE}),
    "comment_add": _CONSULTED,
    "comment_settle": _CONSULTED | {TABLE},
    "suggestion_add": _CONSULTED,
    "suggestion_accept": _CONSULTED,
    "suggestion_decline": _CONSULTED | {TABLE},
    "suggestion_withdraw": _CONSULTED | {TABLE},
    "wording_contest": _CONSULTED | {TABLE},
    "wording_contest_withdraw": _CONSULTED | {TABLE},
    "plan_finish": frozenset({PLAN}),
    "opinion_add": frozenset({OPINIONS}),
    "opinion_answer": _BEFORE_TABLING - {DRAFT, CONFIRM},
    "opinions_close": frozenset({OPINIONS}),
    "legality_give": frozenset({LEGALITY}),
    "material_add": _BEFORE_TABLING,
    "material_remove": _BEFORE_TABLING,
    "execution_assign": frozenset({EXECUTE}),
    **dict.fromkeys(
        (
            *("review_request", "review_extend", "review_withdraw", "review_give", "interest_check"),
            *("comment_record", "comment_answer", "public_close", "exploration_allow"),
        ),
        _PREPARING,
    ),
    "split_choose": frozenset({SPLIT}),
    "superior_rule": frozenset({SUPERIOR}),
    "ratification_settle": frozenset({CONSEQUENCE}),
}
#: what is over once the item is on an agenda
_OVER = frozenset(
    {"material_add", "material_remove", "opinion_answer", "plan_save", "plan_add", "plan_rename", "plan_withdraw"}
) | {act for act in WHEN if act.startswith(("comment_", "suggestion_", "wording_"))}
#: what a draft that was never submitted, and so has no flow yet, allows
_NEW = frozenset({DRAFT})


def waiting(status: str, open_forms: Iterable[str]) -> frozenset[str]:
    """What the item waits for: the forms and messages of its open tasks; a new draft waits for its proposer."""
    return _NEW if status == "draft" else frozenset(open_forms)


def why_not(act: str, status: str, open_forms: Iterable[str]) -> str:
    """Why `act` cannot be done to the item now, with the way out; empty when it can."""
    if status == "withdrawn":
        return _("议题已撤回，不再办理。需要时请重新提出议题。")
    if status == "closed":
        return _("议题已办结，内容不再改动。")
    if status == "suspended":
        return _("流程已暂停，恢复以前不能办理。暂停的原因见议题页面。")
    found = waiting(status, open_forms)
    if WHEN[act] & found:
        return ""
    return _reason(act, found)


def _reason(act: str, found: frozenset[str]) -> str:
    if act in {"item_draft_save", "item_submit", "co_proposer_add", "co_proposer_remove"}:
        return _("议题已经提交，内容不能再改。需要修改时，请由任一方秘书退回，或在双方确认前撤回。")
    if act == "item_withdraw":
        return _("双方已确认共提，不能再撤回。需要停止办理时，请在联席会议上提出。")
    if act == "item_confirm":
        return _("现在不需要确认共提：议题还没有提交，或者已经确认过。")
    if act == "opinion_add" and not found & {DRAFT, CONFIRM, PLAN}:
        return _("征求意见已经结束。您可以在联席会议上发言。")
    if act == "plan_add" and found & {LEGALITY, TABLE}:
        return _("征求意见已经结束，不能再增加备选方案。需要时请由法律顾问退回编制（R29）。")
    if (act in _OVER or WHEN[act] == _PREPARING) and not found & _BEFORE_TABLING:
        return _("议题已列入议程，方案、意见和材料不再改动。")
    if found & {DRAFT, CONFIRM}:
        return _("双方还没有确认共提，这一步要在确认之后办理。")
    if act in {"opinion_add", "opinions_close", "legality_give"} and PLAN in found:
        return _("方案还在编制，编制完成后再办理这一步。")
    if act == "execution_assign":
        return _("纪要还没有会签完毕，会签之后才能交办。")
    if act == "split_choose":
        return _("现在没有需要处理的分歧：会议结果不是双方有分歧，或者去向已经商定。")
    if act == "superior_rule":
        return _("现在不能登记上级裁定：双方还没有一致同意报上级，或者裁定已经登记。")
    if act == "ratification_settle":
        return _("这件紧急决定现在不需要写明处理：会议还没有表决，或者已经追认。")
    return _("这一步已经办完，现在不需要再办。请刷新页面查看最新进展。")
