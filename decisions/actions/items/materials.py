"""Files of an item: taken after a look at their bytes, kept whole, removed only in name."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from decisions import stamping
from decisions.actions.items.common import lock, log, save
from decisions.models import Item, Material, MatterType
from permissions import scanning, uploads
from permissions.access import fetch
from permissions.errors import Invalid
from permissions.models import User
from permissions.transactions import action
from workflows import clock

MAX_FILES = 60


def material_add(*, actor: User, item_id: int, kind: str, name: str, content: bytes) -> Material:
    """Store a file with the item. The same bytes of the same kind, sent twice, are one material.

    `kind` is one of the matter type's checklist, or ``other``. Raises `Invalid` with the reason when the file cannot
    be taken (`permissions.uploads`, `permissions.scanning`).
    """
    # Examining takes its time, so it is done before the item is locked; for nobody who may not add anything.
    fetch(Item, actor, "material_add", item_id)
    checked = _checked(name, content)
    stored = ""
    try:
        with transaction.atomic():
            item = lock(actor, "material_add", item_id)
            _fits(item, kind, checked)
            digest = hashlib.sha256(content).hexdigest()
            standing = Material.objects.filter(item=item, removed_at__isnull=True)
            known = standing.filter(kind=kind, sha256=digest).first()
            if known is not None:
                return known
            if standing.count() >= MAX_FILES:
                raise _refused(_("一个议题最多 %(limit)s 份材料，请合并后再上传。") % {"limit": MAX_FILES})
            stored = default_storage.save(f"materials/{secrets.token_hex(20)}", ContentFile(content))
            row = Material(
                item=item,
                kind=kind,
                name=checked.name,
                file=stored,
                size=len(content),
                content_type=checked.content_type,
                sha256=digest,
                uploaded_by=actor,
                uploaded_at=clock.now(),
            )
            save(row, actor, "material_add")
            log(item, actor, "material_add", row, kind=kind, name=row.name, size=row.size, sha256=digest)
            return row
    except BaseException:
        # The row is rolled back; the file must not stay behind without one.
        if stored:
            default_storage.delete(stored)
        raise


@action
def material_remove(*, actor: User, item_id: int, material_id: int) -> Material:
    """Take a file off the item, at the latest before tabling. Row and bytes stay for the record. Twice changes nothing."""
    item = lock(actor, "material_remove", item_id)
    row = Material.objects.select_for_update().filter(item=item, pk=material_id).first()
    if row is None:
        raise Invalid(_("没有这份材料。请刷新页面后再试。"), fields={"material": _("请刷新页面后再试。")})
    if row.removed_at is None:
        row.removed_at, row.removed_by = clock.now(), actor
        save(row, actor, "material_remove", ["removed_at", "removed_by"])
        log(item, actor, "material_remove", row, kind=row.kind, name=row.name, sha256=row.sha256)
    return row


def kinds(matter_type: MatterType) -> list[str]:
    """The kinds a file of this matter type can have: the checklist without what is written in the system, and ``other``."""
    written = {MatterType.PLAN, MatterType.LEGALITY}
    return [entry["kind"] for entry in matter_type.checklist if entry["kind"] not in written] + [Material.OTHER]


def _checked(name: str, content: bytes) -> uploads.Checked:
    try:
        checked = uploads.check(name, content)
        scanning.examine(content)
    except uploads.Unacceptable as error:
        raise _refused(str(error)) from None
    return checked


def _fits(item: Item, kind: str, checked: uploads.Checked) -> None:
    if kind not in kinds(item.matter_type):
        raise Invalid(_("请选择材料的种类"), fields={"kind": _("请从列表中选择材料的种类。")})
    if item.confidential and checked.content_type not in stamping.MARKABLE:
        raise _refused(_("涉密议题的材料须能加水印：请另存为 PDF 后上传；图片和文本也可以。"))


def _refused(why: str) -> Invalid:
    return Invalid(why, code="file_refused", fields={"file": why})
