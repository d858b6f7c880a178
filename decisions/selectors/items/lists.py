"""Which items, and where each of them stands, in a number of statements that does not grow with the list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions import stages
from decisions.models import CoProposer, Item, Opinion, Plan, Sitting
from decisions.policies.access import recused
from permissions.look import STAGES, Stage, day_words, stage_list
from permissions.models import User
from permissions.policies import visible
from workflows import compiled
from workflows.models import Case, CaseTask, DefinitionVersion


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one item stands: its stage (`done` when closed, empty for a draft), what it waits for, since when."""

    stage: str
    tasks: tuple[CaseTask, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def line(self) -> list[Stage]:
        """The five stages, with a date under each that has begun."""
        return stage_list(self.stage, self.notes)

    @property
    def sentence(self) -> str:
        """停在合法性审查，已 2 天: one line for lists."""
        if self.withdrawn:
            return _("已撤回")
        if self.stage == "done":
            return _("已办结")
        if not self.tasks:
            return _("草稿，只有提出人和共同提出人能看到")
        names = _("、").join(dict.fromkeys(str(task) for task in self.tasks))
        days = (timezone.localdate() - timezone.localdate(min(task.created for task in self.tasks))).days
        if days < 1:
            return _("停在%(task)s，今天开始") % {"task": names}
        since = ngettext("已 %(days)s 天", "已 %(days)s 天", days) % {"days": days}
        return _("停在%(task)s，%(since)s") % {"task": names, "since": since}


def item_list(actor: User, *, stage: str = "", kind: str = "", search: str = "", own: bool = False) -> QuerySet[Item]:
    """The items this user may know of, newest first. `stage` is a stage, ``draft`` or ``done``; `search` looks in the
    title and takes a number as ``17`` or ``议〔2026〕17号``.
    """
    items = visible(actor, Item.objects.select_related("matter_type", "body", "proposer", "case"))
    if own:
        items = items.filter(_own(actor))
    if kind:
        items = items.filter(matter_type__code=kind)
    words = search.strip()
    if words:
        digits = "".join(c for c in words.rpartition("〕")[2] if c.isdecimal())
        asked = Q(title__icontains=words)
        if digits and len(digits) < 9:
            asked |= Q(serial=int(digits))
        items = items.filter(asked)
    if stage == "draft":
        items = items.filter(status=Item.Status.DRAFT)
    elif stage == "done":
        items = items.filter(status__in=[Item.Status.CLOSED, Item.Status.WITHDRAWN])
    elif stage:
        items = items.filter(status=Item.Status.RUNNING).filter(Exists(_open_in(stage)))
    return items


def mine(actor: User) -> QuerySet[Item]:
    """The items this user proposed or co-proposed that are not finished."""
    items = Item.objects.select_related("matter_type", "body", "proposer", "case")
    return items.filter(_own(actor), status__in=[Item.Status.DRAFT, Item.Status.RUNNING])


def asked_for_opinion(actor: User) -> QuerySet[Item]:
    """The items under consultation on which this user has not given an opinion yet, oldest first; one given before the plan
    changed in substance is asked for again (R29)."""
    open_round = CaseTask.objects.filter(process=OuterRef("case"), form=stages.OPINIONS, finished__isnull=True)
    since = Plan.objects.filter(item=OuterRef("item"), order=Plan.MAIN).values("substantive_version")[:1]
    on_main = Q(plan__isnull=True, plan_version__gte=Subquery(since))
    on_other = Q(plan__isnull=False, plan_version__gte=F("plan__substantive_version"))
    given = Opinion.objects.filter(on_main | on_other, item=OuterRef("pk"), by=actor.pk)
    rows = Item.objects.select_related("matter_type", "body", "proposer", "case").prefetch_related("plans")
    items = visible(actor, rows)
    items = items.filter(~recused(actor), Exists(open_round), ~Exists(given), status=Item.Status.RUNNING)
    return items.exclude(_own(actor)).order_by("submitted_at")


def standings(items: Iterable[Item]) -> dict[int, Standing]:
    """Item id → where it stands. Two statements, and one more for each flow version this process has not seen yet."""
    found = list(items)
    cases = {item.case_id: item for item in found if item.case_id is not None}
    tasks: dict[int, list[CaseTask]] = {}
    for task in CaseTask.objects.filter(process__in=cases).order_by("id"):
        tasks.setdefault(task.process_id, []).append(task)
    flows = [item.case for item in cases.values() if item.case is not None]
    nodes = {case.pk: stage_nodes(case.version_id, case.version_sha256) for case in flows}
    return {
        item.pk: _standing(item, tasks.get(item.case_id or 0, []), nodes.get(item.case_id or 0, {})) for item in found
    }


@lru_cache(maxsize=256)
def stage_nodes(version_id: int, sha256: str) -> dict[str, str]:
    """Element id → stage, as the nodes of one flow version declare it (property ``stage``)."""
    process = compiled.of_version(version_id, sha256).process
    return {node.id: node.properties["stage"] for node in process.nodes.values() if "stage" in node.properties}


def next_sitting(actor: User) -> Sitting | None:
    """The sitting that is open, or else the next one to come."""
    sittings = visible(actor, Sitting).exclude(status__in=Sitting.OVER)
    start = timezone.localtime().replace(hour=0, minute=0)
    return sittings.filter(Q(at__gte=start) | Q(status=Sitting.Status.OPEN)).order_by("at").first()


def of_cases(tasks: Iterable[CaseTask]) -> dict[int, Item]:
    """Case id → item, for the tasks of an inbox."""
    ids = {task.process_id for task in tasks}
    rows = Item.objects.filter(case__in=ids).select_related("matter_type", "body", "proposer")
    return {item.case_id: item for item in rows if item.case_id is not None}


def _own(actor: User) -> Q:
    return Q(proposer=actor.pk) | Q(Exists(CoProposer.objects.filter(item=OuterRef("pk"), user=actor.pk)))


def _open_in(stage: str) -> QuerySet[CaseTask]:
    in_stage = Q(pk__in=[])
    versions = DefinitionVersion.objects.filter(Exists(Case.objects.filter(version=OuterRef("pk"), item__isnull=False)))
    for version_id, digest in versions.values_list("pk", "sha256"):
        nodes = [node for node, at in stage_nodes(version_id, digest).items() if at == stage]
        in_stage |= Q(process__version=version_id, node__in=nodes)
    return CaseTask.objects.filter(in_stage, process=OuterRef("case"), finished__isnull=True)


def _standing(item: Item, tasks: list[CaseTask], nodes: Mapping[str, str]) -> Standing:
    open_ones = tuple(task for task in tasks if task.finished is None)
    keys = list(STAGES)
    stages = sorted((nodes[task.node] for task in open_ones if nodes.get(task.node) in keys), key=keys.index)
    if item.status == Item.Status.DRAFT:
        current = ""
    elif item.status == Item.Status.CLOSED:
        current = "done"
    else:
        current = stages[0] if stages else _last_stage(tasks, nodes)
    notes = _notes(tasks, nodes, current)
    return Standing(current, open_ones, notes, item.status == Item.Status.WITHDRAWN)


def _last_stage(tasks: list[CaseTask], nodes: Mapping[str, str]) -> str:
    return next((nodes[task.node] for task in reversed(tasks) if task.node in nodes), "propose")


def _notes(tasks: list[CaseTask], nodes: Mapping[str, str], current: str) -> dict[str, str]:
    """What stands under each stage: the day it was finished, or the day the present one began."""
    keys = list(STAGES)
    at = keys.index(current) if current in keys else len(keys)
    began: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for task in tasks:
        stage = nodes.get(task.node)
        if stage is None:
            continue
        if stage == current and task.finished is None:
            began[stage] = min(began.get(stage, task.created), task.created)
        if task.finished is not None:
            ended[stage] = max(ended.get(stage, task.finished), task.finished)
    notes = {}
    for index, key in enumerate(keys):
        if index < at and key in ended:
            notes[key] = day_words(timezone.localdate(ended[key]))
        elif key == current and key in began:
            notes[key] = _("%(day)s起") % {"day": day_words(timezone.localdate(began[key]))}
    return notes
