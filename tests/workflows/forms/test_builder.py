"""The fields of a step are designed on a page: acts keep what was typed, faults stand at their fields, and nobody's work is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from workflows import actions, bpmn
from workflows.bpmn.source import bytes_of, text_of
from workflows.models import DefinitionVersion, Drawing, VersionStatus

from .drawn import SPENDING, asking

pytestmark = pytest.mark.django_db
FILE = asking(SPENDING)
PAGE = "/flows/spending/form/?step=check"


@pytest.fixture
def designer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.designer)
    return client


@pytest.fixture
def version() -> DefinitionVersion:
    saved = actions.definition_save(actor=None, key="spending", name="资金使用", xml=FILE)
    return actions.definition_publish(actor=None, version_id=saved.pk)


def form_of(text: str) -> dict[str, str]:
    """What a browser would send of the page's form."""
    inside = text.split('<form id="bench-form"')[1].split("</form>")[0].split('<div id="after"')
    inside_ = inside[0] + inside[1].partition("</section></div>")[2] if len(inside) > 1 else inside[0]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", inside_):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name:
            sent[name[1]] = unescape(value[1]) if value else ""
    for name_, words in re.findall(r'<textarea[^>]*\bname="([^"]*)"[^>]*>\n(.*?)</textarea>', inside_, re.S):
        sent[name_] = unescape(words)
    for name_, options in re.findall(r'<select[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', inside_, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name_] = unescape(chosen[1]) if chosen else ""
    return sent


def opened(client: Client) -> dict[str, str]:
    response = client.get(PAGE)
    assert response.status_code == 200
    return form_of(response.content.decode())


def after(client: Client, form: dict[str, str], op: str, **changes: str) -> tuple[dict[str, str], str]:
    """The form after an act, and the page."""
    response = client.post("/flows/spending/form/", form | changes | {"op": op})
    assert response.status_code == 200, response.status_code
    text = response.content.decode()
    return form_of(text), text


def save(client: Client, form: dict[str, str], **changes: str) -> Any:
    return client.post("/flows/spending/form/", form | changes | {"op": "save"})


def newest() -> DefinitionVersion:
    return DefinitionVersion.objects.order_by("-number")[0]


def fields_now() -> dict[str, Any]:
    node = bpmn.read(bytes_of(newest().xml)).processes[0].nodes["check"]
    return {field.key: field for field in node.fields}


def test_a_page_sent_as_it_came_changes_nothing_and_one_change_is_one_change(
    designer: Client, version: DefinitionVersion
) -> None:
    form = opened(designer)
    assert save(designer, form).status_code == 302
    assert newest().pk == version.pk
    assert save(designer, form, **{"f-1-maximum": "800"}).status_code == 302
    saved = newest()
    assert (saved.status, saved.number) == (VersionStatus.DRAFT, 2)
    assert saved.xml == text_of(FILE).replace('max="500"', 'max="800"')


def test_every_kind_is_added_by_buttons_alone_moved_and_taken_away(
    designer: Client, version: DefinitionVersion
) -> None:
    form = opened(designer)
    count = int(form["n"])
    for kind in ("boolean", "table", "choice"):
        form, page = after(designer, form, f"field.add.{form['n']}", **{"new-kind": kind})
        assert "autofocus" in page
    assert int(form["n"]) == count + 3
    table, choice = count + 1, count + 2
    form, _page = after(
        designer, form, f"column.add.{table}.1", **{f"f-{table}-label": "设备", f"f-{table}-c-0-label": "名称"}
    )
    form, _page = after(designer, form, f"field.up.{choice}", **{f"f-{choice}-options": "town|镇级\n区级\n"})
    form, _page = after(designer, form, "field.remove.0")
    assert form["f-0-key"] == "amount"
    assert save(designer, form).status_code == 302
    found = fields_now()
    keys = list(found)
    assert keys[0] == "amount"
    assert [(one.value, one.label) for one in found[keys[-2]].options] == [("town", "镇级"), ("区级", "区级")]
    assert [column.label for column in found[keys[-1]].columns] == ["名称", "新的一列"]
    # What was there before is to the letter what it was.
    assert (
        SPENDING[SPENDING.index('<sangong:field key="amount"') : SPENDING.index('<sangong:field key="lines"')]
        in newest().xml
    )


def test_another_kind_shows_its_own_settings_and_drops_the_others(designer: Client, version: DefinitionVersion) -> None:
    form, page = after(designer, opened(designer), "refresh", **{"f-0-kind": "choice"})
    assert form["f-0-options"] == "同意\n不同意"
    assert "f-0-maximum" not in form
    assert 'name="f-0-pattern"' not in page


def test_conditions_are_tried_and_told_at_their_fields(designer: Client, version: DefinitionVersion) -> None:
    form = opened(designer)
    assert (form["f-2-visible"], form["f-2-visible-feel"]) == ("when", "amount > 50")
    _form, page = after(
        designer, form, "check", **{"f-2-visible-feel": "amount >", "f-1-label": "", "f-0-key": "1 不行"}
    )
    told = re.findall(r'<li class="bad">.*?<a href="#([^"]+)">', page, re.S)
    assert {"f-0-key", "f-1-label", "f-2-visible"} <= set(told)
    assert 'aria-invalid="true"' in page
    _form, page = after(designer, form, "check", **{"f-2-required": "when", "f-2-required-feel": "budget > 5"})
    assert "budget" in page.split('id="f-2-required-why"')[1][:400]
    _form, page = after(designer, form, "check", **{"f-0-required": "when", "f-0-required-feel": ""})
    assert "f-0-required" in re.findall(r'<li class="bad">.*?<a href="#([^"]+)">', page, re.S)
    # A draft keeps what is wrong; publishing refuses it.
    assert save(designer, form, **{"f-2-visible-feel": "amount >"}).status_code == 302
    assert 'visible="=amount &gt;"' in newest().xml


def test_the_preview_is_the_page_people_will_see(designer: Client, version: DefinitionVersion) -> None:
    page = designer.get(PAGE).content.decode().split('id="preview-head"')[1]
    for words in ("用途", "万元", "镇级", "牵头方", "项目"):
        assert words in page
    assert page.index("大额理由") < page.index("满足条件才显示")


def test_two_designers_at_one_step_see_each_other_and_neither_loses(
    designer: Client, version: DefinitionVersion, cast: Cast
) -> None:
    form = opened(designer)
    theirs = text_of(FILE).replace('label="用途"', 'label="资金用途"')
    actions.definition_save(actor=None, key="spending", name="", xml=bytes_of(theirs))
    response = save(designer, form, **{"f-1-label": "总金额"})
    page = response.content.decode()
    assert response.status_code == 422
    assert newest().xml == theirs
    mine = form_of(page)
    assert mine["f-1-label"] == "总金额"
    assert "两边写得不一样" in page
    third = theirs.replace('label="依据"', 'label="依据文件"')
    actions.definition_save(actor=None, key="spending", name="", xml=bytes_of(third))
    # What has not been shown is not written over, whatever was agreed to before.
    response = designer.post("/flows/spending/form/", mine | {"op": "mine"})
    assert response.status_code == 422
    again = form_of(response.content.decode())
    assert designer.post("/flows/spending/form/", again | {"op": "mine"}).status_code == 302
    assert [field.label for field in fields_now().values()][:2] == ["用途", "总金额"]


def test_what_others_changed_elsewhere_in_the_flow_stays(designer: Client, version: DefinitionVersion) -> None:
    form = opened(designer)
    theirs = text_of(FILE).replace('name="核对金额"', 'name="核对用款"')
    actions.definition_save(actor=None, key="spending", name="", xml=bytes_of(theirs))
    response = designer.post("/flows/spending/form/", form | {"f-1-maximum": "800", "op": "save"}, follow=True)
    assert "都保留着" in response.content.decode()
    assert newest().xml == theirs.replace('max="500"', 'max="800"')


def test_it_goes_on_with_ones_own_unsaved_drawing(designer: Client, version: DefinitionVersion, cast: Cast) -> None:
    drawn = text_of(FILE).replace('name="核对金额"', 'name="核对用款"')
    actions.drawing_keep(actor=cast.designer, key="spending", xml=drawn, base=version.sha256)
    form = opened(designer)
    assert save(designer, form, **{"f-1-maximum": "800"}).status_code == 302
    assert newest().xml == drawn.replace('max="500"', 'max="800"')
    assert not Drawing.objects.exists()
    # Drawn on a version that another has saved over meanwhile: the fields go into the drawing, and its designer decides.
    actions.drawing_keep(actor=cast.designer, key="spending", xml=newest().xml + "\n", base=newest().sha256)
    form = opened(designer)
    actions.definition_save(actor=None, key="spending", name="", xml=FILE + b"\n<!-- 1 -->")
    response = save(designer, form, **{"f-1-maximum": "900"})
    assert (response.status_code, response.url) == (302, reverse("flow_conflict", args=["spending"]))
    assert 'max="900"' in Drawing.objects.get().xml


def test_only_designers_open_it_and_only_steps_people_do(
    designer: Client, version: DefinitionVersion, cast: Cast
) -> None:
    for address in (PAGE + "x", "/flows/nothing/form/", "/flows/spending/form/?step=start"):
        assert designer.get(address).status_code == 404
    steps = designer.get("/flows/spending/form/").content.decode()
    assert "核对金额" in steps
    member = Client()
    member.force_login(cast.town_member)
    assert member.get(PAGE).status_code in {403, 404}
    assert member.post("/flows/spending/form/", {"step": "check", "op": "save"}).status_code in {403, 404}
    assert newest().pk == version.pk


def test_what_no_page_sends_is_taken_calmly(designer: Client, version: DefinitionVersion) -> None:
    odd = {
        "step": "check",
        "op": "check",
        "n": "999999",
        "f-0-n": "-1",
        "f-0-origin": "99999999",
        "f-0-kind": "<odd>",
        "begun": "x",
    }
    assert designer.post("/flows/spending/form/", odd).status_code == 200
    assert designer.post("/flows/spending/form/", odd | {"n": "3", "f-0-label": "\x01甲\ufffe"}).status_code == 200
    for op in ("field.up", "field.add.x", "column.add.0", "column.remove.9.9", "", "mine"):
        assert designer.post("/flows/spending/form/", odd | {"n": "1", "op": op}).status_code in {200, 422}
    assert newest().pk == version.pk
