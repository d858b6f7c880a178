"""Packs in the browser: what there is, bringing one in after a look at what it changes, switching, taking out, and changing one."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import access, downloads
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.forms import PlainWords, open_on, opened_on
from permissions.models import User
from permissions.policies import may, require, visible
from permissions.views.answers import attempt
from workflows import names, packages
from workflows.actions.packs import (
    own_changes,
    pack_begin,
    pack_change,
    pack_export,
    pack_install,
    pack_remove,
    pack_switch,
    running_of,
    state_token,
)
from workflows.models import Pack, PackState
from workflows.models.packs import KEY_VALIDATOR
from workflows.packs import Pack as PackSpec
from workflows.packs import PackError, archive
from workflows.packs.differing import Difference, differences
from workflows.packs.model import FOLDERS, MANIFEST
from workflows.packs.reading import MAX_ALL, MAX_FILE
from workflows.packs.writing import kind_text
from workflows.views.kind_forms import KindForms, other_kinds

SHIPPED = Path(__file__).resolve().parent.parent / "library" / "packs"
SALT = "workflows.packs.install"
#: An archive is smaller than what is in it.
MAX_ARCHIVE = MAX_ALL


@dataclass(frozen=True, slots=True)
class Shipped:
    """A pack that comes with the product."""

    key: str
    name: str
    version: str
    about: str


class NewForm(PlainWords, forms.Form):
    """A pack of the office's own."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("例如：请假。"))
    key = forms.CharField(
        label=gettext_lazy("代号"),
        max_length=40,
        validators=[KEY_VALIDATOR],
        help_text=gettext_lazy("英文小写，建好以后不能改，例如 leave_requests。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


class FileForm(forms.Form):
    """One file of a pack as text, and why it is changed."""

    text = forms.CharField(
        label=gettext_lazy("内容"),
        strip=False,
        required=False,
        max_length=MAX_FILE,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "form-control mono"}),
    )
    why = forms.CharField(label=gettext_lazy("改动说明"), max_length=200, required=False)
    version = opened_on()


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    """The packs of this house, and those that come with the product and are not installed."""
    user = _user(request)
    rows = list(visible(user, Pack.objects.all()).order_by("state", "key"))
    installed = {row.key: row for row in rows if row.state != PackState.REMOVED}
    context = {
        "rows": [(row, names.label(about_of(row))) for row in rows],
        "shipped": [one for one in shipped() if one.key not in installed],
        "newer": {one.key: one.version for one in shipped() if _is_newer(one, installed)},
        "may_install": bool(may(user, "pack_install", Pack)),
    }
    return render(request, "workflows/packs/list.html", context)


@require_safe
def pack(request: HttpRequest, key: str) -> HttpResponse:
    """One pack: what it brings, what the office has made of it, and what can be done with it."""
    user = _user(request)
    row = _pack(user, key)
    spec = _spec(row)
    designs = bool(may(user, "kind_save", row))
    context = {
        "pack": row,
        "about": names.label(spec.about) if spec else "",
        "kinds": [(kind, names.label(packages.kind_of(kind).help)) for kind in row.kinds.filter(retired=False)],
        "flows": [one.definition for one in row.flows.select_related("definition")],
        "roles": [names.label(one.label) for one in spec.roles] if spec else [],
        "figures": [names.label(one.label) for one in spec.figures] if spec else [],
        "needs": list(visible(user, Pack.objects.filter(key__in=spec.needs))) if spec else [],
        "installs": list(row.installs.select_related("installed_by").defer("files")[:20]),
        "own": sorted(own_changes(row)) if designs else [],
        "files": sorted(packages.files_of(row)) if designs and row.state != PackState.REMOVED else [],
        "designs": designs,
        "may_export": bool(may(user, "pack_export", row)),
        "running": running_of(row) if designs else 0,
    }
    return render(request, "workflows/packs/pack.html", context)


@require_POST
def switch(request: HttpRequest, key: str) -> HttpResponse:
    """Switch a pack on or off."""
    user = _user(request)
    on = request.POST.get("on") == "1"
    row = pack_switch(actor=user, pack_id=_pack(user, key).pk, on=on)
    messages.success(
        request, _("已启用：%(name)s") % {"name": row.label} if on else _("已停用：%(name)s") % {"name": row.label}
    )
    return redirect("pack", key)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Ask, and then take a pack out."""
    user = _user(request)
    row = _pack(user, key)
    require(user, "pack_remove", row)
    why, status = "", 200
    if request.method == "POST":
        try:
            pack_remove(actor=user, pack_id=row.pk)
        except WrongState as error:
            why, status = error.message, error.status
        else:
            messages.success(request, _("已移除：%(name)s") % {"name": row.label})
            return redirect("packs")
    return render(request, "workflows/packs/remove.html", {"pack": row, "why": why}, status=status)


@require_POST
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """The pack as it is here, as a zip archive."""
    user = _user(request)
    name, data = pack_export(actor=user, pack_id=_pack(user, key).pk)
    return downloads.as_file(FileResponse(io.BytesIO(data), content_type="application/zip"), name)


@require_http_methods(["GET", "HEAD", "POST"])
def install(request: HttpRequest) -> HttpResponse:
    """Bring a pack in: look at what it would change (an uploaded archive, or ``?shipped=places``), then do it."""
    user = _user(request)
    require(user, "pack_install", Pack)
    try:
        files = _brought(request)
    except PackError as error:
        return _looked(request, {}, _told(error), 422)
    if files is None:
        return redirect("packs")
    if request.method == "POST" and request.POST.get("do") == "install":
        keep = [path for path in request.POST.getlist("keep") if path in files]
        try:
            row = pack_install(actor=user, files=files, keep=keep)
        except Invalid as error:
            return _looked(request, files, error.data.get("problems") or [error.message], error.status)
        except (Conflict, WrongState, Denied) as error:
            return _looked(request, files, [error.message], error.status)
        messages.success(request, _("已安装：%(name)s %(version)s 版") % {"name": row.label, "version": row.version})
        return redirect("pack", row.key)
    return _looked(request, files, [], 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a pack of the office's own."""
    user = _user(request)
    require(user, "pack_install", Pack)
    form = NewForm(request.POST if request.method == "POST" else None)
    made: list[Pack] = []

    def begin() -> None:
        data = form.cleaned_data
        made.append(pack_begin(actor=user, key=data["key"], name=data["name"]))

    status = attempt(form, begin) if form.is_bound else 200
    if made:
        return redirect("pack", made[0].key)
    return render(request, "workflows/packs/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, key: str, folder: str, name: str) -> HttpResponse:
    """One file of a pack as text, for who knows how it is written; ``pack/manifest`` is its manifest. `do=remove` takes it out."""
    user = _user(request)
    row = _pack(user, key)
    require(user, "kind_save", row)
    path = _path(folder, name)
    before = packages.files_of(row)
    bound = request.method == "POST"
    initial = {"text": before.get(path, ""), "version": state_token(row)}
    form = FileForm(request.POST if bound else None, initial=initial)
    problems: Sequence[str] = ()
    status = 200
    if bound and form.is_valid():
        data = form.cleaned_data
        text = None if request.POST.get("do") == "remove" else data["text"].replace("\r\n", "\n")
        try:
            pack_change(actor=user, pack_id=row.pk, changed={path: text}, opened_on=data["version"], why=data["why"])
        except Invalid as error:
            problems, status = error.data.get("problems") or [error.message], error.status
        except (Conflict, WrongState, Denied) as error:
            form.add_error(None, error.message)
            status = error.status
            if "version" in error.data:
                open_on(form, error.data["version"])
        else:
            messages.success(request, _("已保存：%(path)s") % {"path": path})
            return redirect("pack", key)
    context = {"pack": row, "path": path, "form": form, "problems": problems, "is_new": path not in before}
    return render(request, "workflows/packs/file.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: HttpRequest, key: str, kind: str = "") -> HttpResponse:
    """One kind of record of a pack as a form; a new one where none is named."""
    user = _user(request)
    row = _pack(user, key)
    require(user, "kind_save", row)
    known = row.kinds.select_related("pack").filter(key=kind, retired=False).first() if kind else None
    if kind and known is None:
        raise Hidden(_("没有这种记录。请从“业务”里选择。"))
    bound = request.method == "POST"
    before = packages.kind_of(known) if known is not None else None
    sheet = KindForms(request.POST if bound else None, before, known, state_token(row))
    problems: Sequence[str] = ()
    status = 200
    if bound and request.POST.get("do") != "more":
        status = 422
        if sheet.is_valid():
            said = sheet.kind()
            try:
                if before is None and f"records/{said.key}.toml" in packages.files_of(row):
                    raise Conflict(_("代号“%(key)s”已经用了。请换一个代号。") % {"key": said.key}, code="taken")
                pack_change(
                    actor=user,
                    pack_id=row.pk,
                    changed={f"records/{said.key}.toml": kind_text(said)},
                    opened_on=sheet.main.cleaned_data["version"],
                )
            except Invalid as error:
                problems, status = error.data.get("problems") or [error.message], error.status
            except (Conflict, WrongState, Denied) as error:
                sheet.main.add_error(None, error.message)
                status = error.status
                if "version" in error.data:
                    open_on(sheet.main, error.data["version"])
            else:
                messages.success(request, _("已保存：%(path)s") % {"path": said.name})
                return redirect("pack", key)
    context = {"pack": row, "known": known, "sheet": sheet, "problems": problems, "others": other_kinds(user)}
    return render(request, "workflows/packs/kind.html", context, status=status)


def about_of(row: Pack) -> str:
    """What a pack says of itself."""
    spec = _spec(row)
    return spec.about if spec is not None else ""


@lru_cache(maxsize=1)
def shipped() -> tuple[Shipped, ...]:
    """The packs that come with the product, by key; read once, they do not change while it runs."""
    found = []
    for folder in sorted(path for path in SHIPPED.iterdir() if path.is_dir()):
        spec, _problems = packages.read_pack(archive.read_folder(folder))
        if spec is not None:
            found.append(Shipped(spec.key, spec.name, spec.version, spec.about))
    return tuple(found)


def _is_newer(one: Shipped, installed: Mapping[str, Pack]) -> bool:
    row = installed.get(one.key)
    return row is not None and row.version != one.version


def _brought(request: HttpRequest) -> dict[str, str] | None:
    """The files somebody brings: shipped ones by name, an archive just uploaded, or the one they have looked at. Raises `PackError`."""
    key = (request.POST if request.method == "POST" else request.GET).get("shipped", "")
    if key:
        if key not in {one.key for one in shipped()}:
            raise Hidden(_("没有这个业务包。"))
        return archive.read_folder(SHIPPED / key)
    if request.method == "POST" and (held := request.POST.get("held")):
        try:
            found = signing.loads(held, salt=SALT, max_age=24 * 3600)
        except signing.BadSignature:
            raise Invalid(_("页面已过期。请重新上传业务包。")) from None
        return {str(path): str(text) for path, text in found.items()}
    upload = request.FILES.get("archive")
    return archive.unpack(upload.read(MAX_ARCHIVE + 1)) if upload is not None else None


def _looked(request: HttpRequest, files: Mapping[str, str], problems: Collection[str], status: int) -> HttpResponse:
    """What installing these files would change; everything that keeps them out."""
    row, spec, changed, own = None, None, [], frozenset[str]()
    if files:
        spec, _problems = packages.read_pack(files)
        row = packages.pack_at(spec.key) if spec is not None else None
        if row is not None and row.state == PackState.REMOVED:
            row = None
        changed = list(differences(_spec(row) if row is not None else None, spec)) if spec is not None else []
        own = own_changes(row) if row is not None else own
        if not problems and spec is not None:
            try:
                packages.reading(files, packages.house(leaving=spec.key))
            except PackError as error:
                problems = _told(error)
    shipped_key = (request.POST if request.method == "POST" else request.GET).get("shipped", "")
    context: dict[str, Any] = {
        "spec": spec,
        "pack": row,
        "changed": [(one, one.file in own, _counted(one)) for one in changed],
        "own": own,
        "problems": problems,
        "shipped": shipped_key,
        "held": "" if shipped_key or not files else signing.dumps(dict(files), salt=SALT, compress=True),
    }
    return render(request, "workflows/packs/install.html", context, status=status)


def _counted(one: Difference) -> tuple[int, int]:
    """How many lines are new, and how many are gone."""
    added = sum(1 for line in one.lines if line.startswith("+"))
    return added, sum(1 for line in one.lines if line.startswith("-"))


def _told(error: PackError) -> list[str]:
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return [problem.text(language) for problem in error.problems]


def _pack(user: User, key: str) -> Pack:
    row = packages.pack_at(key)
    if row is None:
        raise Hidden(_("没有这个业务包。"))
    return access.fetch(Pack.objects.all(), user, "view", row.pk)


def _spec(row: Pack) -> PackSpec | None:
    """What a pack says; None where what it builds on has gone, which nothing of its pages needs to fail for."""
    spec, _problems = packages.read_pack(packages.files_of(row))
    return spec


def _path(folder: str, name: str) -> str:
    if folder == "pack":
        return MANIFEST
    if folder not in FOLDERS:
        raise Hidden(_("业务包里没有这个文件。"))
    return f"{folder}/{name}{FOLDERS[folder]}"
