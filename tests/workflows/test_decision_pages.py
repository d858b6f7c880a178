"""The pages of decisions: their place in the list, their tables, the form to try them with, bringing one in."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from permissions.ids import cover
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.dmn.files import ROUTE, decision, dmn, literal, table
from tests.workflows.test_decisions import asks, zeebe
from workflows import actions
from workflows.dmn import given
from workflows.models import Case, DefinitionVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def routes() -> DefinitionVersion:
    version = actions.definition_save(actor=None, key="routes", name="分流规则", xml=ROUTE)
    return actions.definition_publish(actor=None, version_id=version.pk)


@pytest.fixture
def designer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.designer)
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_decisions_in_a_section_of_their_own(designer: Client, routes: DefinitionVersion) -> None:
    text = page(designer, "/flows/")
    flows, decisions = text.split('aria-labelledby="decisions"')
    assert "分流规则" in decisions
    assert "分流规则" not in flows


def test_a_list_without_decisions_has_no_empty_section(designer: Client) -> None:
    assert 'aria-labelledby="decisions"' not in page(designer, "/flows/")


def test_the_page_shows_the_rules_and_the_hit_policy(designer: Client, routes: DefinitionVersion) -> None:
    text = page(designer, "/flows/routes/")
    assert "只能有一条规则成立" in text
    assert "[50..500)" in text
    assert "&quot;joint&quot;" in text
    assert "下载 DMN 文件" in text
    assert "成立</span>" not in text
    assert designer.get(f"/flow-versions/{cover(routes.pk)}/file/")["Content-Disposition"].endswith('"routes_v1.dmn"')


def test_trying_shows_the_result_and_the_rule_and_writes_nothing(designer: Client, routes: DefinitionVersion) -> None:
    before = AuditEvent.objects.count()
    text = page(designer, "/flows/routes/?decision=route&try=1&in.amount=80")
    assert "joint</b>" in text
    assert "成立的规则 2" in text
    assert text.count('class="held"') == 1
    assert (AuditEvent.objects.count(), Case.objects.count()) == (before, 0)


def test_trying_says_why_there_is_no_result(designer: Client) -> None:
    xml = dmn(decision("route", table([["> 1", "1"], ["> 2", "2"]])))
    version = actions.definition_save(actor=None, key="routes", name="", xml=xml)
    actions.definition_publish(actor=None, version_id=version.pk)
    text = page(designer, "/flows/routes/?try=1&in.amount=7")
    assert "第 1, 2 条同时成立" in text
    assert "第 1, 2 条规则会同时成立" in text  # said by the check as well


def test_what_is_written_into_the_file_or_the_form_is_shown_as_text(designer: Client) -> None:
    evil = '"<script>alert(1)</script>"'
    version = actions.definition_save(actor=None, key="evil", name="", xml=dmn(decision("d1", table([["-", evil]]))))
    actions.definition_publish(actor=None, version_id=version.pk)
    text = page(designer, "/flows/evil/?try=1&in.amount=<script>alert(2)</script>")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_one_of_several_decisions_can_be_chosen(designer: Client) -> None:
    xml = dmn(
        decision("route", literal("base + amount"), ["requiredDecision #base"]) + decision("base", literal("rate * 2"))
    )
    version = actions.definition_save(actor=None, key="several", name="", xml=xml)
    actions.definition_publish(actor=None, version_id=version.pk)
    text = page(designer, "/flows/several/?decision=route&try=1&in.rate=3&in.amount=1")
    assert "<b>7</b>" in text
    assert 'name="in.rate"' in text and 'name="in.amount"' in text and 'name="in.base"' not in text
    alone = page(designer, "/flows/several/?decision=base&try=1&in.rate=3")
    assert "<b>6</b>" in alone and 'name="in.amount"' not in alone


def test_a_draft_with_errors_is_shown_with_them_and_cannot_be_tried(designer: Client, cast: Cast) -> None:
    xml = dmn(decision("d1", table([["> ", "1"]])))
    actions.definition_save(actor=cast.designer, key="broken", name="", xml=xml)
    text = page(designer, "/flows/broken/")
    assert "改好之前不能发布" in text
    assert "规则的输入格" in text
    assert 'id="try"' not in text


def test_the_page_names_the_flows_that_ask(designer: Client, routes: DefinitionVersion) -> None:
    assert "还没有流程用到它" in page(designer, "/flows/routes/")
    flow = actions.definition_save(actor=None, key="small", name="小流程", xml=asks(zeebe()))
    actions.definition_publish(actor=None, version_id=flow.pk)
    assert 'href="/flows/small/?version=1"' in page(designer, "/flows/routes/")


def test_the_upload_page_takes_a_decision(designer: Client) -> None:
    file = SimpleUploadedFile("route.dmn", ROUTE, content_type="application/xml")
    response = designer.post("/flows/new-version/", {"file": file, "key": "routes", "name": ""})
    assert response.status_code == 302
    assert response["Location"] == "/flows/routes/?version=1"
    assert DefinitionVersion.objects.get().definition.kind == "decision"


def test_an_outsider_sees_decisions_in_force_and_no_drafts(cast: Cast, routes: DefinitionVersion) -> None:
    client = Client()
    client.force_login(cast.town_proposer)
    draft = actions.definition_save(actor=None, key="routes", name="", xml=ROUTE.replace(b"50", b"100"))
    assert "[50..500)" in page(client, "/flows/routes/")
    assert client.get(f"/flows/routes/?version={draft.number}").status_code == 404


@pytest.mark.parametrize(
    ("text", "value"),
    [("80", 80), (" 1.5 ", 1.5), ("true", True), ('"x"', "x"), ("道路养护", "道路养护"), ("x + 1", "x + 1"), ("", None),
     ("[1, 2]", [1, 2]), ("1 +", "1 +"), ("abc def", "abc def")],
)  # fmt: skip
def test_a_value_is_taken_as_feel_where_it_is_and_as_text_elsewhere(text: str, value: object) -> None:
    assert given(text) == value


def test_a_table_of_a_thousand_rules_is_shown_and_answers(designer: Client) -> None:
    rules = [[f"{n}", f'"rule {n}"'] for n in range(1000)]
    version = actions.definition_save(actor=None, key="long", name="", xml=dmn(decision("d1", table(rules))))
    actions.definition_publish(actor=None, version_id=version.pk)
    text = page(designer, "/flows/long/?try=1&in.amount=777")
    assert text.count("<tr") == 1001
    assert "rule 777</b>" in text


def test_no_cases_are_moved_to_a_decision(routes: DefinitionVersion, cast: Cast) -> None:
    for who in (cast.designer, cast.admin):
        client = Client()
        client.force_login(who)
        assert client.get(f"/flow-versions/{cover(routes.pk)}/migrate/").status_code in (200, 403)


def test_the_log_tells_decisions_from_flows(cast: Cast, routes: DefinitionVersion) -> None:
    actions.definition_retire(actor=None, version_id=routes.pk)
    client = Client()
    client.force_login(cast.auditor)
    text = page(client, "/log/?subject=flow:routes")
    for words in ("保存决策草稿", "发布决策", "停用决策"):
        assert words in text
    assert "发布流程" not in text
