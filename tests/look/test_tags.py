"""The tags draw what they are given, escaped, with what a screen reader needs."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from permissions.look import Entry, stage_list
from permissions.look.samples import SampleForm, context
from permissions.templatetags import sangong

TOWN = SimpleNamespace(code="town", mark="square", letter="镇", label="洪林镇党委")


def draw(source: str, **values: Any) -> str:
    return Template("{% load sangong %}" + source).render(Context(values))


def test_an_icon_beside_words_is_hidden_and_one_alone_is_named() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "lock" %}')
    alone = draw('{% icon "lock" "已锁定" %}')
    assert 'role="img"' in alone
    assert 'aria-label="已锁定"' in alone


def test_the_mark_stands_before_the_position() -> None:
    shown = draw("{% who '党委书记' body %}", body=TOWN)
    assert re.search(r'class="sg-body square"[^>]*>镇</span>党委书记', shown)


def test_a_seat_brings_its_body() -> None:
    seat = SimpleNamespace(label="党委书记", body=TOWN)
    assert draw("{% who seat %}", seat=seat) == draw("{% who '党委书记' body %}", body=TOWN)


def test_what_people_wrote_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    entry = Entry(context()["past"], evil, evil, change=evil)
    shown = draw(
        "{% timeline entries %}{% tag 'ok' 'check-lg' evil %}{% notice 'warn' title=evil %}{{ evil }}{% endnotice %}"
        "{% kv pairs %}{% file_row evil '#' meta=evil %}{% blocked_button evil evil %}{% who evil %}",
        entries=[entry],
        evil=evil,
        pairs=[(evil, evil)],
    )
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") >= 12


def test_a_blocked_button_says_why() -> None:
    shown = draw("{% blocked_button '开始表决' '还有 4 席未表明态度。' %}")
    described = re.search(r'aria-disabled="true" aria-describedby="(\w+)"', shown)
    assert described is not None
    assert f'id="{described[1]}">还有 4 席未表明态度。' in shown


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("votes_for=6 due=9 needed=5 passed=True", "赞成 6 / 应到 9，须超过半数即 5 票，通过。"),
        ("votes_for=5 due=10 needed=6 passed=False", "赞成 5 / 应到 10，须超过半数即 6 票，差 1 票，未通过。"),
        (
            "votes_for=6 due=9 needed=5 passed=False reason='未达到法定人数'",
            "赞成 6 / 应到 9，须超过半数即 5 票，未达到法定人数，未通过。",
        ),
    ],
)
def test_a_verdict_prints_the_votes_needed(given: str, sentence: str) -> None:
    assert re.sub(r"<[^>]+>", "", draw("{% verdict " + given + " %}")) == sentence


def test_one_stage_is_current_and_the_states_are_words() -> None:
    shown = draw('{% stage_line "plan" %}')
    assert shown.count('aria-current="step"') == 1
    assert "已完成：" in shown
    assert "进行中：" in shown
    assert shown.count("未开始：") == 3
    assert [stage.state for stage in stage_list("done")] == ["done"] * 5
    assert {stage.state for stage in stage_list("")} == {"later"}


def test_a_form_keeps_what_was_typed_and_ties_its_errors_to_the_fields() -> None:
    form = SampleForm({"kind": "project", "title": "", "amount": "约一百二十万", "sitting": "9"})
    shown = draw("{% error_summary form %}{% for f in form %}{% field f %}{% endfor %}", form=form)
    assert 'value="约一百二十万"' in shown
    assert 'type="number"' not in shown
    ids = set(re.findall(r'id="([^"]+)"', shown))
    links = set(re.findall(r'href="#([^"]+)"', shown))
    described = {one for value in re.findall(r'aria-describedby="([^"]+)"', shown) for one in value.split()}
    assert links == {"id_title", "id_amount"}
    assert links <= ids
    assert described <= ids
    assert "有 2 处需要修改" in shown


def test_a_group_of_choices_is_a_fieldset_whose_first_choice_the_summary_links_to() -> None:
    form = SampleForm({})
    shown = draw("{% error_summary form %}{% field form.kind %}", form=form)
    assert "<fieldset" in shown
    assert 'href="#id_kind_0"' in shown
    assert 'id="id_kind_0"' in shown
    assert "<small>规划、制度、改革举措</small>" in shown


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw("{% error_summary form %}", form=forms.Form({})).strip() == ""


def test_an_address_without_a_page_is_harmless() -> None:
    assert draw("{% nav_url 'no_such_page' %}") == "#"


def test_the_way_back_never_leads_elsewhere() -> None:
    for came_from, leads in (("https://evil.example/x", False), ("http://testserver/items/?q=1", True)):
        request = RequestFactory().get("/", headers={"referer": came_from})
        request.user = AnonymousUser()
        assert (draw("{% way_back %}", request=request) == came_from.replace("&", "&amp;")) is leads


def test_every_tag_is_told_of() -> None:
    told = (Path(settings.BASE_DIR) / "docs/look.md").read_text("utf-8")
    names = {*sangong.register.tags, *sangong.register.filters}
    assert sorted(name for name in names if not re.search(rf"\b{name}\b", told)) == []
