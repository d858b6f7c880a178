"""The log as people read it: filtered by who, what, when and about what, page by page, each entry a sentence.

A page is found by where the last one ended, not by counting rows from the start: the thousandth page costs what the
first one does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from decisions import told
from decisions.models import EmergencyDecision, Item, Sitting
from decisions.policies.access import blind_to, covered_title, withheld
from decisions.selectors.items.story import words_of
from decisions.selectors.settings import setting_label
from decisions.told.acts import ACTS
from decisions.told.terms import who_did
from permissions import audit, separation
from permissions.actions.sign_in import DOOR
from permissions.audit import anchors, checkpoints, export
from permissions.audit.words import KINDS as KINDS_OF_FAULTS
from permissions.models import AuditEvent, AuditHead, Body, Role, RoleGrant, Seat, User
from permissions.policies import visible
from permissions.selectors import sides_of
from workflows.models import Case, Definition, DefinitionKind, SentMessage

PAGE = 40

#: What an entry is about, as a choice of the filter: its name and how its verbs begin.
KINDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "item": (gettext_lazy("议题和材料"), ("item_", "co_proposer_", "candidates_", "material_", "execution_")),
    "plan": (gettext_lazy("方案和意见"), ("plan_", "opinion", "legality_")),
    "sitting": (
        gettext_lazy("会议和表决"),
        ("sitting_", "entry_", "attendance_", "recusal_", "speak", "statement_", "voting_", "vote_", "result_"),
    ),
    "minutes": (gettext_lazy("纪要和会签"), ("minutes_",)),
    "flow": (
        gettext_lazy("流程"),
        (
            *("definition_", "case_", "task_", "instance_", "timer_", "job_", "call_", "activity_", "incident_"),
            *("migration_", "message_", "signal_", "variables_"),
        ),
    ),
    "record": (gettext_lazy("业务包的记录"), ()),
    "settings": (gettext_lazy("规则和事项类型"), ()),
    "people": (gettext_lazy("机构、席位和账号"), ("body_", "seat_", "role_", "user_")),
    "audit": (gettext_lazy("审计查阅和导出"), ()),
}

#: Entries whose words are not told by the story of an item.
_WORDS: Mapping[str, Any] = {
    "body_edit": pgettext_lazy("log", "修改班子"),
    "definition_import": pgettext_lazy("log", "导入其他工具的流程图"),
    "definition_publish": pgettext_lazy("log", "发布流程"),
    "definition_retire": pgettext_lazy("log", "停用流程"),
    "definition_save": pgettext_lazy("log", "保存流程草稿"),
    "role_grant": pgettext_lazy("log", "授予角色"),
    "role_revoke": pgettext_lazy("log", "收回角色"),
    "seat_add": pgettext_lazy("log", "设置席位"),
    "seat_assign": pgettext_lazy("log", "安排席位人员"),
    "seat_edit": pgettext_lazy("log", "修改席位"),
    "seat_end": pgettext_lazy("log", "结束席位任期"),
    "user_preferences_set": pgettext_lazy("log", "修改显示设置"),
}
#: The same verbs where the entry says it was decisions (`kind`), which flows ask.
_DECISION_WORDS: Mapping[str, Any] = {
    "definition_publish": pgettext_lazy("log", "发布决策"),
    "definition_retire": pgettext_lazy("log", "停用决策"),
    "definition_save": pgettext_lazy("log", "保存决策草稿"),
}

#: Whose fields an entry with old and new values is about, by how its verb begins.
_MODELS: Mapping[str, type[Model]] = {"body": Body, "seat": Seat, "user": User}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. `subject` is the name of one chain, `words` a title or number; `who` 0 is the system.

    `administrators` asks for what was done by whoever was one of the three administrators at that time (N5).
    """

    subject: str = ""
    words: str = ""
    who: int | None = None
    administrators: bool = False
    kind: str = ""
    since: date | None = None
    until: date | None = None
    before: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a chain is about, in words, with the page that shows it (empty where there is none); the key of the item, if it is
    one this user may know."""

    name: str
    label: str
    url: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it. `target` is what was touched, `details` the entry's content as text; of an entry withheld
    from the reader both are empty, and `what` names the act without what came of it."""

    event: AuditEvent
    who: str
    body: Body | None
    what: str
    change: str
    subject: Subject
    target: str
    details: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log, newest first, and where the next (older) one begins."""

    lines: list[Line] = field(default_factory=list)
    older: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What going through the chains showed, and what the checkpoints and time stamps say beyond it: where, what is wrong."""

    chains: int
    entries: int
    broken: list[tuple[Subject, audit.Break]]
    checkpoints: int
    faults: list[tuple[str, str]]

    @property
    def whole(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.broken or self.faults)


def log_page(actor: User, asked: Asked) -> Page:
    """The entries this user may read that match, newest first, `PAGE` at a time."""
    rows = list(matching(actor, asked).select_related("actor").order_by("-at", "-id")[: PAGE + 1])
    shown = rows[:PAGE]
    return Page(lines_of(actor, shown), cursor(shown[-1]) if len(rows) > PAGE else "")


def lines_of(actor: User, rows: Sequence[AuditEvent]) -> list[Line]:
    """Entries (with their actors loaded) as this user may read them; what is withheld is counted and not told."""
    sides = sides_of(row.actor_id for row in rows)
    subjects = subjects_of(actor, (row.subject for row in rows))
    sealed = sealed_chains(actor, (row.subject for row in rows))
    named = any("role" in row.data for row in rows)
    roles = {role.key: role.label for role in Role.objects.select_related("body", "group")} if named else {}
    return [_line(row, sides, subjects[row.subject], roles, row.subject in sealed) for row in rows]


def cursor(event: AuditEvent) -> str:
    """Where a page ends, for an address."""
    return f"{audit.instant(event.at)}_{event.pk}"


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """The end of the page before; None for anything that is none."""
    moment, _underscore, pk = text.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(pk)) if timezone.is_aware(at) else None
    except (ValueError, OverflowError):
        return None


def sealed_chains(actor: User, names: Iterable[str]) -> frozenset[str]:
    """Those of these chains whose entries this user may count and prove, and not read: the auditor's of withheld items, and of the
    emergencies they were before."""
    wanted = set(names)
    items, emergencies = _keys(wanted, "item"), _keys(wanted, "emergency")
    if not items and not emergencies:
        return frozenset()
    return withheld_chains(actor, Q(pk__in=items) | Q(emergency__in=emergencies)) & wanted


def withheld_chains(actor: User, which: Q | None = None) -> frozenset[str]:
    """The chains of the items withheld from this user, and of the emergencies they were before; of the items `which` only."""
    kept = Item.objects.filter(withheld(actor), which or Q()).order_by().values_list("pk", "emergency")
    found = [(f"item:{pk}", f"emergency:{emergency}" if emergency is not None else "") for pk, emergency in kept]
    return frozenset(name for pair in found for name in pair if name)


def act_words(act: str) -> str:
    """The name of an act, without what came of it."""
    name = ACTS.get(act)
    return str(name) if name is not None else what_words(act, {}, {})[0]


def subjects_of(actor: User, names: Iterable[str]) -> dict[str, Subject]:
    """What the chains of these names are about, as this user may know it; at most two statements per kind."""
    wanted = set(names)
    found: dict[str, Subject] = {}
    items = _rows(Item.objects.all(), wanted, "item")
    hidden = [item.pk for item in items.values() if item.confidential]
    blind = blind_to(actor, hidden) if hidden else frozenset()
    for name, item in items.items():
        title, url = (covered_title(), "") if item.pk in blind else (str(item), item.get_absolute_url())
        found[name] = Subject(name, f"{title} {item.number}".strip(), url, item.pk if url else 0)
    emergencies = _rows(EmergencyDecision.objects.all(), wanted, "emergency")
    sealed = sealed_chains(actor, emergencies) if emergencies else frozenset()
    for name, row in emergencies.items():
        title, url = (covered_title(), "") if name in sealed else (row.title, row.get_absolute_url())
        found[name] = Subject(name, _("紧急决定：%(title)s") % {"title": title}, url)
    for name, sitting in _rows(Sitting.objects.all(), wanted, "sitting").items():
        found[name] = Subject(name, str(sitting), reverse("sitting", args=[sitting.pk]))
    for name, body in _rows(Body.objects.all(), wanted, "body").items():
        found[name] = Subject(name, body.label, reverse("body", args=[body.pk]))
    for name, user in _rows(User.objects.all(), wanted, "user").items():
        found[name] = Subject(name, _("账号：%(who)s") % {"who": user.label}, "")
    for name, case in _rows(Case.objects.defer("marking", "variables"), wanted, "case").items():
        found[name] = Subject(name, str(case), reverse("case", args=[case.pk]))
    if "calendar:days" in wanted:
        found["calendar:days"] = Subject("calendar:days", _("工作日历"), reverse("workdays"))
    if DOOR in wanted:
        found[DOOR] = Subject(DOOR, _("没有账号的登录尝试"), "")
    for name, message in _rows(SentMessage.objects.all(), wanted, "sent").items():
        found[name] = Subject(name, f"{message.get_kind_display()} {message.name}", "")
    found |= {name: Subject(name, *setting_label(name)) for name in wanted if name.startswith("setting:")}
    keys = [name.partition(":")[2] for name in wanted if name.startswith("flow:")]
    for flow in Definition.objects.filter(key__in=keys) if keys else ():
        found[f"flow:{flow.key}"] = Subject(f"flow:{flow.key}", flow.label, reverse("flow", args=[flow.key]))
    return {name: found.get(name, Subject(name, name, "")) for name in wanted}


def chain_of(actor: User, subject: str) -> tuple[int, audit.Break | None] | None:
    """How many entries one chain has and where it breaks, if it does; None where this user may not read it."""
    if not visible(actor, AuditEvent).filter(subject=subject).exists():
        return None
    head = AuditHead.objects.filter(pk=subject).first()
    return (head.seq if head else 0), next(audit.verify(subject), None)


def reads_whole(actor: User, subject: str) -> bool:
    """Whether this user may read every entry of the chain, as who carries it away must: some read a part of an account's."""
    events = AuditEvent.objects.filter(subject=subject)
    return bool(events.count() == visible(actor, events).count())


def check_all(actor: User) -> Checked:
    """Every chain from its first entry to its head, every checkpoint, every time stamp."""
    chains = entries = 0
    broken: list[audit.Break] = []
    for proof in audit.prove():
        chains, entries = chains + 1, entries + proof.events
        if proof.broken is not None:
            broken.append(proof.broken)
    subjects = subjects_of(actor, (wrong.subject for wrong in broken))
    seen = checkpoints.prove()
    faults = [(fault.where, str(KINDS_OF_FAULTS[fault.kind])) for fault in (*seen.faults, *anchors.prove().faults)]
    return Checked(chains, entries, [(subjects[wrong.subject], wrong) for wrong in broken], seen.number, faults)


def chain_lines(subject: str) -> Iterator[str]:
    """One chain as JSON lines, oldest first, with everything its hashes are made of."""
    return export.event_lines([subject])


def what_words(verb: str, data: Mapping[str, Any], roles: Mapping[str, str]) -> tuple[str, str]:
    """An entry in words: what was done, what it changed. `roles` has the words for the keys of roles."""
    told = _DECISION_WORDS if data.get("kind") == DefinitionKind.DECISION else _WORDS
    words = told.get(verb, _WORDS.get(verb))
    return (str(words), _change(verb, data, roles)) if words is not None else words_of(verb, data)


def _change(verb: str, data: Mapping[str, Any], roles: Mapping[str, str]) -> str:
    if verb.startswith("definition_"):
        return _("第 %(n)s 版") % {"n": data.get("number", "")}
    if verb.startswith("role_"):
        key = str(data.get("role", ""))
        return roles.get(key, key)
    if verb == "seat_add":
        return str(data.get("new", {}).get("position", ""))
    old, new = data.get("old"), data.get("new")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return ""
    model = _MODELS.get(verb.partition("_")[0])
    if model is None:
        return ""
    return _("；").join(_field_change(model, name, old.get(name), value) for name, value in new.items())


def _field_change(model: type[Model], name: str, old: Any, new: Any) -> str:
    try:
        label = getattr(model._meta.get_field(name.removesuffix("_id")), "verbose_name", name)
    except FieldDoesNotExist:
        # The log outlives the fields it tells of.
        label = name
    nothing = _("（空）")
    return _("%(field)s：%(old)s → %(new)s") % {
        "field": label,
        "old": nothing if old in (None, "") else old,
        "new": nothing if new in (None, "") else new,
    }


def matching(actor: User, asked: Asked) -> QuerySet[AuditEvent]:
    """The entries this user may read that match, in no order."""
    events = visible(actor, AuditEvent)
    if asked.subject:
        events = events.filter(subject=asked.subject)
    if asked.words:
        events = events.filter(subject__in=_chains_named(actor, asked.words))
    if asked.who is not None:
        events = events.filter(actor=asked.who) if asked.who else events.filter(actor__isnull=True)
    if asked.administrators:
        events = events.filter(_by_administrators())
    if asked.kind in KINDS:
        begins = Q()
        for prefix in (*KINDS[asked.kind][1], *told.prefixes(asked.kind)):
            begins |= Q(verb__startswith=prefix)
        events = events.filter(begins)
    if asked.since:
        events = events.filter(at__gte=_midnight(asked.since))
    if asked.until and asked.until < date.max:
        events = events.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    if asked.before:
        at, pk = asked.before
        events = events.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    return events


def _by_administrators() -> Q:
    """Entries of people who were administrators when they made them. There are few such terms: each is a range of one person."""
    grants = RoleGrant.objects.filter(role__code__in=separation.APART).order_by()
    found = Q(pk__in=[])
    for user, starts_on, ends_on, ended_at in grants.values_list("user", "starts_on", "ends_on", "ended_at"):
        term = Q(actor=user, at__gte=_midnight(starts_on))
        if ends_on is not None:
            term &= Q(at__lt=_midnight(ends_on + timedelta(days=1)))
        found |= term & Q(at__lt=ended_at) if ended_at is not None else term
    return found


def _chains_named(actor: User, words: str) -> list[str]:
    digits = "".join(c for c in words.rpartition("〕")[2] if c.isdecimal())
    asked = Q(title__icontains=words)
    if digits and len(digits) < 9:
        asked |= Q(serial=int(digits))
    items = visible(actor, Item).filter(asked).order_by("-pk").values_list("pk", flat=True)[:500]
    flows = Definition.objects.filter(Q(name__icontains=words) | Q(key__iexact=words)).values_list("key", flat=True)
    return [*(f"item:{pk}" for pk in items), *(f"flow:{key}" for key in flows)]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _rows(source: QuerySet[Any], names: set[str], kind: str) -> dict[str, Any]:
    ids = _keys(names, kind)
    return {f"{kind}:{pk}": row for pk, row in source.in_bulk(ids).items()} if ids else {}


def _keys(names: Iterable[str], kind: str) -> list[int]:
    pairs = (name.partition(":") for name in names)
    return [int(pk) for what, _colon, pk in pairs if what == kind and pk.isdecimal()]


def _line(
    event: AuditEvent, sides: Mapping[int, Body], subject: Subject, roles: Mapping[str, str], sealed: bool
) -> Line:
    who, side = who_did(event), sides.get(event.actor_id or 0)
    if sealed:
        return Line(event, who, side, act_words(event.verb), _("内容只对指定人员开放"), subject, "", "")
    what, change = what_words(event.verb, event.data, roles)
    details = json.dumps(event.data, ensure_ascii=False, sort_keys=True, indent=2) if event.data else ""
    return Line(event, who, side, what, change, subject, event.target, details)
