"""What is owed by when after a decision: one list for the reminders, for the page of supervision, and for everybody's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.models import (
    AgendaEntry,
    EmergencyDecision,
    Evaluation,
    ExecutionTask,
    Item,
    Milestone,
    Publication,
    SuperiorReport,
    Suspension,
)
from decisions.rules import Periods
from permissions.models import Role, User
from permissions.policies import visible, visible_if_any
from permissions.roles import ever_held, of
from workflows import clock

#: Kinds of duties, in the order they are listed where they are due on the same day.
KINDS = (
    "emergency_report",
    "ratification",
    "suspension",
    "superior_report",
    "publication",
    "milestone",
    "execution",
    "progress",
    "acceptance",
    "evaluation",
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed: of which kind (`KINDS`), about which item, what and by whom in words, until when.

    ``key`` names it with its date; ``holder`` is the one person who owes it, None where the secretaries do. ``remind_at`` is
    when its holder is reminded; ``fixed`` where it is counted in hours.
    """

    kind: str
    key: str
    item: Item
    title: str
    owner: str
    due: datetime
    remind_at: datetime
    url: str
    holder: int | None = None
    fixed: bool = False

    @property
    def until(self) -> datetime | date:
        """Its last day, or the very moment where it is counted in hours: as a page shows it."""
        return self.due if self.fixed else timezone.localdate(self.due)

    @property
    def overdue(self) -> bool:
        """Whether its time has passed."""
        return self.due < clock.now()

    @property
    def soon(self) -> bool:
        """Whether its holder is to be reminded."""
        return self.remind_at <= clock.now()


def duties(items: Iterable[int] | None = None) -> list[Duty]:
    """Everything that is owed, the longest overdue first; of these items only where some are given. A number of statements that
    does not grow with the list."""
    chosen = None if items is None else list(items)
    found = [
        *_emergencies(chosen),
        *_suspensions(chosen),
        *_reports_up(chosen),
        *_publications(chosen),
        *_executions(chosen),
        *_evaluations(chosen),
    ]
    return sorted(found, key=lambda duty: (duty.due, KINDS.index(duty.kind), duty.key))


def duties_of(user: User, items: Iterable[int] | None = None) -> list[Duty]:
    """What this user owes: what they are named for, and for a secretary what secretaries owe, of items they may see; of these
    items only where some are given."""
    secretary = any(key.rpartition(":")[2] == Role.Code.SECRETARY for key in of(user))
    found = [duty for duty in duties(items) if duty.holder == user.pk or (secretary and duty.holder is None)]
    known = set(
        visible(user, Item.objects.filter(pk__in={duty.item.pk for duty in found})).values_list("pk", flat=True)
    )
    return [duty for duty in found if duty.item.pk in known]


def owing(user: int) -> QuerySet[Item]:
    """The items of which this user (by key) owes something, or secretaries do."""
    return Item.objects.filter(_of_theirs(user) | ever_held(user, Role.Code.SECRETARY) & _of_secretaries())


def due_for(user: User) -> list[Duty]:
    """What this user owes and should do now: its reminder has come."""
    named = _of_theirs(user.pk)
    if any(key.rpartition(":")[2] == Role.Code.SECRETARY for key in of(user)):
        named |= _of_secretaries()
    items = list(visible_if_any(user, Item.objects.filter(named)).order_by().values_list("pk", flat=True))
    if not items:
        return []
    return [duty for duty in duties_of(user, items) if duty.soon]


def _of_theirs(user: int) -> Q:
    """The items (a Q over `Item`) with something a user is named for."""
    return (
        Q(Exists(ExecutionTask.objects.filter(item=OuterRef("pk"), responsible=user, finished_at__isnull=True)))
        | Q(Exists(Evaluation.objects.filter(item=OuterRef("pk"), evaluator=user, done_at__isnull=True)))
        | Q(Exists(Suspension.objects.filter(item=OuterRef("pk"), by=user, ended_at__isnull=True)))
    )


def _of_secretaries() -> Q:
    """The items (a Q over `Item`) with something the secretaries owe."""
    return (
        Q(Exists(Publication.objects.filter(item=OuterRef("pk"), published_on__isnull=True, exempt="")))
        | Q(Exists(SuperiorReport.objects.filter(item=OuterRef("pk"), sent_on__isnull=True)))
        | Q(Exists(Evaluation.objects.filter(item=OuterRef("pk"), evaluator__isnull=True, done_at__isnull=True)))
        | Q(Exists(_unaccepted()) | Exists(_unowned()))
        | Q(Exists(EmergencyDecision.objects.filter(item=OuterRef("pk"), reports__isnull=True)))
    )


def _unaccepted() -> QuerySet[ExecutionTask]:
    return ExecutionTask.objects.filter(item=OuterRef("pk"), claimed_at__isnull=False, finished_at__isnull=True)


def _unowned() -> QuerySet[ExecutionTask]:
    return ExecutionTask.objects.filter(item=OuterRef("pk"), responsible__isnull=True, finished_at__isnull=True)


def end_of(day: date) -> datetime:
    """The last moment of a day in the office."""
    return timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0)))


def _by_day(
    kind: str,
    row: int,
    item: Item,
    title: str,
    owner: str,
    day: date,
    url: str,
    terms: Periods,
    holder: int | None = None,
) -> Duty:
    due = end_of(day)
    before = timezone.make_aware(datetime.combine(day - timedelta(days=terms.remind_days), time(8)))
    return Duty(kind, f"{kind}:{row}:{day.isoformat()}", item, title, owner, due, before, url, holder)


def _terms(items: Iterable[Item]) -> dict[int, Periods]:
    """The periods of each item's sitting, frozen when it opened; before one, those of its matter type. By the item's key."""
    rows = {item.pk: item for item in items}
    newest = AgendaEntry.objects.filter(item=OuterRef("item"), announced_at__gt=OuterRef("announced_at"))
    entries = AgendaEntry.objects.filter(item__in=rows, announced_at__isnull=False).exclude(Exists(newest))
    frozen = dict(entries.values_list("item_id", "numbers"))
    return {
        pk: Periods.from_json((frozen.get(pk) or item.matter_type.rule_set.numbers).get("periods", {}))
        for pk, item in rows.items()
    }


def _secretaries() -> str:
    return _("双方秘书")


def _page(item: Item, part: str = "after") -> str:
    return reverse("item", args=[item.pk]) + f"#{part}"


def _emergencies(items: list[int] | None) -> Iterator[Duty]:
    rows = EmergencyDecision.objects.filter(decided_at__isnull=False, reports__isnull=True)
    if items is not None:
        rows = rows.filter(item__in=items)
    for row in rows.select_related("item__matter_type__rule_set", "by"):
        if row.item is not None and row.report_due is not None and row.decided_at is not None:
            half = row.decided_at + (row.report_due - row.decided_at) / 2
            title = _("向全体成员报告紧急决定")
            key = f"emergency_report:{row.pk}"
            yield Duty(
                "emergency_report",
                key,
                row.item,
                title,
                _secretaries(),
                row.report_due,
                half,
                row.get_absolute_url(),
                fixed=True,
            )


def _suspensions(items: list[int] | None) -> Iterator[Duty]:
    following = Item.objects.filter(
        origin=OuterRef("item"), status__in=[Item.Status.RUNNING, Item.Status.CLOSED], submitted_at__gte=OuterRef("at")
    )
    rows = Suspension.objects.filter(ended_at__isnull=True).exclude(Exists(following))
    if items is not None:
        rows = rows.filter(item__in=items)
    found = list(rows.select_related("item__matter_type__rule_set", "by"))
    terms = _terms(row.item for row in found)
    for row in found:
        title = _("中止执行后启动变更或停止程序")
        yield _by_day(
            "suspension", row.pk, row.item, title, row.by.label, row.due, _page(row.item), terms[row.item_id], row.by_id
        )


def _reports_up(items: list[int] | None) -> Iterator[Duty]:
    rows = SuperiorReport.objects.filter(sent_on__isnull=True)
    if items is not None:
        rows = rows.filter(item__in=items)
    found = list(rows.select_related("item__matter_type__rule_set"))
    terms = _terms(row.item for row in found)
    for row in found:
        title = _("向上级报告：%(kind)s") % {"kind": row.get_kind_display()}
        url = reverse("superior_report", args=[row.item_id, row.pk])
        yield _by_day("superior_report", row.pk, row.item, title, _secretaries(), row.due, url, terms[row.item_id])


def _publications(items: list[int] | None) -> Iterator[Duty]:
    rows = Publication.objects.filter(published_on__isnull=True, exempt="")
    if items is not None:
        rows = rows.filter(item__in=items)
    found = list(rows.select_related("item__matter_type__rule_set"))
    terms = _terms(row.item for row in found)
    for row in found:
        url = reverse("publication", args=[row.item_id])
        yield _by_day("publication", row.pk, row.item, _("公布决策"), _secretaries(), row.due, url, terms[row.item_id])


def _executions(items: list[int] | None) -> Iterator[Duty]:
    suspended = Suspension.objects.filter(item=OuterRef("item"), ended_at__isnull=True)
    rows = ExecutionTask.objects.filter(finished_at__isnull=True, stopped_at__isnull=True).exclude(Exists(suspended))
    if items is not None:
        rows = rows.filter(item__in=items)
    found = list(rows.select_related("item__matter_type__rule_set", "responsible"))
    terms = _terms(row.item for row in found)
    steps: dict[int, list[Milestone]] = {}
    for step in Milestone.objects.filter(execution__in=found, done_on__isnull=True):
        steps.setdefault(step.execution_id, []).append(step)
    for row in found:
        owner = row.responsible.label if row.responsible is not None else row.unit
        url = reverse("carrying_out", args=[row.item_id])
        period = terms[row.item_id]
        holder = row.responsible_id
        if row.claimed_at is not None:
            day = timezone.localdate(row.claimed_at) + timedelta(days=period.remind_days)
            yield _by_day("acceptance", row.pk, row.item, _("验收执行结果"), _secretaries(), day, url, period)
            continue
        for step in steps.get(row.pk, []):
            yield _by_day("milestone", step.pk, row.item, step.title, owner, step.due, url, period, holder)
        yield _by_day("execution", row.pk, row.item, _("完成执行"), owner, row.due, url, period, holder)
        day = timezone.localdate(row.reported_at or row.assigned_at) + timedelta(days=period.report_days)
        yield _by_day("progress", row.pk, row.item, _("报告进展"), owner, day, url, period, holder)


def _evaluations(items: list[int] | None) -> Iterator[Duty]:
    rows = Evaluation.objects.filter(done_at__isnull=True)
    if items is not None:
        rows = rows.filter(item__in=items)
    found = list(rows.select_related("item__matter_type__rule_set", "evaluator"))
    terms = _terms(row.item for row in found)
    for row in found:
        named = row.evaluator
        title = _("完成决策后评估") if named is not None else _("指定决策后评估的评估人")
        owner = named.label if named is not None else _secretaries()
        url = reverse("evaluation", args=[row.item_id])
        yield _by_day("evaluation", row.pk, row.item, title, owner, row.due, url, terms[row.item_id], row.evaluator_id)


def evaluations_by_time() -> list[tuple[Publication, date]]:
    """The decisions that were signed so long ago that they are evaluated (R39), with the day that came; oldest first."""
    begun = Evaluation.objects.filter(item=OuterRef("item"), trigger=Evaluation.Trigger.MONTHS)
    open_one = Evaluation.objects.filter(item=OuterRef("item"), done_at__isnull=True)
    rows = list(
        Publication.objects.exclude(Exists(begun))
        .exclude(Exists(open_one))
        .filter(item__executions_stopped__isnull=True)
        .select_related("item__matter_type__rule_set")
        .order_by("signed_at", "pk")
    )
    terms = _terms(row.item for row in rows)
    today = timezone.localdate(clock.now())
    found = []
    for row in rows:
        months = terms[row.item_id].evaluation_months
        day = months_after(timezone.localdate(row.signed_at), months) if months else None
        if day is not None and day <= today:
            found.append((row, day))
    return found


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
