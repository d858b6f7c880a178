"""Moving running cases to another version of their flow: the dry run, the decision, each case by itself, and undoing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from permissions import audit
from permissions.access import fetch
from permissions.errors import Invalid, WrongState
from permissions.models import AuditEvent, User
from permissions.transactions import action
from workflows import compiled, feel, queue, replay
from workflows.clock import now
from workflows.engine import Marking, MigrationRefused, Migrator, Moved, Refusal
from workflows.errors import told
from workflows.locks import lock_case
from workflows.models import Case, DefinitionVersion, MigratedCase, Migration, MoveOutcome, VersionStatus
from workflows.moving import rows, words
from workflows.policies import CaseMove, may_move
from workflows.versions import Difference, Proposal, diff, propose

#: How many cases a dry run tries at most; the others are decided when it is their turn.
MOST_TRIED = 500
#: How many cases one job of the worker moves.
BATCH = 25
#: How many rows one statement writes: PostgreSQL takes 65,535 parameters.
WRITTEN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What would happen to one case: `moved`, or why it would not."""

    case: Case
    moved: Moved | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run. `mapping` is what was tried (what is proposed where nothing else was asked for), `standing` counts the
    cases at each node of the old version, `cases` is what would become of the first :data:`MOST_TRIED` of `running`."""

    old: DefinitionVersion
    new: DefinitionVersion
    difference: Difference
    proposal: Proposal
    mapping: Mapping[str, str]
    standing: Mapping[str, int]
    cases: tuple[CasePlan, ...]
    running: int

    @property
    def movable(self) -> tuple[CasePlan, ...]:
        """Those that would move."""
        return tuple(plan for plan in self.cases if plan.moved is not None)

    @property
    def refused(self) -> tuple[CasePlan, ...]:
        """Those that would not."""
        return tuple(plan for plan in self.cases if plan.moved is None)


def migration_plan(
    *, actor: User, from_version_id: int, to_version_id: int, mapping: Mapping[str, str] | None = None
) -> Plan:
    """What would happen to each running case of a version: a dry run that writes nothing.

    `mapping` (old node id → new node id, "" for no node) goes before what is proposed. Raises `Hidden`, `Denied`,
    `Invalid`.
    """
    old, new = _versions(actor, "migration_plan", from_version_id, to_version_id)
    before, after = compiled.of_version(old.pk, old.sha256), compiled.of_version(new.pk, new.sha256)
    proposal = propose(before.graph, after.graph)
    wanted = _checked({**proposal.mapping, **(mapping or {})}, before, after)
    way = Migrator(before.graph, after.graph, wanted)
    running = _running(old)
    cases = tuple(_try(way, case) for case in running[:MOST_TRIED])
    standing: dict[str, int] = {}
    for plan in cases:
        for node in _held(Marking.from_json(plan.case.marking)):
            standing[node] = standing.get(node, 0) + 1
    return Plan(
        old,
        new,
        diff(before.process, after.process),
        proposal,
        wanted,
        standing,
        cases,
        running.count() if len(cases) == MOST_TRIED else len(cases),
    )


@action
def migration_start(
    *,
    actor: User,
    from_version_id: int,
    to_version_id: int,
    mapping: Mapping[str, str],
    reason: str,
    case_ids: Sequence[int] | None = None,
) -> Migration:
    """Decide to move the running cases of a version (those of `case_ids`, else all): the worker moves them, each by itself.

    `mapping` is complete: what is not in it goes nowhere. Raises `Hidden`, `Denied`, `Invalid` (no reason, no case, a mapping
    that names what is not there).
    """
    old, new = _versions(actor, "migration_start", from_version_id, to_version_id)
    text = told(reason, _("请写明迁移的原因。"), _("请写明原因，例如：新版增加了归档环节。"))
    before, after = compiled.of_version(old.pk, old.sha256), compiled.of_version(new.pk, new.sha256)
    wanted = _checked(mapping, before, after)
    running = _running(old)
    # Their keys alone: what a case holds is read when it is its turn.
    chosen = list((running.filter(pk__in=case_ids) if case_ids is not None else running).values_list("pk", flat=True))
    if not chosen or (case_ids is not None and len(chosen) < len(set(case_ids))):
        raise Invalid(
            _("所选的流程里有的已经办结，或已经不在这一版上。请重新试算后再选。")
            if chosen or case_ids
            else _("这一版没有在办的流程，不用迁移。"),
            code="no_cases",
        )
    at = now()
    migration = Migration.objects.create(
        from_version=old, to_version=new, mapping=wanted, reason=text, created=at, created_by=actor
    )
    rows_ = (MigratedCase(migration=migration, case_id=case) for case in chosen)
    made = MigratedCase.objects.bulk_create(rows_, batch_size=WRITTEN_AT_ONCE)
    audit.record(
        subject=f"flow:{old.definition.key}",
        actor=actor,
        verb="migration_start",
        target=f"migration:{migration.pk}",
        data={
            "from": old.number,
            "to": new.number,
            "mapping": {node: target for node, target in wanted.items() if node != target},
            "reason": text,
            "cases": chosen,
        },
        at=at,
    )
    from workflows import tasks as jobs

    for batch in _batches([row.pk for row in made]):
        queue.put_once(jobs.work_of_migration(batch))
    return migration


@action
def case_migrate(*, row_id: int) -> str:
    """Move one case of a migration, or note why it cannot; returns the outcome. Called at least once per case: what is done
    already stays as it is."""
    case_id = MigratedCase.objects.values_list("case_id", flat=True).get(pk=row_id)
    case, head = lock_case(case_id)
    row = _row(row_id)
    if row.outcome != MoveOutcome.PLANNED:
        return row.outcome
    old, new, actor = row.migration.from_version, row.migration.to_version, row.migration.created_by
    at = now()
    try:
        moved = _move(case, old, new, row.migration.mapping, at)
        row.before = rows.write(case, new, moved, now=at)
    except (MigrationRefused, rows.OutOfStep) as error:
        refusals = error.refusals if isinstance(error, MigrationRefused) else (Refusal("out_of_step", ""),)
        return _refuse(row, old, new, refusals)
    row.outcome, row.seq, row.done = MoveOutcome.MOVED, head.seq + 1, at
    row.save(update_fields=["outcome", "before", "seq", "done"])
    data = {
        "case": case.pk,
        "migration": row.migration_id,
        "from": old.number,
        "to": new.number,
        "reason": row.migration.reason,
        "engine": replay.moved_to_text(old, new, row.migration.mapping),
        "tasks": {str(kept.token): sorted(kept.changed) for kept in moved.kept if kept.changed},
    }
    entry = audit.Event(actor, "case_migrate", f"case:{case.pk}", data)
    audit.append(*audit.chain_rows(head, [entry], at))
    return row.outcome


@action
def migration_undo(*, actor: User, migration_id: int, case_ids: Sequence[int] | None = None) -> int:
    """Have the moved cases of a migration (those of `case_ids`, else all) go back; the worker does it, each case by itself.
    Returns how many will be tried. Raises `Hidden`, `Denied`, `WrongState` where there is none."""
    migration = fetch(
        Migration.objects.select_related("from_version__definition"), actor, "migration_undo", migration_id
    )
    moved = migration.cases.filter(outcome=MoveOutcome.MOVED)
    if case_ids is not None:
        moved = moved.filter(case__in=case_ids)
    # Cases whose move is still planned stay where they are: undoing takes back the decision as well.
    planned = migration.cases.filter(outcome=MoveOutcome.PLANNED) if case_ids is None else MigratedCase.objects.none()
    withdrawn = planned.update(outcome=MoveOutcome.UNDONE, done=now())
    chosen = list(moved.order_by("pk").values_list("pk", "case_id"))
    if not chosen and not withdrawn:
        raise WrongState(_("没有可以撤销的流程：都已经撤销，或没有迁移成功。"), code="nothing_moved")
    audit.record(
        subject=f"flow:{migration.from_version.definition.key}",
        actor=actor,
        verb="migration_undo",
        target=f"migration:{migration.pk}",
        data={"cases": [case for _pk, case in chosen], "withdrawn": withdrawn},
    )
    from workflows import tasks as jobs

    for batch in _batches([pk for pk, _case in chosen]):
        queue.put_once(jobs.work_of_undoing(batch, migration.pk, actor.pk))
    return len(chosen)


@action
def case_migrate_undo(*, actor: User | None, row_id: int) -> bool:
    """Put one moved case back exactly where it stood, as long as it has not moved since; False where it cannot, with the
    reason on its row."""
    case_id = MigratedCase.objects.values_list("case_id", flat=True).get(pk=row_id)
    case, head = lock_case(case_id)
    row = _row(row_id)
    if row.outcome != MoveOutcome.MOVED:
        return row.outcome == MoveOutcome.UNDONE
    old, new = row.migration.from_version, row.migration.to_version
    why = ""
    if case.status != PROCESS.NEW:
        why = _("这件流程已经办结，不能再撤销迁移。")
    elif case.version_id != new.pk or _moved_since(case, row.seq or 0):
        why = _("迁移以后这件流程已经往下走，不能再撤销。")
    if why:
        row.reason = why
        row.save(update_fields=["reason"])
        return False
    at = now()
    rows.restore(case, row.before, old)
    data = {
        "case": case.pk,
        "migration": row.migration_id,
        "from": new.number,
        "to": old.number,
        "engine": replay.moved_back_to_text(row.seq or 0),
    }
    entry = audit.Event(actor, "case_migrate_undo", f"case:{case.pk}", data)
    audit.append(*audit.chain_rows(head, [entry], at))
    row.outcome, row.reason, row.done = MoveOutcome.UNDONE, "", at
    row.save(update_fields=["outcome", "reason", "done"])
    return True


# --- what they share --------------------------------------------------------------------------------------------------


def _versions(actor: User, act: str, from_id: int, to_id: int) -> tuple[DefinitionVersion, DefinitionVersion]:
    """The two versions, where the actor may. Raises `Hidden`, `Denied`, `Invalid`."""
    found = DefinitionVersion.objects.select_related("definition").defer("xml")
    old, new = fetch(found, actor, act, from_id), fetch(found, actor, act, to_id)
    if old.pk == new.pk or old.definition_id != new.definition_id:
        raise Invalid(_("请选同一个流程的另一版。"), code="same_version")
    if old.status == VersionStatus.DRAFT or new.status != VersionStatus.PUBLISHED:
        raise Invalid(_("只能迁移到已发布的版本。请先发布，再迁移。"), code="not_published")
    return old, new


def _checked(mapping: Mapping[str, str], before: compiled.Compiled, after: compiled.Compiled) -> dict[str, str]:
    """The mapping without what goes nowhere. Raises `Invalid` where it names a node that is not there."""
    wanted = {node: target for node, target in mapping.items() if target}
    strangers = [node for node in wanted if node not in before.process.nodes]
    strangers += [target for target in wanted.values() if target not in after.process.nodes]
    if strangers:
        raise Invalid(
            _("对应表里有流程图上没有的环节（%(nodes)s）。请重新打开迁移页面再选。")
            % {"nodes": ", ".join(strangers[:5])},
            code="unknown_node",
        )
    return wanted


def _running(version: DefinitionVersion) -> QuerySet[Case]:
    return (
        Case.objects.filter(version=version, status=PROCESS.NEW)
        .select_related("version__definition", "started_by")
        .defer("version__xml")
        .order_by("pk")
    )


def _try(way: Migrator, case: Case) -> CasePlan:
    try:
        return CasePlan(case, _go_over(way, case, now()))
    except MigrationRefused as refused:
        return CasePlan(case, None, refused.refusals)


def _go_over(way: Migrator, case: Case, at: datetime) -> Moved:
    """The case gone over, where what it is about lets it. Raises `MigrationRefused`."""
    variables = feel.from_json(case.variables)
    moved = way.migrate(Marking.from_json(case.marking), now=timezone.localtime(at), variables=variables)
    before, after = way.old.process.nodes, way.new.process.nodes
    for kept in moved.kept:
        stages = before[kept.old].properties.get("stage"), after[kept.node].properties.get("stage")
        if stages[0] != stages[1] or kept.changed & {"form", "message"}:
            verdict = may_move(case, CaseMove("case_migrate", kept.node, (kept.old,)))
            if not verdict:
                raise MigrationRefused([Refusal("guarded", kept.old, verdict.why)])
    return moved


def _held(marking: Marking) -> set[str]:
    """The nodes that hold something of a case."""
    found = {token.node for token in marking.tokens.values()}
    found.update(parked.node for token in marking.tokens.values() if token.ticket for parked in token.ticket.tokens)
    for scope in marking.scopes.values():
        found.update(done.node for done in scope.done)
    return found


def _move(
    case: Case, old: DefinitionVersion, new: DefinitionVersion, mapping: Mapping[str, str], at: datetime
) -> Moved:
    if case.status != PROCESS.NEW:
        raise MigrationRefused([Refusal("ended", "")])
    if case.version_id != old.pk:
        raise MigrationRefused([Refusal("other_version", "")])
    before, after = compiled.of_version(old.pk, old.sha256), compiled.of_version(new.pk, new.sha256)
    return _go_over(Migrator(before.graph, after.graph, mapping), case, at)


def _row(row_id: int) -> MigratedCase:
    joined = ("migration__from_version__definition", "migration__to_version__definition", "migration__created_by")
    rows_ = MigratedCase.objects.select_for_update(of=("self",)).select_related(*joined)
    found: MigratedCase = rows_.defer("migration__from_version__xml", "migration__to_version__xml").get(pk=row_id)
    return found


def _refuse(row: MigratedCase, old: DefinitionVersion, new: DefinitionVersion, refusals: Iterable[Refusal]) -> str:
    """Note why a case stays where it is: the reasons themselves, and the words for whoever reads the table."""
    refusals = tuple(refusals)
    before, after = compiled.of_version(old.pk, old.sha256), compiled.of_version(new.pk, new.sha256)
    row.outcome, row.done = MoveOutcome.REFUSED, now()
    row.reason = words.refusals_text(refusals, before.process, after.process)
    row.before = {"refusals": [list(refusal) for refusal in refusals]}
    row.save(update_fields=["outcome", "done", "reason", "before"])
    return row.outcome


def _moved_since(case: Case, seq: int) -> bool:
    """Whether anything after the entry `seq` has moved the case, other than later migrations that were undone themselves."""
    later = AuditEvent.objects.filter(subject=case.chain, seq__gt=seq, data__case=case.pk, data__has_key="engine")
    if later.exclude(verb__in=("case_migrate", "case_migrate_undo")).exists():
        return True
    standing: set[int] = set()
    for found, engine in later.order_by("seq").values_list("seq", "data__engine"):
        back = replay.moved_back(engine)
        if back is None:
            standing.add(found)
        else:
            standing.discard(back)
    return bool(standing)


def _batches(row_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (row_ids[start : start + BATCH] for start in range(0, len(row_ids), BATCH))
