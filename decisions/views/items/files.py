"""Materials: taken in, given out, taken off. Files leave the house only through here."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions import stamping
from decisions.actions import items as act
from decisions.models import Material
from decisions.selectors.items.papers import item_of_case
from decisions.views.items.common import actor, page
from decisions.views.watermark import mark_of, opened
from permissions import access, downloads
from permissions.errors import Hidden, Invalid, WrongState
from permissions.uploads import MAX_BYTES
from workflows.handlers import file_out
from workflows.models import Case, StepFile


@require_safe
def material(request: HttpRequest, pk: int, material_pk: int) -> HttpResponseBase:
    """The file, always as a download: nothing uploaded is ever shown as a page of ours, but the plain text of a confidential
    item, under its watermark. That it was opened is on record."""
    row = access.fetch(Material.objects.select_related("item").filter(item=pk), actor(request), "view", material_pk)
    stored = str(row.file.name)
    if not default_storage.exists(stored):
        raise Hidden(_("这份材料的文件不在了。请联系系统管理员，并告知材料名称。"))
    opened(request, row.item, material=row, words=row.name)
    if row.item.confidential:
        if row.content_type in stamping.TEXTS:
            return page(
                request, "items/text_paper", {"item": row.item, "material": row, "text": _decoded(_content(stored))}
            )
        return _marked(request, row.name, row.content_type, stored)
    return downloads.as_file(FileResponse(default_storage.open(stored), content_type=row.content_type), row.name)


@file_out
def _step_file(request: HttpRequest, case: Case, row: StepFile) -> HttpResponseBase | None:
    """A file given at a step of an item's flow is one of its papers: that it was opened is on record, and of a confidential item
    it carries its reader's watermark (R40)."""
    item = item_of_case(case)
    if item is None:
        return None
    opened(request, item, words=row.name)
    if not item.confidential:
        return None
    return _marked(request, row.name, row.content_type, str(row.file.name))


def _marked(request: HttpRequest, name: str, content_type: str, stored: str) -> HttpResponse:
    """A file of a confidential item with its reader's watermark; what cannot carry one is not given out (R40)."""
    words = mark_of(actor(request))
    try:
        if content_type in stamping.IMAGES:
            marked = stamping.image(_content(stored), words)
        elif content_type == stamping.PDF:
            marked = stamping.pdf(_content(stored), words)
        else:
            raise stamping.Unmarkable(content_type)
    except stamping.Unmarkable:
        raise WrongState(
            _("“%(name)s”不能加水印，因此不能下载。请上传人另存为没有密码的 PDF 后重新上传。") % {"name": name},
            code="unmarkable",
        ) from None
    response = HttpResponse(marked, content_type=stamping.PDF)
    return downloads.as_file(response, name if content_type == stamping.PDF else f"{name}.pdf")


def _content(stored: str) -> bytes:
    with default_storage.open(stored) as file:
        content: bytes = file.read()
        return content


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


@require_POST
def material_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one file from the item's page."""
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("请先选择要上传的文件。"))
        return redirect(f"{_address(pk)}#mats")
    # One byte more than allowed is enough to know that it is too large.
    content = upload.read(MAX_BYTES + 1)
    try:
        row = act.material_add(
            actor=actor(request), item_id=pk, kind=request.POST.get("kind", ""), name=upload.name or "", content=content
        )
    except Invalid as error:
        messages.error(request, _("“%(name)s”没有上传。%(why)s") % {"name": upload.name, "why": error.message})
    else:
        messages.success(request, _("已上传“%(name)s”。") % {"name": row.name})
    return redirect(f"{_address(pk)}#mats")


@require_POST
def material_remove(request: HttpRequest, pk: int, material_pk: int) -> HttpResponse:
    """Take a file off the item; it stays in the history."""
    row = act.material_remove(actor=actor(request), item_id=pk, material_id=material_pk)
    messages.success(request, _("已移除“%(name)s”，历史中仍可查到。") % {"name": row.name})
    back = request.POST.get("back", "")
    return redirect("item_edit", pk) if back == "edit" else redirect(f"{_address(pk)}#mats")


def _address(pk: int) -> str:
    return reverse("item", args=[pk])
