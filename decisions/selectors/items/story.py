"""What happened to an item, told in plain sentences from its log."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from decisions import told
from decisions.models import Item, Plan
from decisions.policies.items import item_chains
from decisions.told.shape import Data, Words
from decisions.told.terms import who_did
from permissions.look import Entry, day_words
from permissions.models import AuditEvent, Body, User
from permissions.policies import visible
from permissions.selectors import sides_of
from workflows.story import words_of as flow_words

#: Steps that lead to the next stage stand out.
_KEYS = frozenset(
    {"item_submit", "item_confirm", "opinions_close", "result_announce", "minutes_sign", "execution_assign"}
)


def _edited(data: Data) -> Words:
    if "changes" not in data:
        return pgettext("log", "建立草稿"), ""
    names = {
        "title": _("议题名称"),
        "matter_type": _("事项类型"),
        "amount": _("涉及金额"),
        "summary": _("方案要点"),
        "reason": _("提出理由"),
    }
    return pgettext("log", "修改草稿"), _("、").join(names.get(key, key) for key in data["changes"])


def _submitted(data: Data) -> Words:
    if int(data.get("round", 1)) > 1:
        return pgettext("log", "修改后重新提交"), _("第 %(round)s 次提交") % {"round": data["round"]}
    return pgettext("log", "提出议题"), str(data.get("number", ""))


def _confirmed(data: Data) -> Words:
    return (
        (pgettext("log", "确认共提"), "")
        if data.get("confirmed")
        else (pgettext("log", "退回议题"), str(data.get("reason", "")))
    )


def _plan_saved(data: Data) -> Words:
    version = int(data.get("version", 1))
    which = _("备选方案“%(title)s”") % {"title": data["title"]} if data.get("title") else ""
    if version == 1:
        return pgettext("log", "编写方案第 1 版"), str(data.get("note", ""))
    kind = Plan.Kind(data["kind"]).label if data.get("kind") in Plan.Kind.values else ""
    change = _("第 %(old)s 版改为第 %(new)s 版，%(kind)s") % {"old": version - 1, "new": version, "kind": kind}
    parts = (which, change, str(data.get("note", "")))
    return pgettext("log", "修改方案"), _("：").join(part for part in parts if part)


def _answered(data: Data) -> Words:
    words = {
        "adopted": pgettext("log", "采纳意见"),
        "partly": pgettext("log", "部分采纳意见"),
        "not": pgettext("log", "未采纳意见"),
    }
    new = data.get("new", {})
    return words.get(new.get("answer", ""), pgettext("log", "答复意见")), str(new.get("reply", ""))


def _reviewed(data: Data) -> Words:
    words = _("第 %(version)s 版。%(text)s") % {"version": data.get("version"), "text": data.get("text", "")}
    if data.get("risks"):
        shown = _("明示的法律风险：%(risks)s") % {"risks": data["risks"]}
        return pgettext("log", "合法性审查未通过，明示法律风险"), f"{words} {shown}"
    return pgettext("log", "通过合法性审查") if data.get("ok") else pgettext("log", "退回方案：合法性审查未通过"), words


def _closed_opinions(data: Data) -> Words:
    change = _("共 %(count)s 条意见") % {"count": data.get("opinions", 0)}
    if data.get("review_outdated"):
        change += _("；方案在审查后有实质性修改，退回编制并重新审查")
    return pgettext("log", "结束征求意见"), change


def _execution(data: Data) -> Words:
    try:
        due = day_words(date.fromisoformat(str(data.get("due", ""))), near=False)
    except ValueError:
        due = ""
    facts = {"unit": data.get("unit", ""), "due": due}
    return pgettext("log", "交办执行"), _("由%(unit)s承办，%(due)s前完成") % facts


def _announced(data: Data) -> Words:
    outcomes = {
        "passed": pgettext("log", "宣布结果：通过"),
        "rejected": pgettext("log", "宣布结果：未通过"),
        "split": pgettext("log", "宣布结果：双方有分歧"),
        "deferred": pgettext("log", "宣布结果：暂缓"),
    }
    names = {body.code: body.label for body in Body.objects.all()}
    counts = [
        _("%(body)s赞成 %(votes)s / 应到 %(due)s")
        % {"body": names.get(row.get("body", ""), ""), "votes": row.get("for", 0), "due": row.get("due", 0)}
        for row in data.get("resolutions", [])
    ]
    if "elected" in data:
        counts = [_elected(data)]
    parts = [str(data.get("motion", "")), *counts]
    return outcomes.get(str(data.get("outcome")), pgettext("log", "宣布结果")), _("；").join(
        part for part in parts if part
    )


def _elected(data: Data) -> str:
    """Whom an election that was announced has elected. The log is text: its ids of people are words."""
    people = data.get("people", {})
    names = _("、").join(people[str(one)] for one in data["elected"] if str(one) in people)
    return _("当选：%(names)s") % {"names": names} if names else _("没有人选当选")


def _stated(data: Data) -> Words:
    stances = {"agree": _("同意"), "disagree": _("不同意"), "defer": _("缓议"), "waive": _("放弃发言")}
    stance = stances.get(str(data.get("stance", "")), "")
    return pgettext("log", "表明态度"), _("：").join(part for part in (stance, str(data.get("words", ""))) if part)


def _case_sent(data: Data) -> Words:
    outcomes = {
        "passed": _("联席会议通过，进入会签"),
        "rejected": _("联席会议未通过，退回共谋"),
        "split": _("双方表决有分歧，商定去向"),
        "deferred": _("联席会议暂缓，重新列入议程"),
    }
    finer = {
        "amended": _("联席会议修改后通过，进入会签"),
        "rediscuss": _("联席会议决定再议，退回共谋"),
    }
    sent = data.get("variables", {})
    told = finer.get(str(sent.get("result", ""))) or outcomes.get(str(sent.get("outcome", "")))
    return (told, "") if told else flow_words("case_message", data)


def _person(data: Data) -> str:
    """The position as it was called then, in the language of the reader where it had a name in it."""
    english = data.get("user_en") if (get_language() or "").startswith("en") else ""
    return str(english or data.get("user", ""))


_SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "item_draft_save": _edited,
    "item_submit": _submitted,
    "item_confirm": _confirmed,
    "item_withdraw": lambda data: (pgettext("log", "撤回议题"), str(data.get("reason", ""))),
    "co_proposer_add": lambda data: (pgettext("log", "加入共同提出人"), _person(data)),
    "co_proposer_remove": lambda data: (pgettext("log", "移除共同提出人"), _person(data)),
    "candidates_set": lambda data: (pgettext("log", "填写人选"), _("、").join(pair[0] for pair in data.get("new", []))),
    "plan_save": _plan_saved,
    "plan_finish": lambda _data: (pgettext("log", "结束编制，送征求意见和合法性审查"), ""),
    "opinion_add": lambda data: (pgettext("log", "提出意见"), str(data.get("text", ""))),
    "opinion_answer": _answered,
    "opinions_close": _closed_opinions,
    "legality_give": _reviewed,
    "material_add": lambda data: (pgettext("log", "上传材料"), str(data.get("name", ""))),
    "material_remove": lambda data: (pgettext("log", "移除材料"), str(data.get("name", ""))),
    "execution_assign": _execution,
    "entry_defer": lambda data: (pgettext("log", "暂缓审议"), str(data.get("reason", ""))),
    "statement_record": _stated,
    "recusal_declare": lambda data: (pgettext("log", "回避"), str(data.get("reason", ""))),
    "result_announce": _announced,
    "case_message": _case_sent,
}

#: Entries without a sentence of their own, by name; the whole log shows them, the story of an item leaves the flow's out.
_NAMES: Mapping[str, Any] = {
    "sitting_create": pgettext_lazy("log", "筹备联席会议"),
    "entry_add": pgettext_lazy("log", "列入议程"),
    "entry_remove": pgettext_lazy("log", "移出议程"),
    "entry_call": pgettext_lazy("log", "开始审议"),
    "sitting_open": pgettext_lazy("log", "宣布开会"),
    "sitting_close": pgettext_lazy("log", "散会"),
    "attendance_set": pgettext_lazy("log", "登记到会"),
    "speaking_open": pgettext_lazy("log", "开始发言"),
    "speaker_call": pgettext_lazy("log", "请下一位发言"),
    "voting_open": pgettext_lazy("log", "开始表决"),
    "vote_cast": pgettext_lazy("log", "投票"),
    "voting_close": pgettext_lazy("log", "结束表决"),
    "minutes_draft": pgettext_lazy("log", "起草纪要"),
    "minutes_edit": pgettext_lazy("log", "修改纪要"),
    "minutes_sign": pgettext_lazy("log", "会签纪要"),
}
#: What the story of an item leaves out: the flow's own steps, and the details of a sitting, whose result it tells.
_DETAILS = (
    "case_",
    "call_",
    "activity_",
    "task_",
    "timer_",
    "incident_",
    "job_",
    "attendance_",
    "speak",
    "statement_",
    "vot",
    "entry_call",
    "minutes_draft",
)
#: What somebody did to the flow itself is part of the story: it says why the item stands still, or stands elsewhere. That the
#: flow ended with a withdrawal goes without saying.
_TOLD = Q(
    verb__in=(
        "case_suspend",
        "case_resume",
        "case_jump",
        "case_migrate",
        "case_migrate_undo",
        "task_send_back",
        "incident_resolve",
    )
) | Q(verb="case_cancel", actor__isnull=False)
#: What others did that is worth telling on the first page.
_NEWS = frozenset(
    {
        "item_submit",
        "item_confirm",
        "item_withdraw",
        "plan_save",
        "plan_finish",
        "opinion_add",
        "opinion_answer",
        "opinions_close",
        "legality_give",
        "material_add",
        "entry_add",
        "entry_defer",
        "result_announce",
        "minutes_sign",
        "execution_assign",
        "task_remind",
    }
)


def words_of(verb: str, data: Data) -> Words:
    """A log entry in words: what was done, what it changed. The flow's own verbs have theirs on the floor below."""
    sentence = _SENTENCES.get(verb) or told.SENTENCES.get(verb)
    if sentence is not None:
        return sentence(data)
    name = _NAMES.get(verb) or told.NAMES.get(verb)
    return (str(name), "") if name is not None else flow_words(verb, data)


def story(item: Item, *, limit: int = 0, whole: bool = False) -> list[Entry]:
    """The entries of an item's log as sentences, newest first.

    `whole` keeps every entry and adds the hashes. Otherwise the details are left out, and of more than `limit` entries
    the older ones are told only where they led to the next stage.
    """
    rows = story_rows(item, limit=limit, whole=whole)
    return story_of(item, rows, sides_of(row.actor_id for row in rows), whole=whole)


def story_rows(item: Item, *, limit: int = 0, whole: bool = False) -> list[AuditEvent]:
    """The entries of an item's log that `story` tells, their actors loaded."""
    events = AuditEvent.objects.filter(subject=item.subject).select_related("actor").order_by("-seq")
    if whole:
        rows = list(events[:limit] if limit else events)
    else:
        left_out = Q()
        for prefix in (*_DETAILS, *told.DETAILS):
            left_out |= Q(verb__startswith=prefix)
        events = events.exclude(left_out & ~_TOLD)
        rows = list(events[:limit])
        if len(rows) == limit:
            rows += events.filter(verb__in=_KEYS, seq__lt=rows[-1].seq)
    return rows


def story_of(item: Item, rows: list[AuditEvent], sides: Mapping[int, Body], *, whole: bool = False) -> list[Entry]:
    """The sentences of these entries; `sides` has the body of whoever acted (`sides_of`)."""
    entries = [_entry(row, sides, whole) for row in rows]
    running = item.status == Item.Status.RUNNING
    return [replace(entries[0], kind="now"), *entries[1:]] if entries and running else entries


def changes(actor: User, *, days: int = 7, limit: int = 6) -> list[tuple[Entry, Item]]:
    """What others did lately to the items this user may see, newest first."""
    since = timezone.now() - timedelta(days=days)
    # Whoever reads the whole log still gets no news of what is withheld from them.
    events = visible(actor, AuditEvent).filter(item_chains(actor), at__gte=since).exclude(actor=actor.pk)
    rows = list(events.filter(verb__in=_NEWS | told.NEWS).select_related("actor").order_by("-at", "-id")[:limit])
    items = Item.objects.in_bulk([int(row.subject.partition(":")[2]) for row in rows])
    sides = sides_of(row.actor_id for row in rows)
    found = []
    for row in rows:
        item = items.get(int(row.subject.partition(":")[2]))
        if item is not None:
            found.append((replace(_entry(row, sides, False), url=reverse("item", args=[item.pk])), item))
    return found


def _entry(event: AuditEvent, sides: Mapping[int, Body], hashes: bool) -> Entry:
    what, change = words_of(event.verb, event.data)
    who = who_did(event)
    entry = Entry(
        at=event.at,
        who=who,
        what=what,
        body=sides.get(event.actor_id or 0),
        change=change,
        kind="key" if event.verb in _KEYS else "",
    )
    return replace(entry, seq=event.seq, hash=event.hash, previous=event.previous_hash) if hashes else entry
