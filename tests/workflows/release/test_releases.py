"""A version's way into force: asked for, approved by another where the house wants it, on its day; withdrawn, refused, failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from permissions import clock
from permissions.actions import role_grant, separation_rule_set, user_add
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.permissions.conftest import at_once
from tests.workflows.diagrams import chain, diagram, task
from workflows.actions import (
    definition_publish,
    definition_retire,
    definition_save,
    release_approve,
    release_ask,
    release_carry_out,
    release_refuse,
    release_withdraw,
)
from workflows.models import DefinitionVersion, Release, ReleaseState, VersionStatus
from workflows.tasks import bring_into_force

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def drawing(*steps: str, process: str = "small") -> bytes:
    """One step after the other."""
    body = '<bpmn:startEvent id="start"/>' + "".join(task(step, "town:secretary") for step in steps)
    return diagram(body + '<bpmn:endEvent id="end"/>' + chain("start", *steps, "end"), process)


def draft(by: User, *steps: str) -> DefinitionVersion:
    return definition_save(actor=by, key="small", name="小流程", xml=drawing(*(steps or ("ask",))))


def status(version: DefinitionVersion) -> str:
    return DefinitionVersion.objects.values_list("status", flat=True).get(pk=version.pk)


def verbs(version: DefinitionVersion) -> list[str]:
    rows = AuditEvent.objects.filter(target=f"version:{version.pk}", verb__startswith="release_").order_by("seq")
    return list(rows.values_list("verb", flat=True))


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock.at(clock.midnight_after(day - timedelta(days=1))):
        yield


@pytest.fixture
def second(cast: Cast) -> User:
    """Another flow designer."""
    made = user_add(actor=cast.admin, username="designer2", display_name="流程设计人（二）").user
    role_grant(actor=cast.security, user_id=made.pk, key="designer", reason="镇发〔2026〕8号")
    User.objects.filter(pk=made.pk).update(must_change_password=False)
    return User.objects.get(pk=made.pk)


@pytest.fixture
def four_eyes(cast: Cast) -> None:
    """The house wants that who drew a flow does not approve it."""
    separation_rule_set(
        actor=cast.security, code="drafter_publishes", name="起草流程的人不批准发布", done=["definition_save"],
        barred=["definition_publish"], alone=False, active=True, reason="内控要求",
    )  # fmt: skip


def test_where_nothing_keeps_them_from_it_asking_publishes(cast: Cast) -> None:
    version = draft(cast.designer)
    release = release_ask(actor=cast.designer, version_id=version.pk, note="第一版")
    assert (release.state, release.answered_by, status(version)) == (ReleaseState.DONE, cast.designer, "published")
    assert verbs(version) == ["release_ask", "release_approve"]
    assert release_ask(actor=cast.designer, version_id=version.pk, note="第一版") == release
    assert verbs(version) == ["release_ask", "release_approve"]


def test_who_drew_it_asks_and_another_designer_approves(cast: Cast, second: User, four_eyes: None) -> None:
    version = draft(cast.designer)
    with pytest.raises(Denied, match="起草流程"):
        definition_publish(actor=cast.designer, version_id=version.pk)
    release = release_ask(actor=cast.designer, version_id=version.pk)
    assert (release.state, status(version)) == (ReleaseState.ASKED, "draft")
    with pytest.raises(Denied, match="起草流程"):
        release_approve(actor=cast.designer, release_id=release.pk)
    with pytest.raises(WrongState, match="撤回"):
        draft(cast.designer, "ask", "more")
    for _again in range(2):
        release_approve(actor=second, release_id=release.pk)
    version.refresh_from_db()
    assert (version.status, version.published_by) == (VersionStatus.PUBLISHED, second)
    assert verbs(version) == ["release_ask", "release_approve"]


def test_a_version_somebody_else_drew_is_nobodys_own_for_having_drawn_the_one_before(
    cast: Cast, second: User, four_eyes: None
) -> None:
    first = draft(cast.designer)
    release_approve(actor=second, release_id=release_ask(actor=cast.designer, version_id=first.pk).pk)
    later = draft(second, "ask", "more")
    assert release_ask(actor=cast.designer, version_id=later.pk).state == ReleaseState.DONE


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "admin", "security", "outsider"])
def test_nobody_else_has_a_hand_in_it(cast: Cast, four_eyes: None, who: str) -> None:
    version = draft(cast.designer)
    release = release_ask(actor=cast.designer, version_id=version.pk)
    with pytest.raises(Hidden):
        release_ask(actor=getattr(cast, who), version_id=version.pk)
    for act in (release_approve, partial(release_refuse, reason="不"), release_withdraw):
        with pytest.raises(Hidden):
            act(actor=getattr(cast, who), release_id=release.pk)
    with pytest.raises(Denied):
        release_approve(actor=cast.auditor, release_id=release.pk)
    assert Release.objects.get().state == ReleaseState.ASKED


def test_it_comes_into_force_on_its_day_and_not_before(cast: Cast) -> None:
    version, day = draft(cast.designer), clock.today() + timedelta(days=3)
    release = release_ask(actor=cast.designer, version_id=version.pk, effective_on=day)
    assert (release.state, status(version)) == (ReleaseState.APPROVED, "draft")
    assert not release_carry_out(release_id=release.pk)
    assert bring_into_force(0) == 0
    with on(day):
        assert bring_into_force(0) == 1
        assert bring_into_force(0) == 0
        assert not release_carry_out(release_id=release.pk)
    version.refresh_from_db()
    assert (version.status, version.published_by) == (VersionStatus.PUBLISHED, cast.designer)
    with pytest.raises(WrongState, match="已经发布"):
        release_ask(actor=cast.designer, version_id=version.pk)


def test_what_was_taken_back_or_refused_can_be_changed_and_asked_for_again(
    cast: Cast, second: User, four_eyes: None
) -> None:
    version = draft(cast.designer)
    first = release_ask(actor=cast.designer, version_id=version.pk)
    with pytest.raises(WrongState, match="先撤回"):
        release_ask(actor=cast.designer, version_id=version.pk, effective_on=clock.today() + timedelta(days=5))
    with pytest.raises(Invalid, match="理由"):
        release_refuse(actor=second, release_id=first.pk, reason=" ")
    for _again in range(2):
        assert release_refuse(actor=second, release_id=first.pk, reason="缺会签环节").answer == "缺会签环节"
    draft(cast.designer, "ask", "sign")
    again = release_ask(actor=cast.designer, version_id=version.pk)
    for _again in range(2):
        release_withdraw(actor=cast.designer, release_id=again.pk)
    with pytest.raises(WrongState, match="已撤回"):
        release_approve(actor=second, release_id=again.pk)
    draft(cast.designer, "ask", "sign", "send")
    assert verbs(version) == ["release_ask", "release_refuse", "release_ask", "release_withdraw"]


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_day_that_cannot_be_meant_is_refused_and_nothing_written(cast: Cast, days: int) -> None:
    version = draft(cast.designer)
    with pytest.raises(Invalid) as refused:
        release_ask(actor=cast.designer, version_id=version.pk, effective_on=clock.today() + timedelta(days=days))
    assert set(refused.value.fields) == {"effective_on"}
    assert not Release.objects.exists()


def test_a_draft_with_faults_is_not_asked_for(cast: Cast) -> None:
    version = definition_save(
        actor=cast.designer,
        key="small",
        name="小流程",
        xml=drawing("ask").replace(b'sourceRef="', b'sourceRef="gone_', 1),
    )
    with pytest.raises(Invalid) as refused:
        release_ask(actor=cast.designer, version_id=version.pk)
    assert refused.value.data["problems"]
    assert not Release.objects.exists()


def test_what_cannot_come_into_force_on_its_day_says_why_and_stays_a_draft(cast: Cast) -> None:
    called = definition_save(actor=cast.designer, key="called", name="被调用", xml=drawing("ask", process="called"))
    definition_publish(actor=cast.designer, version_id=called.pk)
    body = '<bpmn:startEvent id="start"/><bpmn:callActivity id="call" calledElement="called"/><bpmn:endEvent id="end"/>'
    calling = diagram(body + chain("start", "call", "end"))
    version = definition_save(actor=cast.designer, key="small", name="小流程", xml=calling)
    day = clock.today() + timedelta(days=2)
    release = release_ask(actor=cast.designer, version_id=version.pk, effective_on=day)
    definition_retire(actor=cast.designer, version_id=called.pk)
    with on(day):
        assert bring_into_force(0) == 0
    release.refresh_from_db()
    assert (release.state, status(version)) == (ReleaseState.FAILED, "draft")
    assert "called" in release.answer
    assert verbs(version)[-1] == "release_fail"


def test_what_has_ended_stays_in_the_database(cast: Cast) -> None:
    release = release_ask(actor=cast.designer, version_id=draft(cast.designer).pk)
    table = Release._meta.db_table
    for sql in (f"UPDATE {table} SET note = 'x' WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [release.pk])


@pytest.mark.django_db(transaction=True)
def test_approved_and_withdrawn_at_once_it_is_one_of_both(cast: Cast, second: User, four_eyes: None) -> None:
    version = draft(cast.designer)
    release = release_ask(actor=cast.designer, version_id=version.pk)
    results = at_once(
        partial(release_approve, actor=second, release_id=release.pk),
        partial(release_withdraw, actor=cast.designer, release_id=release.pk),
        partial(release_approve, actor=second, release_id=release.pk),
    )
    release.refresh_from_db()
    refused = [result for result in results if isinstance(result, WrongState)]
    assert (release.state, status(version), len(refused)) in (
        (ReleaseState.DONE, "published", 1),
        (ReleaseState.WITHDRAWN, "draft", 2),
    )


def test_the_pages_lead_from_the_draft_to_its_release(
    cast: Cast, second: User, four_eyes: None, client_of: ClientOf
) -> None:
    first = draft(second)
    definition_publish(actor=None, version_id=first.pk)
    version = draft(cast.designer, "ask", "sign")
    mine, theirs = client_of(cast.designer), client_of(second)
    page = mine.get(reverse("flow_publish", args=[version.pk])).content.decode()
    assert "提请发布" in page
    odd = mine.post(reverse("flow_publish", args=[version.pk]), {"effective_on": "2001-01-01", "note": "加会签"})
    assert odd.status_code == 422
    assert "加会签" in odd.content.decode()
    answer = mine.post(reverse("flow_publish", args=[version.pk]), {"effective_on": "", "note": "加会签"})
    address = reverse("release", args=[Release.objects.get().pk])
    assert answer["Location"] == address
    assert address in mine.get(f"{reverse('flow', args=['small'])}?version=2").content.decode()
    assert 'value="approve"' not in mine.get(address).content.decode()
    assert 'value="approve"' in theirs.get(address).content.decode()
    assert theirs.post(address, {"do": "refuse", "reason": ""}).status_code == 422
    assert theirs.post(address, {"do": "approve"}, follow=True).status_code == 200
    assert status(version) == "published"


def test_two_versions_are_drawn_beside_each_other_with_what_differs(cast: Cast, client_of: ClientOf) -> None:
    first = draft(cast.designer, "ask", "check")
    definition_publish(actor=cast.designer, version_id=first.pk)
    version = draft(cast.designer, "ask", "sign")
    page = client_of(cast.designer).get(reverse("flow_compare", args=[version.pk])).content.decode()
    assert "增加用户任务“sign”" in page
    assert "去掉用户任务“check”" in page
    assert client_of(cast.town_member).get(reverse("flow_compare", args=[version.pk])).status_code == 404
    alone = client_of(cast.town_member).get(reverse("flow_compare", args=[first.pk]))
    assert "没有可以对照的版本" in alone.content.decode()


def test_whom_a_step_is_for_is_told_by_the_names_of_the_roles(cast: Cast, client_of: ClientOf) -> None:
    first = draft(cast.designer, "ask")
    definition_publish(actor=cast.designer, version_id=first.pk)
    wider = drawing("ask").replace(b'"town:secretary"', b'"town:secretary, zone:secretary"')
    version = definition_save(actor=cast.designer, key="small", name="", xml=wider)
    page = client_of(cast.designer).get(reverse("flow_compare", args=[version.pk])).content.decode()
    town, zone = (body.label for body in (cast.town, cast.zone))
    assert f"候选角色：{town} · 秘书 → {town} · 秘书、{zone} · 秘书" in page
