"""The editor's page, and what it asks while somebody draws: kept by itself, saved on a base, checked, expressions tried."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, TWO_APPROVALS, chain, diagram, flow, task
from workflows import actions
from workflows.models import Definition, DefinitionVersion, Drawing

pytestmark = pytest.mark.django_db

ONE, TWO = SECRETARY_THEN_CHAIR.decode(), TWO_APPROVALS.decode()
STUCK = diagram(
    '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="either" default="b"/>'
    + task("left", "town:secretary", title="左")
    + task("right", "zone:secretary", title="右")
    + '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="end"/>'
    + flow("f", "start", "either")
    + flow("a", "either", "left", "amount > 100")
    + flow("b", "either", "right")
    + flow("c", "left", "join")
    + flow("g", "right", "join")
    + flow("e", "join", "end")
).decode()


def digest(xml: str) -> str:
    return sha256(xml.encode()).hexdigest()


@pytest.fixture
def designer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.designer)
    return client


@pytest.fixture
def small(cast: Cast) -> DefinitionVersion:
    return actions.definition_save(actor=None, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)


def ask(client: Client, what: str, status: int = 200, key: str = "small", **sent: Any) -> dict[str, Any]:
    answer = client.post(f"/flows/{key}/edit/{what}/", json.dumps(sent), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def data_of(client: Client, key: str = "small") -> dict[str, Any]:
    text = client.get(f"/flows/{key}/edit/").content.decode()
    block = text.partition('<script id="editor-data" type="application/json">')[2].partition("</script>")[0]
    found: dict[str, Any] = json.loads(block)
    return found


def test_the_page_hands_the_editor_the_file_and_everything_to_choose_from(
    designer: Client, small: DefinitionVersion
) -> None:
    data = data_of(designer)
    assert (data["xml"], data["base"], data["number"], data["readonly"]) == (ONE, small.sha256, 1, False)
    assert {"key": "town:secretary", "label": "镇党委秘书"} in data["roles"] or data["roles"][0].keys() == {
        "key",
        "label",
    }
    assert {"town", "zone"} <= {body["key"] for body in data["bodies"]}
    assert "designer" in {one["username"] for one in data["people"]}
    assert {"key": "decisions.legality", "label": "合法性审查"} in data["forms"]
    assert {"amount", "matter_type"} <= {field["name"] for field in data["fields"]}
    assert set(data["address"]) == {"save", "autosave", "check", "feel", "conflict", "page", "form"}


@pytest.mark.parametrize("who", ["town_secretary", "admin", "auditor", "outsider"])
def test_only_designers_draw(cast: Cast, small: DefinitionVersion, who: str) -> None:
    client = Client()
    client.force_login(getattr(cast, who))
    assert client.get("/flows/small/edit/").status_code == 403
    for what in ("keep", "save", "check", "feel"):
        assert ask(client, what, 403, xml=TWO, base=small.sha256, source="1")["code"] == "role"
    assert not Drawing.objects.exists()


def test_what_is_drawn_is_kept_once_comes_back_and_goes_when_saved(
    cast: Cast, designer: Client, small: DefinitionVersion
) -> None:
    kept = ask(designer, "keep", xml=TWO, base=small.sha256, last="")
    again = ask(designer, "keep", xml=TWO, base=small.sha256, last=kept["kept"])
    assert kept["kept"] == again["kept"] == digest(TWO)
    assert kept["saved_at"] == again["saved_at"]
    data = data_of(designer)
    assert (data["xml"], data["base"], data["kept"]) == (TWO, small.sha256, digest(TWO))
    saved = ask(designer, "save", xml=TWO, base=small.sha256, name="两方审批", note="改为两方")
    assert (saved["number"], saved["base"], saved["errors"]) == (1, digest(TWO), 0)
    repeated = ask(designer, "save", xml=TWO, base=small.sha256)
    assert repeated["base"] == saved["base"]
    small.refresh_from_db()
    assert (small.xml, small.note) == (TWO, "改为两方")
    assert small.history.count() == 2
    assert not Drawing.objects.exists()
    assert AuditEvent.objects.filter(subject="flow:small", actor=cast.designer).count() == 1


def test_what_the_flow_already_has_needs_no_keeping(designer: Client, small: DefinitionVersion) -> None:
    ask(designer, "keep", xml=TWO, base=small.sha256)
    assert ask(designer, "keep", xml=ONE, base=small.sha256)["kept"] == ""
    assert not Drawing.objects.exists()


def test_a_second_window_does_not_write_over_the_first(designer: Client, small: DefinitionVersion) -> None:
    first = ask(designer, "keep", xml=TWO, base=small.sha256, last="")
    other = ask(designer, "keep", 409, xml=STUCK, base=small.sha256, last="")
    assert (other["code"], other["data"]["last"]) == ("other_window", first["kept"])
    assert Drawing.objects.get().xml == TWO


def test_what_is_no_drawing_is_refused_in_words(designer: Client, small: DefinitionVersion) -> None:
    assert ask(designer, "keep", 422, xml="", base="")["code"] == "empty"
    assert ask(designer, "keep", 422, xml="a\0b", base="")["code"] == "not_text"
    assert ask(designer, "keep", 422, xml="a\ud800b", base="")["code"] == "not_text"
    assert ask(designer, "keep", 422, xml=7, base="")["code"] == "not_text"
    assert ask(designer, "save", 422, xml="<html/>", base=small.sha256)["data"]["problems"][0]["code"] == "not_bpmn"
    assert ask(designer, "keep", 404, key="nobody", xml=TWO, base="")["code"] == "hidden"
    answer = designer.post("/flows/small/edit/keep/", "[" * 100_000, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_json")


def test_the_check_marks_the_deadlock_with_the_way_and_names_the_variables(
    designer: Client, small: DefinitionVersion
) -> None:
    checked = ask(designer, "check", xml=STUCK)
    problem = next(one for one in checked["problems"] if one["code"] == "deadlock")
    assert (problem["element"], problem["severity"]) == ("join", "error")
    assert problem["path"][0] == "start"
    assert problem["way"]
    assert checked["errors"] == sum(one["severity"] == "error" for one in checked["problems"])
    assert [one["code"] for one in ask(designer, "check", xml=ONE)["problems"]] == ["no_drawing"]
    assert ask(designer, "check", xml="<a")["problems"][0]["code"] == "not_xml"
    assert not Drawing.objects.exists()


def test_the_check_names_what_nobody_here_provides_and_lets_a_flow_call_itself(
    designer: Client, small: DefinitionVersion
) -> None:
    def calling(called: str) -> str:
        call = f'<bpmn:callActivity id="call" name="调用" calledElement="{called}"/>'
        return diagram(
            '<bpmn:startEvent id="start"/>' + call + '<bpmn:endEvent id="end"/>' + chain("start", "call", "end")
        ).decode()

    assert ask(designer, "check", xml=calling("nowhere"))["problems"][0]["code"] == "unknown_called"
    assert ask(designer, "check", xml=calling("small"))["errors"] == 0


def test_an_expression_is_tried_as_it_is_typed(designer: Client, small: DefinitionVersion) -> None:
    fields = [{"name": "amount", "type": "number"}, {"name": "ruling", "type": "choice", "options": ["for", "back"]}]
    good = ask(designer, "feel", source='=amount > 50 and ruling = "for"', kind="condition", fields=fields)
    assert (good["ok"], good["kind"], good["example"], good["unknown"]) == (True, "是或否", "是", [])
    odd = ask(designer, "feel", source="= amount +", kind="condition", fields=fields)
    assert not odd["ok"]
    assert odd["position"] >= len("= amount")
    number = ask(designer, "feel", source="amount + 1", kind="condition", fields=fields)
    assert (number["ok"], number["kind"], number["example"]) == (False, "数字", "101")
    unknown = ask(designer, "feel", source="amonut > 5", kind="condition", fields=fields)
    assert (unknown["ok"], unknown["unknown"]) == (True, ["amonut"])
    assert "amonut" in unknown["message"]
    cell = ask(designer, "feel", source="[1..5], > 10", kind="tests", fields=fields)
    assert (cell["ok"], cell["unknown"]) == (True, [])
    assert ask(designer, "feel", source="today()", fields=fields)["kind"] == "日期"
    assert ask(designer, "feel", 422, source="1", kind="spell")["code"] == "expression"


def test_a_new_flow_is_begun_drawn_and_saved(cast: Cast, designer: Client) -> None:
    answer = designer.post("/flows/draw-new/", {"name": "大额资金", "key": "funds", "pattern": ""})
    assert answer["Location"] == "/flows/funds/edit/"
    data = data_of(designer, "funds")
    assert (data["base"], data["number"], data["name"]) == ("", 0, "大额资金")
    assert 'process id="funds" name="大额资金"' in data["xml"]
    assert not Definition.objects.exists()
    saved = ask(designer, "save", key="funds", xml=data["xml"], base="", name="大额资金")
    assert (saved["number"], Definition.objects.get().name) == (1, "大额资金")
    taken = designer.post("/flows/draw-new/", {"name": "又一个", "key": "FUNDS", "pattern": ""})
    assert taken.status_code == 422
    assert "打开已有的流程 funds 继续绘制" in taken.content.decode()


def test_a_new_flow_may_begin_with_a_copy_of_another(designer: Client, small: DefinitionVersion) -> None:
    designer.post("/flows/draw-new/", {"name": "照着改的", "key": "copy", "pattern": "small"})
    xml = data_of(designer, "copy")["xml"]
    assert xml == ONE.replace('<bpmn:process id="small" name="小流程"', '<bpmn:process name="照着改的" id="copy"')


def test_giving_up_asks_first_and_leaves_what_is_saved(designer: Client, small: DefinitionVersion) -> None:
    ask(designer, "keep", xml=TWO, base=small.sha256)
    assert "不能恢复" in designer.get("/flows/small/edit/give-up/").content.decode()
    assert Drawing.objects.exists()
    assert designer.post("/flows/small/edit/give-up/")["Location"] == "/flows/small/edit/"
    assert not Drawing.objects.exists()
    assert data_of(designer)["xml"] == ONE
    assert designer.get("/flows/small/edit/give-up/").status_code == 404
