"""Packs in the browser: looked at before they come in, installed, upgraded with the office's own kept, switched, exported, taken out,
and made there from nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_reading import LIBRARY, SMALL
from tests.workflows.packs.test_records import register
from workflows.models import Pack, PackState, RecordKind
from workflows.packages import kind_of
from workflows.packs import archive
from workflows.packs.model import MANIFEST

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., Client]


def zipped(files: dict[str, str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("pack.zip", archive.packed(files, "leave"), content_type="application/zip")


def test_a_shipped_pack_is_looked_at_and_then_installed(cast: Cast, client_of: ClientOf) -> None:
    designer = client_of(cast.designer)
    assert "村和企业" in designer.get(reverse("packs")).content.decode()
    looked = designer.get(reverse("pack_install"), {"shipped": "places"})
    assert "records/village.toml" in looked.content.decode()
    assert not Pack.objects.exists()
    done = designer.post(reverse("pack_install"), {"shipped": "places", "do": "install"})
    assert done["Location"] == reverse("pack", args=["places"])
    assert Pack.objects.get().state == PackState.OFF
    designer.post(reverse("pack_switch", args=["places"]), {"on": "1"})
    assert Pack.objects.get().state == PackState.ON
    designer.post(reverse("pack_switch", args=["places"]), {"on": "0"})
    assert Pack.objects.get().state == PackState.OFF


def test_an_uploaded_pack_comes_in_after_it_was_looked_at(cast: Cast, client_of: ClientOf) -> None:
    designer = client_of(cast.designer)
    looked = designer.post(reverse("pack_install"), {"archive": zipped(dict(SMALL))})
    assert looked.status_code == 200
    assert not Pack.objects.exists()
    designer.post(reverse("pack_install"), {"held": looked.context["held"], "do": "install"})
    assert Pack.objects.get().key == looked.context["spec"].key


def test_what_keeps_a_pack_out_is_told_with_its_place(cast: Cast, client_of: ClientOf) -> None:
    designer = client_of(cast.designer)
    needing = designer.get(reverse("pack_install"), {"shipped": "village_visits"})
    assert "要先安装业务包“places”" in needing.content.decode()
    refused = designer.post(reverse("pack_install"), {"shipped": "village_visits", "do": "install"})
    assert refused.status_code == 422
    no_archive = designer.post(reverse("pack_install"), {"archive": SimpleUploadedFile("pack.zip", b"nothing")})
    assert no_archive.status_code == 422
    assert "zip" in no_archive.content.decode()
    assert designer.post(reverse("pack_install"), {"held": "forged", "do": "install"}).status_code == 422
    assert not Pack.objects.exists()


def test_an_upgrade_keeps_what_the_office_changed_where_it_is_ticked(
    cast: Cast, client_of: ClientOf, installed: Installed
) -> None:
    installed("places")
    designer = client_of(cast.designer)
    address = reverse("pack_file", args=["places", "records", "village"])
    form = designer.get(address).context["form"]
    text = form["text"].value().replace('label = "户数"', 'label = "农户数"')
    sent = {"text": text, "version": form["version"].value(), "why": "按统计口径"}
    assert designer.post(address, sent).status_code == 302
    assert "本单位改过" in designer.get(reverse("pack", args=["places"])).content.decode()
    newer = archive.read_folder(LIBRARY / "places")
    newer[MANIFEST] = newer[MANIFEST].replace('version = "1.0"', 'version = "1.1"')
    looked = designer.post(reverse("pack_install"), {"archive": zipped(newer)})
    assert {(one.file, own) for one, own, _n in looked.context["changed"]} == {
        ("pack.toml", False),
        ("records/village.toml", True),
    }
    designer.post(
        reverse("pack_install"), {"held": looked.context["held"], "do": "install", "keep": "records/village.toml"}
    )
    assert Pack.objects.get().version == "1.1"
    assert "农户数" in RecordKind.objects.get(key="village").text


def test_a_change_over_somebody_elses_is_told_and_a_bad_one_refused(
    cast: Cast, client_of: ClientOf, installed: Installed
) -> None:
    installed("places")
    designer = client_of(cast.designer)
    address = reverse("pack_file", args=["places", "records", "village"])
    form = designer.get(address).context["form"]
    text, version = form["text"].value(), form["version"].value()
    bad = designer.post(address, {"text": text.replace('title = "name"', 'title = "nam"'), "version": version})
    assert bad.status_code == 422
    assert "records/village.toml" in bad.content.decode()
    designer.post(address, {"text": text.replace("户数", "农户数"), "version": version})
    late = designer.post(address, {"text": text.replace("村名", "名"), "version": version})
    assert late.status_code == 409
    assert "名" in late.context["form"]["text"].value()
    again = {"text": text.replace("村名", "名"), "version": late.context["form"]["version"].value()}
    assert designer.post(address, again).status_code == 302


def test_an_export_is_the_pack_as_it_is_and_is_logged(cast: Cast, client_of: ClientOf, installed: Installed) -> None:
    installed("places")
    answer = client_of(cast.auditor).post(reverse("pack_export", args=["places"]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as found:
        assert "places/records/village.toml" in found.namelist()
    assert AuditEvent.objects.filter(verb="pack_export", actor=cast.auditor).exists()


def test_a_pack_is_taken_out_when_nothing_runs(cast: Cast, client_of: ClientOf, installed: Installed) -> None:
    installed("places", "village_visits")
    village = register(cast.town_secretary, "village", name="东山村")
    register(cast.town_member, "village_question", village=village, question="路灯什么时候修")
    designer = client_of(cast.designer)
    refused = designer.post(reverse("pack_remove", args=["village_visits"]))
    assert refused.status_code == 409
    assert "1 件流程在办" in refused.content.decode()
    assert "村和企业" in designer.get(reverse("pack_remove", args=["places"])).content.decode()
    assert designer.post(reverse("pack_remove", args=["places"])).status_code == 409


def test_only_the_designer_brings_in_changes_and_takes_out(
    cast: Cast, client_of: ClientOf, installed: Installed
) -> None:
    installed("places")
    for user in (cast.town_secretary, cast.auditor, cast.outsider):
        client = client_of(user)
        assert client.get(reverse("pack", args=["places"])).status_code == 200
        for name, args in (
            ("pack_install", []),
            ("pack_new", []),
            ("pack_remove", ["places"]),
            ("pack_switch", ["places"]),
            ("pack_kind", ["places", "village"]),
            ("pack_kind_new", ["places"]),
            ("pack_file", ["places", "records", "village"]),
        ):
            assert client.post(reverse(name, args=args), {"shipped": "places"}).status_code in {403, 404}, name
    assert client_of(cast.town_secretary).post(reverse("pack_export", args=["places"])).status_code == 403


def rows(prefix: str, *given: dict[str, str]) -> dict[str, str]:
    """What a browser sends of the rows of the form."""
    names = ("was", "label", "key", "kind", "more", "tone")
    return {
        f"{prefix}-{nth}-{name}": row.get(name, "")
        for nth, row in enumerate((*given, {}))
        for name in (*names, *(name for name in ("required", "gone") if name in row))
    }


def test_a_pack_of_the_offices_own_is_made_from_forms_alone(cast: Cast, client_of: ClientOf) -> None:
    designer = client_of(cast.designer)
    designer.post(reverse("pack_new"), {"name": "请假", "key": "leave_requests"})
    address = reverse("pack_kind_new", args=["leave_requests"])
    sheet = {
        "name": "请假申请",
        "key": "leave_request",
        "number": "假〔{year}〕{n}号",
        "title": "reason",
        "create": ["proposer"],
        "view": ["secretary"],
        "version": designer.get(address).context["sheet"].main["version"].value(),
        **rows(
            "field",
            {"label": "事由", "key": "reason", "kind": "text", "required": "on"},
            {"label": "假别", "key": "sort", "kind": "choice", "more": "事假、病假、年休假"},
            {"label": "从哪天", "key": "since", "kind": "date"},
        ),
        **rows("state", {"label": "待批准", "key": "asked", "tone": "waiting"}, {"label": "已批准", "tone": "done"}),
        "button-flow": "",
    }
    refused = designer.post(address, {**sheet, "field-1-more": "事假"})
    assert refused.status_code == 422
    assert "至少两个选项" in refused.content.decode()
    assert designer.post(address, {**sheet, "number": "假"}).status_code == 422
    assert designer.post(address, sheet)["Location"] == reverse("pack", args=["leave_requests"])
    kind = kind_of(RecordKind.objects.get(key="leave_request"))
    assert [(one.key, str(one.kind)) for one in kind.fields] == [
        ("reason", "text"),
        ("sort", "choice"),
        ("since", "date"),
    ]
    assert [option.label for option in kind.fields[1].options] == ["事假", "病假", "年休假"]
    assert [one.key for one in kind.states] == ["asked", "state_2"]
    designer.post(reverse("pack_switch", args=["leave_requests"]), {"on": "1"})
    asked = register(cast.town_proposer, "leave_request", reason="看病", sort="病假", since="2026-12-01")
    assert (asked.number, asked.state) == ("假〔2026〕1号", "asked")

    # Opened again it says what it said, and a question is added.
    address = reverse("pack_kind", args=["leave_requests", "leave_request"])
    page = designer.get(address)
    assert [row.initial.get("label") for row in page.context["sheet"].fields[:3]] == ["事由", "假别", "从哪天"]
    sheet |= {
        "version": page.context["sheet"].main["version"].value(),
        **rows(
            "field",
            {"was": "reason", "label": "请假事由", "key": "reason", "kind": "text", "required": "on"},
            {"was": "sort", "label": "假别", "key": "sort", "kind": "choice", "more": "事假、病假、年休假"},
            {"was": "since", "label": "从哪天", "key": "since", "kind": "date", "gone": "on"},
            {"label": "天数", "key": "days", "kind": "number"},
        ),
        "list": "",
    }
    kept = designer.post(address, sheet)
    # The list still names the question that is to go.
    assert kept.status_code == 422
    assert "since" in kept.content.decode()
    del sheet["field-2-gone"]
    saved = designer.post(address, sheet)
    assert saved.status_code == 302, saved.context["problems"]
    assert [one.label for one in kind_of(RecordKind.objects.get(key="leave_request")).fields] == [
        "请假事由",
        "假别",
        "从哪天",
        "天数",
    ]
