"""The pages of the flows: everybody reads, only the designer brings in, publishes and retires."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permissions.errors import Invalid
from permissions.models import AuditEvent, User
from tests.cast import Cast
from workflows.actions import case_start, definition_publish, definition_save
from workflows.models import DefinitionVersion, VersionStatus

pytestmark = pytest.mark.django_db
XML = (Path(settings.BASE_DIR) / "workflows/library/joint_decision.bpmn").read_bytes()
ClientOf = Callable[[User], Client]


@pytest.fixture
def published(cast: Cast) -> DefinitionVersion:
    version = definition_save(actor=cast.designer, key="joint", name="联合决策", xml=XML)
    return definition_publish(actor=cast.designer, version_id=version.pk)


def draft_of(cast: Cast, xml: bytes = XML.replace("编制方案".encode(), "编写方案".encode())) -> DefinitionVersion:
    return definition_save(actor=cast.designer, key="joint", name="联合决策", xml=xml, note="改了名称")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_draft_that_somebody_has_saved_meanwhile_is_not_written_over_unseen(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.designer)
    opened = client.get(reverse("flow_new")).context["form"]["version"].value()
    theirs = draft_of(cast)

    def send(version: str) -> object:
        return client.post(
            reverse("flow_new"),
            {"key": "joint", "name": "联合决策", "version": version, "file": SimpleUploadedFile("joint.bpmn", XML)},
        )

    told = send(opened)
    assert told.status_code == 422 and "流程管理员" in text(told)  # type: ignore[attr-defined]
    theirs.refresh_from_db()
    assert "编写方案" in theirs.xml
    send(told.context["form"]["version"].value())  # type: ignore[attr-defined]
    theirs.refresh_from_db()
    assert theirs.xml == XML.decode()


def test_a_member_reads_a_flow_with_its_drawing_and_steps(
    cast: Cast, client_of: ClientOf, published: DefinitionVersion
) -> None:
    client = client_of(cast.town_member)
    assert reverse("flow", args=["joint"]) in text(client.get(reverse("flow_list")))
    page = text(client.get(reverse("flow", args=["joint"])))
    assert '<svg class="sg-flow"' in page
    assert "合法性审查" in page
    assert "法律顾问" in page
    assert "flow_publish" not in page
    assert reverse("flow_retire", args=[published.pk]) not in page
    assert reverse("flow_new") not in page


def test_steps_show_what_is_open_on_them(cast: Cast, client_of: ClientOf, published: DefinitionVersion) -> None:
    case_start(actor=cast.town_proposer, definition="joint", title="盘活方案", variables={"proposer": "town.office"})
    page = text(client_of(cast.designer).get(reverse("flow", args=["joint"])))
    assert "在办 1 件" in page
    row = re.search(r"提出议题.*?</tr>", page[page.index("<tbody>") :], re.DOTALL)
    assert row is not None
    assert re.findall(r'text-end">(?:<svg.*?</svg> )?(\S+)</td>', row[0]) == ["1", "0", "0", "—"]


def test_a_draft_is_hidden_from_members_and_shown_to_designers(
    cast: Cast, client_of: ClientOf, published: DefinitionVersion
) -> None:
    draft = draft_of(cast)
    address = f"{reverse('flow', args=['joint'])}?version={draft.number}"
    assert client_of(cast.town_member).get(address).status_code == 404
    assert client_of(cast.town_member).get(reverse("flow_file", args=[draft.pk])).status_code == 404
    assert "编写方案" in text(client_of(cast.designer).get(address))


def test_a_flow_nobody_published_is_not_there_for_members(cast: Cast, client_of: ClientOf) -> None:
    draft_of(cast)
    assert client_of(cast.town_member).get(reverse("flow", args=["joint"])).status_code == 404
    assert "joint" not in text(client_of(cast.town_member).get(reverse("flow_list")))
    assert client_of(cast.designer).get(reverse("flow", args=["joint"])).status_code == 200


@pytest.mark.parametrize("address", ["joint/", "none/", "joint/?version=99", "joint/?version=x"])
def test_what_is_not_there_answers_404(cast: Cast, client_of: ClientOf, address: str) -> None:
    assert client_of(cast.designer).get(f"/flows/{address}").status_code == 404


def test_the_file_comes_back_to_the_letter(cast: Cast, client_of: ClientOf, published: DefinitionVersion) -> None:
    answer = client_of(cast.town_member).get(reverse("flow_file", args=[published.pk]))
    assert answer.content == XML
    assert answer["Content-Disposition"] == 'attachment; filename="joint_v1.bpmn"'


def test_the_designer_brings_in_a_file_and_publishes_it(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.designer)
    file = SimpleUploadedFile("a.bpmn", XML, content_type="application/xml")
    answer = client.post(reverse("flow_new"), {"file": file, "key": "joint", "name": "", "note": "第一次"})
    draft = DefinitionVersion.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('flow', args=['joint'])}?version=1"
    assert (draft.status, draft.note, draft.created_by) == (VersionStatus.DRAFT, "第一次", cast.designer)
    assert "发布这一版？" in text(client.get(reverse("flow_publish", args=[draft.pk])))
    client.post(reverse("flow_publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.status == VersionStatus.PUBLISHED
    client.post(reverse("flow_retire", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.status == VersionStatus.RETIRED


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html></html>", "BPMN"),
        (b"not xml at all", "文件第 1 行"),
        (b"", "请重新选择：这个文件是空的。"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
        (b"x" * (4 * 1024 * 1024 + 1), "4 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    cast: Cast, client_of: ClientOf, content: bytes, said: str
) -> None:
    file = SimpleUploadedFile("a.bpmn", content)
    answer = client_of(cast.designer).post(reverse("flow_new"), {"file": file, "key": "joint", "name": "我的名称"})
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'value="我的名称"' in text(answer)
    assert not DefinitionVersion.objects.exists()


def test_a_draft_with_problems_names_them_and_cannot_be_published(cast: Cast, client_of: ClientOf) -> None:
    draft = draft_of(cast, XML.replace(b"decisions.legality", b"decisions.unknown"))
    client = client_of(cast.designer)
    assert client.post(reverse("flow_publish", args=[draft.pk])).status_code == 422
    broken = draft_of(cast, XML.replace(b'sourceRef="', b'sourceRef="gone_', 1))
    page = text(client.get(f"{reverse('flow', args=['joint'])}?version={broken.number}"))
    assert "须改正" in page
    assert re.search(r"文件第 \d+ 行", page)
    assert 'aria-disabled="true" aria-describedby="why-not"' in page


@pytest.mark.parametrize("who", ["town_member", "auditor", "admin", "outsider"])
def test_only_the_designer_changes_flows(
    cast: Cast, client_of: ClientOf, published: DefinitionVersion, who: str
) -> None:
    client = client_of(getattr(cast, who))
    file = SimpleUploadedFile("a.bpmn", XML)
    assert client.get(reverse("flow_new")).status_code == 403
    assert client.post(reverse("flow_new"), {"file": file, "key": "other"}).status_code == 403
    assert client.post(reverse("flow_retire", args=[published.pk])).status_code == 403
    assert client.get(reverse("flow_retire", args=[published.pk])).status_code == 403
    published.refresh_from_db()
    assert published.status == VersionStatus.PUBLISHED


@pytest.mark.parametrize("name", ["flow_list", "flow_new"])
def test_visitors_are_sent_to_sign_in(client: Client, db: None, name: str) -> None:
    answer = client.post(reverse(name)) if name == "flow_new" else client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_a_page_costs_the_same_however_much_runs(cast: Cast, client_of: ClientOf, published: DefinitionVersion) -> None:
    client = client_of(cast.auditor)

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse("flow", args=["joint"])).status_code == 200
        return len(seen)

    case_start(actor=cast.town_proposer, definition="joint", variables={"proposer": "town.office"})
    few = statements()
    for _round in range(8):
        case_start(actor=cast.town_proposer, definition="joint", variables={"proposer": "town.office"})
    assert statements() == few
    assert AuditEvent.objects.filter(verb="case_start").count() == 9


# The two confirmations are no longer asked for together, and still waited for together.
STUCK = (
    XML.replace(b'parallelGateway id="fork_confirm"', b'exclusiveGateway id="fork_confirm"')
    .replace(
        b'sourceRef="fork_confirm" targetRef="confirm_town" />',
        b'sourceRef="fork_confirm" targetRef="confirm_town"><bpmn:conditionExpression>=town</bpmn:conditionExpression></bpmn:sequenceFlow>',
    )
    .replace(b"</bpmn:parallelGateway>", b"</bpmn:exclusiveGateway>", 1)
    .replace(b'id="fork_confirm"', b'id="fork_confirm" default="flow_to_confirm_zone"', 1)
)


def test_the_way_to_a_deadlock_is_drawn_where_it_is_asked_for(cast: Cast, client_of: ClientOf) -> None:
    draft = draft_of(cast, STUCK)
    client, address = client_of(cast.designer), f"{reverse('flow', args=['joint'])}?version={draft.number}"
    page = text(client.get(address))
    assert "流程会停在这里" in page
    assert f"?version={draft.number}&amp;finding=1#drawn" in page
    assert "edge way" not in page
    shown = text(client.get(f"{address}&finding=1"))
    assert "edge way" in shown
    assert 'class="way spot"' in shown
    assert "路径已在图上标出" in shown
    assert "提出议题 → " in shown
    for odd in ("0", "99", "x"):
        assert "edge way" not in text(client.get(f"{address}&finding={odd}"))


def test_a_flow_that_surely_gets_stuck_is_not_published(cast: Cast) -> None:
    draft = draft_of(cast, STUCK)
    with pytest.raises(Invalid) as refused:
        definition_publish(actor=cast.designer, version_id=draft.pk)
    (problem,) = refused.value.data["problems"]
    assert (problem["code"], problem["element"]) == ("deadlock", "join_confirm")
