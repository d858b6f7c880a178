"""docs/packs.md is proved by doing what it says: its files are a pack that is installed, used and run to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permissions.models import Role, RoleGrant
from tests.cast import Cast
from workflows import records
from workflows.models import CaseTask, Record, RecordNotice
from workflows.packages import kind_of
from workflows.packs import archive

pytestmark = pytest.mark.django_db

BLOCK = re.compile(r"```(?:toml|xml)\n(?:# |<!-- )(\S+)(?: -->)?\n(.*?)```", re.S)
ClientOf = Callable[..., Client]


def test_the_pack_of_the_page_is_installed_used_and_run_to_its_end(cast: Cast, client_of: ClientOf) -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "packs.md").read_text("utf-8")
    files = dict(BLOCK.findall(page))
    assert set(files) == {"pack.toml", "records/loan.toml", "flows/tool_return.bpmn", "texts/en.toml"}
    designer = client_of(cast.designer)
    upload = SimpleUploadedFile("tools.zip", archive.packed(files, "tools"))
    looked = designer.post(reverse("pack_install"), {"archive": upload})
    assert looked.context["problems"] == []
    designer.post(reverse("pack_install"), {"held": looked.context["held"], "do": "install"})
    designer.post(reverse("pack_switch", args=["tools"]), {"on": "1"})
    keeper, borrower = cast.town_secretary, cast.town_member
    role = Role.objects.get(code="tools.keeper")
    RoleGrant.objects.create(user=keeper, role=role, starts_on=records.today(), granted_at=timezone.now())
    form = {"do": "complete", "once": "1", "q_tool": "水泵", "q_borrower": borrower.username, "q_since": "2026-05-04"}
    client_of(keeper).post(reverse("record_new", args=["loan"]), form)
    loan = Record.objects.get()
    assert (loan.number, loan.title) == ("借〔2026〕1号", f"水泵 · {borrower}")
    assert client_of(cast.legal).get(reverse("record", args=[loan.pk])).status_code == 404
    client_of(borrower).post(reverse("record_begin", args=[loan.pk]), {"button": "give_back"})
    task = CaseTask.objects.get(process__subject=loan.chain, finished__isnull=True)
    client_of(keeper).post(reverse("step", args=[task.pk]), {"do": "complete", "q_back": "2026-05-09"})
    loan.refresh_from_db()
    assert loan.state == "returned"
    assert records.contexts([loan], kind_of(loan.kind))[loan.pk]["days"] == 5
    assert RecordNotice.objects.get(person=borrower).text == "已归还：水泵"
