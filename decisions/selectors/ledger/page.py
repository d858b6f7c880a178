"""The ledger as its page and its export show it: exceptions first, then by phase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions.models import Ballot, Item
from decisions.rules.ledger import (
    BY_NUMBER,
    FAILS_NOW,
    RULES,
    STATES,
    Exceptional,
    Finding,
    Grade,
    Phase,
    State,
    digest,
    exceptions,
    text,
)
from decisions.selectors.ledger import ledger_of
from permissions import audit
from permissions.look import when_words
from permissions.models import AuditEvent, Role, User
from permissions.policies import visible
from permissions.roles import of
from workflows import clock

SCHEMA = "sangong-rule-ledger/1"
_KINDS = {State.HELD: "ok", State.FAILED: "bad", State.WAIVED: "warn", State.NA: "na", State.OPEN: "na"}
_ICONS = {
    State.HELD: "check-circle-fill",
    State.FAILED: "x-circle-fill",
    State.WAIVED: "slash-circle",
    State.NA: "dash-lg",
    State.OPEN: "hourglass",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as the page shows it. ``kind`` and ``icon`` draw its state, ``waived`` says who let it pass and why, ``links`` are
    (words, address) of its evidence, ``source`` is clause and grade."""

    finding: Finding
    code: str
    kind: str
    icon: str
    word: str
    title: str
    sentence: str
    waived: str
    links: list[tuple[str, str]]
    source: str
    waivable: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment the ledger can be seen at: kept in the log (``seq``) or now (0)."""

    seq: int
    words: str
    current: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole ledger as its page shows it. ``counts``: (kind, icon, word, how many) of each state that occurs, failures first."""

    item: Item
    title: str
    counts: list[tuple[str, str, str, int]]
    loud: list[Line]
    groups: list[tuple[str, str, list[Line]]]
    moments: list[Moment]
    reported: list[tuple[str, str]]
    digest: str
    as_of: datetime


def language() -> str:
    """The language of the reader."""
    return get_language() or "zh-hans"


def state_word(found: Finding) -> str:
    """符合, 不符合, 现在会不符合, …"""
    english = language().startswith("en")
    if found.state is State.OPEN and found.fails_now:
        return FAILS_NOW[english]
    return STATES[found.state][english]


def line_of(item: Item, found: Finding, links: Mapping[tuple[str, int], tuple[str, str]]) -> Line:
    """One finding in the reader's language."""
    rule = BY_NUMBER[found.rule]
    soon = found.state is State.OPEN and found.fails_now
    waiver = found.waiver
    waived = ""
    if waiver is not None:
        parts = [waiver.who, _("理由：%(reason)s") % {"reason": waiver.reason} if waiver.reason else ""]
        parts += [_("依据：%(authority)s") % {"authority": waiver.authority} if waiver.authority else ""]
        waived = _("；").join(part for part in parts if part)
    grades = {
        Grade.TEXT: _("已核对原文"),
        Grade.EXCERPT: _("据转引"),
        Grade.MEMORY: _("来源待核对"),
        Grade.DESIGN: _("本系统设计"),
    }
    source = [rule.clause(language()), _("、").join(str(grades[grade]) for grade in rule.grades)]
    return Line(
        finding=found,
        code=rule.code,
        kind="warn" if soon else _KINDS[found.state],
        icon="exclamation-triangle-fill" if soon else _ICONS[found.state],
        word=state_word(found),
        title=rule.title(language()),
        sentence=text(found, language()),
        waived=waived,
        links=[links[one.kind, one.ref] for one in found.evidence if (one.kind, one.ref) in links][:3],
        source=" · ".join(part for part in source if part),
        waivable=rule.waivable and found.state is State.FAILED,
    )


def lines_of(item: Item, found: Sequence[Finding]) -> list[Line]:
    """All findings in the reader's language, in order of their numbers. One query for the evidence."""
    links = _links(item, found)
    return [line_of(item, one, links) for one in found]


def _links(item: Item, found: Iterable[Finding]) -> dict[tuple[str, int], tuple[str, str]]:
    wanted = {(one.kind, one.ref) for finding in found for one in finding.evidence}
    known: dict[tuple[str, int], tuple[str, str]] = {}
    ballots = Ballot.objects.filter(pk__in=[ref for kind, ref in wanted if kind == "ballot"]).select_related("body")
    for ballot in ballots:
        known["ballot", ballot.pk] = (_("%(body)s的票") % {"body": ballot.body.label}, ballot.get_absolute_url())
    for kind, ref in wanted:
        match kind:
            case "plan":
                known[kind, ref] = (_("方案版本"), reverse("item_history", args=[item.pk]))
            case "item":
                known[kind, ref] = (_("议题"), reverse("item", args=[item.pk]))
            case "log":
                known[kind, ref] = (_("日志"), f"{reverse('log')}?subject={item.subject}")
            case "sitting":
                known[kind, ref] = (_("会议"), reverse("sitting", args=[ref]))
            case "minutes":
                known[kind, ref] = (_("纪要"), reverse("minutes", args=[ref]))
    return known


def phase_word(phase: Phase) -> str:
    """The heading of a part of the ledger."""
    return {
        Phase.PREPARATION: _("提出与准备"),
        Phase.SITTING: _("会议"),
        Phase.AFTER: _("记录与会后"),
        Phase.TOGETHER: _("两个班子共同"),
    }[phase]


def exception_word(kind: Exceptional) -> str:
    """What the national reporting system calls an exception."""
    return {
        Exceptional.LEGALITY: _("未经合法性审查"),
        Exceptional.ORDER: _("会议程序不符合次序"),
        Exceptional.PARTY_FIRST: _("未经党组织前置研究讨论"),
        Exceptional.CONDITIONS: _("不具备开会条件"),
        Exceptional.VOTES: _("结果与表决票数不符"),
    }[kind]


def kept(item: Item, actor: User) -> list[AuditEvent]:
    """The ledgers kept in the item's log that this user may read, oldest first."""
    return list(visible(actor, AuditEvent).filter(subject=item.subject, verb="ledger_snapshot").order_by("seq"))


def read_kept(event: AuditEvent) -> tuple[Finding, ...]:
    """A kept ledger as it was said."""
    return tuple(Finding.from_json(one) for one in event.data.get("findings", ()))


def page_of(item: Item, actor: User, seq: int = 0) -> Ledger:
    """The ledger now, or as it was kept in the log under number `seq` (an unknown one is now)."""
    events = kept(item, actor)
    shown = next((event for event in events if event.seq == seq), None)
    found = read_kept(shown) if shown is not None else ledger_of(item)
    lines = lines_of(item, found)
    failed = sum(one.state is State.FAILED for one in found)
    soon = sum(one.state is State.OPEN and one.fails_now for one in found)
    facts = {"rules": len(found), "failed": failed, "soon": soon}
    title = _("%(rules)s 条规则，%(failed)s 条不符合") % facts if failed else _("%(rules)s 条规则，没有不符合") % facts
    if soon:
        title = _("%(title)s，%(soon)s 条现在会不符合") % {"title": title, "soon": soon}
    return Ledger(
        item=item,
        title=title,
        counts=_counts(found),
        loud=sorted(
            (one for one in lines if one.finding.exceptional), key=lambda one: (one.kind != "bad", one.finding.rule)
        ),
        groups=[_group(phase, lines) for phase in Phase],
        moments=_moments(events, shown),
        reported=[
            (exception_word(one.kind), _("、").join(f"R{rule}" for rule in one.rules))
            for one in exceptions(found)
            if one.occurred
        ],
        digest=digest(found),
        as_of=shown.at if shown is not None else clock.now(),
    )


def _group(phase: Phase, lines: Iterable[Line]) -> tuple[str, str, list[Line]]:
    own = [line for line in lines if BY_NUMBER[line.finding.rule].phase is phase]
    return phase_word(phase), f"{own[0].code}—{own[-1].code}" if own else "", own


def _counts(found: Sequence[Finding]) -> list[tuple[str, str, str, int]]:
    english = language().startswith("en")
    order = (State.HELD, State.FAILED, State.WAIVED, State.NA, State.OPEN)
    return [
        (_KINDS[state], _ICONS[state], STATES[state][english], sum(one.state is state for one in found))
        for state in order
    ]


def _moments(events: Sequence[AuditEvent], shown: AuditEvent | None) -> list[Moment]:
    names = {"tabling": _("上会前"), "voting": _("表决时"), "announced": _("宣布时")}
    found = [
        Moment(event.seq, f"{names.get(event.data.get('moment', ''), '')} {when_words(event.at)}", event is shown)
        for event in events
    ]
    return [*found, Moment(0, _("现在"), shown is None)] if found else []


def export_of(item: Item) -> dict[str, Any]:
    """The ledger as JSON (docs/rules.md has the schema). Stable keys; ``digest`` is over the findings in no language."""
    found = ledger_of(item)
    return {
        "schema": SCHEMA,
        "version": settings.SANGONG_VERSION,
        "as_of": audit.instant(clock.now()),
        "item": {
            "id": item.pk,
            "number": item.number,
            "title": item.title,
            "matter_type": item.matter_type.code,
            "log": item.subject,
        },
        "digest": digest(found),
        "counts": {state.value: sum(one.state is state for one in found) for state in State},
        "rules": [
            {
                **one.to_json(),
                "title": {"zh": rule.zh, "en": rule.en},
                "phase": rule.phase.value,
                "clause": {"zh": rule.clause_zh, "en": rule.clause_en},
                "grade": [grade.value for grade in rule.grades],
                "sentence": {"zh": text(one, "zh-hans"), "en": text(one, "en")},
            }
            for rule, one in zip(RULES, found, strict=True)
        ],
        "exceptions": [
            {"kind": one.kind.value, "occurred": one.occurred, "rules": [f"R{rule}" for rule in one.rules]}
            for one in exceptions(found)
        ],
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the list: how many rules failed, were waived, would fail now, and which failed."""

    item: Item
    failed: list[str]
    waived: list[str]
    soon: list[str]


def rows_of(items: Iterable[Item]) -> list[Row]:
    """Items with their exceptions. So many statements per item as a ledger has: for one page of a list."""
    found = []
    for item in items:
        ledger = ledger_of(item)
        found.append(
            Row(
                item,
                [one.code for one in ledger if one.state is State.FAILED],
                [one.code for one in ledger if one.state is State.WAIVED],
                [one.code for one in ledger if one.state is State.OPEN and one.fails_now],
            )
        )
    return sorted(found, key=lambda row: (-len(row.failed), -len(row.soon), -len(row.waived), -row.item.pk))


def reads_all(user: User) -> bool:
    """Whether the list of all ledgers is for this user: secretaries, heads of bodies, auditors."""
    codes = {key.rpartition(":")[2] for key in of(user)}
    return bool(codes & {Role.Code.SECRETARY, Role.Code.CHAIR, Role.Code.AUDITOR})


def today() -> str:
    """The day, for the name of an exported file."""
    return f"{timezone.localdate(clock.now()):%Y%m%d}"
