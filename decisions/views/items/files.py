"""Materials: taken in, given out, taken off. Files leave the house only through here."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions.actions import items as act
from decisions.materials import MAX_BYTES
from decisions.models import Material
from decisions.views.items.common import actor
from permissions import access
from permissions.errors import Hidden, Invalid


@require_safe
def material(request: HttpRequest, pk: int, material_pk: int) -> FileResponse:
    """The file, always as a download: nothing uploaded is ever shown as a page of ours."""
    row = access.fetch(Material.objects.filter(item=pk), actor(request), "view", material_pk)
    stored = str(row.file.name)
    if not default_storage.exists(stored):
        raise Hidden(_("这份材料的文件不在了。请联系系统管理员，并告知材料名称。"))
    response = FileResponse(
        default_storage.open(stored), as_attachment=True, filename=row.name, content_type=row.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


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
