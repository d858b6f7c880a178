"""What designers have under their hands: kept while they draw, saved as a draft, given up."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from permissions import audit
from permissions.errors import Conflict, Hidden, Invalid
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import bpmn
from workflows.actions.definitions import NAME_LENGTH, definition_save, refusal
from workflows.bpmn.importing import FATES, convert
from workflows.bpmn.source import MAX_BYTES
from workflows.clock import now
from workflows.models import Definition, DefinitionKind, DefinitionVersion, Drawing, ImportedFile
from workflows.models.definitions import KEY_VALIDATOR


@action
def drawing_begin(*, actor: User, key: str, name: str, xml: str) -> Drawing:
    """Begin a flow that is not there yet, on `xml`. Asked for again with the key of a drawing of one's own, that drawing is
    returned as it is. Raises `Invalid` for a key that is odd or taken."""
    require(actor, "drawing_begin", Drawing)
    _check_size(xml)
    try:
        KEY_VALIDATOR(key)
    except ValidationError as error:
        raise Invalid(_("流程代号不合要求。"), fields={"key": error.messages[0]}) from error
    taken = Definition.objects.filter(key__iexact=key).first()
    if taken is not None:
        words = _("代号“%(key)s”已经用于%(kind)s“%(name)s”。请换一个代号，或打开那一个继续绘制。") % {
            "key": taken.key,
            "kind": taken.get_kind_display(),
            "name": taken.label,
        }
        raise Invalid(words, code="key_taken", fields={"key": words})
    mine = _own(actor, key)
    return mine if mine is not None else _write(None, actor, key, name, xml, "")


@action
def drawing_keep(
    *, actor: User, key: str, xml: str, base: str, name: str = "", last: str | None = None
) -> Drawing | None:
    """Keep what a designer has drawn so far; None where it is the very file the flow has, and nothing needs keeping.

    `base` is the SHA-256 of the version it was begun on. `last` is that of what this window kept before ("" for nothing yet);
    where another window of the same designer has written since, `Conflict` (`other_window`) and nothing is lost. None asks nothing.
    Raises `Hidden` for a flow that neither is there nor has been begun. Not logged: nobody but its designer goes by it.
    """
    require(actor, "drawing_keep", Drawing)
    _check_size(xml)
    definition = Definition.objects.filter(key__iexact=key).first()
    if definition is not None and definition.kind != DefinitionKind.FLOW:
        raise Invalid(_("这是决策表，不是流程图。请在决策表的页面上编辑。"), code="other_kind")
    mine = _own(actor, key)
    if definition is None and mine is None:
        raise Hidden(_("没有找到这个流程。请返回流程列表，新建一个流程。"))
    digest = _digest(xml)
    if last is not None and mine is not None and mine.sha256 not in (last, digest):
        raise Conflict(
            _("您在另一个窗口里也在画这个流程，那边刚刚保存过。请只留一个窗口：在这里刷新页面，就接着那边的画。"),
            code="other_window",
            data={"last": mine.sha256},
        )
    if (
        definition is not None
        and definition.versions.order_by("-number").values_list("sha256", flat=True)[:1].get() == digest
    ):
        if mine is not None:
            mine.delete()
        return None
    if mine is not None and (mine.sha256, mine.base, mine.name) == (digest, base, name or mine.name):
        return mine
    return _write(mine, actor, definition.key if definition is not None else key, name, xml, base)


@action
def drawing_save(
    *, actor: User, key: str, name: str, xml: str, base: str, note: str = "", process_id: str | None = None
) -> DefinitionVersion:
    """Save what was drawn as the draft of its flow (`definition_save` with `base`); what was kept of it is then no longer needed."""
    require(actor, "drawing_save", Drawing)
    _check_size(xml)
    version = definition_save(
        actor=actor, key=key, name=name, xml=xml.encode(), note=note, process_id=process_id, base=base
    )
    if version.definition.kind != DefinitionKind.FLOW:
        raise Invalid(_("这不是流程图。请在流程编辑页面上绘制后再保存。"), code="other_kind")
    Drawing.objects.filter(designer=actor, key__iexact=key).delete()
    return version


@action
def definition_import(
    *, actor: User, key: str, name: str, file_name: str, xml: bytes, note: str = "", process_id: str | None = None
) -> ImportedFile:
    """Make a file of another modelling tool the draft of a flow, in the words of the editor, and keep the file and the report of
    what became of each part. The same file again is the same import. Raises what `definition_save` raises."""
    require(actor, "definition_save", DefinitionVersion)
    text = bpmn.text_of(xml)
    try:
        converted = convert(text)
    except bpmn.BpmnError as error:
        raise refusal(_("这个文件不能作为流程导入。"), error.problems) from error
    # What needs no converting is kept as the bytes it came in.
    result = xml if converted.xml == text else converted.xml.encode()
    version = definition_save(actor=actor, key=key, name=name, xml=result, note=note, process_id=process_id)
    digests = {"original_sha256": sha256(xml).hexdigest(), "result_sha256": version.sha256}
    known = ImportedFile.objects.filter(version=version, **digests).first()
    if known is not None:
        return known
    report = {"tool": converted.tool, "lines": [asdict(line) for line in converted.lines]}
    row = ImportedFile(version=version, file_name=file_name[:NAME_LENGTH], original=text, report=report, **digests)
    row.imported_at, row.imported_by = now(), actor
    row.save()
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb="definition_import",
        target=f"version:{version.pk}",
        data={
            "number": version.number,
            "tool": converted.tool,
            "original": row.original_sha256,
            "sha256": row.result_sha256,
            **{fate: len(converted.of(fate)) for fate in FATES},
        },
    )
    return row


@action
def drawing_drop(*, actor: User, key: str) -> bool:
    """Give up what one has drawn and not saved; False where there is nothing of the kind any more."""
    require(actor, "drawing_drop", Drawing)
    dropped, _rows = Drawing.objects.filter(designer=actor, key__iexact=key).delete()
    return bool(dropped)


def _own(actor: User, key: str) -> Drawing | None:
    return Drawing.objects.select_for_update().filter(designer=actor, key__iexact=key).first()


def _write(row: Drawing | None, actor: User, key: str, name: str, xml: str, base: str) -> Drawing:
    row = row or Drawing(key=key, designer=actor)
    row.name = (name or row.name)[:NAME_LENGTH]
    row.xml, row.sha256, row.base, row.saved_at = xml, _digest(xml), base, now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Two windows wrote the first time at once: the later one takes the row of the other.
        row.pk = Drawing.objects.select_for_update().get(designer=actor, key__iexact=key).pk
        row.save(force_update=True)
    return row


def _digest(xml: str) -> str:
    return sha256(xml.encode()).hexdigest()


def _check_size(xml: str) -> None:
    """Raises `Invalid` for what is no text of a drawing: nothing, too much, or not to be written down."""
    try:
        size = len(xml.encode())
    except UnicodeEncodeError:
        size = -1
    if size < 0 or "\0" in xml:
        raise Invalid(_("送来的不是流程图。请刷新页面后再试。"), code="not_text")
    if not xml.strip():
        raise Invalid(_("送来的流程图是空的。请刷新页面后再试。"), code="empty")
    if size > MAX_BYTES:
        raise Invalid(_("流程图太大，超过 4 MB。请拆成几个流程，用调用活动相连。"), code="too_large")
