"""Installing packs, switching them, taking them out; and changing a kind of record in the browser, by the same way in."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from permissions import audit, versions
from permissions.access import fetch
from permissions.errors import Conflict, Invalid, WrongState
from permissions.house import bring_role
from permissions.models import Body, User
from permissions.policies import require
from permissions.transactions import action
from workflows import names, packages
from workflows.actions.definitions import definition_publish, definition_retire, definition_save
from workflows.actions.releases import release_ask
from workflows.clock import now
from workflows.models import (
    Case,
    Definition,
    DefinitionVersion,
    Pack,
    PackFlow,
    PackInstall,
    PackState,
    Record,
    RecordKind,
    VersionStatus,
)
from workflows.packs import Pack as PackSpec
from workflows.packs import PackError, archive
from workflows.packs.differing import differences
from workflows.packs.model import MANIFEST, Files
from workflows.packs.problems import PackProblem
from workflows.packs.writing import kind_text


@action
def pack_install(*, actor: User | None, files: Files, keep: Collection[str] = ()) -> Pack:
    """Install a pack, or upgrade the one there is: its kinds, roles, flows and decisions, all in one transaction.

    `keep` are paths of files that stay as the office has them. A kind or flow the new version leaves out is used no more; its records
    and cases stay. A new pack is switched off. The same files again change nothing. `actor` None is the system. Raises `Denied`, and
    `Invalid` with ``data["problems"]`` (a sentence each, with file and place) for what keeps it out.
    """
    if actor is not None:
        require(actor, "pack_install", Pack)
    key = _key_of(files)
    # Two who bring the same pack at once: the second waits here, and then upgrades what the first has brought.
    _hold_packs()
    pack = Pack.objects.select_for_update().filter(key=key).first()
    if pack is not None and keep:
        mine = packages.files_of(pack)
        files = {**files, **{path: mine[path] for path in keep if path in mine}}
    digest = digest_of(files)
    last = pack.installs.first() if pack is not None else None
    if pack is not None and last is not None and last.sha256 == digest and pack.state != PackState.REMOVED and not keep:
        return pack
    spec = _read(files, key)
    before = pack.version if pack is not None else ""
    if pack is None:
        pack = Pack(key=spec.key)
    elif pack.state == PackState.REMOVED:
        pack.state = PackState.OFF
    _write(pack, spec, files, actor, "pack_install")
    PackInstall.objects.create(
        pack=pack, version=spec.version, files=dict(files), sha256=digest, installed_at=now(), installed_by=actor
    )
    _log(pack, actor, "pack_install", version=spec.version, before=before, sha256=digest, kept=sorted(keep))
    return pack


@action
def pack_switch(*, actor: User | None, pack_id: int, on: bool) -> Pack:
    """Switch a pack on or off. Off, nothing new is registered or begun with it; what runs goes on, and records stay to be read.
    Repeating it changes and logs nothing. Raises `Denied`, `Hidden`, `WrongState` (taken out)."""
    pack = _hold(actor, "pack_switch", pack_id)
    wanted = PackState.ON if on else PackState.OFF
    if pack.state == wanted:
        return pack
    if pack.state == PackState.REMOVED:
        raise WrongState(_("这个业务包已经移除。要再用，请重新安装。"), code="removed")
    pack.state = wanted
    versions.save(pack, actor, "pack_switch", fields=["state"])
    _log(pack, actor, "pack_switch", on=on)
    return pack


@action
def pack_remove(*, actor: User, pack_id: int) -> Pack:
    """Take a pack out: its flows are retired, its kinds used no more. What was recorded stays to be read. Repeating it changes nothing.

    Raises `WrongState` while a case of its flows or about its records runs (``running``, with how many), or another pack builds on it
    (``needed``, with which).
    """
    pack = _hold(actor, "pack_remove", pack_id)
    if pack.state == PackState.REMOVED:
        return pack
    running = running_of(pack)
    if running:
        words = _("还有 %(n)d 件流程在办，不能移除。请先停用，等在办的办结，或终止后再移除。")
        raise WrongState(words % {"n": running}, code="running", data={"running": running})
    needed = [other.label for other in _built_on(pack)]
    if needed:
        words = _("“%(packs)s”要用到它，不能移除。请先移除那些业务包。")
        raise WrongState(words % {"packs": _("、").join(needed)}, code="needed")
    for version in DefinitionVersion.objects.filter(
        definition__of_pack__pack=pack, status=VersionStatus.PUBLISHED
    ).order_by("definition__kind", "-pk"):
        definition_retire(actor=actor, version_id=version.pk)
    for row in pack.kinds.filter(retired=False):
        row.retired = True
        versions.save(row, actor, "pack_remove", fields=["retired"])
    pack.state = PackState.REMOVED
    versions.save(pack, actor, "pack_remove", fields=["state"])
    _log(pack, actor, "pack_remove")
    return pack


@action
def pack_change(
    *, actor: User, pack_id: int, changed: Mapping[str, str | None], opened_on: str = "", why: str = ""
) -> Pack:
    """Change a pack as it is in this house: `changed` are its files by path that are different now (None: gone), read and checked with
    all the others as an installation is. Nothing different changes and logs nothing.

    `opened_on` is the state the form was opened on (`state_token`). Raises `Invalid` with ``data["problems"]``, and `Conflict` where
    somebody has changed the pack since.
    """
    pack = _hold(actor, "kind_save", pack_id)
    if pack.state == PackState.REMOVED:
        raise WrongState(_("这个业务包已经移除。要再用，请重新安装。"), code="removed")
    if opened_on and opened_on != state_token(pack):
        raise Conflict(
            _("您打开以后，有人改动了这个业务包。您填的内容还在；请看过对方的改动，再次保存。"),
            code="edited",
            data={"version": state_token(pack)},
        )
    before = packages.files_of(pack)
    files = {path: text for path, text in {**before, **changed}.items() if text is not None}
    if files == before:
        return pack
    spec = _read(files, pack.key)
    _write(pack, spec, files, actor, "kind_save")
    _log(pack, actor, "kind_save", files=sorted(path for path in changed), why=why)
    return pack


@action
def pack_begin(*, actor: User, key: str, name: str) -> Pack:
    """Begin a pack of the office's own, empty and switched off, to be filled in the browser. Raises `Invalid` (key, name) and
    `Conflict` where the key is taken."""
    require(actor, "pack_install", Pack)
    if Pack.objects.filter(key=key).exists():
        words = _("代号“%(key)s”已经用于别的业务包。请换一个代号。") % {"key": key}
        raise Conflict(words, code="taken")
    text = f'key = {json.dumps(key)}\nname = {json.dumps(name, ensure_ascii=False)}\nversion = "1"\n'
    return pack_install(actor=actor, files={MANIFEST: text})


@action
def pack_export(*, actor: User, pack_id: int) -> tuple[str, bytes]:
    """A pack as it is in this house, as a zip archive: its name and its bytes. Who took it out is logged. Raises `Denied`, `Hidden`."""
    pack = fetch(Pack.objects.all(), actor, "pack_export", pack_id)
    files = packages.files_of(pack)
    _log(pack, actor, "pack_export", version=pack.version, sha256=digest_of(files))
    return f"{pack.key}-{pack.version}.zip", archive.packed(files, pack.key)


def own_changes(pack: Pack) -> frozenset[str]:
    """The files the office has made different from what came with the last installation."""
    last = pack.installs.first()
    before, _problems = packages.read_pack(last.files if last is not None else {})
    now_, _problems = packages.read_pack(packages.files_of(pack))
    return frozenset(one.file for one in differences(before, now_)) if now_ is not None else frozenset()


def running_of(pack: Pack) -> int:
    """How many cases of the pack's flows, or about its records, are running."""
    records = Record.objects.filter(kind__pack=pack).order_by()
    subjects = [f"record:{pk}" for pk in records.values_list("pk", flat=True)]
    running = Case.objects.filter(status=PROCESS.NEW)
    of_flows = running.filter(version__definition__of_pack__pack=pack)
    return int((of_flows.order_by() | running.filter(subject__in=subjects).order_by()).distinct().count())


def digest_of(files: Files) -> str:
    """The SHA-256 of a set of files, whatever order they came in."""
    return sha256(json.dumps(dict(sorted(files.items())), ensure_ascii=False).encode()).hexdigest()


def state_token(pack: Pack) -> str:
    """Which state of a pack a form was opened on."""
    return digest_of(packages.files_of(pack))[:20]


def _hold_packs() -> None:
    """Installing is one at a time: what two packs may call their kinds and flows is asked of all there are."""
    list(Pack.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _hold(actor: User | None, act: str, pack_id: int) -> Pack:
    _hold_packs()
    rows = Pack.objects.select_for_update()
    return rows.get(pk=pack_id) if actor is None else fetch(rows, actor, act, pack_id)


def _key_of(files: Files) -> str:
    spec, problems = packages.read_pack(files)
    if spec is None or not spec.key:
        raise _refused(problems)
    return spec.key


def _read(files: Files, key: str) -> PackSpec:
    try:
        return packages.reading(files, packages.house(leaving=key))
    except PackError as error:
        raise _refused(error.problems) from error


def _refused(problems: Collection[PackProblem]) -> Invalid:
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    told = [problem.text(language) for problem in problems]
    return Invalid(
        _("这个业务包有 %(n)d 处问题，没有安装。") % {"n": len(told)}, code="pack_problems", data={"problems": told}
    )


def _write(pack: Pack, spec: PackSpec, files: Files, actor: User | None, act: str) -> None:
    """Make the rows of a pack what its files say."""
    pack.name, pack.version, pack.manifest = spec.name, spec.version, files[MANIFEST]
    pack.texts = {language: dict(words) for language, words in spec.texts.items()}
    try:
        with transaction.atomic():
            versions.save(pack, actor, act)
    except IntegrityError as error:
        raise Conflict(_("有人刚刚安装了同一个业务包。请刷新页面，看是否还要安装。"), code="taken") from error
    _write_kinds(pack, spec, files, actor, act)
    english = spec.texts.get("en", {})
    for role in spec.roles:
        bodies = list(Body.objects.all()) if role.per_body else [None]
        bring_role(f"{pack.key}.{role.key}", role.label, english.get(role.label, ""), bodies, actor)
    _write_flows(pack, spec, actor)
    names.forget()


def _write_kinds(pack: Pack, spec: PackSpec, files: Files, actor: User | None, act: str) -> None:
    rows = {row.key: row for row in pack.kinds.all()} if pack.pk else {}
    for nth, kind in enumerate(spec.kinds):
        row = rows.pop(kind.key, None) or RecordKind(pack=pack, key=kind.key)
        text = files.get(f"records/{kind.key}.toml") or kind_text(kind)
        said = (kind.name, text, False, nth)
        if (row.name, row.text, row.retired, row.order) != said or row.pk is None:
            row.name, row.text, row.retired, row.order = said
            versions.save(row, actor, act)
    for row in rows.values():
        if not row.retired:
            row.retired = True
            versions.save(row, actor, act, fields=["retired"])


def _write_flows(pack: Pack, spec: PackSpec, actor: User | None) -> None:
    """Its decisions and flows: saved, and in force where whoever installs may put them there; else asked for (four eyes)."""
    standing = {row.definition.key: row for row in pack.flows.select_related("definition")}
    saved: list[DefinitionVersion] = []
    for key, text in (*spec.decisions.items(), *spec.flows.items()):
        version = definition_save(actor=actor, key=key, name="", xml=text.encode())
        if standing.pop(key, None) is None:
            PackFlow.objects.get_or_create(definition=version.definition, defaults={"pack": pack})
        if version.status == VersionStatus.DRAFT:
            saved.append(version)
    _put_in_force(saved, actor)
    for row in standing.values():
        for version in row.definition.versions.filter(status=VersionStatus.PUBLISHED):
            definition_retire(actor=actor, version_id=version.pk)


def _put_in_force(versions_: list[DefinitionVersion], actor: User | None) -> None:
    """Flows that call each other, in an order in which each finds what it calls."""
    waiting = list(versions_)
    while waiting:
        stuck: list[DefinitionVersion] = []
        refusal: Invalid | None = None
        for version in waiting:
            try:
                with transaction.atomic():
                    if actor is None:
                        definition_publish(actor=None, version_id=version.pk)
                    else:
                        release_ask(actor=actor, version_id=version.pk)
            except Invalid as error:
                refusal = error
                stuck.append(version)
        if refusal is not None and len(stuck) == len(waiting):
            told = [problem["text"] for problem in refusal.data.get("problems", [])]
            raise Invalid(refusal.message, code="pack_problems", data={"problems": told or [refusal.message]})
        waiting = stuck


def _built_on(pack: Pack) -> list[Pack]:
    """The packs that name this one among their needs."""
    others = Pack.objects.exclude(pk=pack.pk).exclude(state=PackState.REMOVED)
    return [other for other in others if pack.key in packages.spec_of(other).needs]


def _log(pack: Pack, actor: User | None, verb: str, **data: object) -> None:
    audit.record(subject=pack.chain, actor=actor, verb=verb, target=f"pack:{pack.pk}", data={"name": pack.name, **data})


def definitions_of(pack: Pack) -> list[Definition]:
    """The flows and decisions of a pack."""
    return list(Definition.objects.filter(of_pack__pack=pack).order_by("kind", "key"))
