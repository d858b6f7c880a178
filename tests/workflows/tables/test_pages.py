"""A decision table is changed in the browser: the form keeps what was typed, saves a draft, and never writes over somebody else's."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.dmn.files import decision, dmn, table
from workflows import actions
from workflows.bpmn.source import bytes_of, text_of
from workflows.dmn.editing import read_grid
from workflows.models import Definition, DefinitionVersion, VersionStatus

pytestmark = pytest.mark.django_db
FUND = Path("workflows/library/fund_route.dmn").read_bytes()
PAGE = "/flows/fund_route/table/"


@pytest.fixture
def designer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.designer)
    return client


@pytest.fixture
def version() -> DefinitionVersion:
    saved = actions.definition_save(actor=None, key="fund_route", name="资金事项分级", xml=FUND)
    return actions.definition_publish(actor=None, version_id=saved.pk)


def form_of(text: str) -> dict[str, str]:
    """What a browser would send of the page's form."""
    inside = text.split('<form id="table-form"')[1].split("</form>")[0]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name:
            sent[name[1]] = unescape(value[1]) if value else ""
    for name_, words in re.findall(r'<textarea[^>]*\bname="([^"]*)"[^>]*>\n(.*?)</textarea>', inside, re.S):
        sent[name_] = unescape(words)
    for name_, options in re.findall(r'<select[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', inside, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name_] = unescape(chosen[1]) if chosen else ""
    return sent


def opened(client: Client, address: str = PAGE) -> dict[str, str]:
    response = client.get(address)
    assert response.status_code == 200
    return form_of(response.content.decode())


def draft() -> DefinitionVersion:
    return DefinitionVersion.objects.order_by("-number")[0]


def test_one_cell_changed_in_the_page_is_one_cell_changed_in_the_file(
    designer: Client, version: DefinitionVersion, cast: Cast
) -> None:
    form = opened(designer)
    response = designer.post(PAGE, form | {"op": "save", "rule-0-in-0": "<  5", "note": "试一试"})
    assert response.status_code == 302
    saved = draft()
    assert (saved.number, saved.status, saved.note, saved.created_by) == (2, "draft", "试一试", cast.designer)
    assert saved.xml == FUND.decode().replace("&lt; 5<", "&lt;  5<")
    assert (
        AuditEvent.objects.filter(subject="flow:fund_route", verb="definition_save", actor=cast.designer).count() == 1
    )


def test_a_form_nobody_touched_saves_nothing(designer: Client, version: DefinitionVersion) -> None:
    designer.post(PAGE, opened(designer) | {"op": "save"})
    assert DefinitionVersion.objects.count() == 1


def test_columns_and_rules_are_added_moved_and_removed_without_scripts_and_nothing_is_written(
    designer: Client, version: DefinitionVersion
) -> None:
    form = opened(designer) | {"rule-3-note-0": "还没有存的话"}
    for op in (
        "rules.add.4",
        "rules.up.3",
        "inputs.add.2",
        "inputs.up.1",
        "rules.copy.0",
        "outputs.remove.1",
        "notes.add.1",
    ):
        response = designer.post(PAGE, form | {"op": op})
        assert response.status_code == 200
        form = form_of(response.content.decode())
    assert (form["n-rule"], form["n-in"], form["n-out"], form["n-note"]) == ("6", "3", "1", "2")
    assert form["rule-3-note-0"] == "还没有存的话"
    assert [form[f"in-{at}-expression"] for at in range(3)] == ["both_sides", "amount", ""]
    assert DefinitionVersion.objects.count() == 1


def test_faults_are_said_at_the_cell_and_the_text_stays(designer: Client, version: DefinitionVersion) -> None:
    form = opened(designer) | {"rule-1-in-0": "[5..", "in-0-allowed": ">=", "op": "check"}
    text = designer.post(PAGE, form).content.decode()
    assert re.search(r'id="f-rule-1-in-0"[^>]*aria-invalid="true"[^>]*>\n\[5\.\.</textarea>', text)
    assert re.search(r'id="why-rule-1-in-0">[^<]+<', text)
    assert re.search(r'id="why-rule-0-in-0"></div>', text)
    assert 'href="#f-in-0-allowed"' in text
    part = designer.post(PAGE, form, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="sg-sheet mt-4" id="found"')
    assert 'data-cell="rule-1-in-0"' in part
    # With the fault in it the draft is kept all the same.
    designer.post(PAGE, form | {"op": "save"})
    assert read_grid(draft().xml, "fund_route").rules[1].inputs[0] == "[5.."


def test_overlaps_and_gaps_stand_at_the_rules(designer: Client, version: DefinitionVersion) -> None:
    form = opened(designer) | {"rule-0-in-0": "< 6", "rule-3-in-0": "> 60", "op": "check"}
    text = designer.post(PAGE, form).content.decode()
    assert "第 1, 2 条规则会同时成立" in text
    assert "有的情形没有一条规则成立" in text


def test_samples_are_tried_told_and_keep_a_draft_from_being_published(
    designer: Client, version: DefinitionVersion
) -> None:
    form = form_of(designer.post(PAGE, opened(designer) | {"op": "samples.add.0"}).content.decode())
    given = {"sample-0-name": "小额", "sample-0-given-0": "3", "sample-0-given-1": "false", "sample-0-out-0": "joint"}
    text = designer.post(PAGE, form | given | {"op": "check"}).content.decode()
    assert "“by”应为 joint，算出来是 office" in unescape(text)
    saved = designer.post(PAGE, form | given | {"op": "save"}, follow=True).content.decode()
    assert "有 1 个样例没有通过" in saved
    shown = designer.get("/flows/fund_route/?version=2").content.decode()
    assert "样例“小额”没有通过" in shown
    assert 'id="try"' in shown
    refused = designer.post(f"/flow-versions/{_cover(draft())}/publish/")
    assert refused.status_code == 422
    form = opened(designer) | {"sample-0-out-0": "office", "op": "save"}
    assert "个样例没有通过" not in designer.post(PAGE, form, follow=True).content.decode()
    designer.post(f"/flow-versions/{_cover(draft())}/publish/")
    assert draft().status == VersionStatus.PUBLISHED


def _cover(version: DefinitionVersion) -> str:
    from permissions.ids import cover

    return cover(version.pk)


def test_a_renamed_variable_keeps_what_samples_give(designer: Client, version: DefinitionVersion) -> None:
    form = form_of(designer.post(PAGE, opened(designer) | {"op": "samples.add.0"}).content.decode())
    form |= {"sample-0-given-0": "3", "in-0-expression": "total", "op": "save"}
    designer.post(PAGE, form)
    assert read_grid(draft().xml, "fund_route").samples[0].given == (("total", "3"),)


def test_who_saves_second_loses_nothing_and_chooses(designer: Client, version: DefinitionVersion, cast: Cast) -> None:
    xml = dmn(decision("one", table([["-", "1"]], prefix="a")) + decision("two", table([["-", "2"]], prefix="b")))
    actions.definition_save(actor=cast.designer, key="pair", name="", xml=xml)
    address = "/flows/pair/table/"
    mine = opened(designer, f"{address}?table=one") | {"rule-0-out-0": "10", "op": "save"}
    theirs = xml.replace(b">2<", b">20<").replace(b">1<", b">100<")
    actions.definition_save(actor=None, key="pair", name="", xml=theirs)
    refused = designer.post(address, mine)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "别人先保存了" in text
    form = form_of(text)
    assert form["rule-0-out-0"] == "10"
    assert draft().xml == theirs.decode() or Definition.objects.get(key="pair").versions.get().xml == theirs.decode()
    designer.post(address, form | {"op": "mine"})
    saved = Definition.objects.get(key="pair").versions.get().xml
    assert ">10<" in saved and ">20<" in saved and ">100<" not in saved


def test_a_new_table_is_a_draft_with_its_editor_open(designer: Client, version: DefinitionVersion) -> None:
    response = designer.post("/flows/table-new/", {"name": "请示分级", "key": "grade"})
    assert response["Location"] == "/flows/grade/table/"
    assert opened(designer, "/flows/grade/table/")["in-0-expression"] == "amount"
    again = designer.post("/flows/table-new/", {"name": "另一张", "key": "fund_route"})
    assert again.status_code == 422 and "已经有了" in again.content.decode()
    assert designer.post("/flows/table-new/", {"name": "", "key": "1 x"}).status_code == 422


def test_only_designers_edit_and_only_tables_there_are(
    cast: Cast, designer: Client, version: DefinitionVersion
) -> None:
    outsider = Client()
    outsider.force_login(cast.town_proposer)
    form = opened(designer)
    assert outsider.get(PAGE).status_code == 403
    assert outsider.post(PAGE, form | {"op": "save", "rule-0-in-0": "< 9"}).status_code == 403
    assert designer.get(f"{PAGE}?table=nobody").status_code == 404
    assert designer.get("/flows/nothing/table/").status_code == 404
    assert designer.post(PAGE, form | {"base": "0" * 64, "op": "save"}).status_code == 422
    assert designer.post(PAGE, form | {"n-rule": "1500", "op": "check"}).status_code == 422
    assert DefinitionVersion.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "utf-16", "us-ascii", "iso-8859-1"])
def test_a_file_is_written_in_the_encoding_it_declares(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><d>字 é</d>'
    assert text_of(bytes_of(text)) in {text, text.replace("字 é", "&#23383; &#233;"), text.replace("字", "&#23383;")}
