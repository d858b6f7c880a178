"""Changing the rules of deciding: put forward by one side, put in force by the other."""

from collections.abc import Callable, Mapping
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from decisions import rules
from decisions.actions import settings as act
from decisions.models import Item, MatterType, RuleSet, SettingChange
from decisions.selectors import settings as read
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, User
from tests.cast import Cast

Kind = SettingChange.Kind
ORDINARY = (Kind.RULE_SET.value, "ordinary")
PROJECT = (Kind.MATTER_TYPE.value, "project")

pytestmark = pytest.mark.django_db


def stricter(**periods: int) -> dict[str, Any]:
    """The ordinary rules with two thirds to pass in the town's committee."""
    values = read.values_of(*ORDINARY)
    values["numbers"]["bodies"]["town"]["passing"] = rules.AT_LEAST_TWO_THIRDS.to_json()
    values["numbers"]["periods"] |= periods
    return values


def propose(
    who: User, values: Mapping[str, Any], target: tuple[str, str] = ORDINARY, reason: str = "按县委通知"
) -> SettingChange:
    kind, code = target
    return act.setting_propose(
        actor=who, kind=kind, code=code, values=values, base=read.values_of(kind, code), reason=reason
    )


def test_r47_a_confirmed_change_is_a_new_version_which_its_matter_types_take(office: Cast) -> None:
    before = RuleSet.objects.get(code="ordinary")
    change = propose(office.town_secretary, stricter(notice_days=5))
    assert RuleSet.objects.filter(code="ordinary").count() == 1
    act.setting_confirm(actor=office.zone_secretary, change_id=change.pk)
    now = MatterType.objects.get(code="project").rule_set
    assert (now.number, now.rules.body("town").passing) == (2, rules.AT_LEAST_TWO_THIRDS)
    assert now.rules.body("zone").passing == rules.MORE_THAN_HALF and now.rules.periods.notice_days == 5
    before.refresh_from_db()
    assert before.rules.body("town").passing == rules.MORE_THAN_HALF
    assert MatterType.objects.get(code="personnel").rule_set.code == "personnel"
    assert MatterType.objects.get(code="project").history.first().history_user == office.zone_secretary


def test_nobody_changes_the_rules_alone(office: Cast) -> None:
    change = propose(office.town_secretary, stricter())
    for who in (office.town_secretary, office.town_chair, office.zone_chair, office.admin, office.auditor):
        with pytest.raises((Denied, Hidden)):
            act.setting_confirm(actor=who, change_id=change.pk)
    with pytest.raises(Denied):
        propose(office.zone_proposer, stricter())
    with pytest.raises(DatabaseError, match="nobody_confirms"), transaction.atomic():
        SettingChange.objects.filter(pk=change.pk).update(
            status="confirmed", decided_by=office.town_secretary, decided_at=change.proposed_at
        )


def test_a_change_sent_twice_is_one_and_another_has_to_wait(office: Cast) -> None:
    first = propose(office.town_secretary, stricter())
    assert propose(office.town_secretary, stricter()) == first
    with pytest.raises(Conflict) as refused:
        propose(office.zone_secretary, stricter(notice_days=9))
    assert refused.value.code == "another_waits"
    act.setting_withdraw(actor=office.town_secretary, change_id=first.pk)
    assert propose(office.zone_secretary, stricter(notice_days=9)).pk != first.pk


def test_confirming_twice_makes_one_version_and_an_answered_change_stays_answered(office: Cast) -> None:
    change = propose(office.town_secretary, stricter())
    act.setting_confirm(actor=office.zone_secretary, change_id=change.pk)
    act.setting_confirm(actor=office.zone_secretary, change_id=change.pk)
    assert RuleSet.objects.filter(code="ordinary").count() == 2
    with pytest.raises(WrongState):
        act.setting_refuse(actor=office.zone_secretary, change_id=change.pk, answer="不妥")
    with pytest.raises(DatabaseError), transaction.atomic():
        SettingChange.objects.filter(pk=change.pk).update(answer="改口")


def test_a_refusal_says_why_and_changes_nothing(office: Cast) -> None:
    change = propose(office.town_secretary, stricter())
    with pytest.raises(Invalid):
        act.setting_refuse(actor=office.zone_secretary, change_id=change.pk, answer=" ")
    act.setting_refuse(actor=office.zone_secretary, change_id=change.pk, answer="须先报县委")
    assert RuleSet.objects.filter(code="ordinary").count() == 1
    entry = AuditEvent.objects.get(subject="setting:rule_set.ordinary", verb="setting_refuse")
    assert entry.data["reason"] == "须先报县委"


def test_a_change_written_on_what_is_no_longer_in_force_is_refused(office: Cast) -> None:
    old = read.values_of(*PROJECT)
    change = propose(office.town_secretary, old | {"threshold": "80"}, PROJECT)
    MatterType.objects.filter(code="project").update(order=7)
    with pytest.raises(Conflict) as refused:
        act.setting_confirm(actor=office.zone_secretary, change_id=change.pk)
    assert refused.value.code == "edited" and MatterType.objects.get(code="project").threshold == 50


def test_r1_r2_a_new_matter_type_has_its_flow_rules_threshold_and_checklist(office: Cast) -> None:
    values = read.values_of(*PROJECT) | {"name": "土地流转", "short": "土地", "threshold": "12.5", "order": 9}
    change = propose(office.zone_secretary, values, (Kind.MATTER_TYPE.value, "land-use"))
    act.setting_confirm(actor=office.town_secretary, change_id=change.pk)
    kind = MatterType.objects.get(code="land-use")
    assert (kind.name, str(kind.threshold), kind.flow) == ("土地流转", "12.50", "joint_decision")
    assert Item(matter_type=kind, amount=13).over_threshold and len(kind.checklist) == len(values["checklist"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"threshold": "-1"}, "threshold"),
        ({"threshold": "lots"}, "threshold"),
        ({"flow": "no_such_flow"}, "flow"),
        ({"rule_set": ""}, "rule_set"),
        ({"name": ""}, "name"),
        ({"checklist": [{"kind": "plan", "name": ""}]}, "checklist"),
        ({"checklist": [{"kind": "a", "name": "甲"}, {"kind": "a", "name": "乙"}]}, "checklist"),
        ({"order": "first"}, "order"),
    ],
)
def test_a_matter_type_that_makes_no_sense_is_refused_at_its_field(
    office: Cast, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        propose(office.town_secretary, read.values_of(*PROJECT) | change, PROJECT)
    assert field in refused.value.fields and not SettingChange.objects.exists()


def test_rules_that_contradict_themselves_are_refused(office: Cast) -> None:
    weaker = stricter()
    weaker["numbers"]["bodies"]["zone"]["strict_passing"] = rules.AT_LEAST_HALF.to_json()
    for values, field in ((weaker, "zone.strict_passing"), (stricter(notice_days=-1), "notice_days")):
        with pytest.raises(Invalid) as refused:
            propose(office.town_secretary, values)
        assert field in refused.value.fields


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_who_change_the_same_rules_at_once_make_one_change(office: Cast) -> None:
    barrier, told = Barrier(2), []

    def go(who: User, days: int) -> None:
        barrier.wait()
        try:
            told.append(propose(who, stricter(notice_days=days)))
        except Conflict as error:
            told.append(error.code)
        finally:
            connection.close()

    hands = [Thread(target=go, args=(office.town_secretary, 5)), Thread(target=go, args=(office.zone_secretary, 6))]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    assert "another_waits" in told and SettingChange.objects.count() == 1


def form_of(page: str) -> dict[str, Any]:
    """What a browser would post of the page's form: every control as it is drawn."""
    from lxml import html

    form = html.fromstring(page).xpath("//form[.//input[@name='base']]")[0]
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def test_the_page_as_it_is_drawn_changes_only_what_somebody_changed(
    office: Cast, client_of: Callable[[User], Client]
) -> None:
    client = client_of(office.town_secretary)
    address = "/settings/rule_set/ordinary/edit/"
    drawn = form_of(client.get(address).content.decode())
    same = client.post(address, drawn | {"reason": "无"})
    assert same.status_code == 422 and "内容没有变化" in same.content.decode()
    drawn |= {"town.passing": "2/3/=", "notice_days": "5", "reason": "按县委通知"}
    answer = client.post(address, drawn)
    change = SettingChange.objects.get()
    assert answer.status_code == 302 and read.differences(*_told(change)) != []
    assert [fact.value for fact, _before in read.differences(*_told(change))] == ["三分之二以上", "5 天"]
    matter = form_of(client.get("/settings/matter_type/project/edit/").content.decode())
    client.post("/settings/matter_type/project/edit/", matter | {"threshold": "80", "reason": "物价上涨"})
    change = SettingChange.objects.get(kind="matter_type")
    assert [(fact.value, before) for fact, before in read.differences(*_told(change))] == [("80 万元", "50 万元")]


def _told(change: SettingChange) -> tuple[str, Any, Any]:
    return change.kind, change.base, change.values


def test_a_refused_form_keeps_what_was_typed(office: Cast, client_of: Callable[[User], Client]) -> None:
    client = client_of(office.town_secretary)
    address = "/settings/matter_type/project/edit/"
    drawn = form_of(client.get(address).content.decode())
    answer = client.post(address, drawn | {"threshold": "很多", "name": "重点项目", "reason": "试试"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "很多" in page and "重点项目" in page and "请填写万元数" in page


def test_the_other_side_confirms_on_its_page_and_outsiders_see_nothing(
    office: Cast, client_of: Callable[[User], Client]
) -> None:
    change = propose(office.town_secretary, stricter())
    address = change.get_absolute_url()
    assert "确认生效" not in client_of(office.town_secretary).get(address).content.decode()
    zone = client_of(office.zone_secretary)
    assert "确认生效" in zone.get(address).content.decode()
    assert zone.post(f"{address}refuse/", {"answer": ""}).status_code == 422
    assert zone.post(f"{address}confirm/").status_code == 302
    assert RuleSet.objects.get(code="ordinary", number=2).rules.body("town").passing == rules.AT_LEAST_TWO_THIRDS
    for who in (office.outsider, office.admin):
        assert client_of(who).get(address).status_code == 404
        assert client_of(who).get("/settings/rule_set/ordinary/").status_code == 404
    log = client_of(office.auditor).get("/log/?subject=setting:rule_set.ordinary").content.decode()
    assert "确认修改规则" in log and "规则集：普通事项规则" in log


def test_a_change_waits_on_the_first_page_of_the_other_sides_secretary(
    office: Cast, client_of: Callable[[User], Client]
) -> None:
    propose(office.town_secretary, stricter())
    page = client_of(office.zone_secretary).get("/").content.decode()
    assert "确认规则修改" in page and "有 1 件事等您办理" in page and "1 件待办" in page
    for who in (office.town_secretary, office.zone_chair):
        assert "确认规则修改" not in client_of(who).get("/").content.decode()


def test_every_setting_of_a_rule_set_has_its_field_and_its_line(office: Cast) -> None:
    known = {"bodies", "statements", "principal_last", "principal_order", "methods", "early_close", "two_seats"}
    known |= {"split_share", "emergency_principals", "periods"} | {one.name for one in read.NUMBERS}
    assert set(rules.Rules().to_json()) == known
    assert {one.name for one in read.PERIODS} == set(rules.Periods().to_json())
