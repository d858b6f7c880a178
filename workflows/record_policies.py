"""Who may see and do what with packs and their records: what a pack's own file says of it, and never more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr
from django.utils.translation import gettext as _

from permissions import roles
from permissions.models import Role, RoleGrant, User
from permissions.own_policies import audit_visibility
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, part_of, policy, refused, signed_in, visible
from workflows import packages
from workflows.models import (
    Case,
    CaseTask,
    Pack,
    PackFlow,
    PackInstall,
    PackState,
    Record,
    RecordFile,
    RecordKind,
    RecordNotice,
)
from workflows.packs.model import BY_FIELD, EVERYONE, OWNER
from workflows.policies import case_visibility, is_candidate

_designer = held("designer")
SUBJECT = "record:"


@policy(Pack)
class PackPolicy(Policy):
    """That there is a pack, and what it says, everybody may know; the flow designer installs, switches and changes it."""

    acts = {
        "view": signed_in,
        "pack_install": _designer,
        "pack_switch": _designer,
        "pack_remove": _designer,
        "pack_export": held("designer", "auditor"),
        "kind_save": _designer,
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if {"designer", "auditor"} & roles.of(actor):
            return queryset
        # What is switched off can still be read; what is taken out is known by its records alone.
        return queryset.exclude(state=PackState.REMOVED)


part_of(Pack, why="what came in with a pack; compared with what it is now on its page")(PackInstall)
part_of(Pack, why="which flows are a pack's; stands on its page")(PackFlow)


@policy(RecordKind)
class RecordKindPolicy(Policy):
    """A kind of record is known to whom its pack is; who registers records of it stands in its file."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pack__in=visible(actor, Pack.objects.all()).order_by().values("pk"))

    def may_record_create(self, actor: User, kind: RecordKind | None) -> Verdict:
        """Whoever the kind lets create, while its pack is switched on."""
        if kind is None:
            return refused(_("请先选择要登记什么。"), "no_kind")
        if kind.pack.state != PackState.ON or kind.retired:
            return refused(_("“%(kind)s”已停用，不能再登记。") % {"kind": kind.label}, "switched_off")
        if _holds(actor, kind, packages.kind_of(kind).access.create):
            return ALLOWED
        return refused(_("登记“%(kind)s”由%(who)s办理，您没有这个角色。") % _told(kind, "create"), "role")

    def holders_record_create(self, kind: RecordKind) -> QuerySet[User]:
        return _holders(kind, packages.kind_of(kind).access.create, None)


@policy(Record)
class RecordPolicy(Policy):
    """A record is seen by whom its kind names, by who may edit it, by its owner, by those its flows ask, and by the auditor."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if actor is None or actor.pk is None:
            return queryset.none()
        if "auditor" in roles.of(actor):
            return queryset
        return queryset.filter(_seen(actor))

    def may_record_edit(self, actor: User, record: Record | None) -> Verdict:
        """Whoever the kind lets edit, while its pack is switched on."""
        if record is None:
            return refused(_("请先选择一条记录。"), "no_record")
        kind = record.kind
        if kind.pack.state != PackState.ON or kind.retired:
            return refused(_("“%(kind)s”已停用，记录只能查看。") % {"kind": kind.label}, "switched_off")
        if _holds(actor, kind, packages.kind_of(kind).access.edit, record):
            return ALLOWED
        return refused(_("修改“%(kind)s”由%(who)s办理，您没有这个角色。") % _told(kind, "edit"), "role")

    def holders_record_edit(self, record: Record) -> QuerySet[User]:
        return _holders(record.kind, packages.kind_of(record.kind).access.edit, record)

    def may_record_begin(self, actor: User, record: Record | None) -> Verdict:
        """Whoever may press one of its buttons at all: each says for itself by whom and when (`may_press`)."""
        if record is None:
            return refused(_("请先选择一条记录。"), "no_record")
        if record.kind.pack.state != PackState.ON or record.kind.retired:
            return refused(_("“%(kind)s”已停用，记录只能查看。") % {"kind": record.kind.label}, "switched_off")
        return ALLOWED

    def holders_record_begin(self, record: Record) -> QuerySet[User]:
        who = [name for one in packages.kind_of(record.kind).buttons for name in one.who]
        return _holders(record.kind, who, record)


def may_press(actor: User, record: Record, who: Iterable[str]) -> bool:
    """Whether a button for `who` is one this person may press at this record."""
    return _holds(actor, record.kind, who, record)


def persons(record: Record, who: Iterable[str]) -> QuerySet[User]:
    """The people these words of a kind's file mean at this record: whom a notice goes to."""
    return _holders(record.kind, who, record)


@policy(RecordFile)
class RecordFilePolicy(Policy):
    """A file is its uploader's until it is handed in; then it is read by whoever may read the record."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        own = Q(uploaded_by__in=_own(actor), given__isnull=True)
        records = visible(actor, Record.objects.all()).order_by().values("pk")
        return queryset.filter(own | Q(given__isnull=False, record__in=records))


@policy(RecordNotice)
class RecordNoticePolicy(Policy):
    """What is told to somebody is theirs alone."""

    acts = {"view": signed_in, "record_notice_read": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(person__in=_own(actor))


@case_visibility
def cases_of_records(actor: User) -> Q:
    """A case about a record is known to whom the record is."""
    named = Concat(Value(SUBJECT), Cast("pk", CharField()), output_field=CharField())
    rows = Record.objects.filter(_by_kind(actor)).order_by().annotate(named=named)
    return Q(subject__startswith=SUBJECT) & Q(subject__in=rows.values("named"))


@audit_visibility
def record_chains(actor: User) -> Q:
    """The log of a record is as open as the record; that of packs, to whoever looks after them."""
    named = Concat(Value(SUBJECT), Cast("pk", CharField()), output_field=CharField())
    rows = visible(actor, Record.objects.all()).order_by().annotate(named=named)
    open_to = Q(subject__startswith=SUBJECT) & Q(subject__in=rows.values("named"))
    return open_to | (Q(subject__startswith="pack:") if "designer" in roles.of(actor) else Q(pk__in=()))


def _seen(actor: User) -> Q:
    """The records somebody sees: by their kind's file, or because a flow has asked them about one."""
    asked = CaseTask.objects.filter(
        Q(completed_by=actor) | Q(owner=actor) | is_candidate(actor), process__subject__startswith=SUBJECT
    )
    keys = asked.order_by().annotate(record=Cast(Substr("process__subject", len(SUBJECT) + 1), BigIntegerField()))
    started = Case.objects.filter(started_by=actor, subject__startswith=SUBJECT).order_by()
    mine = started.annotate(record=Cast(Substr("subject", len(SUBJECT) + 1), BigIntegerField()))
    return _by_kind(actor) | Q(pk__in=keys.values("record")) | Q(pk__in=mine.values("record"))


def _by_kind(actor: User) -> Q:
    """The records that the files of their kinds show to this person."""
    found = Q(pk__in=())
    whole: list[int] = []
    for row in RecordKind.objects.select_related("pack"):
        access = packages.kind_of(row).access
        names = {*access.view, *access.edit}
        if _by_role(actor, row, names):
            whole.append(row.pk)
            continue
        for name in {*access.view, *access.edit}:
            if name.startswith(BY_FIELD):
                found |= Q(kind=row.pk, data__contains={name.removeprefix(BY_FIELD): actor.username})
    return found | Q(kind__in=whole) | Q(owner=actor)


def _holds(actor: User, kind: RecordKind, names: Iterable[str], record: Record | None = None) -> bool:
    """Whether somebody is among those a kind's file means by `names`, at this record where there is one."""
    names = tuple(names)
    if _by_role(actor, kind, names):
        return True
    if record is None:
        return False
    fields = [name.removeprefix(BY_FIELD) for name in names if name.startswith(BY_FIELD)]
    return (OWNER in names and record.owner_id == actor.pk) or any(
        record.data.get(field) == actor.username for field in fields
    )


def _by_role(actor: User, kind: RecordKind, names: Iterable[str]) -> bool:
    keys = roles.of(actor)
    codes = {key.rpartition(":")[2] for key in keys}
    wanted = {packages.role_key(kind.pack.key, name) for name in names}
    if EVERYONE in wanted:
        # An administrator's account sees nothing of what the house works on (N5).
        return bool(keys) and not codes <= {"admin", "security"}
    return bool(wanted & (keys | codes))


def _holders(kind: RecordKind, names: Iterable[str], record: Record | None) -> QuerySet[User]:
    names = tuple(names)
    wanted = [packages.role_key(kind.pack.key, name) for name in names]
    found = Q(pk__in=roles.holders(*wanted).values("pk")) | Q(pk__in=roles.holders_of_codes(*wanted).values("pk"))
    if EVERYONE in names:
        working = RoleGrant.objects.in_force().exclude(role__code__in=("admin", "security")).order_by()
        found |= Q(pk__in=working.values("user"))
    if record is not None:
        named = [record.data.get(name.removeprefix(BY_FIELD)) for name in names if name.startswith(BY_FIELD)]
        found |= Q(username__in=[name for name in named if isinstance(name, str)])
        if OWNER in names:
            found |= Q(pk=record.owner_id)
    return User.objects.filter(found, is_active=True).order_by(F("pk"))


def _told(kind: RecordKind, act: str) -> dict[str, str]:
    """The words of a refusal: what, and whose it is."""
    names = getattr(packages.kind_of(kind).access, act)
    keys = [packages.role_key(kind.pack.key, name) for name in names]
    rows = Role.objects.filter(Q(code__in=keys) | Q(group__name__in=keys)).select_related("body", "group")
    called = {row.code: row.called for row in rows} | {row.key: str(row) for row in rows if row.body_id}
    words = [called[key] for key in keys if key in called]
    if OWNER in names:
        words.append(_("登记人"))
    fields = packages.kind_of(kind).fields
    words += [one.label for one in fields if f"{BY_FIELD}{one.key}" in names]
    return {"kind": kind.label, "who": _("、").join(words) or _("流程")}


def _own(actor: Actor) -> tuple[int, ...]:
    return (actor.pk,) if actor is not None and actor.pk is not None else ()
